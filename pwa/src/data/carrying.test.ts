import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { app, closeTabs, FIELDS, signedIn, until, type Data } from './testApp';
import { HELD } from './testServer';

const PASSPHRASE = '清晨的茹岗 2026';

/** A phone with two unsent entries and a draft, and the file they were exported to. */
async function exported(): Promise<{ data: Data; file: Blob; ids: string[] }> {
  const data = await signedIn();
  app.connected = false;
  const ids = [
    await data.create('diary_entry', HELD, FIELDS),
    await data.create('diary_entry', HELD, { ...FIELDS, narrative: '第二户' }),
  ];
  const draft = data.newDraft(HELD, { narrative: '写了一半' });
  await data.saveDraft(draft);
  return { data, file: await data.exportCarried(PASSPHRASE), ids };
}

/** Another phone. */
async function otherPhone(account = 'me'): Promise<Data> {
  closeTabs();
  vi.stubGlobal('indexedDB', new IDBFactory());
  app.connected = true;
  return signedIn(account);
}

const altered = async (file: Blob, change: (text: string) => string): Promise<Blob> =>
  new Blob([change(await file.text())]);

// The key is derived slowly on purpose, several times a test.
vi.setConfig({ testTimeout: 30_000 });

describe('a file of what is unsent', () => {
  test('D7 says of itself what it is and how many ops it holds, and nothing of their words', async () => {
    const { data, file } = await exported();
    expect(await data.describeCarried(file)).toMatchObject({ ops: 2 });
    const text = await file.text();
    const { kdf, cipher, format } = JSON.parse(text) as Record<string, Record<string, unknown>>;
    expect(format).toBe('minqing-carried');
    expect(kdf).toMatchObject({ name: 'PBKDF2', hash: 'SHA-256', iterations: 600_000 });
    expect(cipher).toMatchObject({ name: 'AES-GCM' });
    expect(text).not.toContain('第二户');
    expect(text).not.toContain('写了一半');
  });

  test('D7 P4 arrives from another phone of the account, once, however often it is sent', async () => {
    const { file, ids } = await exported();
    const data = await otherPhone();
    const carried = await data.openCarried(file, PASSPHRASE);
    expect(await data.importCarried(carried)).toEqual({ counts: { applied: 2 }, drafts: 1 });
    expect(await data.importCarried(carried)).toMatchObject({ counts: { duplicate: 2 } });
    expect([...app.server.records.keys()].sort()).toEqual([...ids].sort());
    expect(data.drafts.value).toMatchObject([{ fields: { narrative: '写了一半' } }]);
  });

  test('D7 P4 may be sent by the phone itself, too, afterwards', async () => {
    const { data, file } = await exported();
    app.connected = true;
    await data.importCarried(await data.openCarried(file, PASSPHRASE));
    await data.syncNow();
    await until(() => data.sync.pending === 0);
    expect([...app.server.records.values()].map(({ rev }) => rev)).toEqual([1, 1]);
  });

  test("D7 is sent by a supervisor in its author's name; the draft stays with its author", async () => {
    const { file } = await exported();
    const data = await otherPhone('boss');
    const carried = await data.openCarried(file, PASSPHRASE);
    expect(await data.importCarried(carried)).toEqual({ counts: { applied: 2 }, drafts: 0 });
    expect([...app.server.records.values()].map(({ by }) => by)).toEqual(['me', 'me']);
  });

  test('D7 P7 of somebody else is refused by the server', async () => {
    const { file } = await exported();
    const data = await otherPhone('you');
    const carried = await data.openCarried(file, PASSPHRASE);
    await expect(data.importCarried(carried)).rejects.toMatchObject({ code: 'device_taken' });
    expect(app.server.records.size).toBe(0);
  });

  test('D7 does not open with another passphrase', async () => {
    const { data, file } = await exported();
    const opening = data.openCarried(file, 'another');
    await expect(opening).rejects.toMatchObject({ name: 'CarryError', code: 'passphrase' });
    expect((await data.openCarried(file, ` ${PASSPHRASE}\n`)).ops).toHaveLength(2);
  });

  test.each([
    ['cut off', 'damaged', (text: string) => text.slice(0, -200)],
    ['with a bit flipped', 'damaged', (text: string) => text.replace('"iv": "', '"iv": "A')],
    [
      'with other words about it',
      'damaged',
      (text: string) => text.replace('"ops": 2', '"ops": 3'),
    ],
    ['of a later version', 'newer', (text: string) => text.replace('"version": 1', '"version": 2')],
    ['of another app', 'foreign', () => '{"format": "something else"}'],
    ['that is no JSON', 'foreign', () => 'PK\u0003\u0004'],
  ])('D7 %s is told as such: %s', async (_name, code, change) => {
    const { data, file } = await exported();
    const other = await altered(file, change);
    await expect(data.describeCarried(other)).rejects.toMatchObject({ code });
    await expect(data.openCarried(other, PASSPHRASE)).rejects.toMatchObject({ code });
  });
});
