/**
 * One device's half of the sync protocol (sync/SPEC.md): pushes the outbox, pulls pages, believes
 * only whole answers. It knows no DOM and no Vue: network, clock, chance and storage are given.
 */

import { PROTO, SCHEMA, type Op, type Receipt, type SyncAnswer } from '../../../sync/messages';
import { compact, needsCompaction } from './compaction';
import type { Database } from './database';
import { answerIn, faultOf, SequenceGap, SyncFault, TooMuch, type Reply } from './faults';
import { readOps } from './outbox';
import { applyPage, type PageEffect } from './pages';
import { cursorsOf, loseScopes, readScopes } from './scopes';
import type { SyncErrorCode } from './types';

/** Ops a request at most. */
const BATCH = 200;
/** Times a run starts over because the server asked for another n. */
const GAPS = 3;
/** Backoff doubles from the first of these to the last, ms. */
const BACKOFF = { first: 2_000, last: 300_000 };

export interface EnginePorts {
  /** Sends a request's JSON; rejects when no whole reply came. */
  readonly send: (body: string) => Promise<Reply>;
  /** The phone's clock, ms. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** A run begins. */
  readonly onStart?: () => Promise<void>;
  /** A page was stored. */
  readonly onPage?: (page: PageEffect) => void;
  /** Scopes were lost; `destroyed` are those whose data is gone. */
  readonly onLost?: (destroyed: readonly string[]) => void;
  /** A valid answer came: time of the server, its difference from this clock, directory's etag. */
  readonly onContact?: (contact: Contact) => void | Promise<void>;
  readonly onProgress?: (tally: Tally) => void;
}

export interface Contact {
  readonly time: string;
  readonly offset: number;
  readonly directory: string;
}

/** What one run did. */
export interface Tally {
  sent: number;
  readBack: number;
  pulled: number;
  bytesUp: number;
  bytesDown: number;
  receipt: Receipt | null;
}

export interface Outcome extends Tally {
  readonly outcome: 'ok' | SyncErrorCode;
  readonly fault: SyncFault | null;
  /** When to try again, ms from now; null: not before something changes. */
  readonly retryIn: number | null;
}

export class Engine {
  /** The highest n the server has answered for; ops up to it wait to be read back. */
  private answered = 0;
  private batch = BATCH;
  private failures = 0;

  constructor(
    private readonly db: Database,
    private readonly device: { readonly id: string; readonly account: string },
    private readonly ports: EnginePorts,
  ) {}

  /** Pushes and pulls until both are through. Rejects only for a defect; one run at a time is the caller's duty. */
  async run(): Promise<Outcome> {
    const tally: Tally = newTally();
    let fault: SyncFault | null = null;
    try {
      await this.ports.onStart?.();
      await this.exchangeAll(tally);
    } catch (error) {
      fault = faultOf(error);
    }
    this.failures = fault ? this.failures + 1 : 0;
    return { ...tally, outcome: fault?.code ?? 'ok', fault, retryIn: this.retryIn(fault) };
  }

  /** The line is back: the next failure waits short again. */
  forgetFailures(): void {
    this.failures = 0;
  }

  /** Ops up to this n are with the server and wait to be read back. */
  get answeredUpTo(): number {
    return this.answered;
  }

  private async exchangeAll(tally: Tally): Promise<void> {
    let gaps = 0;
    for (let more = true; more;) {
      const ops = await readOps(this.db, this.answered + 1, this.batch);
      try {
        more = await this.exchange(ops, tally);
      } catch (error) {
        if (error instanceof TooMuch && ops.length > 1) this.batch = ops.length >> 1;
        else if (error instanceof SequenceGap && gaps < GAPS) await this.sendFrom(error.expected);
        else throw error;
        gaps += error instanceof SequenceGap ? 1 : 0;
      }
    }
    await this.tidy();
  }

  /** One round trip; whether there is more to push or pull. */
  private async exchange(ops: readonly Op[], tally: Tally): Promise<boolean> {
    const { ports } = this;
    const scopes = cursorsOf(await readScopes(this.db));
    const request = { proto: PROTO, schema: SCHEMA, device: this.device.id, ops, scopes };
    const body = JSON.stringify(request);
    const started = ports.now();
    const reply = await ports.send(body).catch(deadLine);
    const answer = answerIn(reply, ports.now());
    if (answer.account !== this.device.account) throw new SyncFault('other_account', 200);
    tally.bytesUp += body.length;
    tally.bytesDown += reply.text.length;
    const offset = Date.parse(answer.time) - (started + ports.now()) / 2;
    await ports.onContact?.({ time: answer.time, offset, directory: answer.directory });
    this.noteResults(ops, answer, tally);
    const pulling = await this.pull(answer, tally);
    const full = ops.length >= this.batch;
    this.batch = Math.min(BATCH, this.batch * 2);
    return pulling || full;
  }

  private noteResults(ops: readonly Op[], answer: SyncAnswer, tally: Tally): void {
    const results = new Set(answer.results.map(({ op_id }) => op_id));
    for (const op of ops) {
      if (!results.has(op.op_id)) throw new SyncFault('bad_answer', 200);
      this.answered = op.n;
    }
    tally.sent += ops.length;
    tally.receipt = answer.receipt ?? tally.receipt;
    this.ports.onProgress?.(tally);
  }

  /** Applies the pages one by one; whether to ask again for more. */
  private async pull(answer: SyncAnswer, tally: Tally): Promise<boolean> {
    // A full answer leaves the pages of later scopes where they are, with more behind them. One
    // that moves nothing at all would be asked for without end.
    let [more, moved] = [false, false];
    for (const page of answer.scopes) {
      const effect = await applyPage(this.db, page);
      if (!effect.applied) continue;
      more ||= page.more;
      moved ||= page.to > page.from;
      tally.pulled += effect.entries.length;
      tally.readBack += effect.readBack.length;
      this.ports.onPage?.(effect);
      this.ports.onProgress?.(tally);
    }
    if (answer.lost.length > 0) {
      const destroyed = await loseScopes(this.db, answer.lost, answer.results);
      this.ports.onLost?.(destroyed);
    }
    return more && moved;
  }

  private async sendFrom(expected: number): Promise<void> {
    const [first] = await readOps(this.db, expected, 1);
    if (first?.n !== expected) throw new SyncFault('sequence_gap', 409);
    this.answered = expected - 1;
  }

  private async tidy(): Promise<void> {
    // All pages are here. An op that was answered for and still isn't read back is sent again: the
    // server may have been restored from an older copy, and a replay is harmless [P4].
    const [first] = await readOps(this.db, 1, 1);
    if (first && first.n <= this.answered) this.answered = first.n - 1;
    const scopes = await readScopes(this.db);
    if (scopes.some(needsCompaction)) await compact(this.db, scopes);
  }

  private retryIn(fault: SyncFault | null): number | null {
    if (!fault || fault.code === 'signed_out' || fault.code === 'other_account') return null;
    if (fault.wait !== null) return fault.wait + 1_000 * this.ports.random();
    const doubled = BACKOFF.first * 2 ** Math.min(this.failures - 1, 10);
    return Math.min(doubled, BACKOFF.last) * (0.5 + this.ports.random() / 2);
  }
}

function deadLine(): never {
  throw new SyncFault('offline');
}

function newTally(): Tally {
  return { sent: 0, readBack: 0, pulled: 0, bytesUp: 0, bytesDown: 0, receipt: null };
}
