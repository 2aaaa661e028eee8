/** Whether the phone holds what the server says it should [L8]. */

import { digest, type Digest } from '../../../sync/digest';
import { breathe } from './breathing';
import { stateOf } from './chunks';
import { scopeIn } from './content';
import { got, type Database } from './database';
import type { ChunkRow, ScopeRow } from './schema';

/** The digest of what is held of a scope: deleted records count, those that left don't. */
export async function heldDigest(db: Database, id: string): Promise<Digest> {
  const texts = await db.read(['scopes', 'chunks'], async (tx) => {
    const found: string[] = [];
    for (const [type, { chunks }] of Object.entries((await scopeIn(tx, id)).types)) {
      for (const [no] of chunks) {
        const chunk = (await got(tx.objectStore('chunks').get([type, id, no]))) as
          ChunkRow | undefined;
        if (chunk) found.push(chunk.text);
      }
    }
    return found;
  });
  return digest(await latestHeads(texts));
}

/** Notes that the scope was compared. */
export function noteCheck(db: Database, id: string, now: number): Promise<void> {
  return db.write(['scopes'], async (tx) => {
    const scope = await scopeIn(tx, id);
    await got(tx.objectStore('scopes').put({ ...scope, checkedAt: now } satisfies ScopeRow));
  });
}

async function latestHeads(texts: readonly string[]): Promise<[id: string, rev: number][]> {
  const pause = breathe();
  const latest = new Map<string, ReturnType<typeof stateOf>>();
  for (const text of texts) {
    for (const line of text.split('\n').slice(1)) {
      const state = stateOf(line);
      if (state.seq >= (latest.get(state.id)?.seq ?? 0)) latest.set(state.id, state);
      const resting = pause();
      if (resting) await resting;
    }
  }
  return [...latest.values()].filter(({ out }) => !out).map(({ id, rev }) => [id, rev]);
}
