import { describe, expect, it } from 'vitest';
import { diaryRow, reviewRow } from './rows.testing';
import { changesBetween, lateDays, roundsOf, seenOf } from './versions';

describe('what a review keeps of the diary it judged', () => {
  it('is every filled field and no technical one', () => {
    const diary = diaryRow('d', { opinions: '', not_home: false, topics: [], place: '楼下' });
    expect(seenOf(diary.fields)).toEqual({
      visit_date: '2026-11-20',
      channel: 'in_person',
      target_type: 'household',
      household_id: 'h1',
      services: ['visit'],
      narrative: '老人身体很好。',
      place: '楼下',
    });
  });
});

describe('the changes between two versions', () => {
  it('come in reading order, with both values', () => {
    const before = { narrative: '很好', visit_date: '2026-11-20' };
    const after = { narrative: '较差', visit_date: '2026-11-19', opinions: '修水管' };
    expect(changesBetween(before, after)).toEqual([
      { field: 'visit_date', before: '2026-11-20', after: '2026-11-19' },
      { field: 'narrative', before: '很好', after: '较差' },
      { field: 'opinions', before: undefined, after: '修水管' },
    ]);
  });

  it('hold neither another order of a set nor another way to be empty', () => {
    const before = { services: ['visit', 'talk'], not_home: false };
    expect(
      changesBetween(before, { services: ['talk', 'visit'], opinions: '', topics: [] }),
    ).toEqual([]);
  });
});

describe('the rounds of review', () => {
  const first = reviewRow('r1', { diary_id: 'd', verdict: 'returned', seen: { narrative: '一' } });
  const second = reviewRow(
    'r2',
    { diary_id: 'd', diary_rev: 2, seen: { narrative: '二' } },
    { seq: 2 },
  );
  const now = diaryRow('d', { narrative: '三' }, { rev: 3 });

  it('show, the newest first, what was changed after each', () => {
    const rounds = roundsOf(now, [second, first]);
    expect(rounds.map(({ review }) => review.id)).toEqual(['r2', 'r1']);
    const narratives = rounds.map(({ changes }) =>
      changes.find(({ field }) => field === 'narrative'),
    );
    expect(narratives).toEqual([
      { field: 'narrative', before: '二', after: '三' },
      { field: 'narrative', before: '一', after: '二' },
    ]);
  });

  it('show no change where the review kept nothing', () => {
    expect(roundsOf(now, [reviewRow('r', { diary_id: 'd' })])[0]?.changes).toEqual([]);
  });
});

describe('a late entry', () => {
  it('is one written more than three days after the end of the day of the visit, in Shanghai', () => {
    expect(lateDays('2026-11-20', '2026-11-20T09:00:00Z')).toBe(0);
    expect(lateDays('2026-11-20', '2026-11-23T15:59:00Z')).toBe(0);
    expect(lateDays('2026-11-20', '2026-11-23T16:01:00Z')).toBe(4);
    expect(lateDays('2026-11-20', '2026-12-01T02:00:00Z')).toBe(11);
  });
});
