import { describe, expect, test } from 'vitest';
import type { UploadRow } from '../schema';
import { PhotoQueue, UploadFault, YIELDED, type QueuePorts } from './queue';

const NOW = Date.parse('2026-11-24T09:30:00.000Z');
const HOUR = 3600_000;

const waiting = (sha256: string, more: Partial<UploadRow> = {}): UploadRow => ({
  sha256,
  scope: 'grid:1',
  thumb: false,
  addedAt: '2026-11-24T09:00:00.000Z',
  url: null,
  sentAt: null,
  refused: null,
  ...more,
});

/** A queue over rows in memory; `line` answers for the server. */
function queueOf(
  rows: UploadRow[],
  line: (row: UploadRow) => void,
  more: Partial<QueuePorts> = {},
) {
  const stored = new Map(rows.map((row) => [row.sha256, row]));
  const log: string[] = [];
  const clock = { now: NOW };
  const queue = new PhotoQueue({
    uploads: async () => [...stored.values()],
    content: async () => new ArrayBuffer(8),
    put: async (row) => void stored.set(row.sha256, row),
    mayGo: async () => true,
    send: async (row, _content, onUrl) => {
      log.push(row.sha256);
      line(row);
      await onUrl(`/api/files/uploads/${row.sha256}`);
    },
    now: () => clock.now,
    random: () => 1,
    ...more,
  });
  return { queue, stored, log, clock };
}

const refuse =
  (status: number, code: string, wait: number | null = null) =>
  (): never => {
    throw new UploadFault(status, code, wait);
  };
const nothing = (): void => undefined;

describe('the queue of photos', () => {
  test('F2 sends thumbnails first, the oldest first, and marks each once it is confirmed', async () => {
    const rows = [
      waiting('late', { addedAt: '2026-11-24T09:20:00.000Z' }),
      waiting('early'),
      waiting('small', { thumb: true, addedAt: '2026-11-24T09:25:00.000Z' }),
    ];
    const { queue, stored, log } = queueOf(rows, nothing);
    expect(await queue.run()).toBeNull();
    expect(log).toEqual(['small', 'early', 'late']);
    expect([...stored.values()].map(({ sentAt, url }) => [sentAt, url])).toEqual(
      rows.map(() => [new Date(NOW).toISOString(), null]),
    );
    await queue.run();
    expect(log).toHaveLength(3);
  });

  test('F2 sends nothing while an op waits, and stops when one comes', async () => {
    let free = false;
    const { queue, log } = queueOf([waiting('a'), waiting('b')], () => (free = false), {
      mayGo: async () => free,
    });
    await queue.run();
    expect(log).toEqual([]);
    free = true;
    await queue.run();
    expect(log).toEqual(['a']);
  });

  test('F2 goes on without a pause after making way for an op', async () => {
    const { queue, stored } = queueOf([waiting('a')], refuse(0, YIELDED));
    expect(await queue.run()).toBeNull();
    expect(stored.get('a')).toMatchObject({ sentAt: null, refused: null });
  });

  test('F3 remembers where an upload goes on', async () => {
    const urls: (string | null)[] = [];
    let dead = true;
    const { queue, stored } = queueOf([waiting('a')], nothing, {
      send: async (row, _content, onUrl) => {
        urls.push(row.url);
        await onUrl('/api/files/uploads/1');
        if (dead) throw new UploadFault(0, 'offline');
      },
    });
    expect(await queue.run()).toBe(5_000);
    expect(stored.get('a')).toMatchObject({ url: '/api/files/uploads/1', sentAt: null });
    dead = false;
    await queue.run();
    expect(urls).toEqual([null, '/api/files/uploads/1']);
  });

  test('F3 waits twice as long after each failure, at most ten minutes, and short again after the line came back', async () => {
    const { queue } = queueOf([waiting('a')], refuse(0, 'offline'));
    const waits = [];
    for (let time = 0; time < 10; time += 1) waits.push(await queue.run());
    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(waits[9]).toBe(600_000);
    queue.forgetFailures();
    expect(await queue.run()).toBe(5_000);
  });

  test('F3 waits as the server says', async () => {
    const { queue } = queueOf([waiting('a')], refuse(429, 'too_many_uploads', 60_000));
    expect(await queue.run()).toBe(61_000);
  });

  test('F4 sends a file anew that the server threw away, three times a run', async () => {
    let damaged = 1;
    const once = queueOf([waiting('a', { url: '/old' })], () => {
      if (damaged-- > 0) throw new UploadFault(460, 'checksum_mismatch');
    });
    expect(await once.queue.run()).toBeNull();
    expect(once.log).toEqual(['a', 'a']);
    const ever = queueOf([waiting('a', { url: '/old' })], refuse(460, 'checksum_mismatch'));
    expect(await ever.queue.run()).toBe(5_000);
    expect(ever.log).toEqual(['a', 'a', 'a']);
    expect(ever.stored.get('a')).toMatchObject({ url: null, sentAt: null, refused: null });
  });

  test.each([
    [403, 'scope_unknown'],
    [413, 'too_much'],
    [422, 'not_an_image'],
  ])('a %i keeps no other photo back, and is asked again the next day', async (status, code) => {
    const rows = [waiting('a'), waiting('b', { addedAt: '2026-11-24T09:20:00.000Z' })];
    const { queue, stored, log, clock } = queueOf(rows, ({ sha256 }) => {
      if (sha256 === 'a' && clock.now === NOW) throw new UploadFault(status, code);
    });
    expect(await queue.run()).toBeNull();
    expect(stored.get('a')?.refused).toEqual({ code, at: new Date(NOW).toISOString() });
    expect(stored.get('b')?.sentAt).not.toBeNull();
    clock.now += HOUR;
    await queue.run();
    expect(log).toEqual(['a', 'b']);
    clock.now += 24 * HOUR;
    await queue.run();
    expect(log).toEqual(['a', 'b', 'a']);
    expect(stored.get('a')).toMatchObject({ refused: null });
    expect(stored.get('a')?.sentAt).not.toBeNull();
  });

  test('says that a photo is lost which this phone no longer has', async () => {
    const { queue, stored, log } = queueOf([waiting('a')], nothing, { content: async () => null });
    expect(await queue.run()).toBeNull();
    expect(log).toEqual([]);
    expect(stored.get('a')?.refused?.code).toBe('lost');
  });
});
