/**
 * When a sync runs and what is said about it. In the foreground only: at the start, when the line
 * or the page comes back, after a save, each minute while visible, and after a failure with
 * backoff. One tab at a time [D2]; the others are told.
 */

import { effectScope, watch, type EffectScope } from 'vue';
import { readAgain, readDrafts, type Account } from './account';
import { onTabMessage, tellTabs, type TabMessage } from './channel';
import { keepDirectory } from './directory';
import { Engine, type Contact, type Outcome, type Tally } from './engine';
import { noteSync, readSyncedAt } from './journal';
import type { PageEffect } from './pages';
import { sync, tick } from './state';
import { sendSync } from './transport';
import type { Reply } from './faults';
import type { SyncErrorCode, SyncState } from './types';

/** A request without an answer after this is said to be offline, ms; it may still come through. */
const SILENCE = 4_500;
const AFTER_SAVE = 400;
const INTERVAL = 60_000;
/** Ops that were sent and not read back are asked after, ms. */
const NOT_READ_BACK = 5_000;

/** Faults that only a person can mend. */
const FOR_A_PERSON: ReadonlySet<SyncErrorCode> = new Set<SyncErrorCode>([
  'device_taken',
  'sequence_gap',
  'too_large',
  'refused',
  'quota',
  'storage',
]);

export class Syncing {
  private readonly engine: Engine;
  private readonly scope: EffectScope = effectScope(true);
  private readonly undo: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;
  private running: Promise<void> | null = null;
  private again = false;
  private silent = false;
  private notBefore = 0;
  private stopped = false;

  /** `onContact` hears of each valid answer; `onStranger` when somebody else signed in or out. */
  constructor(
    private readonly account: Account,
    private readonly onContact: (contact: Contact) => Promise<void>,
    private readonly onStranger: () => void,
  ) {
    this.engine = new Engine(
      account.db,
      { id: account.device, account: account.id },
      {
        send: (body) => this.send(body),
        now: () => Date.now(),
        random: () => Math.random(),
        onStart: () => this.showStart(),
        onPage: (page) => this.showPage(page),
        onLost: (destroyed) => this.showLoss(destroyed),
        onContact: (contact) => this.hearContact(contact),
        onProgress: (tally) => this.showProgress(tally),
      },
    );
  }

  /** Installs the triggers and syncs at once when the line seems to be there. */
  async start(): Promise<void> {
    this.undo.push(onTabMessage(this.account.id, (message) => this.hearTab(message)));
    this.listen(window, 'online', () => this.lineIsBack());
    this.listen(window, 'offline', () => this.show('offline'));
    this.listen(document, 'visibilitychange', () => this.pageIsBack());
    const beat = setInterval(() => this.beat(), INTERVAL);
    this.undo.push(() => clearInterval(beat));
    this.watchAttention();
    sync.pending = this.account.rows.outbox.length;
    const syncedAt = await readSyncedAt(this.account.db);
    sync.syncedAt = syncedAt ? new Date(syncedAt) : null;
    if (navigator.onLine) this.request(0);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.undo.forEach((undo) => undo());
    this.scope.stop();
  }

  /** Something was saved. */
  saved(): void {
    sync.pending = this.account.rows.outbox.length;
    if (!navigator.onLine) return;
    if (sync.state === 'synced') this.show('syncing');
    this.request(AFTER_SAVE);
  }

  /** Runs in `delay` ms, or earlier when that is asked for already; not before the server allows. */
  request(delay: number): void {
    if (this.stopped) return;
    const due = Math.max(Date.now() + delay, this.notBefore);
    if (this.timer !== undefined && due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => void this.now(), due - Date.now());
  }

