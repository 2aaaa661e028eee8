/**
 * Uploads what waits, one at a time, thumbnails first, and only while no op waits to be sent [F2]. It
 * knows neither the network nor the database: both are given.
 */

import type { UploadRow } from '../schema';

/** Why an upload ended. `status` is 0 when no answer came. */
export class UploadFault extends Error {
  override readonly name = 'UploadFault';
  constructor(
    readonly status: number,
    readonly code: string,
    /** As the server asked for, ms. */
    readonly wait: number | null = null,
  ) {
    super(code);
  }
}

/** The code of an upload that made way for an op; the next sync goes on with it. */
export const YIELDED = 'yielded';

export interface QueuePorts {
  readonly uploads: () => Promise<readonly UploadRow[]>;
  readonly content: (sha256: string) => Promise<ArrayBuffer | null>;
  readonly put: (row: UploadRow) => Promise<void>;
  /** Whether bytes may be sent now: no op waits. */
  readonly mayGo: () => Promise<boolean>;
  /** Uploads the content whole; tells the address as soon as there is one. Throws UploadFault. */
  readonly send: (
    row: UploadRow,
    content: ArrayBuffer,
    onUrl: (url: string) => Promise<void>,
  ) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
}

/** Backoff doubles from the first of these to the last, ms. */
const BACKOFF = { first: 5_000, last: 600_000 };
/** Times a run sends a file anew that the server threw away as damaged. */
const ANEW = 3;
/** What the server refuses is asked again after this, ms: a right may come back. */
const ASK_AGAIN = 24 * 3600_000;
/** Answers that the same file would get again. */
const FINAL: ReadonlySet<number> = new Set([403, 413, 415, 422]);
const DAMAGED = 460;

export class PhotoQueue {
  private failures = 0;

  constructor(private readonly ports: QueuePorts) {}

  /** Uploads until nothing is left that may go. Resolves with when to try again, ms; null: no need. */
  async run(): Promise<number | null> {
    try {
      for (let row = await this.next(); row; row = await this.next()) await this.upload(row);
      this.failures = 0;
      return null;
    } catch (error) {
      if (!(error instanceof UploadFault)) throw error;
      if (error.code === YIELDED) return null;
      this.failures += 1;
      return this.retryIn(error);
    }
  }

  /** The line is back: the next failure waits short again. */
  forgetFailures(): void {
    this.failures = 0;
  }

  private async next(): Promise<UploadRow | null> {
    if (!(await this.ports.mayGo())) return null;
    const now = this.ports.now();
    const waiting = (await this.ports.uploads())
      .filter(({ sentAt }) => sentAt === null)
      .filter(({ refused }) => !refused || now - Date.parse(refused.at) > ASK_AGAIN);
    return waiting.sort(inOrder)[0] ?? null;
  }

  private async upload(waiting: UploadRow): Promise<void> {
    const { ports } = this;
    const content = await ports.content(waiting.sha256);
    let row: UploadRow = { ...waiting, refused: null };
    for (let time = 1; content; time += 1) {
      try {
        await ports.send(row, content, (url) => ports.put((row = { ...row, url })));
        await ports.put({ ...row, url: null, sentAt: this.isoNow() });
        return;
      } catch (error) {
        if (!(error instanceof UploadFault)) throw error;
        if (FINAL.has(error.status)) return this.refuse(row, error.code);
        if (error.status !== DAMAGED) throw error;
        await ports.put((row = { ...row, url: null }));
        if (time === ANEW) throw error;
      }
    }
    await this.refuse(row, 'lost');
  }

  private refuse(row: UploadRow, code: string): Promise<void> {
    return this.ports.put({ ...row, url: null, refused: { code, at: this.isoNow() } });
  }

  private isoNow(): string {
    return new Date(this.ports.now()).toISOString();
  }

  private retryIn({ wait }: UploadFault): number {
    if (wait !== null) return wait + 1_000 * this.ports.random();
    const doubled = BACKOFF.first * 2 ** Math.min(this.failures - 1, 10);
    return Math.min(doubled, BACKOFF.last) * (0.5 + this.ports.random() / 2);
  }
}

function inOrder(a: UploadRow, b: UploadRow): number {
  if (a.thumb !== b.thumb) return a.thumb ? -1 : 1;
  return a.addedAt < b.addedAt ? -1 : 1;
}
