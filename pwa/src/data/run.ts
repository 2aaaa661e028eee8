/** One run of the engine: what it needs from outside, and what it tells. */

import type { Receipt } from '../../../sync/messages';
import type { Reply, SyncFault } from './faults';
import type { PageEffect } from './pages';
import type { Regress } from './receipts';
import type { SyncErrorCode } from './types';

export interface EnginePorts {
  /** Sends a request's JSON; rejects when no whole reply came. */
  readonly send: (body: string) => Promise<Reply>;
  /** The phone's clock, ms. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Makes the outbox from this n on that of a new device, and returns it [D4]. */
  readonly renew?: (expected: number) => Promise<string>;
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
  /** Records that later pages will bring. */
  left: number;
  bytesUp: number;
  bytesDown: number;
  receipt: Receipt | null;
  /** Scopes whose digest was compared, and those that were read anew. */
  checked: number;
  rebuilt: number;
  /** The server was restored from an older copy. */
  regress: Regress | null;
}

export interface Outcome extends Tally {
  readonly outcome: 'ok' | SyncErrorCode;
  readonly fault: SyncFault | null;
  /** When to try again, ms from now; null: not before something changes. */
  readonly retryIn: number | null;
}

export function newTally(): Tally {
  return {
    ...{ sent: 0, readBack: 0, pulled: 0, left: 0, bytesUp: 0, bytesDown: 0, receipt: null },
    ...{ checked: 0, rebuilt: 0, regress: null },
  };
}
