/**
 * One device's half of the sync protocol (sync/SPEC.md): pushes the outbox, pulls pages, believes
 * only whole answers. It knows no DOM and no Vue: network, clock, chance and storage are given.
 */

import {
  PROTO,
  SCHEMA,
  type EvictedDevice,
  type Op,
  type SyncAnswer,
  type SyncRequest,
} from '../../../sync/messages';
import { compact, needsCompaction } from './compaction';
import type { Database } from './database';
import { forgetEvicted, readEvicted } from './evicted';
import { answerIn, faultOf, SequenceGap, SyncFault, TooMuch } from './faults';
import { readOps } from './outbox';
import { Puller } from './puller';
import { keepReceipt, pruneSent, sendAgain } from './receipts';
import { readDevice } from './renewal';
import { newTally, type EnginePorts, type Outcome, type Tally } from './run';
import { cursorsOf, readScopes, rebuilding } from './scopes';

/** Ops a request at most. */
const BATCH = 200;
/** Times a run starts over because the server asked for another n. */
const GAPS = 3;
/** Backoff doubles from the first of these to the last, ms. */
const BACKOFF = { first: 2_000, last: 300_000 };

export class Engine {
  /** The highest n the server has answered for; ops up to it wait to be read back. */
  private answered = 0;
  private batch = BATCH;
  private failures = 0;
  /** The device of before, until the server knows of it [D10]; undefined until it is read. */
  private evicted: EvictedDevice | null | undefined;

  private readonly puller: Puller;

  constructor(
    private readonly db: Database,
    private device: { readonly id: string; readonly account: string },
    private readonly ports: EnginePorts,
  ) {
    this.puller = new Puller(db, ports);
  }

  /** Pushes and pulls until both are through. Rejects only for a defect; one run at a time is the caller's duty. */
  async run(): Promise<Outcome> {
    const tally: Tally = newTally();
    let fault: SyncFault | null = null;
    this.puller.begin();
    try {
      await this.ports.onStart?.();
      this.become(await readDevice(this.db));
      await this.exchangeAll(tally);
      this.puller.end();
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

  /** The next run compares every scope with the server [L8]. */
  checkNext(): void {
    this.puller.checkAll = true;
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
    const body = JSON.stringify(await this.request(ops));
    const started = ports.now();
    const reply = await ports.send(body).catch(deadLine);
    const answer = answerIn(reply, ports.now());
    if (answer.account !== this.device.account) throw new SyncFault('other_account', 200);
    await this.toldEvicted();
    tally.bytesUp += body.length;
    tally.bytesDown += reply.text.length;
    const offset = Date.parse(answer.time) - (started + ports.now()) / 2;
    await ports.onContact?.({ time: answer.time, offset, directory: answer.directory });
    this.noteResults(ops, answer, tally);
    const regressed = await this.noteReceipt(answer, tally);
    const pulling = await this.puller.pull(answer, tally);
    const full = ops.length >= this.batch;
    this.batch = Math.min(BATCH, this.batch * 2);
    return pulling || full || regressed;
  }

  private async request(ops: readonly Op[]): Promise<SyncRequest> {
    const scopes = await readScopes(this.db);
    const check = this.puller.due(scopes);
    const rebuild = rebuilding(scopes);
    if (this.evicted === undefined) this.evicted = await readEvicted(this.db);
    return {
      ...{ proto: PROTO, schema: SCHEMA, device: this.device.id, ops, scopes: cursorsOf(scopes) },
      ...(check.length > 0 && { check }),
      ...(rebuild.length > 0 && { rebuild }),
      ...(this.evicted && { evicted: this.evicted }),
      wall: new Date(this.ports.now()).toISOString(),
    };
  }

  /** The server knows now of the device that the browser has cleared. */
  private async toldEvicted(): Promise<void> {
    if (this.evicted) await forgetEvicted(this.db);
    this.evicted = null;
  }

  private noteResults(ops: readonly Op[], answer: SyncAnswer, tally: Tally): void {
    const results = new Set(answer.results.map(({ op_id }) => op_id));
    for (const op of ops) {
      if (!results.has(op.op_id)) throw new SyncFault('bad_answer', 200);
      this.answered = op.n;
    }
    tally.sent += ops.length;
    this.ports.onProgress?.(tally);
  }

  /** Whether the server lacks ops that it had: they are sent again [P12]. */
  private async noteReceipt({ receipt }: SyncAnswer, tally: Tally): Promise<boolean> {
    if (!receipt) return false;
    tally.receipt = receipt;
    const regress = await keepReceipt(this.db, receipt);
    if (!regress) return false;
    tally.regress = regress;
    this.answered = receipt.n;
    return true;
  }

  private async sendFrom(expected: number): Promise<void> {
    if (await sendAgain(this.db, expected)) {
      this.answered = expected - 1;
      return;
    }
    // Nobody has what is missing any more: the server will take what follows from a new device.
    if (!this.ports.renew) throw new SyncFault('sequence_gap', 409);
    this.become(await this.ports.renew(expected));
    await this.ports.onStart?.();
  }

  /** Goes on as this device, which another tab may have made. */
  private become(id: string | undefined): void {
    if (id === undefined || id === this.device.id) return;
    this.device = { ...this.device, id };
    this.answered = 0;
  }

  private async tidy(): Promise<void> {
    // All pages are here. An op that was answered for and still isn't read back is sent again: the
    // server may have been restored from an older copy, and a replay is harmless [P4].
    const [first] = await readOps(this.db, 1, 1);
    if (first && first.n <= this.answered) this.answered = first.n - 1;
    const scopes = await readScopes(this.db);
    if (scopes.some(needsCompaction)) await compact(this.db, scopes);
    await pruneSent(this.db);
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
