import { expect, test } from 'vitest';
import type { ProblemFields } from '@/data';
import type { Problem } from './ledger';
import { timelineOf } from './timeline';

function problem(more: Partial<ProblemFields>): Problem {
  const fields: ProblemFields = {
    title: '路灯不亮',
    category: 'utilities',
    urgency: 'normal',
    source: 'visit',
    state: 'phased',
    disposition: 'phased',
    recorded_at: '2026-10-31T16:30:00Z',
    ...more,
  };
  const at = fields.recorded_at;
  return {
    id: 'p',
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

test('the course is told by local day, and what is to come is marked', () => {
  const milestones = [
    { key: 'b', text: '施工', due_on: '2026-12-05' },
    { key: 'a', text: '报修', due_on: '2026-11-09', done_on: '2026-11-03' },
  ];
  expect(
    timelineOf(problem({ milestones })).map(({ day, key, ahead }) => [day, key, ahead]),
  ).toEqual([
    ['2026-11-01', 'problem.step.recorded', undefined],
    ['2026-11-03', 'problem.step.done', undefined],
    ['2026-12-05', 'problem.step.due', true],
  ]);
});

test('a resolved problem has its result and no limit any more', () => {
  const steps = timelineOf(
    problem({
      disposition: 'timed',
      state: 'resolved',
      due_on: '2026-11-20',
      done_on: '2026-11-10',
      result: '已更换',
    }),
  );
  expect(steps.map(({ key, text }) => [key, text])).toEqual([
    ['problem.step.recorded', undefined],
    ['problem.step.resolved', '已更换'],
  ]);
});
