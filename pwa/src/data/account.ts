/** The account that is open in this tab: its database and what of it is in memory. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { EvictedDevice, Op } from '../../../sync/messages';
import { tellTabs } from './channel';
import { withRoom } from './blobs';
import { Database, got } from './database';
import { Households } from './households';
import { showDirectory, type StoredDirectory } from './directory';
import { newId } from './ids';
import { mark } from './marker';
import { appendOps, readOps, type Change, type OpPorts } from './outbox';
import { beginAnew } from './renewal';
import { Rows } from './rows';
import { accountPlan, type ChainHead } from './schema';
import { drafts, sync } from './state';
import type { Draft, Me, RecordType, Row } from './types';

export interface Account {
  readonly id: string;
  /** The device of this account on this phone; it changes where a gap can't be filled [D4]. */
  device: string;
  readonly db: Database;
  readonly rows: Rows;
  readonly households: Households;
  /** Called after each save; the sync hangs itself here. */
  onSaved: () => void;
}

/** What was marked last. */
let marked = { device: '', unsent: -1 };

const PORTS: OpPorts = {
  now: () => Date.now(),
  mono: () => performance.now(),
  newId,
  sha256,
};

/**
 * Opens the database of `me`; outbox, drafts and the lists of households are in memory when it
 * resolves, so that a page is drawn once and not first without its rows.
 */
export async function openAccountOf(me: Me): Promise<Account> {
  const { id } = me.account;
  const db = new Database(
    () => indexedDB,
    accountPlan(id),
    () => location.reload(),
  );
  const kept = await readStart(db);
  const cleared = sync.evicted;
  const before = cleared?.device ? { device: cleared.device, unsent: cleared.unsent } : undefined;
  const device = kept.device ?? (await newDevice(db, before));
  const rows = new Rows(db, id);
  marked = { device, unsent: -1 };
  const order = me.scopes.map((scope) => scope.id);
  const households = new Households(db, rows, order);
  const account: Account = { id, device, db, rows, households, onSaved: () => undefined };
  rows.setOps(kept.ops);
  showDrafts(kept.drafts);
  showDirectory(kept.directory);
  sync.pending = kept.ops.length;
  markUnsent();
  sync.syncedAt = kept.syncedAt === undefined ? null : new Date(kept.syncedAt);
  await account.households.load().catch((error: unknown) => console.error(error));
  return account;
}

/** The outbox as it stands in the database. */
export async function readAgain({ db, rows }: Account): Promise<void> {
  rows.setOps(await readOps(db));
}

export async function readDrafts({ db }: Account): Promise<void> {
  const stored = await db.read(
    ['drafts'],
    (tx) => got(tx.objectStore('drafts').getAll()) as Promise<Draft[]>,
  );
  showDrafts(stored);
}

/** Writes changes and shows them, here and in the other tabs, once they are on the disk. */
export async function write(
  account: Account,
  changes: readonly Change[],
  draftId?: string,
): Promise<void> {
  const ops = await withRoom(account.db, () => appendOps(account.db, PORTS, changes, draftId));
  account.rows.addOps(ops);
  if (ops.some(({ type }) => type === 'household')) account.households.refresh();
  tellTabs(account.id, { kind: 'ops', ops });
}

/** The outbox from `expected` on becomes that of a new device [D4]. */
export async function renew(account: Account, expected: number): Promise<string> {
  account.device = await beginAnew(account.db, PORTS, expected);
  marked = { device: account.device, unsent: -1 };
  return account.device;
}

/** One record as it is shown now. */
export async function readRow<T extends RecordType>(
  { rows, households }: Account,
  type: T,
  id: string,
): Promise<Row<T> | null> {
  if (type === 'household' && !rows.isHeld(type)) {
    return (await households.read(id)) as Row<T> | null;
  }
  await rows.load(type);
  return rows.of(type).value.get(id) ?? null;
}

interface Start {
  readonly device: string | undefined;
  readonly ops: readonly Op[];
  readonly drafts: readonly Draft[];
  readonly directory: StoredDirectory | undefined;
  readonly syncedAt: string | undefined;
}

function readStart(db: Database): Promise<Start> {
  return db.read(['meta', 'ops', 'drafts'], async (tx) => {
    const meta = tx.objectStore('meta');
    const [head, device, names, syncedAt, ops, stored] = await Promise.all([
      got(meta.get('chain')) as Promise<ChainHead | undefined>,
      got(meta.get('device')) as Promise<string | undefined>,
      got(meta.get('directory')) as Promise<StoredDirectory | undefined>,
      got(meta.get('syncedAt')) as Promise<string | undefined>,
      got(tx.objectStore('ops').getAll()) as Promise<Op[]>,
      got(tx.objectStore('drafts').getAll()) as Promise<Draft[]>,
    ]);
    // Signed out and not deleted: the account starts again as a new device of an empty database.
    return {
      device: head?.closed ? undefined : device,
      ops,
      drafts: stored,
      directory: names,
      syncedAt,
    };
  });
}

/**
 * The device of the first sign-in; another tab may have made it meanwhile. `before` is one that the
 * browser has cleared, to be told to the server [D10].
 */
function newDevice(db: Database, before: EvictedDevice | undefined): Promise<string> {
  return db.writeStrictly(['meta'], async (tx) => {
    const meta = tx.objectStore('meta');
    const head = (await got(meta.get('chain'))) as ChainHead | undefined;
    const known = (await got(meta.get('device'))) as string | undefined;
    if (known !== undefined && !head?.closed) return known;
    const device = newId();
    meta.delete('chain');
    meta.put(device, 'device');
    if (before) meta.put(before, 'evicted');
    return device;
  });
}

function showDrafts(stored: readonly Draft[]): void {
  drafts.value = [...stored].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  markUnsent();
}

/** Marks outside the database how much would be lost with it. */
export function markUnsent(): void {
  const { device } = marked;
  const unsent = sync.pending + drafts.value.length;
  if (unsent !== marked.unsent) mark(unsent, device, new Date().toISOString());
  marked = { device, unsent };
}
