import { expect, test } from 'vitest';
import { isDay, isDueDay, visitBounds } from './visitDay';

test('only days of the calendar are days', () => {
  expect(isDay('2028-02-29')).toBe(true);
  for (const text of ['2026-02-29', '2026-2-3', '', '20261124', '2026-13-01']) {
    expect(isDay(text)).toBe(false);
  }
});

test('a limit lies in this century', () => {
  expect(isDueDay('2026-12-01')).toBe(true);
  for (const text of ['1999-12-31', '2999-01-01', '2026-02-30']) expect(isDueDay(text)).toBe(false);
});

test('a visit lies between 2000 and tomorrow', () => {
  expect(visitBounds('2026-12-31')).toEqual({ min: '2000-01-01', max: '2027-01-01' });
});
