/** Values of XPath and their conversions, as JavaRosa makes them. */

import { daysSinceEpoch, formatDay, fractionalDays } from '../dates';
import type { Atom, Node } from '../tree';

export class NodeSet {
  /** `read` gives the value of a node: in a constraint the field itself has its new value. */
  constructor(
    readonly nodes: readonly Node[],
    readonly read: (node: Node) => Atom,
  ) {}

  values(): Plain[] {
    return this.nodes.map((node) => this.read(node) ?? '');
  }
}

export type Plain = string | number | boolean | Date;
export type Value = Plain | NodeSet;

export class TypeMismatch extends Error {}

/** Numbers closer than this are one. */
const NEAR = 1e-12;

/** The value of the one node of a set; '' for none. Several are an error: which one is meant? */
export function unpack(value: Value): Plain {
  if (!(value instanceof NodeSet)) return value;
  const [first] = value.nodes;
  if (!first) return '';
  if (value.nodes.length > 1) {
    throw new TypeMismatch(`${first.path} is repeated: which one is meant? Use indexed-repeat()`);
  }
  return value.read(first) ?? '';
}

export function toBoolean(value: Value): boolean {
  const plain = unpack(value);
  if (typeof plain === 'boolean') return plain;
  if (typeof plain === 'number') return Math.abs(plain) > NEAR;
  return typeof plain === 'string' ? plain.length > 0 : true;
}

export function toNumber(value: Value): number {
  const plain = unpack(value);
  if (typeof plain === 'number') return plain;
  if (typeof plain === 'boolean') return plain ? 1 : 0;
  return typeof plain === 'string' ? numberIn(plain) : daysSinceEpoch(plain);
}

function numberIn(text: string): number {
  const trimmed = text.replace(/,/g, '.').trim();
  return /^[-.\d]+$/.test(trimmed) ? Number(trimmed) : NaN;
}

/** As `toNumber`, with the time of the day in a date. */
export function toDouble(value: Value): number {
  const plain = unpack(value);
  return plain instanceof Date ? fractionalDays(plain) : toNumber(plain);
}

export function toInteger(value: Value): number {
  return Math.trunc(toNumber(value));
}

export function toText(value: Value): string {
  const plain = unpack(value);
  if (typeof plain === 'string') return plain;
  if (typeof plain === 'number') return numberText(plain);
  return typeof plain === 'boolean' ? String(plain) : formatDay(plain);
}

/** Whole numbers up to this are written without a fraction. */
const LARGEST_INT = 2 ** 31 - 1;

function numberText(number: number): string {
  if (Math.abs(number) < NEAR) return '0';
  if (!Number.isFinite(number)) return String(number);
  const short = Number.isInteger(number) && Math.abs(number) <= LARGEST_INT;
  return short ? String(number) : doubleText(number);
}

/** A number as Java writes a double. */
function doubleText(number: number): string {
  const size = Math.abs(number);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(number) ? `${number}.0` : String(number);
  const [mantissa = '', exponent = ''] = number.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}

/** A number as an answer holds it: whole ones in full. */
export function answerText(number: number): string {
  const whole = Number.isInteger(number) && Math.abs(number) < 2 ** 63;
  return whole ? String(BigInt(number)) : doubleText(number);
}

export function equals(a: Plain, b: Plain): boolean {
  if (typeof a === 'boolean' || typeof b === 'boolean') return toBoolean(a) === toBoolean(b);
  if (typeof a === 'number' || typeof b === 'number') {
    return Math.abs(toNumber(a) - toNumber(b)) < NEAR;
  }
  return toText(a) === toText(b);
}

export function isEmpty(value: Value): boolean {
  const plain = unpack(value);
  return plain === '' || (typeof plain === 'number' && Number.isNaN(plain));
}
