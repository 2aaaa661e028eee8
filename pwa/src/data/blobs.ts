/** The photos of this phone: kept from the moment they are chosen until the server has them. */

import type { Json } from '../../../sync/messages';
import { got, type Database } from './database';
import { StorageError } from './errors';
import type { BlobRow, UploadRow } from './schema';
import type { Photo } from './records';

/** A photo that was uploaded stays for a look back, its thumbnail longer, ms. */
const PHOTO_STAYS = 7 * 24 * 3600_000;
const THUMB_STAYS = 60 * 24 * 3600_000;
/** One that was chosen and that no record names; a draft may come back to it, ms. */
const UNNAMED_STAYS = 3 * 24 * 3600_000;

/**
 * Stores blobs, strictly: their record may be written next. A full phone first gives up what the
 * server has already; StorageError `quota` when that isn't enough [D6].
 */
export async function keepBlobs(db: Database, rows: readonly BlobRow[]): Promise<void> {
  await withRoom(db, () =>
    db.writeStrictly(['blobs'], async (tx) => {
      for (const row of rows) tx.objectStore('blobs').put(row);
      await got(tx.objectStore('blobs').count());
    }),
  );
}

export async function readBlob(db: Database, sha256: string): Promise<ArrayBuffer | null> {
  const row = await db.read(
    ['blobs'],
    (tx) => got(tx.objectStore('blobs').get(sha256)) as Promise<BlobRow | undefined>,
  );
  return row?.content ?? null;
}

/**
 * Inside the transaction that writes a record: what it names of this phone's blobs is to be
 * uploaded for its scope. So there is never an op whose photo is forgotten here [F2].
 */
export async function queueNamed(
  tx: IDBTransaction,
  { scope, set }: { readonly scope: string; readonly set?: Readonly<Record<string, Json>> },
  addedAt: string,
): Promise<void> {
  const named = (set?.['photos'] ?? []) as unknown as readonly Photo[];
  const uploads = tx.objectStore('uploads');
  for (const { sha256, thumb } of named.flatMap(filesOf)) {
    const isHere = (await got(tx.objectStore('blobs').count(sha256))) > 0;
    const isQueued = (await got(uploads.count([sha256, scope]))) > 0;
    if (!isHere || isQueued) continue;
    const row: UploadRow = {
      sha256,
      scope,
      thumb,
      addedAt,
      url: null,
      sentAt: null,
      refused: null,
    };
    uploads.put(row);
  }
}

function filesOf({ key, thumb }: Photo): { sha256: string; thumb: boolean }[] {
  return [
    { sha256: thumb, thumb: true },
    { sha256: key, thumb: false },
  ];
}

export function readUploads(db: Database): Promise<UploadRow[]> {
  return db.read(
    ['uploads'],
    (tx) => got(tx.objectStore('uploads').getAll()) as Promise<UploadRow[]>,
  );
}

/** Strictly, for what the server has confirmed; else it may be lost and asked for again. */
export function putUpload(db: Database, row: UploadRow): Promise<void> {
  return db.writeStrictly(['uploads'], async (tx) => {
    await got(tx.objectStore('uploads').put(row));
  });
}

/** Photos, without thumbnails, that the server hasn't got. */
export function waitingIn(rows: readonly UploadRow[]): UploadRow[] {
  return rows.filter(({ thumb, sentAt }) => !thumb && sentAt === null);
}

/** Does `work`; when there is no room, once more after giving up every blob that the server has. */
export async function withRoom<T>(db: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFull = error instanceof StorageError && error.code === 'quota';
    if (!isFull || (await giveUpSent(db)) === 0) throw error;
    return work();
  }
}

/** Removes every blob that the server has. */
export function giveUpSent(db: Database): Promise<number> {
  return removeBlobs(db, (_, uploads) => uploads.length > 0 && uploads.every(isSent));
}

/**
 * Removes blobs that were uploaded long enough before `now`, and those chosen long before that
 * neither a record nor a draft names. What the server hasn't got always stays.
 */
export async function tidyBlobs(db: Database, now: number): Promise<number> {
  const drafts = await db.read(['drafts'], (tx) => got(tx.objectStore('drafts').getAll()));
  const inDrafts = JSON.stringify(drafts);
  return removeBlobs(db, ({ sha256, thumb, addedAt }, uploads) => {
    if (uploads.length === 0)
      return isOlder(addedAt, now, UNNAMED_STAYS) && !inDrafts.includes(sha256);
    const stays = thumb ? THUMB_STAYS : PHOTO_STAYS;
    return uploads.every(({ sentAt }) => sentAt !== null && isOlder(sentAt, now, stays));
  });
}

const isSent = ({ sentAt }: UploadRow): boolean => sentAt !== null;
const isOlder = (at: string, now: number, age: number): boolean => now - Date.parse(at) > age;

/** Removes the blobs that are `over`, with their uploads; resolves with their number. */
function removeBlobs(
  db: Database,
  over: (blob: BlobRow, uploads: readonly UploadRow[]) => boolean,
): Promise<number> {
  return db.write(['blobs', 'uploads'], async (tx) => {
    const [blobs, uploads] = [tx.objectStore('blobs'), tx.objectStore('uploads')];
    const rows = (await got(uploads.getAll())) as UploadRow[];
    let removed = 0;
    for (const sha256 of (await got(blobs.getAllKeys())) as string[]) {
      // One at a time: all of them together may be more than the memory holds.
      const blob = (await got(blobs.get(sha256))) as BlobRow;
      const of = rows.filter((row) => row.sha256 === sha256);
      if (!over(blob, of)) continue;
      blobs.delete(sha256);
      for (const { scope } of of) uploads.delete([sha256, scope]);
      removed += 1;
    }
    return removed;
  });
}
