/** Canonical JSON, the form in which an op is hashed. */

import type { Json } from './messages';

/**
 * `value` by RFC 8785: members sorted by UTF-16 code units, numbers as ECMAScript writes them, no
 * white space. A lone surrogate is written as its `\udxxx` escape [P6]. Throws a TypeError for
 * NaN, an infinity, undefined and everything else that JSON can't say.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is no JSON number`);
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`${typeof value} is no JSON value`);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}

/** Array.isArray doesn't narrow a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
