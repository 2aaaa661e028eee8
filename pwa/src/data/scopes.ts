/** Cursors of the scopes, and the end of those that the account no longer holds [L7]. */

import type { OpResult } from '../../../sync/messages';
import { got, type Database } from './database';
import { PULL_STORES } from './pages';
import type { ScopeRow } from './schema';

export async function readScopes(db: Database): Promise<ScopeRow[]> {
  return db.read(['scopes'], (tx) => got(tx.objectStore('scopes').getAll()) as Promise<ScopeRow[]>);
}

/** Cursor by scope, as a request names them. */
export function cursorsOf(scopes: readonly ScopeRow[]): Record<string, number> {
  return Object.fromEntries(scopes.map(({ id, cursor }) => [id, cursor]));
}

/**
 * Marks the `lost` scopes and destroys the data of each for which no op waits; returns the
 * destroyed ones. Their pages have stopped, so an op that the server says (after its COMMIT [P3])
 * it stored there can't be read back any more: that word alone lets it go.
 */
export function loseScopes(
  db: Database,
  lost: readonly string[],
  results: readonly OpResult[],
): Promise<string[]> {
  return db.write(PULL_STORES, async (tx) => {
    const destroyed: string[] = [];
    for (const id of lost) {
      const scope = (await got(tx.objectStore('scopes').get(id))) as ScopeRow | undefined;
      for (const { op_id, status, scope: stored } of results) {
        if (stored === id && status !== 'quarantined') await removeOp(tx, op_id);
      }
      const waiting = await got(tx.objectStore('ops').index('scope').count(id));
      if (waiting > 0) {
        if (scope) tx.objectStore('scopes').put({ ...scope, lost: true } satisfies ScopeRow);
        continue;
      }
      if (scope) destroyScope(tx, scope);
      destroyed.push(id);
    }
    return destroyed;
  });
}

async function removeOp(tx: IDBTransaction, opId: string): Promise<void> {
  const ops = tx.objectStore('ops');
  const key = await got(ops.index('op_id').getKey(opId));
  if (key !== undefined) ops.delete(key);
}

function destroyScope(tx: IDBTransaction, scope: ScopeRow): void {
  const chunks = tx.objectStore('chunks');
  for (const [type, known] of Object.entries(scope.types)) {
    for (const [no] of known.chunks) chunks.delete([type, scope.id, no]);
  }
  tx.objectStore('lists').delete(scope.id);
  tx.objectStore('scopes').delete(scope.id);
}
