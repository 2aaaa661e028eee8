/** What an HTTP reply to a sync means: an answer, or a fault with exactly one consequence [D4]. */

import { readAnswer, type SyncAnswer } from '../../../sync/messages';
import { storageCode, StorageError } from './errors';
import type { SyncErrorCode } from './types';

/** A reply as the network port gives it; no reply at all is a rejection. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** Why a sync stopped. Nothing leaves the outbox by it. */
export class SyncFault extends Error {
  override readonly name = 'SyncFault';

  constructor(
    readonly code: SyncErrorCode,
    readonly status = 0,
    readonly title = '',
    /** When the server asks for a pause, ms. */
    readonly wait: number | null = null,
  ) {
    super(code);
  }
}

/** 409: send from `expected`. */
export class SequenceGap extends Error {
  override readonly name = 'SequenceGap';

  constructor(readonly expected: number) {
    super(`expected ${expected}`);
  }
}

/** 413: send fewer ops. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

/** The answer in `reply`; throws SyncFault, SequenceGap or TooMuch. `now` in ms. */
export function answerIn(reply: Reply, now: number): SyncAnswer {
  if (reply.status === 200) {
    const answer = readAnswer(reply.contentType, reply.text);
    if (typeof answer === 'string') throw new SyncFault(answer, 200);
    return answer;
  }
  throw refusal(reply, now);
}

/** Only a problem document is the server's own word; a proxy or a hotel's Wi-Fi speaks HTML. */
function refusal(reply: Reply, now: number): Error {
  const { status } = reply;
  const problem = problemIn(reply);
  const title = typeof problem?.['title'] === 'string' ? problem['title'] : '';
  if (status === 413) return new TooMuch();
  if (status === 429 || status === 503) {
    return new SyncFault('busy', status, title, waitOf(reply.retryAfter, now));
  }
  if (status >= 500) return new SyncFault('server', status, title);
  if (!problem) return new SyncFault('captive_portal', status);
  if (isSignedOut(status, problem)) return new SyncFault('signed_out', status, title);
  const expected = problem['expected'];
  if (problem['code'] === 'sequence_gap' && typeof expected === 'number') {
    return new SequenceGap(expected);
  }
  return new SyncFault(
    problem['code'] === 'device_taken' ? 'device_taken' : 'refused',
    status,
    title,
  );
}

/** A password that another gave is changed where one signs in. */
function isSignedOut(status: number, problem: Readonly<Record<string, unknown>>): boolean {
  return status === 401 || problem['code'] === 'password_change_due';
}

function problemIn({ contentType, text }: Reply): Record<string, unknown> | null {
  if (!/^application\/(problem\+)?json\b/i.test(contentType)) return null;
  try {
    const problem: unknown = JSON.parse(text);
    return typeof problem === 'object' ? (problem as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** Retry-After in seconds or as a date, at most an hour; null when absent or unreadable. */
function waitOf(retryAfter: string | null, now: number): number | null {
  if (!retryAfter) return null;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), 3600_000) : null;
}

/** An error of a sync as the fault it means; what isn't one, a defect, is thrown on. */
export function faultOf(error: unknown): SyncFault {
  if (error instanceof SyncFault) return error;
  if (error instanceof StorageError) {
    return new SyncFault(storageCode(error));
  }
  if (error instanceof SequenceGap) return new SyncFault('sequence_gap', 409);
  if (error instanceof TooMuch) return new SyncFault('too_large', 413);
  throw error;
}