  /** A sync, now; resolves when it has ended. A run in progress is followed by another. */
  async now(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.stopped || Date.now() < this.notBefore) return;
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = alone(() => this.run()).finally(() => {
      this.running = null;
    });
    await this.running;
    if (this.again) {
      this.again = false;
      await this.now();
    }
  }

  /** The account signed in again: what failed may go on. */
  signedIn(): void {
    this.notBefore = 0;
    this.lineIsBack();
  }

  get answeredUpTo(): number {
    return this.engine.answeredUpTo;
  }

  private async run(): Promise<void> {
    if (this.stopped) return;
    const started = Date.now();
    const outcome = await this.engine.run();
    if (this.stopped) return;
    const at = new Date();
    this.settle(outcome, at);
    // A full phone can't write this down either; the fault is shown all the same.
    await noteSync(this.account.db, outcome, at.toISOString(), Date.now() - started).catch(
      () => undefined,
    );
  }

  private async showStart(): Promise<void> {
    // Another tab may have written or synced while this one waited for its turn.
    await readAgain(this.account);
    const total = this.account.rows.outbox.length;
    Object.assign(sync, { done: 0, total, pending: total, pulled: 0 });
    if (total > 0 || !sync.syncedAt) this.show('syncing');
  }

  private settle({ fault, retryIn }: Outcome, at: Date): void {
    sync.pending = this.account.rows.outbox.length;
    sync.lastError = fault && {
      code: fault.code,
      status: fault.status,
      title: fault.title,
      at: at.toISOString(),
    };
    if (!fault) sync.syncedAt = at;
    this.notBefore = fault?.wait != null && retryIn !== null ? Date.now() + retryIn : 0;
    sync.retryAt = retryIn === null ? null : new Date(Date.now() + retryIn);
    if (retryIn !== null) this.request(retryIn);
    else if (!fault && sync.pending > 0) this.request(NOT_READ_BACK);
    this.show(this.restingState());
    const { syncedAt, lastError } = sync;
    tellTabs(this.account.id, { kind: 'synced', status: { syncedAt, lastError } });
  }

  private restingState(): SyncState {
    const code = sync.lastError?.code;
    if (code === 'signed_out' || code === 'other_account') return 'signed_out';
    if (code) return FOR_A_PERSON.has(code) ? 'attention' : 'offline';
    if (sync.attention > 0) return 'attention';
    if (sync.pending > 0) return 'syncing';
    return sync.syncedAt ? 'synced' : 'offline';
  }

  private show(state: SyncState): void {
    sync.state = state;
    const { done, total } = sync;
    tellTabs(this.account.id, { kind: 'status', status: { state, done, total } });
  }

  private async send(body: string): Promise<Reply> {
    const timer = setTimeout(() => {
      this.silent = true;
      this.show('offline');
    }, SILENCE);
    try {
      return await sendSync(body);
    } finally {
      clearTimeout(timer);
      if (this.silent) this.show('syncing');
      this.silent = false;
    }
  }

  private showPage(page: PageEffect): void {
    this.applyPage(page);
    tellTabs(this.account.id, { kind: 'page', page });
  }

  private applyPage({ entries, readBack }: PageEffect): void {
    const { rows, households } = this.account;
    rows.applyPage(entries, readBack);
    if ([...entries, ...readBack].some(({ type }) => type === 'household')) households.refresh();
    sync.pending = rows.outbox.length;
  }

  private showLoss(destroyed: readonly string[]): void {
    this.applyLoss(destroyed);
    tellTabs(this.account.id, { kind: 'lost', destroyed });
  }

  private applyLoss(destroyed: readonly string[]): void {
    this.account.rows.dropScopes(destroyed);
    this.account.households.refresh();
    void readAgain(this.account);
  }

  private showProgress({ readBack, pulled }: Tally): void {
    sync.done = readBack;
    sync.total = Math.max(sync.total, readBack + sync.pending);
    sync.pulled = pulled;
    // Many pages are worth showing even when nothing is sent.
    if (pulled > 500 || sync.state === 'syncing') this.show('syncing');
  }

  private async hearContact(contact: Contact): Promise<void> {
    await this.onContact(contact);
    // Names are no reason for a sync to fail.
    void keepDirectory(this.account, contact.directory).catch(() => undefined);
  }

  private hearTab(message: TabMessage): void {
    const { rows, households } = this.account;
    if (message.kind === 'account') this.hearAccount(message.now);
    else if (message.kind === 'page') this.applyPage(message.page);
    else if (message.kind === 'lost') this.applyLoss(message.destroyed);
    else if (message.kind === 'drafts') void readDrafts(this.account);
    else if (message.kind === 'ops') {
      rows.addOps(message.ops);
      if (message.ops.some(({ type }) => type === 'household')) households.refresh();
      sync.pending = rows.outbox.length;
    } else Object.assign(sync, message.status);
  }

  private hearAccount(now: string | null): void {
    if (now === this.account.id) this.signedIn();
    else this.onStranger();
  }

  private watchAttention(): void {
    const mine = `person:${this.account.id}`;
    const quarantine = this.account.rows.of('quarantine');
    this.scope.run(() =>
      watch(
        quarantine,
        (rows) => {
          sync.attention = [...rows.values()].filter(({ scope }) => scope === mine).length;
          if (sync.state === 'synced' || sync.state === 'attention') this.show(this.restingState());
        },
        { immediate: true },
      ),
    );
  }

  private lineIsBack(): void {
    this.engine.forgetFailures();
    this.request(0);
  }

  private pageIsBack(): void {
    if (document.visibilityState !== 'visible') return;
    tick();
    if (navigator.onLine) this.lineIsBack();
  }

  private beat(): void {
    tick();
    if (document.visibilityState === 'visible' && navigator.onLine) this.request(0);
  }

  private listen(target: EventTarget, event: string, act: () => void): void {
    target.addEventListener(event, act);
    this.undo.push(() => target.removeEventListener(event, act));
  }
}

/** Runs `work` while no other tab syncs or signs in [D2]. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  // On plain http there are no locks; nor is there a service worker, so the app isn't used so.
  if (!navigator.locks) return work();
  return (await navigator.locks.request('minqing-sync', work)) as T;
}
