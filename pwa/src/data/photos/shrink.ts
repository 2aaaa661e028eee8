/**
 * Pictures made small [F1]: decoded, drawn and encoded anew, in a worker where the browser can draw
 * there, so that nothing of a file's metadata is left.
 */

import { withoutMetadata } from './metadata';

export interface Limit {
  /** Pixels of the longer side. */
  readonly side: number;
  readonly bytes: number;
}

/** An encoded JPEG. */
export interface Small {
  readonly content: ArrayBuffer;
  readonly width: number;
  readonly height: number;
}

export interface Shrunk {
  readonly photo: Small;
  readonly thumb: Small;
}

/** A decoded picture, upright. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** The picture as a JPEG of that size, for each quality that is asked for. */
  drawn(width: number, height: number): (quality: number) => Promise<ArrayBuffer>;
  close(): void;
}

export const PHOTO: Limit = { side: 1600, bytes: 300_000 };
export const THUMB: Limit = { side: 240, bytes: 15_000 };
/** Tried in turn; below the last one the picture is made smaller instead. */
const QUALITIES = [0.82, 0.72, 0.6, 0.5];
const SMALLER = 0.75;

/** The photo and its thumbnail. */
export async function shrink(picture: Picture): Promise<Shrunk> {
  try {
    const photo = await fitted(picture, PHOTO);
    return { photo, thumb: await fitted(picture, THUMB) };
  } finally {
    picture.close();
  }
}

/** The picture within the limit; it is never made larger. */
export async function fitted(picture: Picture, limit: Limit): Promise<Small> {
  let scale = Math.min(1, limit.side / Math.max(picture.width, picture.height));
  for (;;) {
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const encode = picture.drawn(width, height);
    for (const quality of QUALITIES) {
      const content = withoutMetadata(await encode(quality));
      if (content.byteLength <= limit.bytes) return { content, width, height };
    }
    scale *= SMALLER;
  }
}
