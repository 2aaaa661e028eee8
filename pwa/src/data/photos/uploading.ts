/** The queue of photos over this phone's database and line; loaded when there is one to upload. */

import { putUpload, readBlob, readUploads, tidyBlobs } from '../blobs';
import { aloneWithPhotos } from '../channel';
import type { Database } from '../database';
import { noOpWaits, showPhotos } from '../photoSync';
import { PhotoQueue } from './queue';
import { sendByTus } from './send';

export class Uploading {
  private readonly queue: PhotoQueue;
  private stopper = new AbortController();
  private tidied = false;

  constructor(private readonly db: Database) {
    const mayGo = (): Promise<boolean> => noOpWaits(db);
    this.queue = new PhotoQueue({
      uploads: () => readUploads(db),
      content: (sha256) => readBlob(db, sha256),
      put: async (row) => {
        await putUpload(db, row);
        await showPhotos(db);
      },
      mayGo,
      send: (row, content, onUrl) =>
        sendByTus(row, content, { mayGo, signal: this.stopper.signal, onUrl }),
      now: () => Date.now(),
      random: () => Math.random(),
    });
  }

  /** Uploads what may go; resolves with when to try again, ms; null: no need. */
  run(): Promise<number | null> {
    return aloneWithPhotos(async () => {
      this.stopper = new AbortController();
      const retryIn = await this.queue.run();
      if (retryIn === null) await this.tidyOnce();
      return retryIn;
    });
  }

  /** Ends the upload under way; the next run goes on with it. */
  pause(): void {
    this.stopper.abort();
  }

  forgetFailures(): void {
    this.queue.forgetFailures();
  }

  private async tidyOnce(): Promise<void> {
    if (this.tidied) return;
    this.tidied = true;
    await tidyBlobs(this.db, Date.now());
  }
}
