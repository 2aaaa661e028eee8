/** The way out of a gap that nobody can fill: the phone goes on as a new device [D4]. */

import { opHash } from '../../../sync/chain';
import { GENESIS, type Op } from '../../../sync/messages';
import { got, type Database } from './database';
import type { OpPorts } from './outbox';
import type { ChainHead } from './schema';

export function readDevice(db: Database): Promise<string | undefined> {
  return db.read(
    ['meta'],
    (tx) => got(tx.objectStore('meta').get('device')) as Promise<string | undefined>,
  );
}

/**
 * Numbers and chains the ops of the outbox anew, in their order and with their ids, as those of a
 * new device, all in one transaction; returns it. The server has the ops before `expected`, so they
 * stay behind; it has never seen the others.
 */
export function beginAnew(db: Database, ports: OpPorts, expected: number): Promise<string> {
  return db.writeStrictly(['meta', 'ops', 'sent'], async (tx) => {
    const [meta, ops] = [tx.objectStore('meta'), tx.objectStore('ops')];
    const waiting = (await got(ops.getAll(IDBKeyRange.lowerBound(expected)))) as Op[];
    ops.clear();
    tx.objectStore('sent').clear();
    let head: ChainHead = { n: 0, hash: GENESIS };
    for (const op of waiting) {
      const renewed: Op = { ...op, n: head.n + 1, prev_hash: head.hash };
      ops.add(renewed);
      head = { n: renewed.n, hash: opHash(renewed, ports.sha256) };
    }
    const device = ports.newId(ports.now());
    meta.put(head, 'chain');
    meta.put(device, 'device');
    meta.delete('receipt');
    return device;
  });
}
