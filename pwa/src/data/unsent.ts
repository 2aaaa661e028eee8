/** What 我的/同步 shows; loaded when that page is. */

import type { Account } from './account';
import { got } from './database';
import { readOps } from './outbox';
import type { OpView, ReceiptView, SyncLogEntry } from './types';

/** The outbox by n; ops up to `answeredUpTo` are with the server. */
export async function viewOutbox({ db }: Account, answeredUpTo: number): Promise<OpView[]> {
  const ops = await readOps(db);
  return ops.map(({ op_id, n, type, rid, kind, set, wall }) => ({
    op_id,
    n,
    type,
    rid,
    kind,
    set: set ?? {},
    wall,
    sent: n <= answeredUpTo,
  }));
}

export async function viewReceipts({ db }: Account): Promise<ReceiptView[]> {
  const receipts = await db.read(
    ['meta'],
    (tx) => got(tx.objectStore('meta').get('receipts')) as Promise<ReceiptView[] | undefined>,
  );
  return receipts ?? [];
}

/** The last syncs, the latest first. */
export async function viewLog({ db }: Account): Promise<SyncLogEntry[]> {
  const log = await db.read(
    ['synclog'],
    (tx) => got(tx.objectStore('synclog').getAll()) as Promise<SyncLogEntry[]>,
  );
  return log.reverse();
}
