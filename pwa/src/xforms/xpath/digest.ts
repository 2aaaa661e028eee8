/** digest(text, algorithm, encoding). */

import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha384, sha512 } from 'noble-sha512';
import { TypeMismatch } from './values';

const ALGORITHMS: Record<string, (data: Uint8Array) => Uint8Array> = {
  MD5: md5,
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
};

export function digest(text: string, name: string, encoding = 'base64'): string {
  const algorithm = ALGORITHMS[name.toUpperCase()];
  if (!algorithm) throw new TypeMismatch(`digest() does not know ${name}`);
  const bytes = algorithm(utf8ToBytes(text));
  if (encoding.toLowerCase() === 'hex') return bytesToHex(bytes);
  return btoa(String.fromCharCode(...bytes));
}

/** The first eight bytes of a text's SHA-256 as a signed number: a seed made of a name. */
export function longHash(text: string): bigint {
  if (text === '') return 0n;
  const bytes = sha256(utf8ToBytes(text));
  return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0);
}
