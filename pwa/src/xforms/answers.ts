/** Answers: from what is written to a typed value, and back to the text of a submission. */

import {
  formatDateTime,
  formatDay,
  formatTime,
  parseDate,
  parseDateTime,
  parseTime,
  roundDate,
} from './dates';
import type { Atom } from './tree';
import { answerText, toBoolean, type Plain } from './xpath/values';

export type DataType =
  | 'string'
  | 'int'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'time'
  | 'dateTime'
  | 'geopoint'
  | 'geotrace'
  | 'geoshape'
  | 'binary'
  | 'select';

const TYPES: Record<string, DataType> = {
  int: 'int',
  integer: 'int',
  long: 'int',
  decimal: 'decimal',
  double: 'decimal',
  float: 'decimal',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  datetime: 'dateTime',
  geopoint: 'geopoint',
  geotrace: 'geotrace',
  geoshape: 'geoshape',
  binary: 'binary',
  select: 'select',
  rank: 'select',
};

/** The type that a bind names, in any namespace; 'string' for those unknown. */
export function dataTypeOf(name: string | undefined): DataType {
  return TYPES[(name ?? '').replace(/^.*:/, '').toLowerCase()] ?? 'string';
}

const PARSERS: Partial<Record<DataType, (text: string, now: Date) => Atom>> = {
  int: wholeIn,
  decimal: numberIn,
  date: (text) => parseDate(text.split('T')[0] ?? ''),
  time: parseTime,
  dateTime: parseDateTime,
  boolean: (text) => text === '1' || text.toLowerCase() === 'true',
};

/** The typed value of a text; what isn't of the type stays a text. */
export function parseAnswer(text: string, type: DataType, now: Date): Atom {
  if (text === '') return null;
  return PARSERS[type]?.(text, now) ?? text;
}

function numberIn(text: string): number | null {
  return /^\s*-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : null;
}

function wholeIn(text: string): number | null {
  const number = numberIn(text);
  return number === null ? null : Math.trunc(number);
}

/** What a calculated value leaves in a node of the type. */
export function wrap(value: Plain, type: DataType): Atom {
  if (value === '' || Number.isNaN(value)) return null;
  if (type === 'boolean') return toBoolean(value);
  if (typeof value === 'number') return type === 'int' ? Math.trunc(value) : value;
  return value instanceof Date && type === 'date' ? roundDate(value) : value;
}

/** The text of a value, as a submission holds it; '' for no answer. */
export function answerOf(value: Atom, type: DataType): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return answerText(value);
  return typeof value === 'string' ? value : dateText(value, type);
}

function dateText(date: Date, type: DataType): string {
  if (type === 'date') return formatDay(date);
  return type === 'time' ? formatTime(date) : formatDateTime(date);
}
