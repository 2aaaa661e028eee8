import 'fake-indexeddb/auto';
import { beforeEach, expect, test } from 'vitest';
import type { Pulled } from './chunks';
import { Rows } from './rows';
import { TestPhone } from './testPhone';
import { HELD, TestServer } from './testServer';

const entry = (number: number): Pulled => ({
  ...{ type: 'diary_entry', id: `r${number}`, scope: HELD, seq: number, rev: 1, by: 'me' },
  ...{ at: '2026-11-24T09:30:00.000Z', gone: false, f: { narrative: '一' }, s: {} },
});
const page = (entries: number): Pulled[] =>
  Array.from({ length: entries }, (_, number) => entry(number));

let rows: Rows;
const shown = (): number => rows.of('diary_entry').value.size;

beforeEach(async () => {
  rows = new Rows(new TestPhone(new TestServer()).db, 'me');
  await rows.load('diary_entry');
});

test('a small page is shown at once', () => {
  rows.applyPage(page(3), []);
  expect(shown()).toBe(3);
});

test('large pages are shown together, by the end of the sync at the latest', () => {
  const before = rows.of('diary_entry').value;
  rows.applyPage(page(150), []);
  rows.applyPage(page(200), []);
  expect(rows.of('diary_entry').value).toBe(before);
  rows.showWaiting();
  expect(shown()).toBe(200);
});

test('large pages are shown a while later by themselves', async () => {
  rows.applyPage(page(150), []);
  await expect.poll(shown).toBe(150);
});
