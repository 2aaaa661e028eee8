/** Who is signed in on this phone: online at first, then from the phone for 30 days. */

import { alone, tellTabs } from './channel';
import { Database, got } from './database';
import { now, setServerOffset } from './days';
import { showDirectory } from './directory';
import type { Contact } from './run';
import { ApiError, storageCode, StorageError, UnsentError } from './errors';
import { accountPlan, PHONE, type KnownAccount, type SignedIn } from './schema';
import { account, drafts, forgetStatus, openAccount, otherUnsent, session, sync } from './state';
import type { Syncing } from './syncing';
import { readMarker, unmark } from './marker';
import { callApi } from './transport';
import type { Me, OtherUnsent, Session } from './types';

const LEASE = 30 * 24 * 3600_000;

/** What kept this page from starting is gone. */
const reload = (): void => location.reload();

const phone = new Database(() => indexedDB, PHONE, reload);
let signedIn: SignedIn | null = null;
let syncing: Syncing | null = null;
// Kept: import() of a loaded module still takes a task, and a page that goes away has none left to
// store the last words in.
let loading: Promise<typeof import('./work')> | undefined;

/** The part of the data layer that needs an open account. */
export function work(): Promise<typeof import('./work')> {
  loading ??= import('./work').catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The running sync of the open account. */
export function currentSync(): Syncing | null {
  return syncing;
}

/** The session kept on this phone, its records soon after; null when nobody is signed in. */
export async function restore(): Promise<Session | null> {
  try {
    const kept = await phone.read(['state'], async (tx) => ({
      current: (await got(tx.objectStore('state').get('current'))) as SignedIn | undefined,
      leaving: (await got(tx.objectStore('state').get('leaving'))) as boolean | undefined,
    }));
    if (kept.leaving) void endServerSession();
    if (kept.current) await enter(kept.current);
    else sync.evicted = readMarker();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const at = new Date().toISOString();
    sync.lastError = { code: storageCode(error), status: 0, title: error.message, at };
  }
  return session.value;
}

/** Signs in online. Throws ApiError; `offline` without a connection. */
export async function signIn(login: string, password: string): Promise<void> {
  // Alone: no tab may sync with this cookie as the account that was signed in before.
  await alone(async () => {
    const me = await callApi<Me>('POST', '/api/session', { account: login, password });
    const known: KnownAccount = {
      id: me.account.id,
      login: me.account.login,
      name: me.account.name,
    };
    const fresh = signedInAs(me, new Date(now()).toISOString());
    await phone.writeStrictly(['state', 'accounts'], async (tx) => {
      tx.objectStore('state').put(fresh, 'current');
      tx.objectStore('state').delete('leaving');
      await got(tx.objectStore('accounts').put(known));
    });
    const other = account.value !== null && account.value.id !== me.account.id;
    if (other) leave();
    await enter(fresh);
    tellTabs(me.account.id, { kind: 'account', now: me.account.id });
  });
  syncing?.signedIn();
}

/** Signs out and wipes what this phone holds of the account. Throws UnsentError while it would lose work. */
export async function signOut(): Promise<void> {
  const leaving = openAccount();
  const { closeOutbox } = await work();
  const unsent = await closeOutbox(leaving.db);
  if (unsent > 0) throw new UnsentError(unsent);
  leave();
  await phone.writeStrictly(['state', 'accounts', 'fillings'], async (tx) => {
    const begun = tx.objectStore('fillings').index('account');
    for (const key of await got(begun.getAllKeys(leaving.id))) {
      tx.objectStore('fillings').delete(key);
    }
    tx.objectStore('state').delete('current');
    tx.objectStore('state').put(true, 'leaving');
    await got(tx.objectStore('accounts').delete(leaving.id));
  });
  await Promise.all([leaving.db.destroy(), wipeCaches(), endServerSession()]);
  unmark();
  tellTabs(leaving.id, { kind: 'account', now: null });
}

/** Fetches `Me` again, after a password or an assignment has changed. */
export async function refreshMe(): Promise<void> {
  const me = await callApi<Me>('GET', '/api/session');
  if (signedIn?.me.account.id !== me.account.id) return;
  const waited = signedIn.me.must_change_password;
  await keep(signedInAs(me, signedIn.signedInAt));
  if (waited && !me.must_change_password) syncing?.signedIn();
}

async function enter(next: SignedIn): Promise<void> {
  show(next);
  if (account.value?.id === next.me.account.id) return;
  const { openAccountOf, Syncing } = await work();
  const opened = await openAccountOf(next.me);
  account.value = opened;
  syncing = new Syncing(opened, extendLease, () => reload());
  syncing.start();
  sync.evicted = null;
  void askWhetherKept();
  void reportOthers(opened.id);
}

/** Leaves the open account in this tab; its work stays on the phone. */
function leave(): void {
  syncing?.stop();
  syncing = null;
  account.value?.db.close();
  account.value = null;
  signedIn = null;
  session.value = null;
  drafts.value = [];
  showDirectory(undefined);
  forgetStatus();
}

function show(next: SignedIn): void {
  signedIn = next;
  setServerOffset(next.offset);
  const { me, signedInAt, leaseUntil, offset } = next;
  session.value = { me, signedInAt, leaseUntil, clockAhead: -offset };
}

async function keep(next: SignedIn): Promise<void> {
  show(next);
  await phone.write(['state'], async (tx) => {
    await got(tx.objectStore('state').put(next, 'current'));
  });
}

function signedInAs(me: Me, signedInAt: string): SignedIn {
  const offset = Date.parse(me.server_time) - Date.now();
  return { me, signedInAt, leaseUntil: me.lease_until, offset };
}

/** Each valid answer of the server starts the 30 days anew. */
async function extendLease({ time, offset }: Contact): Promise<void> {
  if (!signedIn) return;
  const leaseUntil = new Date(Date.parse(time) + LEASE).toISOString();
  await keep({ ...signedIn, leaseUntil, offset });
}

/** Ends the session at the server; offline, that is made up for at the next start. */
async function endServerSession(): Promise<void> {
  try {
    await callApi('DELETE', '/api/session');
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) return;
  }
  await phone.write(['state'], async (tx) => {
    await got(tx.objectStore('state').delete('leaving'));
  });
}

/** Caches other than the app itself, which holds nobody's data. */
async function wipeCaches(): Promise<void> {
  if (typeof caches === 'undefined') return;
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => !name.includes('precache')).map((name) => caches.delete(name)),
  );
}

async function askWhetherKept(): Promise<void> {
  if (await navigator.storage?.persisted?.().catch(() => false)) sync.persisted = true;
}

/** Counts what other accounts of this phone have not sent. */
async function reportOthers(id: string): Promise<void> {
  const known = await phone.read(
    ['accounts'],
    (tx) => got(tx.objectStore('accounts').getAll()) as Promise<KnownAccount[]>,
  );
  const others = known.filter((other) => other.id !== id);
  const counted = await Promise.all(others.map(countUnsent));
  otherUnsent.value = counted.filter(({ ops, drafts: open }) => ops + open > 0);
}

async function countUnsent(known: KnownAccount): Promise<OtherUnsent> {
  const db = new Database(() => indexedDB, accountPlan(known.id));
  const counts = await db.read(['ops', 'drafts'], async (tx) => ({
    ops: await got(tx.objectStore('ops').count()),
    drafts: await got(tx.objectStore('drafts').count()),
  }));
  db.close();
  return { ...known, ...counts };
}
