// @vitest-environment node
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { got } from './database';
import { newestReceipt } from './receipts';
import { diary, edit, TestPhone, testId } from './testPhone';
import { HELD, TestServer } from './testServer';

const OTHER = 'grid:0190a5c0-0000-7000-8000-00000000000b';
const PERSON = 'person:me';
const DAY = 24 * 3600_000;

/** A phone that has synced `count` records of the server, with a clock of its own. */
async function synced(count = 3, pageSize = 1000) {
  const server = new TestServer();
  server.pageSize = pageSize;
  const ids = Array.from({ length: count }, () => testId());
  for (const id of ids) server.write(id, { narrative: id.slice(-3) });
  const clock = { now: Date.parse('2026-11-24T09:30:00.000Z') };
  const phone = new TestPhone(server, 'me', undefined, undefined, { now: () => clock.now });
  await phone.sync();
  return { server, phone, ids, clock };
}

/** Damages the phone's store behind its back: a record is lost from its chunk. */
async function damage(phone: TestPhone, id: string): Promise<void> {
  await phone.db.write(['chunks'], async (tx) => {
    const chunks = tx.objectStore('chunks');
    for (const chunk of (await got(chunks.getAll())) as { text: string }[]) {
      const lines = chunk.text.split('\n').filter((line) => !line.startsWith(id));
      chunks.put({ ...chunk, text: lines.join('\n') });
    }
  });
}

const shownIds = async (phone: TestPhone) => Object.keys(await phone.shown()).sort();
const chunkCount = (phone: TestPhone) =>
  phone.db.read(['chunks'], (tx) => got(tx.objectStore('chunks').count()));

describe('a record that leaves the scope', () => {
  test('P14 is not shown any more, and comes back when it does', async () => {
    const { server, phone, ids } = await synced();
    const [moved = ''] = ids;
    server.move(moved, OTHER);
    await phone.sync();
    expect(await shownIds(phone)).toEqual(ids.slice(1).sort());
    server.move(moved, HELD);
    await phone.sync();
    expect(await shownIds(phone)).toEqual([...ids].sort());
  });

  test('P14 is shown in its new scope where that is held, too, whichever page comes first', async () => {
    const { server, phone, ids } = await synced();
    const [moved = ''] = ids;
    server.held = new Set([OTHER, HELD]);
    await phone.sync();
    server.move(moved, OTHER);
    await phone.sync();
    expect((await phone.pulled()).get(moved)).toMatchObject({ scope: OTHER, rev: 2 });
    server.move(moved, HELD);
    await phone.sync();
    expect((await phone.pulled()).get(moved)).toMatchObject({ scope: HELD, rev: 3 });
  });

  test('P14 takes its unsent edit out of sight, not out of the outbox', async () => {
    const { server, phone, ids } = await synced();
    const [moved = ''] = ids;
    server.move(moved, OTHER);
    await phone.sync();
    await phone.write(edit(moved, { narrative: '没传的' }));
    expect(await shownIds(phone)).toEqual(ids.slice(1).sort());
    expect(await phone.ops()).toMatchObject([{ rid: moved }]);
  });
});

describe('digests', () => {
  test('L8 each scope is compared once a day, and when it is asked for', async () => {
    const { server, phone, clock } = await synced();
    server.requests.length = 0;
    await phone.sync();
    clock.now += DAY;
    expect(await phone.sync()).toMatchObject({ checked: 2, rebuilt: 0 });
    await phone.sync();
    phone.engine.checkNext();
    expect(await phone.sync()).toMatchObject({ checked: 2 });
    expect(server.requests.map(({ check }) => check && [...check].sort())).toEqual([
      undefined,
      [HELD, PERSON],
      undefined,
      [HELD, PERSON],
    ]);
  });

  test('L8 deleted records count, those that left do not', async () => {
    const { server, phone, ids } = await synced();
    server.move(ids[0] ?? '', OTHER);
    await phone.write({ type: 'diary_entry', rid: ids[1] ?? '', scope: HELD, kind: 'delete' });
    await phone.sync();
    phone.engine.checkNext();
    expect(await phone.sync()).toMatchObject({ checked: 2, rebuilt: 0 });
  });

  test('L8 L9 a scope that differs is read anew, with the outbox untouched', async () => {
    const { server, phone, ids } = await synced(25, 10);
    await damage(phone, ids[3] ?? '');
    expect(await shownIds(phone)).toHaveLength(24);
    const before = await chunkCount(phone);
    phone.engine.checkNext();
    server.requests.length = 0;
    await phone.write(edit(ids[5] ?? '', { narrative: '改' }));
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', rebuilt: 1, readBack: 1 });
    expect(await shownIds(phone)).toEqual([...ids].sort());
    expect((await phone.shown())[ids[5] ?? '']).toEqual({ narrative: '改' });
    expect(server.requests.filter(({ rebuild }) => rebuild)).toHaveLength(3);
    expect(await chunkCount(phone)).toBeLessThanOrEqual(before);
  });

  test('L8 a server that never agrees is not asked without end', async () => {
    const { server, phone } = await synced();
    server.digest = () => ({ count: 99 });
    phone.engine.checkNext();
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', rebuilt: 2 });
    server.requests.length = 0;
    await phone.sync();
    expect(server.requests).toHaveLength(1);
  });
});

