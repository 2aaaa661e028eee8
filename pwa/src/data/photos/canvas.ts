/** Pictures on a canvas: of a worker, or of the page where a worker can't draw (Safari before 16.4). */

import type { Picture } from './shrink';

type Source = ImageBitmap | HTMLImageElement;
type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

const JPEG = 'image/jpeg';

/** For a worker. The bitmap is turned as its Exif says. */
export async function bitmapPicture(file: Blob): Promise<Picture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  return {
    width: bitmap.width,
    height: bitmap.height,
    drawn(width, height) {
      const canvas = new OffscreenCanvas(width, height);
      draw(canvas.getContext('2d'), bitmap, width, height);
      return async (quality) => (await canvas.convertToBlob({ type: JPEG, quality })).arrayBuffer();
    },
    close: () => bitmap.close(),
  };
}

/** For the page. An image element is turned by the browser itself. */
export async function imagePicture(file: Blob): Promise<Picture> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
  return {
    width: image.naturalWidth,
    height: image.naturalHeight,
    drawn(width, height) {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width, height });
      draw(canvas.getContext('2d'), image, width, height);
      return (quality) => encoded(canvas, quality);
    },
    close: () => URL.revokeObjectURL(url),
  };
}

function draw(context: Context | null, source: Source, width: number, height: number): void {
  if (!context) throw new Error('no canvas');
  // A JPEG has no transparency: what was transparent becomes white, not black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
}

function encoded(canvas: HTMLCanvasElement, quality: number): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob.arrayBuffer()) : reject(new Error('not encoded'))),
      JPEG,
      quality,
    );
  });
}
