/** What 我的/同步 shows and exports; loaded when that page is. */

import type { JsonObject, Op } from '../../../sync/messages';
import type { Account } from './account';
import { got } from './database';
import { readOps } from './outbox';
import type { Draft, OpView, QuarantinedOp, ReceiptView, Row, SyncLogEntry } from './types';

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

/** Own ops that the server kept without applying them, the latest first. */
export async function viewQuarantine({ id, rows }: Account): Promise<QuarantinedOp[]> {
  await rows.load('quarantine');
  return [...rows.of('quarantine').value.values()]
    .filter(({ scope }) => scope === `person:${id}`)
    .map(quarantinedOp)
    .sort((a, b) => (a.received_at < b.received_at ? 1 : -1));
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

function quarantinedOp({ fields }: Row<'quarantine'>): QuarantinedOp {
  const op = opIn(fields.op);
  return {
    op_id: fields.op_id,
    n: fields.n,
    type: op.type ?? '',
    rid: op.rid ?? '',
    kind: op.kind ?? '',
    set: op.set ?? {},
    code: fields.code,
    message: fields.message,
    field: fields.field ?? null,
    received_at: fields.received_at,
    op: fields.op,
  };
}

/** The op's members as far as its text can be read: it was refused, so nothing of it is certain. */
function opIn(text: string): { type?: string; rid?: string; kind?: string; set?: JsonObject } {
  try {
    const op: unknown = JSON.parse(text);
    return typeof op === 'object' && op !== null ? op : {};
  } catch {
    return {};
  }
}
