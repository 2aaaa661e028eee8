/** The ledger of problems (问题台账): limits, what is late, filters, and the order of the list. */

import { addDays, type Row } from '@/data';

export type Problem = Row<'problem'>;
export type Timing = 'overdue' | 'due_soon' | 'in_time' | 'none';

/** A limit within this many days is shown as near. */
export const NEAR_DAYS = 7;

const UNFINISHED: ReadonlySet<string> = new Set(['recorded', 'open', 'phased']);

export function isUnfinished(problem: Problem): boolean {
  return UNFINISHED.has(problem.fields.state ?? 'recorded');
}

/** Returns the day by which the next thing must be done: the limit, or the next open step's. */
export function limitOf(problem: Problem): string | null {
  if (!isUnfinished(problem)) return null;
  const { disposition, due_on, milestones } = problem.fields;
  if (disposition !== 'phased') return due_on ?? null;
  const open = (milestones ?? []).filter((step) => !step.done_on).map((step) => step.due_on);
  return open.sort()[0] ?? null;
}

/** Returns how a problem stands to its limit on the day `today`; its own limit is still in time. */
export function timingOf(problem: Problem, today: string): Timing {
  const limit = limitOf(problem);
  if (limit === null) return 'none';
  if (limit < today) return 'overdue';
  return limit <= addDays(today, NEAR_DAYS) ? 'due_soon' : 'in_time';
}

export interface LedgerFilter {
  /** A state, `unfinished`, or '' for all. */
  state: string;
  timing: 'overdue' | 'due_soon' | '';
}

export function matches(problem: Problem, filter: LedgerFilter, today: string): boolean {
  if (filter.state === 'unfinished' && !isUnfinished(problem)) return false;
  const state = problem.fields.state ?? 'recorded';
  if (filter.state && filter.state !== 'unfinished' && filter.state !== state) return false;
  return filter.timing === '' || timingOf(problem, today) === filter.timing;
}

/** Returns the problems in the order to work on them: nearest limit first, then the newest, then the finished. */
export function ledgerOf(
  problems: Iterable<Problem>,
  filter: LedgerFilter,
  today: string,
): Problem[] {
  const keyed: { problem: Problem; limit: string }[] = [];
  for (const problem of problems) {
    if (!matches(problem, filter, today)) continue;
    const limit = limitOf(problem) ?? (isUnfinished(problem) ? NO_LIMIT : FINISHED);
    keyed.push({ problem, limit });
  }
  keyed.sort(
    (a, b) => compare(a.limit, b.limit) || compare(recordedOf(b.problem), recordedOf(a.problem)),
  );
  return keyed.map(({ problem }) => problem);
}

/** After every day there is, in this order. */
const NO_LIMIT = 'a';
const FINISHED = 'b';

function recordedOf(problem: Problem): string {
  return problem.fields.recorded_at;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
