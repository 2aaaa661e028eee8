/**
 * Pulled pages into the store: rows, removal from the outbox and cursor in one transaction [L3].
 * What the transaction writes is made before it, in slices, so that the page stays usable.
 */

import type { Op, Page } from '../../../sync/messages';
import type { Pulled } from './chunks';
import { lineCount, PULL_STORES, scopeIn } from './content';
import { got, type Database } from './database';
import type { ListText } from './householdIndex';
import { preparePage, type Prepared } from './preparing';
import type { ChunkRow, Content, ListRow, ScopeRow } from './schema';
import { beginShadow, endShadow, shadowList } from './shadow';

/** What a page changed; `applied` is false when it didn't continue the cursor. */
export interface PageEffect {
  readonly applied: boolean;
  readonly entries: readonly Pulled[];
  /** Ops that left the outbox. */
  readonly readBack: readonly Op[];
  /** All that was held of the scope was replaced by its shadow [L9]. */
  readonly replaced: boolean;
}

const NOTHING: PageEffect = { applied: false, entries: [], readBack: [], replaced: false };

export interface Applying {
  /** The server can't continue the cursor: what is held makes way once the scope is here anew. */
  readonly reset: boolean;
  /** The phone's clock, ms. */
  readonly now: number;
}

/** Applies `page` as a whole, or not at all when its `from` isn't the local cursor [L2]. */
export async function applyPage(db: Database, page: Page, how: Applying): Promise<PageEffect> {
  if (how.reset) await beginShadow(db, page.id);
  const before = await readTarget(db, page.id);
  if (page.from !== before.content.cursor) return NOTHING;
  const made = await preparePage(page, before.scope.nextChunk, before.list);
  return db.write(PULL_STORES, async (tx) => {
    const scope = await scopeIn(tx, page.id);
    // Another tab went on meanwhile: the page is asked for again.
    const content = scope.shadow ?? scope;
    if (content.cursor !== page.from || scope.nextChunk !== before.scope.nextChunk) return NOTHING;
    putChunks(tx, scope, made);
    const next = extended(content, page.to, made);
    const nextChunk = scope.nextChunk + made.chunks.length;
    if (scope.shadow) {
      const shadow = { ...next, own: [...scope.shadow.own, ...(await unread(tx, page.own))] };
      const row: ScopeRow = { ...scope, nextChunk, shadow };
      return fillShadow(tx, row, page, made, how.now);
    }
    if (made.list) tx.objectStore('lists').put({ ...made.list, scope: page.id } satisfies ListRow);
    const readBack = await removeOwn(tx, page.own);
    const row: ScopeRow = { ...scope, ...next, nextChunk, lost: false };
    tx.objectStore('scopes').put(page.more ? row : settled(row, how.now));
    const entries = page.entries.map(({ h: _h, ...entry }) => ({ ...entry, scope: page.id }));
    return { applied: true, entries, readBack, replaced: false };
  });
}

/** A page more in the shadow; after the last one it takes the place of what was held. */
async function fillShadow(
  tx: IDBTransaction,
  row: ScopeRow,
  page: Page,
  { list }: Prepared,
  now: number,
): Promise<PageEffect> {
  const key = shadowList(row.id);
  if (list) tx.objectStore('lists').put({ ...list, scope: key } satisfies ListRow);
  if (page.more) {
    tx.objectStore('scopes').put(row);
    return { ...NOTHING, applied: true };
  }
  const readBack = await removeOwn(tx, row.shadow?.own ?? []);
  tx.objectStore('scopes').put(settled(await endShadow(tx, row), now));
  return { applied: true, entries: [], readBack, replaced: true };
}

interface Target {
  readonly scope: ScopeRow;
  /** The scope itself, or its shadow while there is one. */
  readonly content: Content;
  readonly list: ListText | undefined;
}

function readTarget(db: Database, id: string): Promise<Target> {
  return db.read(['scopes', 'lists'], async (tx) => {
    const scope = await scopeIn(tx, id);
    const lists = tx.objectStore('lists').get(scope.shadow ? shadowList(id) : id);
    const list = (await got(lists)) as ListRow | undefined;
    return { scope, content: scope.shadow ?? scope, list };
  });
}

/** The ops of `own` that are still in the outbox. */
async function unread(tx: IDBTransaction, own: readonly string[]): Promise<string[]> {
  const index = tx.objectStore('ops').index('op_id');
  const kept: string[] = [];
  for (const opId of own) if ((await got(index.getKey(opId))) !== undefined) kept.push(opId);
  return kept;
}

/**
 * An op leaves the outbox because the page lists it, and for no other reason [L4]. It is kept
 * apart for a while: a server restored from an older copy will ask for it again [P12].
 */
async function removeOwn(tx: IDBTransaction, own: readonly string[]): Promise<Op[]> {
  const ops = tx.objectStore('ops');
  const removed: Op[] = [];
  for (const opId of own) {
    const op = (await got(ops.index('op_id').get(opId))) as Op | undefined;
    if (!op) continue;
    ops.delete(op.n);
    tx.objectStore('sent').put(op);
    removed.push(op);
  }
  return removed;
}

function putChunks(tx: IDBTransaction, { id, nextChunk }: ScopeRow, { chunks }: Prepared): void {
  chunks.forEach(({ type, text }, at) => {
    const row: ChunkRow = { type, scope: id, no: nextChunk + at, text };
    tx.objectStore('chunks').put(row);
  });
}

function extended({ types }: Content, cursor: number, made: Prepared): Content {
  const next: Record<string, Content['types'][string]> = { ...types };
  for (const { type, no, lines } of made.chunks) {
    const known = next[type] ?? { chunks: [], compacted: 0 };
    next[type] = { ...known, chunks: [...known.chunks, [no, lines]] };
  }
  return { cursor, types: next };
}

/** After the first pull nothing is superseded: staleness counts from here. */
function settled(scope: ScopeRow, now: number): ScopeRow {
  if (!scope.fresh) return scope;
  const types = Object.entries(scope.types).map(([type, { chunks }]) => [
    type,
    { chunks, compacted: lineCount(chunks) },
  ]);
  const whole = Object.fromEntries(types) as ScopeRow['types'];
  return { ...scope, fresh: false, types: whole, checkedAt: now };
}