describe('a scope read anew', () => {
  test('L9 a cursor too old is answered from 0; the old is shown until the new is whole', async () => {
    const { server, phone, ids } = await synced(25, 10);
    server.records.delete(ids[0] ?? '');
    server.write(testId(), { narrative: '新' });
    server.floors.set(HELD, server.seqOf(HELD));
    const shown: number[] = [];
    phone.line = async (reply) => {
      shown.push((await shownIds(phone)).length);
      return reply;
    };
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', rebuilt: 1 });
    expect(shown.slice(0, 3)).toEqual([25, 25, 25]);
    expect(await shownIds(phone)).toEqual([...server.records.keys()].sort());
  });

  test('L9 a cursor beyond the counter belongs to a server that was restored', async () => {
    const { server, phone, ids } = await synced(3);
    const restore = server.backUp();
    server.write(testId(), { narrative: '备份之后' });
    await phone.sync();
    expect(await shownIds(phone)).toHaveLength(4);
    restore();
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', rebuilt: 1 });
    expect(await shownIds(phone)).toEqual([...ids].sort());
    expect((await phone.cursors())[HELD]).toBe(3);
  });

  test('L9 killed at any point, it goes on, and nothing that was held is lost', async () => {
    for (let kill = 1; kill <= 4; kill += 1) {
      const { server, phone, ids } = await synced(25, 10);
      await phone.write(diary(testId(), { narrative: '没传的' }));
      server.floors.set(HELD, server.seqOf(HELD));
      let requests = 0;
      phone.line = (reply) => {
        requests += 1;
        if (requests === kill) throw new RangeError('the app is gone');
        return reply;
      };
      await phone.sync();
      const reopened = phone.again();
      expect((await shownIds(reopened)).length).toBeGreaterThanOrEqual(26);
      expect(await reopened.sync()).toMatchObject({ outcome: 'ok' });
      expect(await shownIds(reopened)).toHaveLength(ids.length + 1);
      expect(await reopened.ops()).toEqual([]);
      const scopes = (await reopened.db.read(['scopes'], (tx) =>
        got(tx.objectStore('scopes').getAll()),
      )) as { shadow?: unknown }[];
      expect(scopes.every(({ shadow }) => shadow === undefined)).toBe(true);
    }
  });

  test('L9 begins again where the server is restored in the middle of it', async () => {
    const { server, phone } = await synced(25, 10);
    const restore = server.backUp();
    for (let at = 0; at < 20; at += 1) server.write(testId(), { narrative: `${at}` });
    server.floors.set(HELD, server.seqOf(HELD));
    let requests = 0;
    phone.gate = () => {
      requests += 1;
      if (requests === 4) {
        server.floors.clear();
        restore();
      }
      return null;
    };
    expect(await phone.sync()).toMatchObject({ outcome: 'ok' });
    expect(await shownIds(phone)).toHaveLength(25);
    expect((await phone.cursors())[HELD]).toBe(25);
  });
});

describe('receipts', () => {
  test('P12 the newest is kept, on the disk before its ops leave the outbox', async () => {
    const { phone } = await synced(0);
    await phone.write(diary(testId(), { narrative: '一' }), diary(testId(), { narrative: '二' }));
    await phone.sync();
    expect(await newestReceipt(phone.again().db)).toMatchObject({ n: 2 });
  });

  test('P12 a server that was restored gets all again that the phone still has', async () => {
    const { server, phone } = await synced(0);
    const [first, second, third] = [testId(), testId(), testId()];
    await phone.write(diary(first, { narrative: '一' }));
    await phone.sync();
    const restore = server.backUp();
    await phone.write(diary(second, { narrative: '二' }), edit(first, { narrative: '一一' }));
    await phone.sync();
    expect(await phone.ops()).toEqual([]);
    restore();
    expect(await phone.sync()).toMatchObject({
      outcome: 'ok',
      regress: { from: 3, to: 1, again: 2 },
      readBack: 2,
    });
    expect([...server.records.keys()].sort()).toEqual([first, second].sort());
    expect(server.records.get(first)?.f).toEqual({ narrative: '一一' });
    await phone.write(diary(third, { narrative: '三' }));
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', regress: null });
    expect(await phone.ops()).toEqual([]);
    expect(await newestReceipt(phone.db)).toMatchObject({ n: 4 });
  });

  test('P12 P5 a restored server that asks for a number that was read back gets it', async () => {
    const { server, phone } = await synced(0);
    const restore = server.backUp();
    await phone.write(diary(testId(), { narrative: '一' }));
    await phone.sync();
    restore();
    await phone.write(diary(testId(), { narrative: '二' }));
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', readBack: 2 });
    expect(server.records.size).toBe(2);
  });

  test('L7 the ops of a scope that is lost are not kept either', async () => {
    const { server, phone } = await synced(0);
    await phone.write(diary(testId(), { narrative: '一' }));
    await phone.sync();
    server.held.clear();
    await phone.sync();
    const kept = await phone.db.read(['sent'], (tx) => got(tx.objectStore('sent').count()));
    expect(kept).toBe(0);
  });
});
