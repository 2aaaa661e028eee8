/** Finding households in the search text of their lists: by indexOf, so 10,000 take milliseconds. */

import { fold } from './householdIndex';

/** A text that must occur in a line; with spaces around it, as a whole token or a token's start. */
type Term = string;

/** Counts with 栋, 单元, 号 as people say them. */
const SPOKEN = /^(?:(\d+)(?:栋|幢|座|号楼|楼))?(?:(\d+)单元)?(?:(\d+)[室号]?)?$/;

/**
 * Line numbers that match every word of `query`, at most `limit`: first whole tokens (door 501
 * before 1501), then beginnings, then anything that contains it.
 */
export function searchLines(
  text: string,
  starts: Uint32Array,
  query: string,
  limit: number,
): number[] {
  const found = new Set<number>();
  for (const terms of tiers(query)) {
    collect(text, starts, terms, limit, found);
    if (found.size >= limit) break;
  }
  return [...found];
}

function tiers(query: string): Term[][] {
  const words = fold(query)
    .split(/[\s,,、]+/)
    .filter(Boolean);
  if (words.length === 0) return [];
  const spoken = words.flatMap(spokenTerms);
  const plain = [words.map((word) => ` ${word} `), words.map((word) => ` ${word}`), words];
  return spoken.length > 0 ? [spoken, ...plain] : plain;
}

/** 3栋2单元501 is looked for as ` 3-2-501`, 3栋501 as ` 3-` and ` 501`; [] for anything else. */
function spokenTerms(word: string): Term[] {
  const [, building, entrance, door] = SPOKEN.exec(word) ?? [];
  if (!building && !entrance) return [];
  if (building && entrance) return [` ${building}-${entrance}-${door ?? ''}`];
  const terms = [building ? ` ${building}-` : `-${entrance ?? ''}-`];
  return door ? [...terms, ` ${door}`] : terms;
}

/** Adds the lines in which all of `terms` occur; the longest term leads the scan. */
function collect(
  text: string,
  starts: Uint32Array,
  terms: readonly Term[],
  limit: number,
  found: Set<number>,
): void {
  const [lead = '', ...others] = [...terms].sort((a, b) => b.length - a.length);
  let at = text.indexOf(lead);
  while (at >= 0 && found.size < limit) {
    const line = lineAt(starts, at);
    const end = starts[line + 1] ?? text.length + 1;
    if (!found.has(line)) {
      const whole = others.length > 0 ? text.slice(starts[line], end - 1) : '';
      if (others.every((term) => whole.includes(term))) found.add(line);
    }
    at = text.indexOf(lead, end);
  }
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
