/** What 我的/同步 shows and exports; loaded when that page is. */

import type { Op } from '../../../sync/messages';
import type { Account } from './account';
import { got } from './database';
import { readOps } from './outbox';
import { viewQuarantine } from './quarantine';
import type { Draft, OpView, ReceiptView, SyncLogEntry } from './types';

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

/** Every unsent op and draft and every quarantined op, as a JSON file that is not encrypted. */
export async function exportJson(account: Account, now: string): Promise<Blob> {
  const { db, id, device } = account;
  const stored = await db.read(['ops', 'drafts'], async (tx) => ({
    ops: (await got(tx.objectStore('ops').getAll())) as Op[],
    drafts: (await got(tx.objectStore('drafts').getAll())) as Draft[],
  }));
  const quarantine = (await viewQuarantine(account)).map(({ op }) => op);
  const content = {
    format: 'minqing-unsent',
    version: 1,
    exported_at: now,
    account: id,
    device,
    ...stored,
    quarantined: quarantine,
  };
  return new Blob([JSON.stringify(content, null, 1)], { type: 'application/json' });
}
