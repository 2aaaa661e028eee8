import { expect, test } from 'vitest';
import type { Draft } from '@/data';
import { openNew } from './opening';

function draft(
  id: string,
  household_id: string,
  updatedAt: string,
  seen: Draft['seen'] = null,
): Draft {
  return {
    id,
    recordId: `r-${id}`,
    scope: 'grid:1',
    seen,
    fields: { household_id },
    problems: [],
    updatedAt,
  };
}

const left = [
  draft('old', 'h1', '2026-11-20T00:00:00Z'),
  draft('young', 'h2', '2026-11-22T00:00:00Z'),
  draft('change', 'h3', '2026-11-23T00:00:00Z', { rev: 1, stamps: {}, fields: {} }),
];
const opened = (draft: string, household: string): string =>
  openNew(left, { draft, household }, 'grid:1').draft.id;

test('who comes back finds the last diary that was not saved', () => {
  expect(opened('', '')).toBe('young');
});

test('the draft that was asked for, or the one about that household, is opened', () => {
  expect(opened('old', '')).toBe('old');
  expect(opened('', 'h1')).toBe('old');
  expect(openNew(left, { draft: '', household: 'h1' }, 'grid:1').restored).toBe(true);
});
