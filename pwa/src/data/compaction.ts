/** Keeps chunks few and fresh; loaded only when a scope needs it. */

import { chunked, CHUNK_LINES, idOfLine, joinChunks } from './chunks';
import { lineCount, PULL_STORES } from './content';
import { got, type Database } from './database';
import { renumberChunks } from './householdIndex';
import type { ChunkRow, ChunkSize, ListRow, ScopeRow, TypeChunks } from './schema';

/** More chunks than that which are less than half full are joined. */
const MANY_SMALL = 24;

/** Chunks to be rewritten: all when half of the lines may be superseded, else the small ones. */
export function chunksToJoin({ chunks, compacted }: TypeChunks): readonly ChunkSize[] {
  if (lineCount(chunks) > 2 * compacted + 2 * CHUNK_LINES) return chunks;
  const small = chunks.filter(([, lines]) => lines < CHUNK_LINES / 2);
  return small.length > MANY_SMALL ? small : [];
}

export function needsCompaction(scope: ScopeRow): boolean {
  return !scope.fresh && Object.values(scope.types).some((type) => chunksToJoin(type).length > 0);
}

/** Joins what `chunksToJoin` names, a transaction for each scope and type. */
export async function compact(db: Database, scopes: readonly ScopeRow[]): Promise<void> {
  for (const { id, types } of scopes.filter(needsCompaction)) {
    for (const type of Object.keys(types)) {
      await db.write(PULL_STORES, (tx) => compactType(tx, id, type));
    }
  }
}

async function compactType(tx: IDBTransaction, id: string, type: string): Promise<void> {
  const scope = (await got(tx.objectStore('scopes').get(id))) as ScopeRow | undefined;
  const known = scope?.types[type];
  if (!scope || !known) return;
  const old = chunksToJoin(known);
  if (old.length === 0) return;
  const texts: string[] = [];
  for (const [no] of old) {
    const chunk = (await got(tx.objectStore('chunks').get([type, id, no]))) as ChunkRow;
    tx.objectStore('chunks').delete([type, id, no]);
    texts.push(chunk.text);
  }
  const lines = joinChunks(texts);
  const fresh = put(tx, scope, type, lines);
  if (type === 'household') await renumber(tx, scope, old, lines);
  const rest = known.chunks.filter((chunk) => !old.includes(chunk));
  const compacted = rest.length === 0 ? lines.length : known.compacted;
  const types = { ...scope.types, [type]: { chunks: [...rest, ...fresh], compacted } };
  const row: ScopeRow = { ...scope, nextChunk: scope.nextChunk + fresh.length, types };
  tx.objectStore('scopes').put(row);
}

function put(tx: IDBTransaction, scope: ScopeRow, type: string, lines: string[]): ChunkSize[] {
  return chunked(lines).map((chunk, at): ChunkSize => {
    const no = scope.nextChunk + at;
    const row: ChunkRow = { type, scope: scope.id, no, text: chunk.text };
    tx.objectStore('chunks').put(row);
    return [no, chunk.lines];
  });
}

/** A household whose latest line lies in another chunk keeps that one. */
async function renumber(
  tx: IDBTransaction,
  scope: ScopeRow,
  old: readonly ChunkSize[],
  lines: readonly string[],
): Promise<void> {
  const list = (await got(tx.objectStore('lists').get(scope.id))) as ListRow | undefined;
  if (!list) return;
  const joined = new Set(old.map(([no]) => no));
  const places = new Map(
    lines.map((line, at) => [idOfLine(line), scope.nextChunk + Math.floor(at / CHUNK_LINES)]),
  );
  const moved = renumberChunks(list, (household, chunk) =>
    joined.has(chunk) ? places.get(household) : undefined,
  );
  tx.objectStore('lists').put({ ...moved, scope: scope.id } satisfies ListRow);
}
