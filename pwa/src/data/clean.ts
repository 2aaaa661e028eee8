/** What a person typed, made fit for JSON, a hash and a database. */

import type { Json, JsonObject } from '../../../sync/messages';

/** Lone surrogates: with the u flag a pair is one character and doesn't match. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * A plain copy of `fields`: reactive wrappers gone, undefined members left out, `\u0000` removed
 * and a lone surrogate made U+FFFD in every text.
 */
export function cleanFields(fields: object): JsonObject {
  const copy: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) copy[name] = clean(value as Json);
  }
  return copy;
}

function clean(value: Json): Json {
  if (typeof value === 'string') {
    return value.replace(/\u0000/g, '').replace(LONE_SURROGATE, '\ufffd');
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map(clean);
  return typeof value === 'object' && value !== null ? cleanFields(value) : value;
}

/** Whether two values say the same; absent and null do. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
