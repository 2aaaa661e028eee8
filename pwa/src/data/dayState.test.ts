// @vitest-environment node
import { afterEach, describe, expect, test, vi } from 'vitest';
import { addDays, daysBetween, localDay, localTime, monthOf, setServerOffset, today } from './days';
import { diaryState } from './diaryState';
import type { Row } from './types';

describe('a day', () => {
  afterEach(() => {
    setServerOffset(0);
    vi.useRealTimers();
  });

  test('is that of Asia/Shanghai, whatever the zone of the phone', () => {
    expect(localDay('2026-11-24T15:59:59.999Z')).toBe('2026-11-24');
    expect(localDay('2026-11-24T16:00:00.000Z')).toBe('2026-11-25');
    expect(localTime('2026-11-24T16:05:00Z')).toBe('00:05');
  });

  test('of today follows the server, not the clock of the phone', () => {
    vi.useFakeTimers({ now: Date.parse('2016-01-01T00:00:00Z') });
    setServerOffset(Date.parse('2026-11-24T16:30:00Z') - Date.now());
    expect(today()).toBe('2026-11-25');
  });

  test('is counted over months and leap years', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3);
    expect(monthOf('2026-11-24')).toBe('2026-11');
  });
});

describe('a diary entry is', () => {
  const diary = (more: Partial<Row<'diary_entry'>> = {}) =>
    ({ id: 'd', rev: 2, pending: false, fields: {}, ...more }) as Row<'diary_entry'>;
  const review = (verdict: string, diary_rev: number, seq: number, diary_id = 'd') =>
    ({ id: `r${seq}`, seq, fields: { diary_id, diary_rev, verdict } }) as Row<'review'>;
  const conflict = (state: string, record_id = 'd') =>
    ({ fields: { record_id, state } }) as Row<'conflict'>;

  test.each([
    ['local while it is unsent', diary({ pending: true }), [review('read', 2, 1)], [], 'local'],
    ['uploaded without a review', diary(), [review('read', 2, 1, 'other')], [], 'uploaded'],
    ['read', diary(), [review('read', 2, 1)], [], 'read'],
    ['returned', diary(), [review('returned', 2, 1)], [], 'returned'],
    ['corrected after a return', diary({ rev: 3 }), [review('returned', 2, 1)], [], 'corrected'],
    ['read again', diary({ rev: 3 }), [review('returned', 2, 5), review('read', 3, 9)], [], 'read'],
    ['in conflict', diary(), [review('read', 2, 1)], [conflict('open')], 'conflict'],
    [
      'read when the conflict is settled',
      diary(),
      [review('read', 2, 1)],
      [conflict('settled')],
      'read',
    ],
    [
      'by the unsent review',
      diary(),
      [review('returned', 2, 0), review('read', 2, 7)],
      [],
      'returned',
    ],
  ])('%s', (_name, entry, reviews, conflicts, state) => {
    expect(diaryState(entry, reviews, conflicts)).toBe(state);
  });
});
