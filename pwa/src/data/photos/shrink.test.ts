import { describe, expect, test } from 'vitest';
import { withoutMetadata } from './metadata';
import { fitted, PHOTO, shrink, THUMB, type Picture } from './shrink';

/** A picture whose JPEG has so many bytes a pixel at full quality. */
function picture(
  width: number,
  height: number,
  bytesPerPixel: number,
): Picture & { closed: boolean } {
  const made = {
    width,
    height,
    closed: false,
    drawn: (w: number, h: number) => async (quality: number) =>
      new ArrayBuffer(Math.round(w * h * bytesPerPixel * quality)),
    close: () => void (made.closed = true),
  };
  return made;
}

describe('F1 a photo', () => {
  test('has at most 1600 pixels and 300 kB, its thumbnail 240 and 15 kB', async () => {
    const source = picture(4000, 3000, 0.1);
    const { photo, thumb } = await shrink(source);
    expect([photo.width, photo.height]).toEqual([1600, 1200]);
    expect(photo.content.byteLength).toBeLessThanOrEqual(PHOTO.bytes);
    expect([thumb.width, thumb.height]).toEqual([240, 180]);
    expect(thumb.content.byteLength).toBeLessThanOrEqual(THUMB.bytes);
    expect(source.closed).toBe(true);
  });

  test('gets smaller when no quality is enough', async () => {
    const { content, width, height } = await fitted(picture(3000, 4000, 2), PHOTO);
    expect(content.byteLength).toBeLessThanOrEqual(PHOTO.bytes);
    expect(width / height).toBeCloseTo(0.75, 1);
    expect(height).toBeLessThan(1600);
  });

  test.each([
    [100, 80],
    [1, 20_000],
  ])('of %i × %i pixels is never made larger, nor vanishes', async (width, height) => {
    const small = await fitted(picture(width, height, 0.1), PHOTO);
    expect(small.width).toBeLessThanOrEqual(width);
    expect(small.width).toBeGreaterThan(0);
    expect(small.height).toBe(Math.min(height, 1600));
  });

  test('that can not be encoded is closed all the same', async () => {
    const broken = { ...picture(10, 10, 1), drawn: () => () => Promise.reject(new Error('no')) };
    let closed = false;
    await expect(shrink({ ...broken, close: () => void (closed = true) })).rejects.toThrow('no');
    expect(closed).toBe(true);
  });
});

const bytes = (...parts: (readonly number[] | string)[]): ArrayBuffer =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : [...part])),
  ).buffer;
const segment = (marker: number, text: string): number[] => [
  0xff,
  marker,
  0,
  text.length + 2,
  ...Buffer.from(text),
];
const START = [0xff, 0xd8];
const SCAN = [0xff, 0xda, 0, 2, 1, 2, 0xff, 0xe1, 0, 9, 3, 0xff, 0xd9];

describe('F1 the metadata of a JPEG', () => {
  test('goes; what is needed to show it stays, and so does the picture', () => {
    const [jfif, tables] = [segment(0xe0, 'JFIF'), segment(0xdb, 'tables')];
    const jpeg = bytes(
      START,
      jfif,
      segment(0xe1, 'Exif GPS'),
      segment(0xed, 'IPTC'),
      tables,
      segment(0xfe, 'a comment'),
      SCAN,
    );
    const rest = withoutMetadata(jpeg);
    expect([...new Uint8Array(rest)]).toEqual([...START, ...jfif, ...tables, ...SCAN]);
  });

  test.each([
    ['a PNG', bytes([0x89], 'PNG')],
    ['nothing', bytes()],
  ])('of %s is none', (_name, content) => {
    expect(withoutMetadata(content)).toBe(content);
  });

  test('of a JPEG that is cut off ends with it', () => {
    const cut = bytes(START, [0xff, 0xe1, 0xff, 0xff], 'Exif');
    expect([...new Uint8Array(withoutMetadata(cut))]).toEqual(START);
  });
});
