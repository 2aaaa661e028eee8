/** Photos as pages see them; loaded with the first one that is taken or shown. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Account } from '../account';
import { keepBlobs, readBlob } from '../blobs';
import { PhotoError, StorageError } from '../errors';
import type { Photo } from '../records';
import type { BlobRow } from '../schema';
import { prepare } from './prepare';

const TYPE = 'image/jpeg';

/** Stored, strictly, when it resolves. Throws PhotoError. */
export async function addPhoto({ db, device }: Account, file: Blob): Promise<Photo> {
  const { photo, thumb } = await prepare(file);
  const addedAt = new Date().toISOString();
  const rows: BlobRow[] = [
    { sha256: hashOf(photo.content), content: photo.content, thumb: false, addedAt },
    { sha256: hashOf(thumb.content), content: thumb.content, thumb: true, addedAt },
  ];
  await keepBlobs(db, rows).catch((error: unknown) => {
    throw error instanceof StorageError && error.code === 'quota' ? new PhotoError('quota') : error;
  });
  const [key = '', small = ''] = rows.map((row) => row.sha256);
  const { width, height, content } = photo;
  return { key, thumb: small, bytes: content.byteLength, width, height, device };
}

/** From this phone, else from the server; `missing` when it hasn't come yet. */
export async function photoContent(
  { db }: Account,
  name: string,
): Promise<Blob | 'missing' | 'offline'> {
  const content = await readBlob(db, name);
  if (content) return new Blob([content], { type: TYPE });
  try {
    const response = await fetch(`/api/files/${name}`, { redirect: 'error' });
    const isPicture = response.headers.get('Content-Type')?.startsWith('image/');
    if (response.ok && isPicture) return await response.blob();
    // What isn't read would hold its connection open.
    await response.body?.cancel();
    return response.status === 404 ? 'missing' : 'offline';
  } catch {
    return 'offline';
  }
}

function hashOf(content: ArrayBuffer): string {
  return bytesToHex(sha256(new Uint8Array(content)));
}
