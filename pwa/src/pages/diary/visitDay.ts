/** Which days a visit may have, and whether a text is a day at all; days are `YYYY-MM-DD`. */

import { addDays } from '@/data';

const EARLIEST = '2000-01-01';
const LATEST_DUE = '2100-12-31';

/** Says whether the calendar has this day: 2026-02-30 is none. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const moment = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(moment) && new Date(moment).toISOString().slice(0, 10) === text;
}

/** Says whether a limit may be this day: to the end of the century. */
export function isDueDay(text: string): boolean {
  return isDay(text) && text >= EARLIEST && text <= LATEST_DUE;
}

/** Returns the first and the last day of a visit: tomorrow is allowed, because clocks differ. */
export function visitBounds(today: string): { min: string; max: string } {
  return { min: EARLIEST, max: addDays(today, 1) };
}
