/**
 * When a sync runs. In the foreground only: at the start, when the line or the page comes back,
 * after a save, each minute while visible, and after a failure with backoff. One tab at a time
 * [D2].
 */

import { renew, type Account } from './account';
import { keepDirectory } from './directory';
import { Engine } from './engine';
import type { Contact, Outcome } from './run';
import type { Reply } from './faults';
import { noteSync } from './journal';
import { alone } from './channel';
import { Photos } from './photoSync';
import { Showing } from './showing';
import { sync, tick } from './state';
import { sendSync } from './transport';

/** A request without an answer after this is said to be offline, ms; it may still come through. */
const SILENCE = 4_500;
const AFTER_SAVE = 400;
const INTERVAL = 60_000;
/** Ops that were sent and not read back are asked after, ms. */
const NOT_READ_BACK = 5_000;

/** Sealed answers, which have nothing to do with the account, leave after the first page, ms [Q3]. */
const SEALED_AFTER = 5_000;

function sendSealed(): void {
  void import('./surveys/sender').then((sender) => sender.sendSealed()).catch(() => undefined);
}

export class Syncing {
  private readonly engine: Engine;
  private readonly showing: Showing;
  private readonly photos: Photos;
  private readonly undo: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;
  private running: Promise<void> | null = null;
  private again = false;
  private notBefore = 0;
  private stopped = false;
  private last: Outcome | null = null;

  /** `onContact` hears of each valid answer; `onStranger` when somebody else signed in or out. */
  constructor(
    private readonly account: Account,
    private readonly onContact: (contact: Contact) => Promise<void>,
    onStranger: () => void,
  ) {
    this.showing = new Showing(account, (now) =>
      now === account.id ? this.signedIn() : onStranger(),
    );
    this.photos = new Photos(account.db, (delay) => this.request(delay));
    this.engine = new Engine(
      account.db,
      { id: account.device, account: account.id },
      {
        send: (body) => this.send(body),
        now: () => Date.now(),
        random: () => Math.random(),
        renew: (expected) => renew(account, expected),
        onStart: () => this.showing.start(),
        onPage: (page) => this.showing.page(page),
        onLost: (destroyed) => this.showing.loss(destroyed),
        onContact: (contact) => this.hearContact(contact),
        onProgress: (tally) => this.showing.progress(tally),
      },
    );
    account.onSaved = () => this.saved();
  }

  /** Installs the triggers and syncs at once when the line seems to be there. */
  start(): void {
    this.listen(window, 'online', () => this.lineIsBack());
    this.listen(window, 'offline', () => this.showing.state('offline'));
    this.listen(document, 'visibilitychange', () => this.pageIsBack());
    const beat = setInterval(() => this.beat(), INTERVAL);
    this.undo.push(() => clearInterval(beat));
    this.photos.saved();
    const later = setTimeout(sendSealed, SEALED_AFTER);
    this.undo.push(() => clearTimeout(later));
    this.listen(window, 'online', sendSealed);
    if (navigator.onLine) this.request(0);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.undo.forEach((undo) => undo());
    this.showing.stop();
    this.photos.pause();
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
    if (this.stopped) return;
    if (Date.now() < this.notBefore) {
      // The server asked for a pause: it is kept, and the sync comes after it.
      this.request(0);
      return;
    }
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

  /** Compares every scope with the server, now [L8]; null where the server wants a pause. */
  async check(): Promise<Outcome | null> {
    while (this.running) await this.running;
    this.last = null;
    this.engine.checkNext();
    await this.now();
    return this.last;
  }

  /** The account signed in again: what failed may go on. */
  signedIn(): void {
    this.notBefore = 0;
    this.lineIsBack();
  }

  get answeredUpTo(): number {
    return this.engine.answeredUpTo;
  }

  private saved(): void {
    this.showing.countPending();
    this.photos.saved();
    if (!navigator.onLine) return;
    if (sync.state === 'synced') this.showing.state('syncing');
    this.request(AFTER_SAVE);
  }

  private async run(): Promise<void> {
    if (this.stopped) return;
    const started = Date.now();
    const outcome = await this.engine.run();
    if (this.stopped) return;
    this.last = outcome;
    const at = new Date();
    this.showing.end(outcome, at);
    this.plan(outcome);
    void this.photos.follow(outcome.fault === null);
    // A full phone can't write this down either; the fault is shown all the same.
    await noteSync(this.account.db, outcome, at.toISOString(), Date.now() - started).catch(
      () => undefined,
    );
  }

  private plan({ fault, retryIn }: Outcome): void {
    const told = fault?.wait ?? null;
    this.notBefore = told === null || retryIn === null ? 0 : Date.now() + retryIn;
    sync.retryAt = retryIn === null ? null : new Date(Date.now() + retryIn);
    if (retryIn !== null) this.request(retryIn);
    else if (!fault && sync.pending > 0) this.request(NOT_READ_BACK);
  }

  private async send(body: string): Promise<Reply> {
    let silent = false;
    const timer = setTimeout(() => {
      silent = true;
      this.showing.state('offline');
    }, SILENCE);
    try {
      return await sendSync(body);
    } finally {
      clearTimeout(timer);
      if (silent) this.showing.state('syncing');
    }
  }

  private async hearContact(contact: Contact): Promise<void> {
    await this.onContact(contact);
    // Names are no reason for a sync to fail.
    void keepDirectory(this.account.db, contact.directory).catch(() => undefined);
  }

  private lineIsBack(): void {
    this.engine.forgetFailures();
    this.photos.forgetFailures();
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
