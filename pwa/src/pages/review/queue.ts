/** The queue of diaries to review: what stands in it, in which order, and which part is shown. */

import { diaryState, type DiaryState, type Row } from '@/data';
import { inOrder } from './versions';

export type QueueFilter = 'unread' | 'returned' | 'corrected' | 'all';
export const QUEUE_FILTERS: readonly QueueFilter[] = ['unread', 'returned', 'corrected', 'all'];

export interface QueueRow {
  diary: Row<'diary_entry'>;
  /** State of the review alone: a conflict doesn't hide that a diary is unread. */
  state: DiaryState;
  hasConflict: boolean;
  /** Sorting key, so that thousands of rows need no comparison of dates. */
  key: string;
}

export interface QueueChoice {
  filter: QueueFilter;
  scope: string;
  author: string;
}

const RANK: Partial<Record<DiaryState, number>> = {
  corrected: 0,
  uploaded: 1,
  returned: 2,
  read: 3,
};
const SHOWN: Record<QueueFilter, readonly DiaryState[]> = {
  unread: ['uploaded', 'corrected'],
  returned: ['returned'],
  corrected: ['corrected'],
  all: ['uploaded', 'corrected', 'returned', 'read', 'local', 'conflict'],
};

/** Returns the reviews by diary, each list in the order in which they were written. */
export function reviewsByDiary(reviews: Iterable<Row<'review'>>): Map<string, Row<'review'>[]> {
  const byDiary = new Map<string, Row<'review'>[]>();
  for (const review of reviews) {
    const list = byDiary.get(review.fields.diary_id);
    if (list) list.push(review);
    else byDiary.set(review.fields.diary_id, [review]);
  }
  for (const list of byDiary.values()) list.sort(inOrder);
  return byDiary;
}

/** Returns every diary with its state: corrected first, then unread, returned, read; within these the newest first. */
export function queueOf(
  diaries: Iterable<Row<'diary_entry'>>,
  reviews: ReadonlyMap<string, readonly Row<'review'>[]>,
  conflicts: Iterable<Row<'conflict'>>,
): QueueRow[] {
  const contested = new Set<string>();
  for (const { fields } of conflicts) if (fields.state === 'open') contested.add(fields.record_id);
  const rows: QueueRow[] = [];
  for (const diary of diaries) {
    const state = diaryState(diary, reviews.get(diary.id) ?? [], []);
    rows.push({
      diary,
      state,
      hasConflict: contested.has(diary.id),
      key: `${diary.fields.visit_date}${diary.id}`,
    });
  }
  const rank = (row: QueueRow) => RANK[row.state] ?? 4;
  return rows.sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? 1 : -1));
}

/** Returns the rows of the chosen filter, grid and cadre. */
export function chosenRows(rows: readonly QueueRow[], choice: QueueChoice): QueueRow[] {
  const states = SHOWN[choice.filter];
  return rows.filter(
    (row) =>
      states.includes(row.state) &&
      (choice.scope === '' || row.diary.scope === choice.scope) &&
      (choice.author === '' || row.diary.by === choice.author),
  );
}

/** Returns how many rows each filter would show for the chosen grid and cadre. */
export function countsOf(
  rows: readonly QueueRow[],
  choice: QueueChoice,
): Record<QueueFilter, number> {
  const all = chosenRows(rows, { ...choice, filter: 'all' });
  const count = (filter: QueueFilter) =>
    all.filter((row) => SHOWN[filter].includes(row.state)).length;
  return {
    unread: count('unread'),
    returned: count('returned'),
    corrected: count('corrected'),
    all: all.length,
  };
}

/** Returns the scopes and the authors that occur, for the two choices above the queue. */
export function choicesIn(rows: readonly QueueRow[]): { scopes: string[]; authors: string[] } {
  return {
    scopes: [...new Set(rows.map((row) => row.diary.scope))],
    authors: [...new Set(rows.map((row) => row.diary.by))],
  };
}
