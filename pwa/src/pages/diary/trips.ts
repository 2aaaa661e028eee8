/** Trips of the month (一次到点): the distinct days on which a cadre was at the own grid in person. */

/** What decides about a trip; a diary's row has it all. */
export interface TripSource {
  scope: string;
  by: string;
  fields: { visit_date: string; channel: string };
}

/** Two a month, 四.2 of the rule. */
export const TRIPS_A_MONTH = 2;

/**
 * Returns the days of trips in the month of `today`, in order, each once: two households on one day
 * are one trip. A visit where nobody was at home counts, for the cadre was there; a call or a
 * message doesn't, and neither does a visit dated later than today.
 */
export function tripDays(
  diaries: Iterable<TripSource>,
  who: { account: string; scope: string },
  today: string,
): string[] {
  const month = today.slice(0, 7);
  const days = new Set<string>();
  for (const { by, scope, fields } of diaries) {
    if (by !== who.account || scope !== who.scope || fields.channel !== 'in_person') continue;
    if (fields.visit_date.startsWith(month) && fields.visit_date <= today)
      days.add(fields.visit_date);
  }
  return [...days].sort();
}
