/** What the tabs of this phone tell each other. A tab doesn't hear itself. */

import type { Op } from '../../../sync/messages';
import type { PageEffect } from './pages';
import type { SyncStatus } from './types';

export type TabMessage =
  | { readonly kind: 'ops'; readonly ops: readonly Op[] }
  | { readonly kind: 'page'; readonly page: PageEffect }
  | { readonly kind: 'lost'; readonly destroyed: readonly string[] }
  | { readonly kind: 'drafts' }
  | { readonly kind: 'status'; readonly status: Pick<SyncStatus, 'state' | 'done' | 'total'> }
  | { readonly kind: 'synced'; readonly status: Pick<SyncStatus, 'syncedAt' | 'lastError'> }
  /** Somebody signed in, or out (null). */
  | { readonly kind: 'account'; readonly now: string | null };

interface Envelope {
  readonly account: string;
  readonly message: TabMessage;
}

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('minqing');

export function tellTabs(account: string, message: TabMessage): void {
  channel?.postMessage({ account, message } satisfies Envelope);
}

/** Hears of messages about `account`, and of every `account` message. */
export function onTabMessage(account: string, hear: (message: TabMessage) => void): () => void {
  const listener = ({ data }: MessageEvent<Envelope>): void => {
    if (data.account === account || data.message.kind === 'account') hear(data.message);
  };
  channel?.addEventListener('message', listener);
  return () => channel?.removeEventListener('message', listener);
}

/** Runs `work` while no other tab syncs or signs in [D2]. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  // On plain http there are no locks; nor is there a service worker, so the app isn't used so.
  if (!navigator.locks) return work();
  return await navigator.locks.request('minqing-sync', work);
}

/** Runs `work` unless another tab uploads photos; null then. They never keep a sync waiting. */
export async function aloneWithPhotos<T>(work: () => Promise<T>): Promise<T | null> {
  if (!navigator.locks) return work();
  return await navigator.locks.request('minqing-photos', { ifAvailable: true }, (lock) =>
    lock ? work() : null,
  );
}
