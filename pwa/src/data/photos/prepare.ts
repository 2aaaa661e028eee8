/** From a file that somebody chose to a photo that can be kept and sent. */

import { PhotoError } from '../errors';
import { imagePicture } from './canvas';
import { shrink, type Shrunk } from './shrink';
import workerUrl from './shrink.worker?worker&url';

/** Larger files are no photos of a phone, and may take all its memory. */
const LARGEST = 40_000_000;
/** A worker that hasn't answered by then never will, ms. */
const PATIENCE = 60_000;

/** The photo and its thumbnail. Throws PhotoError `too_large`, or `no_picture` for what isn't one. */
export async function prepare(file: Blob): Promise<Shrunk> {
  if (file.size > LARGEST) throw new PhotoError('too_large');
  const byWorker = canDrawInWorker() ? await inWorker(file) : null;
  if (byWorker) return byWorker;
  // What the worker can't decode (HEIC in Safari) an image element may.
  const picture = await imagePicture(file).catch(() => {
    throw new PhotoError('no_picture');
  });
  return shrink(picture);
}

function canDrawInWorker(): boolean {
  return typeof OffscreenCanvas !== 'undefined' && 'convertToBlob' in OffscreenCanvas.prototype;
}

/** Null where it could not. */
async function inWorker(file: Blob): Promise<Shrunk | null> {
  const worker = new Worker(workerUrl);
  const { port1, port2 } = new MessageChannel();
  try {
    return await new Promise<Shrunk | null>((resolve) => {
      setTimeout(() => resolve(null), PATIENCE);
      worker.onerror = () => resolve(null);
      port1.onmessage = ({ data }: MessageEvent<Shrunk | null>) => resolve(data);
      worker.postMessage(file, [port2]);
    });
  } finally {
    worker.terminate();
    port1.close();
  }
}
