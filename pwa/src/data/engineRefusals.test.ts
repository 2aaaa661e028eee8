// @vitest-environment node
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { Reply } from './faults';
import { got } from './database';
import { opHash } from '../../../sync/chain';
import { GENESIS } from '../../../sync/messages';
import { diary, edit, PORTS, TestPhone, testId } from './testPhone';
import { changed, deadLine, HELD, problem, TestServer } from './testServer';

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

  test('D4 P5 a gap that nobody can fill: what is unsent goes from a new device', async () => {
    const server = new TestServer();
    const phone = new TestPhone(server);
    const rid = testId();
    await phone.write(diary(testId(), { narrative: '一' }), diary(rid, { narrative: '二' }));
    await phone.sync();
    await phone.write(edit(rid, { narrative: '二,改' }), diary(testId(), { narrative: '三' }));
    const ids = (await phone.ops()).map(({ op_id }) => op_id);
    // The server is that of before both, and the phone has forgotten what it had sent.
    server.lastN.clear();
    server.accepted.clear();
    await phone.db.write(['sent'], (tx) => got(tx.objectStore('sent').clear()));
    expect(await phone.sync()).toMatchObject({ outcome: 'ok', readBack: 2 });
    expect(await phone.ops()).toEqual([]);
    const { device, ops } =
      server.requests.filter((request) => request.ops.length > 0).at(-1) ?? {};
    expect(device).not.toBe(phone.device);
    expect(ops?.map(({ op_id, n }) => [op_id, n])).toEqual(ids.map((id, at) => [id, at + 1]));
    expect(ops?.[0]?.prev_hash).toBe(GENESIS);
    expect(ops?.[1]?.prev_hash).toBe(ops?.[0] && opHash(ops[0], PORTS.sha256));
    // Another tab, whose engine knows the old device only, goes on as the new one.
    await phone.write(diary(testId(), { narrative: '四' }));
    expect(await phone.again().sync()).toMatchObject({ outcome: 'ok', readBack: 1 });
    expect(server.requests.at(-1)?.device).toBe(device);
  });

  test('D4 P5 of a gap, what the server has already is not sent from the new device', async () => {
    const server = new TestServer();
    const phone = new TestPhone(server);
    await phone.write(...['一', '二', '三'].map((narrative) => diary(testId(), { narrative })));
    const ops = await phone.ops();
    await phone.db.write(['ops'], (tx) => got(tx.objectStore('ops').delete(2)));
    server.lastN.set(phone.device, 1);
    const [first] = ops;
    if (first) {
      const place = { device: phone.device, scope: HELD, seq: 1 };
      server.accepted.set(first.op_id, { op: first, ...place });
    }
    expect((await phone.sync()).outcome).toBe('ok');
    expect(await phone.ops()).toEqual([]);
    const renewed = server.requests.filter(({ device }) => device !== phone.device);
    expect(renewed.flatMap((request) => request.ops.map(({ op_id }) => op_id))).toEqual([
      ops[2]?.op_id,
    ]);
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
