/**
 * A scope read anew [L9]: its pages go into a shadow, chunks of the same scope that nothing shows
 * yet. Killed at any point, the scope is as it was or as it will be: the shadow goes on from its
 * cursor, and takes the place of what was held in one transaction.
 */

import { got, type Database } from './database';
import { deleteChunks, PULL_STORES, scopeIn } from './content';
import { EMPTY_LIST, leftBehind } from './householdIndex';
import type { ListRow, ScopeRow } from './schema';

/** The key of a shadow's list of households among the lists. */
export function shadowList(scope: string): string {
  return `${scope}~`;
}

export function isShadowList({ scope }: ListRow): boolean {
  return scope.endsWith('~');
}

/** Begins (again) to read `id` anew; what is held of it stays and is shown. */
export function beginShadow(db: Database, id: string): Promise<void> {
  return db.write(PULL_STORES, async (tx) => begin(tx, await scopeIn(tx, id)));
}

/** Begins to read every scope anew. Wants PULL_STORES. */
export async function beginShadows(tx: IDBTransaction): Promise<void> {
  const scopes = (await got(tx.objectStore('scopes').getAll())) as ScopeRow[];
  scopes.forEach((scope) => begin(tx, scope));
}

function begin(tx: IDBTransaction, scope: ScopeRow): void {
  if (scope.shadow) deleteChunks(tx, scope.id, scope.shadow);
  tx.objectStore('lists').delete(shadowList(scope.id));
  const shadow = { cursor: 0, types: {}, own: [] };
  tx.objectStore('scopes').put({ ...scope, shadow } satisfies ScopeRow);
}

/** `row` with its shadow in its place. A household that isn't in it has moved away. */
export async function endShadow(
  tx: IDBTransaction,
  { shadow, ...row }: ScopeRow,
): Promise<ScopeRow> {
  if (!shadow) return row;
  const lists = tx.objectStore('lists');
  const before = (await got(lists.get(row.id))) as ListRow | undefined;
  const after = (await got(lists.get(shadowList(row.id)))) as ListRow | undefined;
  deleteChunks(tx, row.id, row);
  lists.delete(shadowList(row.id));
  if (before ?? after) {
    const list = leftBehind(before ?? EMPTY_LIST, after ?? EMPTY_LIST);
    lists.put({ ...list, scope: row.id } satisfies ListRow);
  }
  return { ...row, cursor: shadow.cursor, types: shadow.types, fresh: true, lost: false };
}
