import { beforeAll, describe, expect, test } from 'vitest';
import { loadTexts } from '@/i18n';
import { deviceLines, type Device } from './devices';

const NOW = Date.parse('2026-11-24T09:30:00Z');
const DEVICE: Device = {
  ...{ id: 'd', account_id: 'a', name: '王小琴', seen_at: '2026-11-24T01:00:00Z', n: 3 },
  ...{ skew: 4, is_skewed: false, gap_at: null, evicted_at: null, unsent: null },
};

const told = (...devices: Partial<Device>[]): string[][] =>
  deviceLines(
    devices.map((device) => ({ ...DEVICE, ...device })),
    NOW,
  ).map(({ device, marks }) => [device.id, ...marks.map(({ text }) => text)]);

beforeAll(() => loadTexts('settle'));

describe('what is odd about a device', () => {
  test('a good one has nothing', () => {
    expect(told({})).toEqual([['d']]);
  });

  test('M8 its clock, in minutes, hours or days', () => {
    const skewed = (skew: number) => told({ skew, is_skewed: true })[0]?.[1];
    expect(skewed(900)).toBe('时钟快 15 分钟');
    expect(skewed(-3 * 3600)).toBe('时钟慢 3 小时');
    expect(skewed(3650 * 86400)).toBe('时钟快 3650 天');
  });

  test('D10 P5 that it was cleared, and that its numbers had a gap, before the good ones', () => {
    const at = '2026-11-24T02:00:00Z';
    expect(
      told({ id: 'good' }, { id: 'odd', account_id: 'b', gap_at: at, evicted_at: at, unsent: 2 }),
    ).toEqual([
      [
        'odd',
        '2026-11-24 10:00 发现数据被浏览器清除，当时有 2 条没上传',
        '2026-11-24 10:00 编号不连续',
      ],
      ['good'],
    ]);
  });

  test('a long silence, unless its person uses another one since', () => {
    const seen_at = '2026-10-01T09:00:00Z';
    expect(told({ seen_at })).toEqual([['d', '54 天没有上传']]);
    expect(told({ id: 'old', seen_at }, {})).toEqual([['old'], ['d']]);
  });
});
