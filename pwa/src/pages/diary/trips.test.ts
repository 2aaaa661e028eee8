import { expect, test } from 'vitest';
import { tripDays, type TripSource } from './trips';

const who = { account: 'li', scope: 'grid:1' };

function visit(
  visit_date: string,
  more: Partial<TripSource> = {},
  channel = 'in_person',
): TripSource {
  return { scope: 'grid:1', by: 'li', fields: { visit_date, channel }, ...more };
}

test('two households on one day are one trip', () => {
  const diaries = [visit('2026-11-20'), visit('2026-11-03'), visit('2026-11-20')];
  expect(tripDays(diaries, who, '2026-11-24')).toEqual(['2026-11-03', '2026-11-20']);
});

test('calls, other people, other grids, other months and days to come are no trips', () => {
  const diaries = [
    visit('2026-11-01', {}, 'phone'),
    visit('2026-11-02', { by: 'wang' }),
    visit('2026-11-03', { scope: 'grid:2' }),
    visit('2026-10-31'),
    visit('2025-11-04'),
    visit('2026-11-25'),
  ];
  expect(tripDays(diaries, who, '2026-11-24')).toEqual([]);
});
