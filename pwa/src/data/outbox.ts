/** The outbox: ops in the order in which they were made, chained, kept until they are read back. */

import { opHash, type Sha256 } from '../../../sync/chain';
import { GENESIS, type JsonObject, type Op, type OpKind } from '../../../sync/messages';
import { queueNamed, waitingIn } from './blobs';
import { got, type Database } from './database';
import { StorageError } from './errors';
import type { ChainHead, UploadRow } from './schema';

/** A change before it has its place in the chain. */
export interface Change {
  readonly type: string;
  readonly rid: string;
  readonly scope: string;
  readonly kind: OpKind;
  readonly set?: JsonObject;
  readonly base?: Readonly<Record<string, number>>;
  readonly settles?: string;
}

/** Clocks and chance, so that a simulation can give its own. */
export interface OpPorts {
  /** The phone's clock, ms since 1970. */
  readonly now: () => number;
  /** Milliseconds since the page's start, never turned back. */
  readonly mono: () => number;
  readonly newId: (now: number) => string;
  readonly sha256: Sha256;
}

/**
 * Writes `changes` as ops and takes the draft they come from away, all in one transaction; resolves
 * with them once they are on the disk [D1]. Two tabs can't take the same n: number and hash are
 * read and written inside the transaction. StorageError `quota` leaves everything as it was.
 */
export function appendOps(
  db: Database,
  ports: OpPorts,
  changes: readonly Change[],
  draftId?: string,
): Promise<Op[]> {
  const stores = ['meta', 'ops'];
  if (draftId !== undefined) stores.push('drafts');
  if (changes.some(({ set }) => set?.['photos'])) stores.push('blobs', 'uploads');
  return db.writeStrictly(stores, async (tx) => {
    const ops = tx.objectStore('ops');
    let head = await chainHead(tx);
    if (head.closed) throw new StorageError('closed');
    const made: Op[] = [];
    for (const change of changes) {
      const earlier = (await got(ops.index('rid').getAll(change.rid))) as Op[];
      const op = opOf(change, head, earlier[earlier.length - 1]?.op_id, ports);
      ops.add(op);
      if (change.set?.['photos']) await queueNamed(tx, change, op.wall);
      head = { n: op.n, hash: opHash(op, ports.sha256) };
      made.push(op);
    }
    tx.objectStore('meta').put(head, 'chain');
    if (draftId !== undefined) tx.objectStore('drafts').delete(draftId);
    return made;
  });
}

/** Ops of the outbox with an n of at least `from`, at most `limit`, by n. */
export function readOps(db: Database, from = 1, limit?: number): Promise<Op[]> {
  return db.read(
    ['ops'],
    (tx) => got(tx.objectStore('ops').getAll(IDBKeyRange.lowerBound(from), limit)) as Promise<Op[]>,
  );
}

/**
 * Closes the outbox for good when nothing is in it, and there is neither a draft nor a photo to
 * upload; otherwise changes nothing. Returns how many of these there are.
 */
export function closeOutbox(db: Database): Promise<number> {
  return db.writeStrictly(['meta', 'ops', 'drafts', 'uploads'], async (tx) => {
    const uploads = (await got(tx.objectStore('uploads').getAll())) as UploadRow[];
    const ops = await got(tx.objectStore('ops').count());
    const drafts = await got(tx.objectStore('drafts').count());
    const head = await chainHead(tx);
    const unsent = ops + drafts + waitingIn(uploads).length;
    if (unsent === 0) tx.objectStore('meta').put({ ...head, closed: true }, 'chain');
    return unsent;
  });
}

async function chainHead(tx: IDBTransaction): Promise<ChainHead> {
  const head = (await got(tx.objectStore('meta').get('chain'))) as ChainHead | undefined;
  return head ?? { n: 0, hash: GENESIS };
}

function opOf(change: Change, head: ChainHead, after: string | undefined, ports: OpPorts): Op {
  const now = ports.now();
  return {
    op_id: ports.newId(now),
    n: head.n + 1,
    prev_hash: head.hash,
    ...change,
    ...(after !== undefined && change.kind !== 'create' && { after }),
    wall: new Date(now).toISOString(),
    mono: Math.round(ports.mono()),
  };
}
