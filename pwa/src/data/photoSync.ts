/** When photos are uploaded: after each sync that went well, until an op waits again [F2]. */

import { readUploads, waitingIn } from './blobs';
import { got, type Database } from './database';
import type { Uploading } from './photos/uploading';
import { sync } from './state';

export class Photos {
  private uploading: Uploading | null = null;
  private following = false;
  private notBefore = 0;

  /** `request` asks for a sync in so many ms. */
  constructor(
    private readonly db: Database,
    private readonly request: (delay: number) => void,
  ) {}

  /** After a sync: shows what waits and, when all was `well`, uploads it. */
  async follow(well: boolean): Promise<void> {
    if (this.following) return;
    this.following = true;
    try {
      await this.upload(well);
    } catch {
      // The phone's storage failed, or the app's own files are away: the next sync tries again.
    } finally {
      this.following = false;
    }
  }

  /** An op was saved, or the account opened: it goes first, and its photos are counted. */
  saved(): void {
    this.pause();
    showPhotos(this.db).catch(() => undefined);
  }

  /** Ends the upload under way; the next sync goes on with it. */
  pause(): void {
    this.uploading?.pause();
  }

  /** The line is back: what failed may go on. */
  forgetFailures(): void {
    this.notBefore = 0;
    this.uploading?.forgetFailures();
  }

  private async upload(well: boolean): Promise<void> {
    await showPhotos(this.db);
    if (!well || Date.now() < this.notBefore || sync.photos === 0) return;
    const { Uploading } = await import('./photos/uploading');
    this.uploading ??= new Uploading(this.db);
    const retryIn = await this.uploading.run();
    this.notBefore = retryIn === null ? 0 : Date.now() + retryIn;
    if (retryIn !== null) this.request(retryIn);
  }
}

/** Counts the photos that the server hasn't got. */
export async function showPhotos(db: Database): Promise<void> {
  const waiting = waitingIn(await readUploads(db));
  sync.photos = waiting.length;
  sync.photosRefused = waiting.filter(({ refused }) => refused !== null).length;
}

/** Whether no op waits, in this tab or another. */
export async function noOpWaits(db: Database): Promise<boolean> {
  return (await db.read(['ops'], (tx) => got(tx.objectStore('ops').count()))) === 0;
}
