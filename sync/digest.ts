/** The digest of a set of records, by which two replicas are compared [L8]. */

export interface Digest {
  readonly count: number;
  readonly sum: number;
}

const POLYNOMIAL = 0xedb88320;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** How many records there are, and the sum of the CRC-32 of `id:rev` over them, in any order. */
export function digest(records: Iterable<readonly [id: string, rev: number]>): Digest {
  let count = 0;
  let sum = 0;
  for (const [id, rev] of records) {
    count += 1;
    sum += crc32(`${id}:${String(rev)}`);
  }
  return { count, sum };
}

/** The CRC-32 of a text in ASCII. */
function crc32(text: string): number {
  let rest = 0xffffffff;
  for (let at = 0; at < text.length; at += 1) {
    rest = (rest >>> 8) ^ (TABLE[(rest ^ text.charCodeAt(at)) & 0xff] ?? 0);
  }
  return (rest ^ 0xffffffff) >>> 0;
}
