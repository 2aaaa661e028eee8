// @vitest-environment node
import 'fake-indexeddb/auto';
import { describe, expect, test, vi } from 'vitest';
import { opHash } from '../../../sync/chain';
import { GENESIS, type Op } from '../../../sync/messages';
import { cleanFields } from './clean';
import { got } from './database';
import { StorageError } from './errors';
import { closeOutbox } from './outbox';
import { diary, edit, PORTS, TestPhone, testId } from './testPhone';
import { TestServer } from './testServer';

const phone = (): TestPhone => new TestPhone(new TestServer());

function noRoom(): never {
  throw new DOMException('the disk is full', 'QuotaExceededError');
}

describe('an op', () => {
  test('P5 P6 continues the chain: n without a gap, prev_hash the hash of the one before', async () => {
    const one = phone();
    await one.write(diary(testId(), { narrative: '一' }), diary(testId(), { narrative: '二' }));
    await one.again().write(diary(testId(), { narrative: '三' }));
    const ops = await one.ops();
    expect(ops.map(({ n }) => n)).toEqual([1, 2, 3]);
    const hashes = ops.map((op) => opHash(op, PORTS.sha256));
    expect(ops.map(({ prev_hash }) => prev_hash)).toEqual([GENESIS, hashes[0], hashes[1]]);
  });

  test('P5 continues after the outbox has been emptied', async () => {
    const one = phone();
    const [first] = await one.write(diary(testId(), { narrative: '一' }));
    await one.sync();
    const [second] = await one.write(diary(testId(), { narrative: '二' }));
    expect(second).toMatchObject({ n: 2, prev_hash: opHash(first as Op, PORTS.sha256) });
  });

  test('names the own op on the same record that is still unsent', async () => {
    const one = phone();
    const rid = testId();
    const [made] = await one.write(diary(rid, { narrative: '一' }));
    expect(made).not.toHaveProperty('after');
    const [edited] = await one.write(edit(rid, { narrative: '二' }, { narrative: 1 }));
    expect(edited).toMatchObject({ after: made?.op_id, base: { narrative: 1 } });
    await one.sync();
    const [later] = await one.write(edit(rid, { narrative: '三' }, { narrative: 2 }));
    expect(later).not.toHaveProperty('after');
  });

  test('M8 carries both clocks as they are', async () => {
    const [op] = await phone().write(diary(testId(), {}));
    expect(op).toMatchObject({ wall: '2026-11-24T09:30:00.000Z', mono: 1235 });
  });
});

describe('a save', () => {
  test('D1 is one transaction with strict durability', async () => {
    const one = phone();
    await one.ops();
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction');
    await one.write(diary(testId(), {}), diary(testId(), {}));
    expect(begun.mock.calls).toEqual([[['meta', 'ops'], 'readwrite', { durability: 'strict' }]]);
    begun.mockRestore();
  });

  test('D1 is not said before the transaction is complete', async () => {
    const one = phone();
    await one.ops();
    const order: string[] = [];
    const original = IDBDatabase.prototype.transaction;
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
      this: IDBDatabase,
      ...given: Parameters<IDBDatabase['transaction']>
    ) {
      const tx = original.apply(this, given);
      tx.addEventListener('complete', () => order.push('complete'));
      return tx;
    });
    await one.write(diary(testId(), {})).then(() => order.push('said'));
    expect(order).toEqual(['complete', 'said']);
    begun.mockRestore();
  });

  test('D1 without room stores nothing, says so, and leaves the chain whole', async () => {
    const one = phone();
    await one.write(diary(testId(), { narrative: '一' }));
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(noRoom);
    await expect(one.write(diary(testId(), { narrative: '二' }))).rejects.toThrow('disk is full');
    full.mockRestore();
    expect(await one.ops()).toHaveLength(1);
    const [op] = await one.write(diary(testId(), { narrative: '三' }));
    expect(op?.n).toBe(2);
  });

  test('D1 whose transaction aborts for want of room is a quota error', async () => {
    const one = phone();
    const aborted = one.db.writeStrictly(['ops'], async (tx) => {
      // Chrome lets the request succeed and then aborts the transaction.
      await got(tx.objectStore('ops').put({ n: 1 }));
      Object.defineProperty(tx, 'error', {
        value: new DOMException('the disk is full', 'QuotaExceededError'),
      });
      tx.abort();
    });
    await expect(aborted).rejects.toMatchObject({ code: 'quota' });
    expect(await one.ops()).toEqual([]);
  });

  test('after signing out is refused', async () => {
    const one = phone();
    expect(await closeOutbox(one.db)).toBe(0);
    await expect(one.write(diary(testId(), {}))).rejects.toThrow(StorageError);
    expect(await one.ops()).toEqual([]);
  });

  test('signing out is not possible while an op is unsent', async () => {
    const one = phone();
    await one.write(diary(testId(), {}));
    expect(await closeOutbox(one.db)).toBe(1);
    await one.write(diary(testId(), {}));
    expect(await one.ops()).toHaveLength(2);
  });
});

describe('what a person typed', () => {
  test('is well-formed: U+0000 goes, a lone surrogate becomes U+FFFD, pairs stay', () => {
    const fields = { narrative: 'a\u0000b\ud800c\udc00d😀', list: ['\udfff', { text: '\ud83d' }] };
    expect(cleanFields(fields)).toEqual({
      narrative: 'ab\ufffdc\ufffdd😀',
      list: ['\ufffd', { text: '\ufffd' }],
    });
  });

  test('loses members that are undefined and keeps null', () => {
    expect(cleanFields({ a: undefined, b: null, c: 0, d: false })).toEqual({
      b: null,
      c: 0,
      d: false,
    });
  });
});
