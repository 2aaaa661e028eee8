import { expect, test } from 'vitest';
import type { HouseholdGroup } from '@/data';
import { firstRows, rowsIn } from './buildings';

const group = (building: string, from: number, to: number): HouseholdGroup => ({
  scope: 'grid:1',
  estate: '茹岗小区',
  building,
  from,
  to,
});
const groups = [group('1栋', 0, 24), group('2栋', 24, 60), group('3栋', 60, 61)];

test('the list is cut in the middle of a building', () => {
  const drawn = firstRows(groups, 30);
  expect(drawn.map(({ building, from, to }) => [building, from, to])).toEqual([
    ['1栋', 0, 24],
    ['2栋', 24, 30],
  ]);
  expect(rowsIn(drawn)).toBe(30);
});

test('more rows than there are draw them all', () => {
  expect(firstRows(groups, 100)).toEqual(groups);
  expect(rowsIn(groups)).toBe(61);
});

test('a cut between two buildings leaves no empty heading', () => {
  expect(firstRows(groups, 24)).toHaveLength(1);
});
