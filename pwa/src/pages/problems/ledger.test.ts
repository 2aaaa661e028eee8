import { expect, test } from 'vitest';
import type { ProblemFields } from '@/data';
import { ledgerOf, limitOf, timingOf, type LedgerFilter, type Problem } from './ledger';

const TODAY = '2026-11-24';
const ALL: LedgerFilter = { state: '', timing: '' };

function problem(id: string, more: Partial<ProblemFields>): Problem {
  const fields: ProblemFields = {
    title: id,
    category: 'utilities',
    urgency: 'normal',
    source: 'visit',
    state: 'open',
    disposition: 'timed',
    recorded_at: '2026-11-01T00:00:00Z',
    ...more,
  };
  const at = '2026-11-01T00:00:00Z';
  return {
    id,
    type: 'problem',
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

test('a limit is near within seven days, and late only after its own day', () => {
  const timing = (due_on: string): string => timingOf(problem('p', { due_on }), TODAY);
  expect(timing('2026-11-23')).toBe('overdue');
  expect(timing('2026-11-24')).toBe('due_soon');
  expect(timing('2026-12-01')).toBe('due_soon');
  expect(timing('2026-12-02')).toBe('in_time');
});

test('the limit of a phased problem is that of its next open step', () => {
  const milestones = [
    { key: 'a', text: '报修', due_on: '2026-11-01', done_on: '2026-10-30' },
    { key: 'c', text: '验收', due_on: '2026-12-20' },
    { key: 'b', text: '施工', due_on: '2026-12-05', done_on: null },
  ];
  expect(limitOf(problem('p', { disposition: 'phased', state: 'phased', milestones }))).toBe(
    '2026-12-05',
  );
  expect(
    limitOf(problem('p', { disposition: 'phased', state: 'resolved', milestones })),
  ).toBeNull();
});

const ledger = [
  problem('finished', { state: 'resolved', due_on: '2026-11-01' }),
  problem('late', { due_on: '2026-11-20' }),
  problem('undecided old', { state: 'recorded', disposition: null }),
  problem('undecided', {
    state: 'recorded',
    disposition: null,
    recorded_at: '2026-11-02T00:00:00Z',
  }),
  problem('soon', { due_on: '2026-11-28' }),
];
const shown = (filter: Partial<LedgerFilter>): string[] =>
  ledgerOf(ledger, { ...ALL, ...filter }, TODAY).map(({ id }) => id);

test('the nearest limit stands first, the finished last', () => {
  expect(shown({})).toEqual(['late', 'soon', 'undecided', 'undecided old', 'finished']);
});

test('state and limit filter together', () => {
  expect(shown({ state: 'unfinished' })).toHaveLength(4);
  expect(shown({ state: 'resolved' })).toEqual(['finished']);
  expect(shown({ state: 'open', timing: 'overdue' })).toEqual(['late']);
  expect(shown({ state: 'recorded', timing: 'due_soon' })).toEqual([]);
});
