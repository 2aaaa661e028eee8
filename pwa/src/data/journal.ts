/** What is written down after each sync: the last 50 of them, receipts, and when the last went well. */

import { got, type Database } from './database';
import type { Outcome } from './run';
import type { ReceiptView, SyncLogEntry } from './types';

const LOGGED = 50;
const RECEIPTS = 20;

export async function noteSync(
  db: Database,
  { receipt, fault: _fault, retryIn: _retryIn, ...outcome }: Outcome,
  at: string,
  ms: number,
): Promise<void> {
  await db.write(['synclog', 'meta'], async (tx) => {
    const log = tx.objectStore('synclog');
    const meta = tx.objectStore('meta');
    log.add({ at, ms, ...outcome } satisfies SyncLogEntry);
    const keys = await got(log.getAllKeys());
    for (const key of keys.slice(0, -LOGGED)) log.delete(key);
    if (outcome.outcome === 'ok') meta.put(at, 'syncedAt');
    const receipts = ((await got(meta.get('receipts'))) ?? []) as ReceiptView[];
    if (receipt && receipts[0]?.hash !== receipt.hash) {
      meta.put([{ ...receipt, at }, ...receipts].slice(0, RECEIPTS), 'receipts');
    }
  });
}
