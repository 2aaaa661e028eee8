/** What is written down after each sync: the last 50 of them, receipts, and when the last went well. */

import type { Receipt } from '../../../sync/messages';
import { got, type Database } from './database';
import type { Outcome } from './run';
import type { ReceiptView, SyncLogEntry } from './types';

const LOGGED = 50;
const RECEIPTS = 20;

export async function noteSync(
  db: Database,
  { receipt, fault, retryIn: _retryIn, left: _left, ...outcome }: Outcome,
  at: string,
  ms: number,
): Promise<void> {
  await db.write(['synclog', 'meta'], async (tx) => {
    const log = tx.objectStore('synclog');
    const meta = tx.objectStore('meta');
    log.add({ at, ms, title: fault?.title ?? '', ...outcome } satisfies SyncLogEntry);
    const keys = await got(log.getAllKeys());
    for (const key of keys.slice(0, -LOGGED)) log.delete(key);
    if (outcome.outcome === 'ok') meta.put(at, 'syncedAt');
    const receipts = ((await got(meta.get('receipts'))) ?? []) as ReceiptView[];
    if (receipt && receipt.n > 0 && !isSame(receipts[0], receipt)) {
      meta.put([{ at, ...receipt }, ...receipts].slice(0, RECEIPTS), 'receipts');
    }
  });
}

function isSame(known: ReceiptView | undefined, receipt: Receipt): boolean {
  return known?.n === receipt.n && known.hash === receipt.hash;
}
