/** What a JPEG says beside its picture. */

const MARKER = 0xff;
const START_OF_SCAN = 0xda;
/** APP1 (Exif, XMP), APP13 (IPTC) and comments: the segments in which cameras and people are named. */
const TELLING: ReadonlySet<number> = new Set([0xe1, 0xed, 0xfe]);

/**
 * The JPEG without Exif, XMP, IPTC and comments. A canvas writes none of the camera's, but Safari
 * adds an Exif segment of its own. What isn't a JPEG comes back as it is.
 */
export function withoutMetadata(jpeg: ArrayBuffer): ArrayBuffer {
  const bytes = new Uint8Array(jpeg);
  if (bytes[0] !== MARKER || bytes[1] !== 0xd8) return jpeg;
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (bytes[at] === MARKER && bytes[at + 1] !== START_OF_SCAN && at + 4 <= bytes.length) {
    const end = at + 2 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    if (!TELLING.has(bytes[at + 1] ?? 0)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  kept.push(bytes.subarray(at));
  return joined(kept);
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}
