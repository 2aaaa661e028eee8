/** The databases of the phone: `minqing` names who is signed in, `minqing:<account>` holds his work. */

import type { DatabasePlan } from './database';
import type { ListText } from './householdIndex';
import type { Me } from './types';

/** The head of this device's op chain. */
export interface ChainHead {
  readonly n: number;
  readonly hash: string;
  /** The account has signed out on this phone: nothing more is written. */
  readonly closed?: boolean;
}

/** A chunk's number in its scope and type, and its count of lines. */
export type ChunkSize = readonly [no: number, lines: number];

export interface TypeChunks {
  readonly chunks: readonly ChunkSize[];
  /** Lines after the last complete compaction; what came since may supersede them. */
  readonly compacted: number;
}

export interface ScopeRow {
  readonly id: string;
  /** Everything up to this seq has been pulled. */
  readonly cursor: number;
  /** No longer held; destroyed once no op for it is in the outbox [L7]. */
  readonly lost: boolean;
  /** Its first pull, from 0, isn't through yet: no line supersedes another. */
  readonly fresh: boolean;
  readonly nextChunk: number;
  readonly types: Readonly<Record<string, TypeChunks>>;
}

/** Pulled records of one type in one scope, as text: see chunks.ts. */
export interface ChunkRow {
  readonly type: string;
  readonly scope: string;
  readonly no: number;
  readonly text: string;
}

/** The list of a scope's households, as text: see householdIndex.ts. */
export interface ListRow extends ListText {
  readonly scope: string;
}

/** Who is signed in on this phone. */
export interface SignedIn {
  readonly me: Me;
  readonly signedInAt: string;
  readonly leaseUntil: string;
  /** Server time minus phone time, ms. */
  readonly offset: number;
}

export interface KnownAccount {
  readonly id: string;
  readonly login: string;
  readonly name: string;
}

export const PHONE: DatabasePlan = {
  name: 'minqing',
  version: 1,
  upgrade(db) {
    db.createObjectStore('state');
    db.createObjectStore('accounts', { keyPath: 'id' });
  },
};

export function accountPlan(accountId: string): DatabasePlan {
  return {
    name: `minqing:${accountId}`,
    version: 1,
    upgrade(db) {
      db.createObjectStore('meta');
      db.createObjectStore('scopes', { keyPath: 'id' });
      db.createObjectStore('chunks', { keyPath: ['type', 'scope', 'no'] });
      db.createObjectStore('lists', { keyPath: 'scope' });
      db.createObjectStore('drafts', { keyPath: 'id' });
      db.createObjectStore('synclog', { autoIncrement: true });
      const ops = db.createObjectStore('ops', { keyPath: 'n' });
      ops.createIndex('rid', 'rid');
      ops.createIndex('op_id', 'op_id');
      ops.createIndex('scope', 'scope');
    },
  };
}
