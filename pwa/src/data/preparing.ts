/** What a page becomes in the store, made in slices before the transaction that writes it. */

import type { Page } from '../../../sync/messages';
import { breathe } from './breathing';
import { CHUNK_LINES, lineOf } from './chunks';
import { EMPTY_LIST, listLine, updateList, type ListChange, type ListText } from './householdIndex';

export interface PreparedChunk {
  readonly type: string;
  readonly no: number;
  readonly text: string;
  readonly lines: number;
}

export interface Prepared {
  readonly chunks: readonly PreparedChunk[];
  /** The list of households as it will be; undefined where the page changes none. */
  readonly list: ListText | undefined;
}

/** `page` as chunks from number `nextChunk` on, and `list` with its households. */
export async function preparePage(
  page: Page,
  nextChunk: number,
  list: ListText | undefined,
): Promise<Prepared> {
  const pause = breathe();
  const open = new Map<string, { no: number; lines: string[] }>();
  const chunks: { type: string; no: number; lines: string[] }[] = [];
  const changes = new Map<string, ListChange>();
  for (const entry of page.entries) {
    const { type, id, gone, out, f } = entry;
    let chunk = open.get(type);
    if (!chunk || chunk.lines.length >= CHUNK_LINES) {
      const begun = { type, no: nextChunk + chunks.length, lines: [] };
      chunks.push(begun);
      open.set(type, (chunk = begun));
    }
    chunk.lines.push(lineOf(entry));
    if (type === 'household') {
      changes.set(id, out ? 'moved' : gone ? null : listLine(id, f ?? {}, chunk.no));
    }
    const resting = pause();
    if (resting) await resting;
  }
  return {
    chunks: chunks.map(({ type, no, lines }) => ({
      ...{ type, no, text: lines.join('') },
      lines: lines.length,
    })),
    list: changes.size > 0 ? await updateList(list ?? EMPTY_LIST, changes, pause) : undefined,
  };
}
