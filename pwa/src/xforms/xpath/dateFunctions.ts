import {
  dateOfDays,
  decimalTime,
  formatBy,
  fractionalDays,
  parseDateTime,
  roundDate,
} from '../dates';
import { define, type Entry } from './definition';
import { toText, TypeMismatch, unpack, type Value } from './values';

const DAY_MS = 86_400_000;
/** Days beyond this are no date. */
const FARTHEST = 2 ** 31;

/** A date; '' and NaN stay what they are. */
function toDate(value: Value, keepTime: boolean): Date | string | number {
  const plain = unpack(value);
  if (typeof plain === 'number') return fromNumber(plain, keepTime);
  if (plain instanceof Date) return keepTime ? plain : roundDate(plain);
  if (plain === '') return '';
  const date = parseDateTime(String(plain));
  if (!date) throw new TypeMismatch(`'${String(plain)}' is no date`);
  return date;
}

function fromNumber(days: number, keepTime: boolean): Date | number {
  if (Number.isNaN(days)) return days;
  if (Math.abs(days) >= FARTHEST) throw new TypeMismatch(`${days} days are no date`);
  return keepTime ? new Date(Math.trunc(days * DAY_MS)) : dateOfDays(days);
}

function decimalDateTime(value: Value): number | string {
  const date = toDate(value, true);
  if (!(date instanceof Date)) return date;
  const plain = unpack(value);
  return typeof plain === 'number' ? plain : fractionalDays(date);
}

function decimalTimeOf(value: Value): number | string {
  const plain = unpack(value);
  if (typeof plain === 'number') return plain - Math.floor(plain);
  const date = toDate(value, true);
  return date instanceof Date ? decimalTime(date) : date;
}

function format([value = '', pattern = '']: readonly Value[]): string {
  const date = toDate(value, true);
  return date instanceof Date ? formatBy(date, toText(pattern)) : '';
}

export const dateFunctions: readonly Entry[] = [
  define('today', 0, 0, (_, { host }) => roundDate(host.now())),
  define('now', 0, 0, (_, { host }) => host.now()),
  define('date', 1, 1, ([value = '']) => toDate(value, false)),
  define('date-time', 1, 1, ([value = '']) => toDate(value, true)),
  define('decimal-date-time', 1, 1, ([value = '']) => decimalDateTime(value)),
  define('decimal-time', 1, 1, ([value = '']) => decimalTimeOf(value)),
  define('format-date', 2, 2, format),
  define('format-date-time', 2, 2, format),
];
