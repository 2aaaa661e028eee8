import { expect, test } from 'vitest';
import type { DiaryEntryFields, ProblemFields, Row } from '@/data';
import { dueItems, openReplies } from './due';

const TODAY = '2026-11-24';

function row<T extends 'diary_entry' | 'problem'>(
  type: T,
  id: string,
  fields: Row<T>['fields'],
): Row<T> {
  const at = '2026-11-01T00:00:00Z';
  return {
    id,
    type,
    scope: 'grid:1',
    rev: 1,
    seq: 1,
    by: 'li',
    at,
    fields,
    pending: false,
    stamps: {},
  };
}

function diary(
  id: string,
  visit_date: string,
  more: Partial<DiaryEntryFields> = {},
): Row<'diary_entry'> {
  return row('diary_entry', id, {
    visit_date,
    channel: 'in_person',
    target_type: 'household',
    household_id: 'h1',
    services: ['visit'],
    narrative: '家中一切正常',
    recorded_at: `${visit_date}T02:00:00Z`,
    ...more,
  });
}

function problem(id: string, more: Partial<ProblemFields>): Row<'problem'> {
  return row('problem', id, {
    title: '路灯不亮',
    category: 'utilities',
    urgency: 'normal',
    source: 'visit',
    disposition: 'timed',
    state: 'open',
    recorded_at: '2026-11-01T00:00:00Z',
    ...more,
  });
}

test('late problems come first, then returned diaries, near limits, promised replies', () => {
  const items = dueItems(
    {
      diaries: [
        diary('reply', '2026-11-10', { reply_expected: true }),
        diary('returned', '2026-11-12', { household_id: 'h2' }),
      ],
      problems: [
        problem('soon', { due_on: '2026-11-30' }),
        problem('late', { due_on: '2026-11-20' }),
        problem('later', { due_on: '2026-11-10' }),
        problem('far', { due_on: '2026-12-24' }),
        problem('done', { due_on: '2026-11-10', state: 'resolved' }),
      ],
      isReturned: ({ id }) => id === 'returned',
    },
    TODAY,
  );
  expect(
    items.map((item) => ['problem' in item ? item.problem.id : item.diary.id, item.days]),
  ).toEqual([
    ['later', 14],
    ['late', 4],
    ['returned', 12],
    ['soon', -6],
    ['reply', 14],
  ]);
});

test('a promise is open until the resident was met or called afterwards', () => {
  const promise = diary('promise', '2026-11-10', { reply_expected: true });
  const ids = (later: Row<'diary_entry'>): string[] =>
    openReplies([promise, later]).map(({ id }) => id);
  expect(ids(diary('before', '2026-11-09'))).toEqual(['promise']);
  expect(ids(diary('other', '2026-11-11', { household_id: 'h2' }))).toEqual(['promise']);
  expect(ids(diary('nobody', '2026-11-11', { not_home: true }))).toEqual(['promise']);
  expect(ids(diary('called', '2026-11-11', { channel: 'phone' }))).toEqual([]);
  expect(ids(diary('same day', '2026-11-10', { recorded_at: '2026-11-10T09:00:00Z' }))).toEqual([]);
});

test('a merchant is found again by name', () => {
  const shop = { target_type: 'merchant', household_id: null, target_name: '老王小卖部' } as const;
  const promise = diary('promise', '2026-11-10', { ...shop, reply_expected: true });
  expect(openReplies([promise])).toHaveLength(1);
  expect(openReplies([promise, diary('again', '2026-11-11', shop)])).toEqual([]);
});
