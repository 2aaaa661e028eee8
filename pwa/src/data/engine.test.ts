// @vitest-environment node
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { SyncAnswer } from '../../../sync/messages';
import { answerIn, type Reply } from './faults';
import { diary, edit, TestPhone, testId } from './testPhone';
import { HELD, json, problem, TestServer } from './testServer';

const deadLine = (): never => {
  throw new TypeError('Failed to fetch');
};

/** The reply with its answer changed. */
function changed(reply: Reply, change: (answer: SyncAnswer) => object): Reply {
  const answer = answerIn(reply, 0);
  return json(200, { ...answer, ...change(answer) });
}

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

describe('D4 refusals', () => {
  async function refused(reply: Reply): Promise<{ phone: TestPhone; outcome: unknown }> {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }), diary(testId(), { narrative: '二' }));
    let first = true;
    phone.line = (good) => {
      const answer = first ? reply : good;
      first = false;
      return answer;
    };
    const outcome = await phone.sync();
    return { phone, outcome };
  }

  test('D4 401 signs out; nothing is lost and it goes on after sign-in', async () => {
    const { phone, outcome } = await refused(problem(401, 'signed_out'));
    expect(outcome).toMatchObject({ outcome: 'signed_out', retryIn: null });
    expect(await phone.ops()).toHaveLength(2);
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', readBack: 2 });
  });

  test.each([429, 503])('D4 %i waits as told', async (status) => {
    const told = { ...problem(status, 'busy'), retryAfter: '17' };
    const { phone, outcome } = await refused(told);
    expect(outcome).toMatchObject({ outcome: 'busy', retryIn: 17_500 });
    expect(await phone.ops()).toHaveLength(2);
  });

  test('D4 Retry-After may be a date', async () => {
    const told = { ...problem(503, 'busy'), retryAfter: 'Tue, 24 Nov 2026 09:31:00 GMT' };
    const { outcome } = await refused(told);
    expect(outcome).toMatchObject({ retryIn: 60_500 });
  });

  test('D4 413 halves the batch until it fits', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(...Array.from({ length: 20 }, () => diary(testId(), { narrative: '一' })));
    const sizes: number[] = [];
    phone.gate = ({ ops }) => {
      sizes.push(ops.length);
      return ops.length > 5 ? problem(413, 'too_much') : null;
    };
    expect((await phone.sync()).outcome).toBe('ok');
    expect(sizes).toEqual([20, 10, 5, 10, 5, 10, 5, 5]);
    expect(await phone.ops()).toEqual([]);
  });

  test('D4 413 for a single op is said, and the op kept', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }));
    phone.line = () => problem(413, 'too_much');
    expect((await phone.sync()).outcome).toBe('too_large');
    expect(await phone.ops()).toHaveLength(1);
  });

  test('D4 P5 409 sends from the n that the server expects', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }), diary(testId(), { narrative: '二' }));
    phone.line = (reply) => changed(reply, () => ({ scopes: [] }));
    await phone.sync();
    await phone.write(diary(testId(), { narrative: '三' }));
    // Within the same run the server forgets op 2.
    phone.server.lastN.set(phone.device, 1);
    for (const [id, { op }] of phone.server.accepted)
      if (op.n === 2) phone.server.accepted.delete(id);
    phone.line = (reply) => reply;
    expect((await phone.sync()).outcome).toBe('ok');
    expect(await phone.ops()).toEqual([]);
    expect(phone.server.records.size).toBe(3);
  });

  test('D4 P5 a gap that this phone cannot fill is said, and nothing leaves', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }));
    await phone.sync();
    await phone.write(diary(testId(), { narrative: '二' }));
    phone.server.lastN.clear();
    phone.server.accepted.clear();
    expect((await phone.sync()).outcome).toBe('sequence_gap');
    expect(await phone.ops()).toHaveLength(1);
  });

  test.each([
    ['a Wi-Fi sign-in page', { status: 200, contentType: 'text/html' }, 'captive_portal'],
    ['a Wi-Fi that answers 403', { status: 403, contentType: 'text/html' }, 'captive_portal'],
    ['a Wi-Fi that answers 401', { status: 401, contentType: 'text/html' }, 'captive_portal'],
    ['a proxy without its server', { status: 502, contentType: 'text/html' }, 'server'],
  ])('L5 %s changes nothing', async (_name, reply, code) => {
    const { phone, outcome } = await refused({ ...reply, retryAfter: null, text: '<p>您好</p>' });
    expect(outcome).toMatchObject({ outcome: code });
    expect(await phone.ops()).toHaveLength(2);
    expect(await phone.cursors()).toEqual({});
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', readBack: 2 });
  });

  test('P7 a device of another account is said', async () => {
    const { phone, outcome } = await refused(problem(403, 'device_taken'));
    expect(outcome).toMatchObject({ outcome: 'device_taken' });
    expect(await phone.ops()).toHaveLength(2);
  });

  test('an answer to another account changes nothing', async () => {
    const phone = new TestPhone(new TestServer());
    await phone.write(diary(testId(), { narrative: '一' }));
    phone.line = (reply) => changed(reply, () => ({ account: 'somebody' }));
    expect((await phone.sync()).outcome).toBe('other_account');
    expect(await phone.ops()).toHaveLength(1);
    expect(await phone.cursors()).toEqual({});
  });

  test('backoff doubles up to five minutes and starts anew when the line is back', async () => {
    const phone = new TestPhone(new TestServer());
    phone.line = deadLine;
    const waits: (number | null)[] = [];
    for (let at = 0; at < 10; at += 1) waits.push((await phone.sync()).retryIn);
    expect(waits.slice(0, 3)).toEqual([1500, 3000, 6000]);
    expect(waits[9]).toBe(225_000);
    phone.engine.forgetFailures();
    expect((await phone.sync()).retryIn).toBe(1500);
  });
});

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
