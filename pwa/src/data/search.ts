/** Finding households in the search text of their lists: by indexOf, so 10,000 take milliseconds. */

import { fold } from './householdIndex';

/** A text that must occur in a line; with spaces around it, as a whole token or a token's start. */
type Term = string;

/** Places with 栋, 单元, 号 as people say them. */
const SPOKEN = /^(?:(\d+)(?:栋|幢|座|排|号楼|楼))?(?:(\d+)单元)?(?:(\d+)[室号]?)?$/;

/**
 * The terms of `query` in tiers, the best first: whole tokens (door 501 before 1501), beginnings of
 * tokens, anything that contains it. A line matches a tier when all of its terms occur in it.
 */
export function searchTiers(query: string): Term[][] {
  const words = fold(query)
    .split(/[\s,,、]+/)
    .filter(Boolean);
  if (words.length === 0) return [];
  const tokens = [words.map((word) => ` ${word} `), words.map((word) => ` ${word}`)];
  const spoken = words.flatMap((word) => spokenTerms(word, ' '));
  // Who says 3栋 doesn't mean 13栋.
  if (spoken.length > 0) {
    return [spoken, words.flatMap((word) => spokenTerms(word, '')), ...tokens];
  }
  return [...tokens, words];
}

/**
 * 3栋2单元501 is looked for as ` 3-2-501`, 3栋501 as ` 3-` and ` 501`, with `end` after the door; []
 * for anything else.
 */
function spokenTerms(word: string, end: '' | ' '): Term[] {
  const [, building, entrance, door] = SPOKEN.exec(word) ?? [];
  if (!building && !entrance) return [];
  const last = door ? `${door}${end}` : '';
  if (building && entrance) return [` ${building}-${entrance}-${last}`];
  const terms = [building ? ` ${building}-` : `-${entrance ?? ''}-`];
  return door ? [...terms, ` ${last}`] : terms;
}

/**
 * Adds to `found` the lines in which all of `terms` occur, at most `limit` new ones; returns how
 * many. The longest term leads the scan.
 */
export function collectLines(
  text: string,
  starts: Uint32Array,
  terms: readonly Term[],
  limit: number,
  found: Set<number>,
): number {
  const before = found.size;
  const [lead = '', ...others] = [...terms].sort((a, b) => b.length - a.length);
  let at = text.indexOf(lead);
  while (at >= 0 && found.size - before < limit) {
    const line = lineAt(starts, at);
    const end = starts[line + 1] ?? text.length + 1;
    if (!found.has(line)) {
      const whole = others.length > 0 ? text.slice(starts[line], end - 1) : '';
      if (others.every((term) => whole.includes(term))) found.add(line);
    }
    at = text.indexOf(lead, end);
  }
  return found.size - before;
}

/** The line that contains `offset`. */
function lineAt(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
