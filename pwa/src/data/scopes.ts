/** Cursors of the scopes, and the end of those that the account no longer holds [L7]. */

import type { OpResult } from '../../../sync/messages';
import { deleteChunks, PULL_STORES } from './content';
import { got, type Database } from './database';
import { shadowList } from './shadow';
import type { ScopeRow } from './schema';

const DAY = 24 * 3600_000;

export async function readScopes(db: Database): Promise<ScopeRow[]> {
  return db.read(['scopes'], (tx) => got(tx.objectStore('scopes').getAll()) as Promise<ScopeRow[]>);
}

/** Cursor by scope, as a request names them: of one that is read anew, its shadow's [L9]. */
export function cursorsOf(scopes: readonly ScopeRow[]): Record<string, number> {
  return Object.fromEntries(scopes.map(({ id, cursor, shadow }) => [id, shadow?.cursor ?? cursor]));
}

/** The scopes that are being read anew. */
export function rebuilding(scopes: readonly ScopeRow[]): string[] {
  return scopes.filter(({ shadow }) => shadow !== undefined).map(({ id }) => id);
}

/** The scopes whose digest wasn't compared for a day [L8]; all of them when that is asked for. */
export function dueForCheck(scopes: readonly ScopeRow[], now: number, all: boolean): string[] {
  return (
    scopes
      .filter(({ fresh, lost, shadow }) => !fresh && !lost && shadow === undefined)
      // A clock that was turned back makes a check due, too.
      .filter(({ checkedAt = 0 }) => all || Math.abs(now - checkedAt) >= DAY)
      .map(({ id }) => id)
  );
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
      if (scope) await destroyScope(tx, scope);
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

async function destroyScope(tx: IDBTransaction, scope: ScopeRow): Promise<void> {
  const { id, shadow } = scope;
  deleteChunks(tx, id, scope);
  if (shadow) deleteChunks(tx, id, shadow);
  tx.objectStore('lists').delete(id);
  tx.objectStore('lists').delete(shadowList(id));
  const sent = tx.objectStore('sent');
  for (const n of await got(sent.index('scope').getAllKeys(id))) sent.delete(n);
  tx.objectStore('scopes').delete(id);
}
