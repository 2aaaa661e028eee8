// @vitest-environment node
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { diary, edit, PORTS, TestPhone, testId } from './testPhone';
import { changed, deadLine, HELD, TestServer } from './testServer';

describe('push', () => {
  test('L4 an op leaves the outbox by read-back, not by its acknowledgement', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }));
    phone.line = (reply) => changed(reply, () => ({ scopes: [] }));
    expect((await phone.sync()).outcome).toBe('ok');
    expect(await phone.ops()).toHaveLength(1);
    phone.line = (reply) => reply;
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', readBack: 1 });
    expect(await phone.ops()).toEqual([]);
  });

  test('P4 what was stored while its reply was lost is sent again and stored once', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }));
    phone.line = deadLine;
    expect((await phone.sync()).outcome).toBe('offline');
    expect(await phone.ops()).toHaveLength(1);
    phone.line = (reply) => reply;
    await phone.sync();
    expect(await phone.ops()).toEqual([]);
    expect(phone.server.records.size).toBe(1);
    expect([...phone.server.records.values()][0]?.rev).toBe(1);
  });

  test('P4 an op that was answered for and is not read back is sent again', async () => {
    const phone = new TestPhone(new TestServer());
    const rid = testId();
    await phone.write(diary(rid, { narrative: '一' }));
    // The server was restored from a copy of before: it answered, and knows nothing of it.
    phone.line = (reply) => changed(reply, () => ({ scopes: [] }));
    await phone.sync();
    phone.server.accepted.clear();
    phone.server.records.clear();
    phone.server.lastN.clear();
    phone.line = (reply) => reply;
    await phone.sync();
    expect(phone.server.records.get(rid)?.f).toEqual({ narrative: '一' });
    expect(await phone.ops()).toEqual([]);
  });

  test('D3 an edit made during a push survives it', async () => {
    const phone = new TestPhone(new TestServer());
    const rid = testId();
    await phone.write(diary(rid, { narrative: '一' }));
    let edited = false;
    phone.line = async (reply) => {
      if (!edited) await phone.write(edit(rid, { narrative: '二' }));
      edited = true;
      return reply;
    };
    await phone.sync();
    expect(await phone.shown()).toEqual({ [rid]: { narrative: '二' } });
    expect(await phone.ops()).toMatchObject([{ kind: 'set', n: 2 }]);
    await phone.sync();
    expect(phone.server.records.get(rid)?.f).toEqual({ narrative: '二' });
    expect(await phone.ops()).toEqual([]);
  });

  test('at most 200 ops go in a request, all in order', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(...Array.from({ length: 450 }, () => diary(testId(), { narrative: '一' })));
    expect(await phone.sync()).toMatchObject({ sent: 450, readBack: 450 });
    expect(phone.server.requests.map(({ ops }) => ops.length)).toEqual([200, 200, 50]);
    expect(phone.server.requests.flatMap(({ ops }) => ops.map(({ n }) => n))).toEqual(
      Array.from({ length: 450 }, (_, at) => at + 1),
    );
  });

  test('M8 each request says what the clock of the phone says', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }));
    await phone.sync();
    const wall = new Date(PORTS.now()).toISOString();
    expect(phone.server.requests.map((request) => request.wall)).toEqual([wall]);
  });

  test('P11 a quarantined op leaves by read-back of its quarantine record', async () => {
    const phone = new TestPhone(new TestServer());
    phone.server.quarantine = (op) => (op.n === 2 ? 'invalid_field' : null);
    const [good, bad] = [testId(), testId()];
    await phone.write(diary(good, { narrative: '好' }), diary(bad, { narrative: '坏' }));
    phone.line = (reply) =>
      changed(reply, ({ scopes }) => ({ scopes: scopes.filter(({ id }) => id === HELD) }));
    await phone.sync();
    expect(await phone.ops()).toMatchObject([{ rid: bad }]);
    phone.line = (reply) => reply;
    await phone.sync();
    expect(await phone.ops()).toEqual([]);
    const quarantine = [...(await phone.pulled()).values()].find(
      ({ type }) => type === 'quarantine',
    );
    expect(quarantine).toMatchObject({ f: { n: 2, code: 'invalid_field' }, scope: 'person:me' });
    expect(JSON.parse(String(quarantine?.f?.['op']))).toMatchObject({ set: { narrative: '坏' } });
  });

  test('an answer that leaves an op out is not believed', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }));
    phone.line = (reply) => changed(reply, () => ({ results: [] }));
    expect((await phone.sync()).outcome).toBe('bad_answer');
    expect(await phone.ops()).toHaveLength(1);
  });
});

describe('crashes', () => {
  test('L3 a crash between two pages loses none: the second is fetched again', async () => {
    const server = new TestServer();
    for (let at = 0; at < 20; at += 1) server.write(testId(), { narrative: `${at}` });
    server.pageSize = 10;
    const crash = new Error('the app is gone');
    let pages = 0;
    const dying = new TestPhone(server, 'me', undefined, undefined, {
      onPage: () => {
        pages += 1;
        if (pages === 1) throw crash;
      },
    });
    await expect(dying.sync()).rejects.toBe(crash);
    expect((await dying.pulled()).size).toBe(10);
    const reopened = dying.again();
    expect(await reopened.sync()).toMatchObject({ outcome: 'ok', pulled: 10 });
    expect((await reopened.pulled()).size).toBe(20);
  });

  test('L3 L4 a crash after the answer and before its pages keeps the outbox', async () => {
    const server = new TestServer();
    const crash = new Error('the app is gone');
    const dying = new TestPhone(server, 'me', undefined, undefined, {
      onProgress: () => {
        throw crash;
      },
    });
    await dying.write(diary(testId(), { narrative: '一' }));
    await expect(dying.sync()).rejects.toBe(crash);
    const reopened = dying.again();
    expect(await reopened.ops()).toHaveLength(1);
    expect(await reopened.sync()).toMatchObject({ sent: 1, readBack: 1 });
    expect(server.records.size).toBe(1);
  });
});

describe('two', () => {
  test('D2 two tabs that write at once share one chain, and each op arrives once', async () => {
    const server = new TestServer();
    const tab = new TestPhone(server);
    const other = tab.again();
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        (at % 2 ? tab : other).write(diary(testId(), { narrative: `${at}` })),
      ),
    );
    expect((await tab.ops()).map(({ n }) => n)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    await tab.sync();
    await other.sync();
    expect(server.records.size).toBe(20);
    expect([...server.records.values()].every(({ rev }) => rev === 1)).toBe(true);
    expect(await other.ops()).toEqual([]);
  });

  test('M1 200 edits of disjoint fields on two phones all arrive on both', async () => {
    const server = new TestServer();
    const [one, two] = [new TestPhone(server), new TestPhone(server, 'you')];
    const rid = testId();
    await one.write(diary(rid, { narrative: '一' }));
    await one.sync();
    await two.sync();
    for (let at = 0; at < 100; at += 1) {
      await one.write(edit(rid, { [`a${at}`]: at }));
      await two.write(edit(rid, { [`b${at}`]: at }));
    }
    await one.sync();
    await two.sync();
    await one.sync();
    const [here, there] = [await one.shown(), await two.shown()];
    expect(Object.keys(here[rid] ?? {})).toHaveLength(201);
    expect(there).toEqual(here);
    expect([...(await one.ops()), ...(await two.ops())]).toEqual([]);
  });
});
