/** What waits for a cadre today, most urgent first: the list 待办 of the page 今天. */

import { daysBetween, type Row } from '@/data';
import { limitOf, timingOf } from '../problems/ledger';

type Diary = Row<'diary_entry'>;
type Problem = Row<'problem'>;

export type DueItem =
  | { kind: 'overdue' | 'due_soon'; problem: Problem; days: number }
  | { kind: 'returned' | 'reply'; diary: Diary; days: number };

export interface DueSources {
  diaries: readonly Diary[];
  problems: Iterable<Problem>;
  /** Says whether the diary stands returned by its reviewer. */
  isReturned: (diary: Diary) => boolean;
}

const RANK: Readonly<Record<DueItem['kind'], number>> = {
  overdue: 0,
  returned: 1,
  due_soon: 2,
  reply: 3,
};

/**
 * Returns problems past their limit, returned diaries, problems near their limit, then promised
 * replies; within each the longest waiting first. `diaries` are the cadre's own. `days` counts from
 * the limit (negative: still to come) or from the visit.
 */
export function dueItems(sources: DueSources, today: string): DueItem[] {
  const items: DueItem[] = [];
  for (const problem of sources.problems) {
    const kind = timingOf(problem, today);
    if (kind !== 'overdue' && kind !== 'due_soon') continue;
    items.push({ kind, problem, days: daysBetween(limitOf(problem) ?? today, today) });
  }
  for (const diary of sources.diaries) {
    if (sources.isReturned(diary)) items.push(ofDiary('returned', diary, today));
  }
  for (const diary of openReplies(sources.diaries)) items.push(ofDiary('reply', diary, today));
  return items.sort((a, b) => RANK[a.kind] - RANK[b.kind] || b.days - a.days);
}

function ofDiary(kind: 'returned' | 'reply', diary: Diary, today: string): DueItem {
  return { kind, diary, days: daysBetween(diary.fields.visit_date, today) };
}

/** Returns the diaries that promise a reply and whose resident was not met or called since. */
export function openReplies(diaries: readonly Diary[]): Diary[] {
  const latest = new Map<string, string>();
  for (const diary of diaries) {
    if (diary.fields.not_home) continue;
    const moment = momentOf(diary);
    const target = targetOf(diary);
    if ((latest.get(target) ?? '') < moment) latest.set(target, moment);
  }
  return diaries.filter(
    (diary) =>
      diary.fields.reply_expected === true &&
      (latest.get(targetOf(diary)) ?? '') <= momentOf(diary),
  );
}

/** By the day of the visit, then by when it was written: two visits of a day keep their order. */
export function momentOf(diary: Diary): string {
  return `${diary.fields.visit_date} ${diary.fields.recorded_at}`;
}

function targetOf({ fields }: Diary): string {
  return fields.household_id ?? `${fields.target_type} ${fields.target_name ?? ''}`;
}
