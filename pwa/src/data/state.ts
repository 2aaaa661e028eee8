/** What the pages see of the session and of the sync, and the account that is open in this tab. */

import { computed, shallowReactive, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import { now } from './days';
import type { Account } from './account';
import type { Draft, OtherUnsent, Session, SyncStatus } from './types';

export const session: ShallowRef<Session | null> = shallowRef(null);
export const otherUnsent: ShallowRef<readonly OtherUnsent[]> = shallowRef([]);
export const drafts: ShallowRef<readonly Draft[]> = shallowRef([]);
export const account: ShallowRef<Account | null> = shallowRef(null);

const QUIET: SyncStatus = {
  state: 'offline',
  pending: 0,
  done: 0,
  total: 0,
  pulled: 0,
  syncedAt: null,
  attention: 0,
  lastError: null,
  retryAt: null,
  photos: 0,
  photosRefused: 0,
  persisted: null,
  evicted: null,
  usage: null,
};

export const sync: SyncStatus = shallowReactive({ ...QUIET });

export function forgetStatus(): void {
  Object.assign(sync, QUIET, { persisted: sync.persisted });
}

/** Raised whenever the time matters anew: each minute and on return to the page. */
const clock = shallowRef(0);

export function tick(): void {
  clock.value += 1;
}

export const leaseExpired: ComputedRef<boolean> = computed(() => {
  const until = session.value?.leaseUntil;
  return clock.value >= 0 && until !== undefined && now() > Date.parse(until);
});

/** The open account; a defect when there is none. */
export function openAccount(): Account {
  if (!account.value) throw new Error('nobody is signed in');
  return account.value;
}
