/** What is said about the sync, here and in the other tabs, and what it changes in memory. */

import { effectScope, watch, type EffectScope } from 'vue';
import { markUnsent, readAgain, readDrafts, type Account } from './account';
import { onTabMessage, tellTabs, type TabMessage } from './channel';
import type { Outcome, Tally } from './run';
import { isForAuthor, isOpen, isSide, quarantinedIn } from './matters';
import type { PageEffect } from './pages';
import { sync } from './state';
import type { SyncErrorCode, SyncState } from './types';

/** Pulled records from which on a run is worth showing, though nothing is sent. */
const MANY = 500;

/** Faults that only a person can mend. */
const FOR_A_PERSON: ReadonlySet<SyncErrorCode> = new Set<SyncErrorCode>([
  'device_taken',
  'sequence_gap',
  'too_large',
  'refused',
  'quota',
  'storage',
]);

export class Showing {
  private readonly scope: EffectScope = effectScope(true);
  private readonly unhear: () => void;
  private stopped = false;
  private long = false;

  /** `onSignIn` hears who signed in in another tab, null when somebody signed out. */
  constructor(
    private readonly account: Account,
    private readonly onSignIn: (account: string | null) => void,
  ) {
    this.unhear = onTabMessage(account.id, (message) => this.hear(message));
    this.watchAttention();
  }

  /** A run that is under way goes on, and what it stores is told; how it stands is not. */
  stop(): void {
    this.stopped = true;
    this.unhear();
    this.scope.stop();
  }

  state(state: SyncState): void {
    if (this.stopped) return;
    sync.state = state;
    const { done, total } = sync;
    tellTabs(this.account.id, { kind: 'status', status: { state, done, total } });
  }

  async start(): Promise<void> {
    // Another tab may have written or synced while this one waited for its turn.
    await readAgain(this.account);
    if (this.stopped) return;
    const total = this.account.rows.outbox.length;
    this.long = false;
    Object.assign(sync, { done: 0, total, pending: total, pulled: 0 });
    if (total > 0 || !sync.syncedAt) this.state('syncing');
  }

  /** A long pull is counted in records, all else in ops that are read back. */
  progress({ readBack, pulled, left }: Tally): void {
    if (this.stopped) return;
    this.long ||= left > 0;
    sync.done = this.long ? pulled : readBack;
    sync.total = this.long ? pulled + left : Math.max(sync.total, readBack + sync.pending);
    sync.pulled = pulled;
    if (pulled > MANY || sync.state === 'syncing') this.state('syncing');
  }

  page(page: PageEffect): void {
    this.applyPage(page);
    tellTabs(this.account.id, { kind: 'page', page });
  }

  loss(destroyed: readonly string[]): void {
    this.applyLoss(destroyed);
    tellTabs(this.account.id, { kind: 'lost', destroyed });
  }

  end({ fault }: Outcome, at: Date): void {
    this.account.rows.showWaiting();
    this.countPending();
    sync.lastError = fault && {
      code: fault.code,
      status: fault.status,
      title: fault.title,
      at: at.toISOString(),
    };
    if (!fault) sync.syncedAt = at;
    this.state(this.resting());
    const { syncedAt, lastError } = sync;
    tellTabs(this.account.id, { kind: 'synced', status: { syncedAt, lastError } });
  }

  countPending(): void {
    if (this.stopped) return;
    sync.pending = this.account.rows.outbox.length;
    markUnsent();
  }

  private resting(): SyncState {
    const code = sync.lastError?.code;
    if (code === 'signed_out' || code === 'other_account') return 'signed_out';
    if (code) return FOR_A_PERSON.has(code) ? 'attention' : 'offline';
    if (sync.attention > 0) return 'attention';
    if (sync.pending > 0) return 'syncing';
    return sync.syncedAt ? 'synced' : 'offline';
  }

  private applyPage({ entries, readBack, replaced }: PageEffect): void {
    const { rows, households } = this.account;
    rows.applyPage(entries, readBack);
    if (replaced) {
      void rows.reload();
      households.refresh(0);
    }
    if ([...entries, ...readBack].some(({ type }) => type === 'household')) households.refresh();
    this.countPending();
  }

  private applyLoss(destroyed: readonly string[]): void {
    this.account.rows.dropScopes(destroyed);
    this.account.households.refresh();
    void readAgain(this.account);
  }

  private hear(message: TabMessage): void {
    switch (message.kind) {
      case 'account':
        return this.onSignIn(message.now);
      case 'page':
        return this.applyPage(message.page);
      case 'lost':
        return this.applyLoss(message.destroyed);
      case 'drafts':
        return void readDrafts(this.account);
      case 'ops':
        this.account.rows.addOps(message.ops);
        if (message.ops.some(({ type }) => type === 'household')) this.account.households.refresh();
        return this.countPending();
      case 'status':
      case 'synced':
        Object.assign(sync, message.status);
    }
  }

  /**
   * What waits for this person: his own refused ops [P11], and conflicts in which he wrote a side
   * [M3].
   */
  private watchAttention(): void {
    const { id, rows } = this.account;
    this.scope.run(() =>
      watch(
        [rows.of('quarantine'), rows.of('conflict')] as const,
        ([quarantine, conflicts]) => {
          const refused = quarantinedIn(quarantine.values(), `person:${id}`).filter(isForAuthor);
          const mine = [...conflicts.values()].filter((row) => isOpen(row) && isSide(row, id));
          sync.attention = refused.length + mine.length;
          if (sync.state === 'synced' || sync.state === 'attention') this.state(this.resting());
        },
        { immediate: true },
      ),
    );
  }
}
