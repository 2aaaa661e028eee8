/**
 * The databases of the phone: `minqing` names who is signed in, and keeps questionnaires and sealed
 * answers, which are no account's; `minqing:<account>` holds his work.
 */

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

/** What was pulled of a scope: everything up to the seq `cursor`, in these chunks. */
export interface Content {
  readonly cursor: number;
  readonly types: Readonly<Record<string, TypeChunks>>;
}

/** A scope that is read anew, not shown until it is whole [L9]. */
export interface Shadow extends Content {
  /** Ops of the outbox that its pages have listed. */
  readonly own: readonly string[];
}

export interface ScopeRow extends Content {
  readonly id: string;
  /** No longer held; destroyed once no op for it is in the outbox [L7]. */
  readonly lost: boolean;
  /** Its first pull, from 0, isn't through yet: no line supersedes another. */
  readonly fresh: boolean;
  readonly nextChunk: number;
  /** When its digest was last compared, ms of the phone's clock [L8]. */
  readonly checkedAt?: number;
  readonly shadow?: Shadow;
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

/** A photo or its thumbnail, under the SHA-256 of its content [F1]. */
export interface BlobRow {
  readonly sha256: string;
  /** An ArrayBuffer, since Safari has corrupted stored files. */
  readonly content: ArrayBuffer;
  readonly thumb: boolean;
  readonly addedAt: string;
}

/** A blob that a record of the scope names: it is to be uploaded for whoever reads there [F5]. */
export interface UploadRow {
  readonly sha256: string;
  readonly scope: string;
  readonly thumb: boolean;
  readonly addedAt: string;
  /** Where an upload that was begun goes on. */
  readonly url: string | null;
  /** When the server had it whole and had compared its hash. */
  readonly sentAt: string | null;
  /** Why the server doesn't take it, and when it said so. */
  readonly refused: { readonly code: string; readonly at: string } | null;
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
  version: 2,
  upgrade(db, before) {
    if (before < 1) {
      db.createObjectStore('state');
      db.createObjectStore('accounts', { keyPath: 'id' });
    }
    if (before < 2) {
      db.createObjectStore('forms', { keyPath: 'version_id' });
      db.createObjectStore('fillings', { keyPath: 'id' }).createIndex('account', 'account');
      db.createObjectStore('sealed', { keyPath: 'key' });
    }
  },
};

export function accountPlan(accountId: string): DatabasePlan {
  return {
    name: `minqing:${accountId}`,
    version: 3,
    upgrade(db, before) {
      if (before < 1) createStores(db);
      if (before < 2) db.createObjectStore('sent', { keyPath: 'n' }).createIndex('scope', 'scope');
      if (before < 3) createPhotoStores(db);
    },
  };
}

function createStores(db: IDBDatabase): void {
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
}

function createPhotoStores(db: IDBDatabase): void {
  db.createObjectStore('blobs', { keyPath: 'sha256' });
  db.createObjectStore('uploads', { keyPath: ['sha256', 'scope'] });
}
