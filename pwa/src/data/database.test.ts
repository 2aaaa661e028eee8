// @vitest-environment node
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { Database, got } from './database';

const plan = (version = 1) => ({
  name: 'test',
  version,
  upgrade: (db: IDBDatabase) => {
    if (!db.objectStoreNames.contains('notes')) db.createObjectStore('notes');
  },
});

const put = (db: Database, value: string): Promise<void> =>
  db.writeStrictly(['notes'], async (tx) => {
    await got(tx.objectStore('notes').put(value, 'key'));
  });

const get = (db: Database): Promise<unknown> =>
  db.read(['notes'], (tx) => got(tx.objectStore('notes').get('key')) as Promise<unknown>);

/** A factory whose connections can be cut as a browser does it. */
function cuttable(): { factory: IDBFactory; connections: IDBDatabase[] } {
  const factory = new IDBFactory();
  const connections: IDBDatabase[] = [];
  const open = factory.open.bind(factory);
  factory.open = (name, version) => {
    const request = open(name, version);
    request.addEventListener('success', () => connections.push(request.result));
    return request;
  };
  return { factory, connections };
}

describe('a database', () => {
  test('gives back what was written', async () => {
    const db = new Database(() => new IDBFactory(), plan());
    await put(db, '一');
    expect(await get(db)).toBe('一');
  });

  test('whose connection was lost is opened once more', async () => {
    const { factory, connections } = cuttable();
    const db = new Database(() => factory, plan());
    await put(db, '一');
    connections[0]?.close();
    await put(db, '二');
    expect(await get(db)).toBe('二');
    expect(connections).toHaveLength(2);
  });

  test('that is lost again and again says so', async () => {
    const { factory, connections } = cuttable();
    const open = factory.open.bind(factory);
    factory.open = (name, version) => {
      const request = open(name, version);
      request.addEventListener('success', () => request.result.close());
      return request;
    };
    const db = new Database(() => factory, plan());
    await expect(put(db, '一')).rejects.toMatchObject({ code: 'lost' });
    expect(connections).toHaveLength(2);
  });

  test('that the browser does not have says so', async () => {
    const db = new Database(() => {
      throw new ReferenceError('indexedDB is not defined');
    }, plan());
    await expect(get(db)).rejects.toMatchObject({ code: 'lost' });
  });

  test('an error in the work undoes all of it', async () => {
    const factory = new IDBFactory();
    const db = new Database(() => factory, plan());
    await put(db, '一');
    const failed = db.write(['notes'], async (tx) => {
      await got(tx.objectStore('notes').put('二', 'key'));
      throw new RangeError('no');
    });
    await expect(failed).rejects.toThrow(RangeError);
    expect(await get(db)).toBe('一');
  });

  test('makes way for the upgrade of another tab', async () => {
    const factory = new IDBFactory();
    const old = new Database(() => factory, plan());
    await put(old, '一');
    const newer = new Database(() => factory, plan(2));
    expect(await get(newer)).toBe('一');
    await expect(get(old)).rejects.toMatchObject({ code: 'closed' });
  });

  test('D5 whose upgrade an old, frozen tab blocks says so, and opens when that is closed', async () => {
    const factory = new IDBFactory();
    const frozen = await new Promise<IDBDatabase>((resolve) => {
      const request = factory.open('test', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('notes');
      request.onsuccess = () => resolve(request.result);
    });
    let unblocked = (): void => undefined;
    const closed = new Promise<void>((resolve) => (unblocked = resolve));
    const newer = new Database(() => factory, plan(2), unblocked);
    await expect(get(newer)).rejects.toMatchObject({ code: 'blocked' });
    frozen.close();
    await closed;
    await put(newer, '一');
    expect(await get(newer)).toBe('一');
  });

  test('is gone when destroyed, in every tab', async () => {
    const factory = new IDBFactory();
    const [one, other] = [new Database(() => factory, plan()), new Database(() => factory, plan())];
    await put(one, '一');
    await get(other);
    await one.destroy();
    await expect(get(other)).rejects.toMatchObject({ code: 'closed' });
    expect(await get(new Database(() => factory, plan()))).toBeUndefined();
  });
});
