/** What the phone holds of its scopes: which chunks are valid, and which stores a pull writes. */

import { got } from './database';
import type { ChunkRow, ChunkSize, Content, ScopeRow } from './schema';

export const PULL_STORES: readonly string[] = ['scopes', 'chunks', 'lists', 'ops', 'sent'];

/** The scope's row; that of a scope which isn't held yet is new. */
export async function scopeIn(tx: IDBTransaction, id: string): Promise<ScopeRow> {
  const known = (await got(tx.objectStore('scopes').get(id))) as ScopeRow | undefined;
  return known ?? { id, cursor: 0, lost: false, fresh: true, nextChunk: 0, types: {} };
}

/** The chunks of `type`, or all, that are shown: a shadow's aren't. Wants `scopes` and `chunks`. */
export async function heldChunks(tx: IDBTransaction, type?: string): Promise<ChunkRow[]> {
  const range = type === undefined ? null : IDBKeyRange.bound([type], [type, []]);
  const [scopes, chunks] = await Promise.all([
    got(tx.objectStore('scopes').getAll()) as Promise<ScopeRow[]>,
    got(tx.objectStore('chunks').getAll(range)) as Promise<ChunkRow[]>,
  ]);
  const held = new Map(
    scopes.map(({ id, types }) => [
      id,
      new Set(Object.values(types).flatMap(({ chunks: known }) => known.map(([no]) => no))),
    ]),
  );
  return chunks.filter(({ scope, no }) => held.get(scope)?.has(no));
}

export function deleteChunks(tx: IDBTransaction, id: string, { types }: Content): void {
  for (const [type, { chunks }] of Object.entries(types)) {
    for (const [no] of chunks) tx.objectStore('chunks').delete([type, id, no]);
  }
}

export function lineCount(chunks: readonly ChunkSize[]): number {
  return chunks.reduce((sum, [, lines]) => sum + lines, 0);
}
