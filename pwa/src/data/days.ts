/**
 * Local days of Asia/Shanghai, computed here and nowhere else. A day is `YYYY-MM-DD`. The zone is
 * UTC+8 without summer time since 1991; the phone's own zone and clock are not trusted: `now()` is
 * corrected by the server's time at the last contact.
 */

const EIGHT_HOURS = 8 * 3600_000;
const DAY = 24 * 3600_000;

let offset = 0;

/** Sets server time minus this phone's time, in ms. */
export function setServerOffset(ms: number): void {
  offset = ms;
}

/** Server time as well as this phone knows it, in ms since 1970. */
export function now(): number {
  return Date.now() + offset;
}

/** The local day of an instant (ms or ISO). */
export function localDay(at: number | string): string {
  return shifted(at).slice(0, 10);
}

/** The local time of an instant, HH:MM. */
export function localTime(at: number | string): string {
  return shifted(at).slice(11, 16);
}

export function today(): string {
  return localDay(now());
}

/** The day `days` later (earlier when negative). */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: string, b: string): number {
  return Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / DAY);
}

/** The month of a day, YYYY-MM. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

function shifted(at: number | string): string {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  return new Date(ms + EIGHT_HOURS).toISOString();
}
