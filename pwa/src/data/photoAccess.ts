/** Photos for pages; what makes and reads them is loaded with the first one. */

import type { Photo } from './records';
import { openAccount } from './state';

/** Of a record, as server/files/schemas.py has it. */
export const MOST_PHOTOS = 9;

/**
 * Makes a photo of a file somebody chose, and keeps it on this phone; resolves with what a record
 * names it by. It is uploaded once a record with it was saved. Throws PhotoError.
 */
export async function addPhoto(file: Blob): Promise<Photo> {
  return (await import('./photos')).addPhoto(openAccount(), file);
}

/** A photo or thumbnail: from this phone, else from the server, which may not have it yet [F6]. */
export async function photoContent(sha256: string): Promise<Blob | 'missing' | 'offline'> {
  return (await import('./photos')).photoContent(openAccount(), sha256);
}
