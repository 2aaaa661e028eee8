import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../sync/messages';
import {
  giveUpSent,
  keepBlobs,
  putUpload,
  readBlob,
  readUploads,
  tidyBlobs,
  withRoom,
} from './blobs';
import { putDraft } from './drafts';
import { StorageError } from './errors';
import { closeOutbox } from './outbox';
import type { BlobRow } from './schema';
import { diary, edit, TestPhone } from './testPhone';
import { HELD, TestServer } from './testServer';

const ADDED = '2026-11-24T09:30:00.000Z';
const DAY = 24 * 3600_000;
const later = (days: number): number => Date.parse(ADDED) + days * DAY;

const blob = (sha256: string, thumb = false): BlobRow => ({
  sha256,
  content: new ArrayBuffer(4),
  thumb,
  addedAt: ADDED,
});
const photo = (key: string): JsonObject => ({ key, thumb: `${key}-small`, device: 'd' });

let phone: TestPhone;

beforeEach(() => {
  phone = new TestPhone(new TestServer());
});

async function choose(key: string): Promise<void> {
  await keepBlobs(phone.db, [blob(key), blob(`${key}-small`, true)]);
}

async function markSent(): Promise<void> {
  for (const row of await readUploads(phone.db))
    await putUpload(phone.db, { ...row, sentAt: ADDED });
}

const kept = async (key: string): Promise<boolean> => (await readBlob(phone.db, key)) !== null;

describe('what is chosen for a record', () => {
  test('F2 is to be uploaded from the moment the record is stored, with the record', async () => {
    await choose('a');
    expect(await readUploads(phone.db)).toEqual([]);
    await phone.write(diary('r1', { narrative: '一', photos: [photo('a')] }));
    expect(await readUploads(phone.db)).toEqual([
      {
        sha256: 'a',
        scope: HELD,
        thumb: false,
        addedAt: ADDED,
        url: null,
        sentAt: null,
        refused: null,
      },
      {
        sha256: 'a-small',
        scope: HELD,
        thumb: true,
        addedAt: ADDED,
        url: null,
        sentAt: null,
        refused: null,
      },
    ]);
  });

  test('F2 is not queued when the record could not be stored', async () => {
    await choose('a');
    const bad = { ...diary('r1', { photos: [photo('a')] }), rid: undefined as unknown as string };
    await expect(phone.write(bad)).rejects.toThrow();
    expect(await readUploads(phone.db)).toEqual([]);
    expect(await phone.ops()).toEqual([]);
  });

  test('F1 of another device is not queued here, and nothing is queued twice', async () => {
    await choose('a');
    await phone.write(diary('r1', { photos: [photo('a'), photo('other')] }));
    await markSent();
    await phone.write(edit('r1', { photos: [photo('other'), photo('a')] }));
    const rows = await readUploads(phone.db);
    expect(rows.map(({ sha256, sentAt }) => [sha256, sentAt])).toEqual([
      ['a', ADDED],
      ['a-small', ADDED],
    ]);
  });

  test('F5 is uploaded for each scope whose record names it', async () => {
    await choose('a');
    await phone.write(
      diary('r1', { photos: [photo('a')] }),
      diary('r2', { photos: [photo('a')] }, 'grid:2'),
    );
    const scopes = (await readUploads(phone.db)).map(({ sha256, scope }) => `${sha256} ${scope}`);
    expect(scopes).toEqual([`a ${HELD}`, 'a grid:2', `a-small ${HELD}`, 'a-small grid:2']);
  });

  test('D8 keeps the account from signing out until it is uploaded', async () => {
    await choose('a');
    await phone.write(diary('r1', { photos: [photo('a')] }));
    await phone.sync();
    expect(await phone.ops()).toEqual([]);
    expect(await closeOutbox(phone.db)).toBe(1);
    await markSent();
    expect(await closeOutbox(phone.db)).toBe(0);
  });
});

describe('a blob goes', () => {
  test('F4 never before the server has it, however old it is', async () => {
    await choose('a');
    await phone.write(diary('r1', { photos: [photo('a')] }));
    expect(await tidyBlobs(phone.db, later(10_000))).toBe(0);
    expect(await giveUpSent(phone.db)).toBe(0);
    expect([await kept('a'), await kept('a-small')]).toEqual([true, true]);
  });

  test('a week after it was uploaded, its thumbnail two months after', async () => {
    await choose('a');
    await phone.write(diary('r1', { photos: [photo('a')] }));
    await markSent();
    expect(await tidyBlobs(phone.db, later(6))).toBe(0);
    expect(await tidyBlobs(phone.db, later(8))).toBe(1);
    expect([await kept('a'), await kept('a-small')]).toEqual([false, true]);
    expect(await tidyBlobs(phone.db, later(61))).toBe(1);
    expect(await readUploads(phone.db)).toEqual([]);
  });

  test('when nothing names it and no draft holds it', async () => {
    await choose('drafted');
    await choose('dropped');
    await putDraft(phone.db, {
      id: 'd',
      recordId: 'r',
      scope: HELD,
      seen: null,
      fields: { photos: [photo('drafted')] } as never,
      problems: [],
      updatedAt: ADDED,
    });
    expect(await tidyBlobs(phone.db, later(1))).toBe(0);
    expect(await tidyBlobs(phone.db, later(4))).toBe(2);
    expect([await kept('drafted'), await kept('dropped')]).toEqual([true, false]);
  });

  test('D6 to make room for words, when the server has it', async () => {
    await choose('sent');
    await phone.write(diary('r1', { photos: [photo('sent')] }));
    await markSent();
    await choose('waiting');
    await phone.write(diary('r2', { photos: [photo('waiting')] }));
    let full = true;
    const stored = await withRoom(phone.db, async () => {
      if (full) {
        full = false;
        throw new StorageError('quota');
      }
      return 'stored';
    });
    expect(stored).toBe('stored');
    expect([await kept('sent'), await kept('waiting')]).toEqual([false, true]);
    const never = withRoom(phone.db, () => Promise.reject(new StorageError('quota')));
    await expect(never).rejects.toMatchObject({ code: 'quota' });
    expect(await kept('waiting')).toBe(true);
  });
});
