/**
 * The text in which pulled records of one scope and type are stored: one line a record,
 *
 *     \n <id> \t <seq> \t <JSON of rev, by, at, f, s>        (no JSON when the record is gone)
 *
 * Chunks are only appended. Of two lines with one id the higher seq counts, wherever it stands, so
 * chunks can be read and joined in any order. JSON escapes tabs and line breaks.
 */

import type { Entry } from '../../../sync/messages';

/** Records a chunk. */
export const CHUNK_LINES = 500;

/** An entry with the scope it was pulled in. */
export type Pulled = Entry & { readonly scope: string };

type Body = Pick<Entry, 'rev' | 'by' | 'at' | 'f' | 's'>;

export function lineOf(entry: Entry): string {
  const { id, seq, rev, by, at, gone, f, s } = entry;
  const body = gone ? '' : JSON.stringify({ rev, by, at, f, s });
  return `\n${id}\t${seq}\t${body}`;
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
  const start = text.lastIndexOf(`\n${id}\t`);
  if (start < 0) return undefined;
  const end = text.indexOf('\n', start + 1);
  return parseLine(text.slice(start + 1, end < 0 ? undefined : end), scope, type);
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
  return { scope, type, id, seq, ...(JSON.parse(line.slice(start)) as Body) };
}

function headOf(line: string): [id: string, seq: number, bodyStart: number] {
  const first = line.indexOf('\t');
  const second = line.indexOf('\t', first + 1);
  return [line.slice(0, first), Number(line.slice(first + 1, second)), second + 1];
}
