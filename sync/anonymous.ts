// What an anonymous answer is before it is sealed: padded, and of a week, not of a day (rule Q3).

/** Bytes; whatever is sent has a multiple of it. */
export const STEP = 4096;
const MOST_STEPS = 16;
/** Bytes that sealing adds: the encapsulated key and the tag. */
const SEAL = 65 + 16;
/** Bytes that say how long the content is, the highest first. */
const LENGTH = 4;
const DAY = 86_400_000;

/** What binds a sealed answer to its round. */
export function info(roundId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`minqing anonymous answer 1 ${roundId}`);
}

/** The content with its length and zeros; sealed, it will have a multiple of `STEP` bytes. */
export function pad(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const steps = Math.ceil((LENGTH + content.length + SEAL) / STEP);
  if (steps > MOST_STEPS) throw new RangeError(`longer than ${MOST_STEPS * STEP} bytes`);
  const padded = new Uint8Array(steps * STEP - SEAL);
  new DataView(padded.buffer).setUint32(0, content.length);
  padded.set(content, LENGTH);
  return padded;
}

/** The week of the day `2026-11-24` in ISO 8601, `2026-W48`. */
export function weekOf(day: string): string {
  const given = new Date(`${day}T00:00:00Z`);
  // A week belongs to the year of its Thursday.
  const thursday = new Date(given.getTime() + (4 - (given.getUTCDay() || 7)) * DAY);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
