/**
 * The newest signed receipt [P12], and what it means when the server's next one says less: the
 * server was restored from an older copy, and what the phone still has is sent again.
 */

import type { Op, Receipt } from '../../../sync/messages';
import { PULL_STORES } from './content';
import { got, type Database } from './database';
import { beginShadows } from './shadow';

/** Ops kept after their read-back, the newest. */
const KEPT = 1_000;
const STORES: readonly string[] = ['meta', ...PULL_STORES];

/** The server knew this device's ops up to `from`, and now only those up to `to`. */
export interface Regress {
  readonly from: number;
  readonly to: number;
  /** Ops put back into the outbox. */
  readonly again: number;
}

export async function newestReceipt(db: Database): Promise<Receipt | undefined> {
  return db.read(
    ['meta'],
    (tx) => got(tx.objectStore('meta').get('receipt')) as Promise<Receipt | undefined>,
  );
}

/**
 * Keeps `receipt`, on the disk before any op leaves the outbox by the same answer. Where it says
 * less than the one kept, the ops it lacks are put back into the outbox and every scope is read
 * anew, all in one transaction: only so are they read back again. Returns what was lost.
 */
export async function keepReceipt(db: Database, receipt: Receipt): Promise<Regress | null> {
  const known = await newestReceipt(db);
  if (known?.n === receipt.n && known.hash === receipt.hash) return null;
  const regressed = known !== undefined && receipt.n < known.n && receipt.device === known.device;
  return db.writeStrictly(STORES, async (tx) => {
    tx.objectStore('meta').put(receipt, 'receipt');
    if (!regressed) return null;
    await beginShadows(tx);
    return { from: known.n, to: receipt.n, again: await putBack(tx, receipt.n + 1) };
  });
}

/**
 * Puts the ops from `n` on that were read back into the outbox again, and begins to read every
 * scope anew where there are any: the server that had them counts anew. Returns whether op n is
 * still on this phone.
 */
export function sendAgain(db: Database, n: number): Promise<boolean> {
  return db.writeStrictly(STORES, async (tx) => {
    if ((await putBack(tx, n)) > 0) await beginShadows(tx);
    return (await got(tx.objectStore('ops').getKey(n))) !== undefined;
  });
}

/** Keeps only the newest of the ops that were read back. */
export function pruneSent(db: Database): Promise<void> {
  return db.write(['sent'], async (tx) => {
    const sent = tx.objectStore('sent');
    const surplus = (await got(sent.count())) - KEPT;
    if (surplus <= 0) return;
    const [last] = (await got(sent.getAllKeys(null, surplus))).slice(-1);
    if (last !== undefined) sent.delete(IDBKeyRange.upperBound(last));
  });
}

async function putBack(tx: IDBTransaction, from: number): Promise<number> {
  const [ops, sent] = [tx.objectStore('ops'), tx.objectStore('sent')];
  const lacking = (await got(sent.getAll(IDBKeyRange.lowerBound(from)))) as Op[];
  for (const op of lacking) {
    ops.put(op);
    sent.delete(op.n);
  }
  return lacking.length;
}
