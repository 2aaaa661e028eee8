import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { saverOf } from './saver';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function recorder(): { text: string; stored: string[]; store: () => Promise<void> } {
  const page = { text: '', stored: [] as string[], store: (): Promise<void> => Promise.resolve() };
  page.store = () => {
    page.stored.push(page.text);
    return Promise.resolve();
  };
  return page;
}

test('who types without a pause is stored within half a second all the same', async () => {
  const page = recorder();
  const saver = saverOf(page.store, () => undefined);
  for (let at = 0; at < 10; at += 1) {
    page.text += '字';
    saver.touch();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(page.stored.length).toBeGreaterThanOrEqual(3);
  await vi.advanceTimersByTimeAsync(500);
  expect(page.stored[page.stored.length - 1]).toBe('字'.repeat(10));
});

test('a flush stores at once, and nothing when nothing has changed', async () => {
  const page = recorder();
  const saver = saverOf(page.store, () => undefined);
  page.text = '写到一半';
  saver.touch();
  await saver.flush();
  await saver.flush();
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.stored).toEqual(['写到一半']);
});

test('a change during a write is written after it, never before', async () => {
  const order: string[] = [];
  let text = '';
  const saver = saverOf(
    async () => {
      const now = text;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      order.push(now);
    },
    () => undefined,
  );
  text = '一';
  saver.touch();
  await vi.advanceTimersByTimeAsync(400);
  text = '一二';
  saver.touch();
  await vi.advanceTimersByTimeAsync(3000);
  expect(order).toEqual(['一', '一二']);
});

test('a failed write is told, and written again with the next change', async () => {
  const failures: unknown[] = [];
  const stored: string[] = [];
  let full = true;
  let text = '一';
  const saver = saverOf(
    () => {
      if (full) return Promise.reject(new Error('no room'));
      stored.push(text);
      return Promise.resolve();
    },
    (error) => failures.push(error),
  );
  saver.touch();
  await vi.advanceTimersByTimeAsync(500);
  expect(failures).toHaveLength(1);
  await expect(saver.flush()).rejects.toThrow('no room');
  full = false;
  text = '一二';
  saver.touch();
  await vi.advanceTimersByTimeAsync(500);
  expect(stored).toEqual(['一二']);
});

test('a stopped saver stores nothing more', async () => {
  const page = recorder();
  const saver = saverOf(page.store, () => undefined);
  saver.touch();
  await saver.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(page.stored).toEqual([]);
});
