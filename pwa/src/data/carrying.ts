/** What is unsent, carried to another device as an encrypted file [D7]; loaded when it is used. */

import { PROTO, SCHEMA, type Json, type JsonObject, type Op } from '../../../sync/messages';
import { got, type Database } from './database';
import { CarryError } from './errors';
import { readHead, seal, unseal } from './sealing';
import type { Account } from './account';
import { callApi } from './transport';
import type { Carried, CarriedResult, Draft } from './types';

/** Ops a request. */
const BATCH = 200;

/** A file of every unsent op and draft that only `passphrase` opens. Drafts go with it. */
export async function exportCarried(
  { db, id, device }: Account,
  passphrase: string,
  now: string,
): Promise<Blob> {
  const { ops, drafts } = await db.read(['ops', 'drafts'], async (tx) => ({
    ops: (await got(tx.objectStore('ops').getAll())) as Op[],
    drafts: (await got(tx.objectStore('drafts').getAll())) as Draft[],
  }));
  const content = { proto: PROTO, schema: SCHEMA, account: id, device, ops, drafts };
  const head = { exported_at: now, ops: ops.length };
  const text = await seal(head, content as unknown as Json, passphrase);
  return new Blob([text], { type: 'application/json' });
}

/** When the file was made and how many ops are in it, before any passphrase is asked for. */
export async function describeCarried(file: Blob): Promise<{ exportedAt: string; ops: number }> {
  const { exported_at: exportedAt, ops } = await readHead(await file.text());
  return { exportedAt, ops };
}

export async function openCarried(file: Blob, passphrase: string): Promise<Carried> {
  const found = await unseal(await file.text(), passphrase);
  if (!isCarried(found)) throw new CarryError('damaged');
  return found;
}

/**
 * Sends the ops to the server in their author's name, as often as one likes [P4], and keeps the
 * drafts here where they are this account's own. Throws ApiError as the server refuses.
 */
export async function importCarried(account: Account, carried: Carried): Promise<CarriedResult> {
  const { proto, schema, device, account: author, ops, drafts } = carried;
  const counts: Record<string, number> = {};
  for (let from = 0; from < ops.length; from += BATCH) {
    const part = ops.slice(from, from + BATCH);
    const body = { proto, schema, device, account: author, ops: part };
    const { results } = await callApi<Answer>('POST', '/api/sync/carried', body);
    for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  }
  return { counts, drafts: author === account.id ? await addDrafts(account.db, drafts) : 0 };
}

/** Stores the drafts that aren't here; returns how many. */
function addDrafts(db: Database, drafts: readonly Draft[]): Promise<number> {
  return db.writeStrictly(['drafts'], async (tx) => {
    const store = tx.objectStore('drafts');
    const here = new Set(await got(store.getAllKeys()));
    const added = drafts.filter(({ id }) => !here.has(id));
    for (const draft of added) store.add(draft);
    return added.length;
  });
}

interface Answer {
  readonly results: readonly { readonly status: string }[];
}

function isCarried(found: Json): found is Json & Carried {
  if (typeof found !== 'object' || found === null) return false;
  const { account, device, ops, drafts } = found as JsonObject;
  const isWhole = typeof account === 'string' && typeof device === 'string';
  return isWhole && Array.isArray(ops) && Array.isArray(drafts);
}
