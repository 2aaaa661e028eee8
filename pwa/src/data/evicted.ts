/** The device of this account that the browser has cleared, until the server was told [D10]. */

import type { EvictedDevice } from '../../../sync/messages';
import { got, type Database } from './database';

export function readEvicted(db: Database): Promise<EvictedDevice | null> {
  return db.read(['meta'], async (tx) => {
    const kept = (await got(tx.objectStore('meta').get('evicted'))) as EvictedDevice | undefined;
    return kept ?? null;
  });
}

export function forgetEvicted(db: Database): Promise<void> {
  return db.write(['meta'], async (tx) => {
    await got(tx.objectStore('meta').delete('evicted'));
  });
}
