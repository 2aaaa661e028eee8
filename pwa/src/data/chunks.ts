/**
 * The text in which pulled records of one scope and type are stored: one line a record,
 *
 *     \n <id> \t <seq> \t <JSON of rev, out, gone, by, at, f, s> [\t <JSON of h, its history>]
 *
 * A phone of before wrote no JSON for a record that is gone. Chunks are only appended. Of two lines with one id the higher seq counts, wherever it stands, so
 * chunks can be read and joined in any order. JSON escapes tabs and line breaks.
 */

import type { Entry, Past } from '../../../sync/messages';

/** Records a chunk. */
export const CHUNK_LINES = 500;

/** An entry with the scope it was pulled in; its history stays in the text. */
export type Pulled = Omit<Entry, 'h'> & { readonly scope: string };

type Body = Pick<Entry, 'rev' | 'by' | 'at' | 'gone' | 'out' | 'f' | 's'>;

export function lineOf({ id, seq, rev, by, at, gone, out, f, s, h }: Entry): string {
  const body = JSON.stringify({ rev, out, gone, by, at, f, s });
  return `\n${id}\t${seq}\t${body}${h ? `\t${JSON.stringify(h)}` : ''}`;
}

/** Lines cut into texts of at most CHUNK_LINES, each with its count. */
export function chunked(lines: readonly string[]): { text: string; lines: number }[] {
  const chunks = [];
  for (let from = 0; from < lines.length; from += CHUNK_LINES) {
    const part = lines.slice(from, from + CHUNK_LINES);
    chunks.push({ text: part.join(''), lines: part.length });
  }
  return chunks;
}

/** The latest entry of `id` in a chunk's text, or undefined. */
export function findEntry(
  text: string,
  scope: string,
  type: string,
  id: string,
): Pulled | undefined {
  const line = findLine(text, id);
  return line === undefined ? undefined : parseLine(line, scope, type);
}

/** The latest entry of `id` in a chunk's text together with its history. */
export function findPast(
  text: string,
  scope: string,
  type: string,
  id: string,
): { readonly entry: Pulled; readonly past: readonly Past[] } | undefined {
  const line = findLine(text, id);
  if (line === undefined) return undefined;
  const [, , , past] = line.split('\t');
  const entry = parseLine(line, scope, type);
  return { entry, past: past ? (JSON.parse(past) as Past[]) : [] };
}

function findLine(text: string, id: string): string | undefined {
  const start = text.lastIndexOf(`\n${id}\t`);
  if (start < 0) return undefined;
  const end = text.indexOf('\n', start + 1);
  return text.slice(start + 1, end < 0 ? undefined : end);
}

/**
 * Whether `a` says the later of two entries of one record. Two scopes' counters can't be compared,
 * but a record that moved has a later revision where it went [P14].
 */
export function isLater(a: Pulled, b: Pulled): boolean {
  if (a.scope === b.scope) return a.seq >= b.seq;
  return a.rev === b.rev ? b.out === true : a.rev > b.rev;
}

/** Every entry of a chunk's text, in its order. */
export function parseChunk(text: string, scope: string, type: string): Pulled[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => parseLine(line, scope, type));
}

/** The lines of several chunks with superseded ones left out. */
export function joinChunks(texts: readonly string[]): string[] {
  const best = new Map<string, { seq: number; line: string }>();
  for (const line of texts.flatMap((text) => text.split('\n').slice(1))) {
    const [id, seq] = headOf(line);
    const known = best.get(id);
    if (!known || seq >= known.seq) best.set(id, { seq, line });
  }
  return [...best.values()].map(({ line }) => `\n${line}`);
}

/** The id of a line (with its leading line break). */
export function idOfLine(line: string): string {
  return line.slice(1, line.indexOf('\t'));
}

function parseLine(line: string, scope: string, type: string): Pulled {
  const [id, seq, start] = headOf(line);
  if (start === line.length) return { scope, type, id, seq, rev: 0, by: '', at: '', gone: true };
  const end = line.indexOf('\t', start);
  const body = JSON.parse(line.slice(start, end < 0 ? undefined : end)) as Body;
  return { scope, type, id, seq, ...body };
}

/** What a digest needs of a line, without parsing its JSON. */
export function stateOf(line: string): { id: string; seq: number; rev: number; out: boolean } {
  const [id, seq, start] = headOf(line);
  STATE.lastIndex = start;
  const [, rev = '0', out] = STATE.exec(line) ?? [];
  return { id, seq, rev: Number(rev), out: out !== undefined };
}

const STATE = /\{"rev":(\d+)(,"out":true)?/y;

function headOf(line: string): [id: string, seq: number, bodyStart: number] {
  const first = line.indexOf('\t');
  const second = line.indexOf('\t', first + 1);
  return [line.slice(0, first), Number(line.slice(first + 1, second)), second + 1];
}
