/** How hard a passphrase is to guess, roughly: by its length and the kinds of its characters. */

const KINDS: readonly [RegExp, number][] = [
  [/[0-9]/, 10],
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/, 33],
  [/[^\x00-\x7f]/, 1000],
];
/** The fewest characters that are taken. */
export const SHORTEST = 8;
/** Bits from which on nobody guesses it within years. */
const STRONG = 60;

export function strengthOf(passphrase: string): 'short' | 'weak' | 'good' {
  const letters = [...passphrase];
  if (letters.length < SHORTEST) return 'short';
  const size = KINDS.reduce((sum, [kind, n]) => sum + (kind.test(passphrase) ? n : 0), 0);
  const different = new Set(letters).size;
  return Math.min(letters.length, different * 2) * Math.log2(size) < STRONG ? 'weak' : 'good';
}
