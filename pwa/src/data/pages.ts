/** Pulled pages into the store: rows, removal from the outbox and cursor in one transaction [L3]. */

import type { Entry, Op, Page } from '../../../sync/messages';
import { CHUNK_LINES, chunked, lineOf, type Pulled } from './chunks';
import { got, type Database } from './database';
import { EMPTY_LIST, listLine, updateList, type ListLine } from './householdIndex';
import type { ChunkRow, ChunkSize, ListRow, ScopeRow, TypeChunks } from './schema';

export const PULL_STORES: readonly string[] = ['scopes', 'chunks', 'lists', 'ops'];

/** What a page changed; `applied` is false when it didn't continue the cursor. */
export interface PageEffect {
  readonly applied: boolean;
  readonly entries: readonly Pulled[];
  /** Ops that left the outbox. */
  readonly readBack: readonly Op[];
}

const NOTHING: PageEffect = { applied: false, entries: [], readBack: [] };

/** Applies `page` as a whole, or not at all when its `from` isn't the local cursor [L2]. */
export function applyPage(db: Database, page: Page): Promise<PageEffect> {
  return db.write(PULL_STORES, async (tx) => {
    const scopes = tx.objectStore('scopes');
    const scope = ((await got(scopes.get(page.id))) as ScopeRow | undefined) ?? newScope(page.id);
    if (page.from !== scope.cursor) return NOTHING;
    const readBack = await removeOwn(tx, page.own);
    let row: ScopeRow = { ...scope, cursor: page.to, lost: false };
    for (const [type, entries] of byType(page.entries)) {
      row = await addEntries(tx, row, type, entries);
    }
    scopes.put(page.more ? row : settled(row));
    return {
      applied: true,
      entries: page.entries.map((entry) => ({ ...entry, scope: page.id })),
      readBack,
    };
  });
}

function newScope(id: string): ScopeRow {
  return { id, cursor: 0, lost: false, fresh: true, nextChunk: 0, types: {} };
}

/** An op leaves the outbox because the page lists it, and for no other reason [L4]. */
async function removeOwn(tx: IDBTransaction, own: readonly string[]): Promise<Op[]> {
  const ops = tx.objectStore('ops');
  const removed: Op[] = [];
  for (const opId of own) {
    const op = (await got(ops.index('op_id').get(opId))) as Op | undefined;
    if (!op) continue;
    ops.delete(op.n);
    removed.push(op);
  }
  return removed;
}

function byType(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.type);
    if (group) group.push(entry);
    else groups.set(entry.type, [entry]);
  }
  return groups;
}

/** Appends the entries of one type as new chunks; returns the scope's row that knows of them. */
async function addEntries(
  tx: IDBTransaction,
  scope: ScopeRow,
  type: string,
  entries: readonly Entry[],
): Promise<ScopeRow> {
  const known: TypeChunks = scope.types[type] ?? { chunks: [], compacted: 0 };
  const sizes: ChunkSize[] = [];
  let no = scope.nextChunk;
  for (const { text, lines } of chunked(entries.map(lineOf))) {
    tx.objectStore('chunks').put({ type, scope: scope.id, no, text } satisfies ChunkRow);
    sizes.push([no, lines]);
    no += 1;
  }
  if (type === 'household') {
    const changes = new Map<string, ListLine | null>();
    entries.forEach((entry, at) => {
      const chunk = scope.nextChunk + Math.floor(at / CHUNK_LINES);
      changes.set(entry.id, entry.gone ? null : listLine(entry.id, entry.f ?? {}, chunk));
    });
    await changeList(tx, scope.id, changes);
  }
  const chunks = { ...known, chunks: [...known.chunks, ...sizes] };
  return { ...scope, nextChunk: no, types: { ...scope.types, [type]: chunks } };
}

async function changeList(
  tx: IDBTransaction,
  scope: string,
  changes: ReadonlyMap<string, ListLine | null>,
): Promise<void> {
  const lists = tx.objectStore('lists');
  const list = ((await got(lists.get(scope))) as ListRow | undefined) ?? EMPTY_LIST;
  lists.put({ ...updateList(list, changes), scope } satisfies ListRow);
}

/** After the first pull nothing is superseded: staleness counts from here. */
function settled(scope: ScopeRow): ScopeRow {
  if (!scope.fresh) return scope;
  const types = Object.entries(scope.types).map(([type, { chunks }]) => [
    type,
    { chunks, compacted: lineCount(chunks) },
  ]);
  return { ...scope, fresh: false, types: Object.fromEntries(types) as ScopeRow['types'] };
}

export function lineCount(chunks: readonly ChunkSize[]): number {
  return chunks.reduce((sum, [, lines]) => sum + lines, 0);
}
