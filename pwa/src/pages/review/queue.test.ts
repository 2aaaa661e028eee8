import { describe, expect, it } from 'vitest';
import { chosenRows, countsOf, queueOf, reviewsByDiary, type QueueChoice } from './queue';
import { conflictRow, diaryRow, reviewRow } from './rows.testing';

const ALL: QueueChoice = { filter: 'all', scope: '', author: '' };
const DIARIES = [
  diaryRow('read', { visit_date: '2026-11-23' }),
  diaryRow('returned', { visit_date: '2026-11-22' }, { by: 'other', scope: 'grid:2' }),
  diaryRow('old', { visit_date: '2026-01-01' }),
  diaryRow('new', { visit_date: '2026-11-19' }),
  diaryRow('corrected', { visit_date: '2026-03-01' }, { rev: 2 }),
];
const REVIEWS = [
  reviewRow('r1', { diary_id: 'read' }),
  reviewRow('r2', { diary_id: 'returned', verdict: 'returned' }),
  reviewRow('r3', { diary_id: 'corrected', verdict: 'returned' }),
];
const queue = queueOf(DIARIES, reviewsByDiary(REVIEWS), []);
const ids = (choice: QueueChoice) => chosenRows(queue, choice).map((row) => row.diary.id);

describe('the queue of diaries', () => {
  it('has corrected ones first, then unread, returned, read; the newest visit first in each', () => {
    expect(ids(ALL)).toEqual(['corrected', 'new', 'old', 'returned', 'read']);
  });

  it('counts a corrected diary among the unread', () => {
    expect(ids({ ...ALL, filter: 'unread' })).toEqual(['corrected', 'new', 'old']);
    expect(ids({ ...ALL, filter: 'corrected' })).toEqual(['corrected']);
    expect(ids({ ...ALL, filter: 'returned' })).toEqual(['returned']);
  });

  it('narrows by grid and by cadre, and the counts with it', () => {
    expect(ids({ ...ALL, scope: 'grid:2' })).toEqual(['returned']);
    expect(ids({ ...ALL, author: 'other' })).toEqual(['returned']);
    expect(countsOf(queue, { ...ALL, author: 'other', filter: 'unread' })).toEqual({
      unread: 0,
      returned: 1,
      corrected: 0,
      all: 1,
    });
  });

  it('shows that a diary is contested and still unread', () => {
    const rows = queueOf(DIARIES, new Map(), [
      conflictRow('new', 'open'),
      conflictRow('old', 'settled'),
    ]);
    const contested = rows.filter((row) => row.hasConflict);
    expect(contested.map((row) => [row.diary.id, row.state])).toEqual([['new', 'uploaded']]);
  });

  it('lets the review count that the server took in last', () => {
    const later = reviewRow('r0', { diary_id: 'read', verdict: 'returned' }, { seq: 9 });
    const rows = queueOf(DIARIES, reviewsByDiary([...REVIEWS, later]), []);
    expect(rows.find((row) => row.diary.id === 'read')?.state).toBe('returned');
  });

  it('looks at each of 6,000 reviews a few times, not once per diary', () => {
    let looks = 0;
    const diaries = Array.from({ length: 6000 }, (_, n) => diaryRow(`d${n}`));
    const reviews = diaries.map((diary) => {
      const review = reviewRow(`r${diary.id}`, { diary_id: diary.id });
      Object.defineProperty(review.fields, 'diary_id', { get: () => (looks++, diary.id) });
      return review;
    });
    expect(queueOf(diaries, reviewsByDiary(reviews), [])).toHaveLength(6000);
    expect(looks).toBeLessThanOrEqual(6000 * 4);
  });
});
