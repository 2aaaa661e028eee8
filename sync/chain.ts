/** The hash chain of a device's ops [P6]. */

import { canonicalJson } from './canonical';
import type { JsonObject, Op } from './messages';

/** SHA-256 of bytes; passed in, because the browser's own is asynchronous. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** An op as it came: members that this version doesn't know are hashed, too. */
export type HashedOp = Op | JsonObject;

/** The hash of `op` (64 hex digits): of its canonical JSON without a member `hash`. */
export function opHash(op: HashedOp, sha256: Sha256): string {
  const content: Record<string, unknown> = { ...op };
  delete content['hash'];
  const text = canonicalJson(content as unknown as JsonObject);
  return toHex(sha256(new TextEncoder().encode(text)));
}

function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
