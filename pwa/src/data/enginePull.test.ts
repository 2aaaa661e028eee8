// @vitest-environment node
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { diary, TestPhone, testId } from './testPhone';
import { changed, deadLine, HELD, TestServer } from './testServer';

describe('pull', () => {
  test('L6 asks again at once while there is more', async () => {
    const server = new TestServer();
    for (let at = 0; at < 25; at += 1) server.write(testId(), { narrative: `${at}` });
    server.pageSize = 10;
    const phone = new TestPhone(server);
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', pulled: 25 });
    expect(await phone.cursors()).toEqual({ [HELD]: 25, 'person:me': 0 });
  });

  test('L1 a second pull asks from the cursor and gets what changed', async () => {
    const server = new TestServer();
    const ids = Array.from({ length: 30 }, () => testId());
    for (const id of ids) server.write(id, { narrative: '一' });
    const phone = new TestPhone(server);
    await phone.sync();
    server.write(ids[3] as string, { narrative: '二' });
    expect(await phone.sync()).toMatchObject({ pulled: 1 });
    expect((await phone.shown())[ids[3] as string]).toEqual({ narrative: '二' });
  });

  test('L2 a page whose from is not the cursor is ignored', async () => {
    const server = new TestServer();
    server.write(testId(), { narrative: '一' });
    const phone = new TestPhone(server);
    phone.line = (reply) =>
      changed(reply, ({ scopes }) => ({
        scopes: scopes.map((page) => ({ ...page, from: page.from + 1, to: page.to + 1 })),
      }));
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', pulled: 0 });
    expect((await phone.pulled()).size).toBe(0);
    expect(await phone.cursors()).toEqual({});
  });

  test('L2 P4 a page that comes twice is applied once', async () => {
    const server = new TestServer();
    server.write(testId(), { narrative: '一' });
    const phone = new TestPhone(server);
    phone.line = (reply) => changed(reply, ({ scopes }) => ({ scopes: [...scopes, ...scopes] }));
    expect(await phone.sync()).toMatchObject({ pulled: 1 });
  });

  test('L5 an answer cut off anywhere changes nothing', async () => {
    const server = new TestServer();
    const phone = new TestPhone(server);
    await phone.write(diary(testId(), { narrative: '一' }));
    for (let part = 0; part < 1; part += 0.05) {
      phone.line = (reply) => ({ ...reply, text: reply.text.slice(0, reply.text.length * part) });
      expect((await phone.sync()).outcome).toBe('bad_answer');
      expect(await phone.ops()).toHaveLength(1);
      expect(await phone.cursors()).toEqual({});
    }
  });

  test('L6 goes on when a full answer left a scope for the next one', async () => {
    const server = new TestServer();
    const grid = 'grid:0190a5c0-0000-7000-8000-00000000000b';
    server.held.add(grid);
    server.write(testId(), { narrative: '一' });
    server.write(testId(), { narrative: '二' }, { scope: grid });
    const phone = new TestPhone(server);
    let full = true;
    phone.line = (reply) => {
      const spent = full;
      full = false;
      return changed(reply, ({ scopes }) => ({
        scopes: scopes.map((page) =>
          spent && page.id === grid
            ? { ...page, to: page.from, more: true, entries: [], own: [] }
            : page,
        ),
      }));
    };
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', pulled: 2 });
  });

  test('a page that promises more and moves nothing does not spin', async () => {
    const phone = new TestPhone(new TestServer());
    phone.line = (reply) =>
      changed(reply, ({ scopes }) => ({ scopes: scopes.map((page) => ({ ...page, more: true })) }));
    expect((await phone.sync()).outcome).toBe('ok');
    expect(phone.server.requests).toHaveLength(1);
  });

  test('L7 a scope gained is pulled from 0', async () => {
    const server = new TestServer();
    const phone = new TestPhone(server);
    await phone.sync();
    const grid = 'grid:0190a5c0-0000-7000-8000-00000000000b';
    const id = testId();
    server.write(id, { narrative: '新' }, { scope: grid });
    server.held.add(grid);
    await phone.sync();
    expect((await phone.pulled()).get(id)).toMatchObject({ scope: grid });
  });

  test('L7 a lost scope is destroyed once its outbox is empty', async () => {
    const server = new TestServer();
    server.write(testId(), { narrative: '旧' });
    const phone = new TestPhone(server);
    await phone.sync();
    await phone.write(diary(testId(), { narrative: '没传的' }));
    server.held.clear();
    server.quarantine = () => 'scope_lost';
    // The first answer loses the scope while its op isn't read back.
    phone.line = (reply) => changed(reply, () => ({ scopes: [] }));
    await phone.sync();
    expect(await phone.cursors()).toHaveProperty([HELD]);
    expect((await phone.pulled()).size).toBe(1);
    phone.line = (reply) => reply;
    await phone.sync();
    expect(await phone.ops()).toEqual([]);
    expect(Object.keys(await phone.cursors())).toEqual(['person:me']);
    expect([...(await phone.pulled()).values()].map(({ type }) => type)).toEqual(['quarantine']);
  });

  test('L7 an op stored in a scope that is lost before its read-back goes with it', async () => {
    const server = new TestServer();
    const phone = new TestPhone(server);
    const rid = testId();
    await phone.sync();
    await phone.write(diary(rid, { narrative: '一' }));
    phone.line = deadLine;
    await phone.sync();
    server.held.clear();
    phone.line = (reply) => reply;
    await phone.sync();
    expect(server.records.get(rid)?.f).toEqual({ narrative: '一' });
    expect(await phone.ops()).toEqual([]);
    expect(Object.keys(await phone.cursors())).toEqual(['person:me']);
  });
});
