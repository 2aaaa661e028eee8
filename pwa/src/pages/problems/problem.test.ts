import { describe, expect, test } from 'vitest';
import type { Disposition, ProblemFields } from '@/data';
import {
  checkProblem,
  problemDraft,
  problemForm,
  problemRecord,
  type ProblemForm,
} from './problem';

const AT = '2026-11-24T01:30:00.000Z';
const wrong = (form: ProblemForm): string[] => checkProblem(form).map(({ field }) => field);

function filled(more: Partial<ProblemForm> = {}): ProblemForm {
  return { ...problemForm({}), title: '路灯不亮', category: 'utilities', ...more };
}

describe('the check', () => {
  test('asks for what and which category, and for no outcome', () => {
    expect(wrong(problemForm({}))).toEqual(['title', 'category']);
    expect(wrong(filled())).toEqual([]);
  });

  test.each<[Disposition, string[]]>([
    ['on_spot', []],
    ['timed', ['due_on']],
    ['phased', ['milestones']],
    ['explained', ['explained_reason', 'told_on', 'told_how']],
  ])('of %s asks for %j', (disposition, fields) => {
    expect(wrong(filled({ disposition }))).toEqual(fields);
  });

  test('wants a text and a limit for every step', () => {
    const step = { key: 'a', text: '报物业', due_on: '2026-12-01', done_on: '' };
    expect(wrong(filled({ disposition: 'phased', milestones: [step] }))).toEqual([]);
    const half = { ...step, key: 'b', due_on: '' };
    expect(wrong(filled({ disposition: 'phased', milestones: [step, half] }))).toEqual([
      'milestones',
    ]);
  });

  test('knows no limit beyond this century, and nobody told in the future', () => {
    expect(wrong(filled({ disposition: 'timed', due_on: '2999-01-01' }))).toEqual(['due_on']);
    const told = { explained_reason: '不归物业管', told_how: '当面', told_on: '2999-01-01' };
    expect(wrong(filled({ disposition: 'explained', ...told }))).toEqual(['told_on']);
  });
});

describe('the record', () => {
  test.each<[Disposition | '', string]>([
    ['', 'recorded'],
    ['on_spot', 'resolved_on_spot'],
    ['timed', 'open'],
    ['phased', 'phased'],
    ['explained', 'explained'],
  ])('of outcome "%s" is in state %s', (disposition, state) => {
    expect(problemRecord(filled({ disposition }), null, AT).state).toBe(state);
  });

  test('keeps only what belongs to the chosen outcome', () => {
    const form = filled({ disposition: 'timed', due_on: '2026-12-01', told_how: '电话' });
    expect(problemRecord(form, null, AT)).toEqual({
      title: '路灯不亮',
      category: 'utilities',
      urgency: 'normal',
      source: 'visit',
      disposition: 'timed',
      due_on: '2026-12-01',
      state: 'open',
      recorded_at: AT,
    });
  });

  test('is resolved by its day of completion and opened again without it; 已销号 stays', () => {
    const before: ProblemFields = problemRecord(
      filled({ disposition: 'timed', due_on: '2026-12-01' }),
      null,
      AT,
    );
    const done = { ...problemForm(before), result: '已更换灯泡', done_on: '2026-11-24' };
    const resolved = problemRecord(done, before, AT);
    expect(resolved.state).toBe('resolved');
    const again = problemRecord({ ...problemForm(resolved), done_on: '' }, resolved, AT);
    expect(again).toMatchObject({ state: 'open', done_on: null });
    expect(problemRecord(done, { ...before, state: 'closed' }, AT).state).toBe('closed');
  });
});

test('a draft gives back every field as it was typed', () => {
  const form = filled({
    category: '',
    disposition: 'phased',
    milestones: [{ key: 'a', text: '', due_on: '', done_on: '' }],
    due_on: '2026-12-',
  });
  expect(problemForm(problemDraft(form))).toEqual(form);
});
