/** Dates and times as forms write them, in the device's time zone. */

const DAY_MS = 86_400_000;
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/;

const two = (n: number): string => String(n).padStart(2, '0');
const three = (n: number): string => String(n).padStart(3, '0');

/** Minutes east of UTC of `Z`, `+08`, `+08:00` or `+0800`; null where none was written. */
function zoneOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return text.startsWith('-') ? -minutes : minutes;
}

interface Clock {
  readonly ms: number;
  readonly zone: number | null;
}

function clockOf(text: string): Clock | null {
  const found = TIME.exec(text);
  if (!found) return null;
  const [, hour, minute, second = '0', fraction = '', zone] = found;
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 24 || m > 59 || s > 59) return null;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return { ms: ((h * 60 + m) * 60 + s) * 1000 + ms, zone: zoneOf(zone) };
}

/** A local day at midnight; null where there is no such day. */
export function parseDate(text: string): Date | null {
  const found = DATE.exec(text);
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date : null;
}

/** `2026-11-24T09:30:00.000+08:00`, or a day alone; null for anything else. */
export function parseDateTime(text: string): Date | null {
  const split = text.indexOf('T');
  if (split < 0) return parseDate(text);
  const day = parseDate(text.slice(0, split));
  const clock = clockOf(text.slice(split + 1));
  return day && clock ? at(day, clock) : null;
}

/** A time of today. */
export function parseTime(text: string, today: Date): Date | null {
  const clock = clockOf(text);
  return clock ? at(roundDate(today), clock) : null;
}

function at(day: Date, { ms, zone }: Clock): Date {
  if (zone === null) return new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, 0, 0, ms);
  const utc = Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return new Date(utc + ms - zone * 60_000);
}

export function roundDate(date: Date): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

export function dateOfDays(days: number): Date {
  return new Date(1970, 0, 1 + Math.trunc(days));
}

/** Whole local days since 1970. */
export function daysSinceEpoch(date: Date): number {
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS);
}

/** Days since 1970-01-01T00:00Z with their fraction. */
export function fractionalDays(date: Date): number {
  return date.getTime() / DAY_MS;
}

/** The fraction of the local day that has passed. */
export function decimalTime(date: Date): number {
  return (date.getTime() - roundDate(date).getTime()) / DAY_MS;
}

export function formatDay(date: Date): string {
  const year = String(date.getFullYear()).padStart(4, '0');
  return `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function formatTime(date: Date): string {
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${clock}.${three(date.getMilliseconds())}${zoneText(-date.getTimezoneOffset())}`;
}

function zoneText(minutes: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
}

export function formatDateTime(date: Date): string {
  return `${formatDay(date)}T${formatTime(date)}`;
}

const PARTS: Record<string, (date: Date) => string> = {
  '%': () => '%',
  Y: (date) => String(date.getFullYear()).padStart(4, '0'),
  y: (date) => String(date.getFullYear()).slice(-2),
  m: (date) => two(date.getMonth() + 1),
  n: (date) => String(date.getMonth() + 1),
  b: (date) => date.toLocaleDateString('en', { month: 'short' }),
  d: (date) => two(date.getDate()),
  e: (date) => String(date.getDate()),
  H: (date) => two(date.getHours()),
  h: (date) => String(date.getHours()),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  '3': (date) => three(date.getMilliseconds()),
  a: (date) => date.toLocaleDateString('en', { weekday: 'short' }),
  W: (date) => String(isoWeek(date)),
};

/** `date` written by a pattern such as `%Y-%m-%d`. Throws RangeError for an unknown escape. */
export function formatBy(date: Date, pattern: string): string {
  return pattern.replace(/%(.?)/g, (_, letter: string) => {
    const part = PARTS[letter];
    if (!part) throw new RangeError(`%${letter} is no part of a date`);
    return part(date);
  });
}

function isoWeek(date: Date): number {
  const day = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  return Math.ceil(((day.getTime() - Date.UTC(day.getUTCFullYear(), 0, 1)) / DAY_MS + 1) / 7);
}
