/**
 * A file that only its passphrase opens, and that says of itself what it is [D7]. As JSON:
 *
 *     format, version   'minqing-carried', 1
 *     about             what to do with it, in Chinese
 *     exported_at, ops  when, and how many ops are in it
 *     kdf, cipher       PBKDF2-SHA-256 and AES-256-GCM with their parameters
 *     data              base64 of the encrypted JSON; all members above are authenticated with it
 *     sha256            of all members above, so that damage is told from a wrong passphrase
 */

import { canonicalJson } from '../../../sync/canonical';
import type { Json, JsonObject } from '../../../sync/messages';
import { CarryError } from './errors';

const FORMAT = 'minqing-carried';
const VERSION = 1;
/** OWASP's number for PBKDF2-SHA-256 (2023); about a second on a phone of 2017. */
const ITERATIONS = 600_000;
const MOST_ITERATIONS = 10_000_000;
const ABOUT =
  '民情日记未上传的内容,已加密。请在另一部手机或上级的电脑上打开“民情日记 › 我的 › 同步 › 导入”,选这个文件,输入导出时设的口令。';

export interface SealedHead {
  readonly exported_at: string;
  readonly ops: number;
}

interface Sealed extends SealedHead {
  readonly format: string;
  readonly version: number;
  readonly about: string;
  readonly kdf: { name: string; hash: string; iterations: number; salt: string };
  readonly cipher: { name: string; iv: string };
  readonly data: string;
  readonly sha256: string;
}

/** The text of the file. */
export async function seal(head: SealedHead, content: Json, passphrase: string): Promise<string> {
  const [salt, iv] = [random(16), random(12)];
  const described = {
    ...{ format: FORMAT, version: VERSION, about: ABOUT, ...head },
    kdf: { name: 'PBKDF2', hash: 'SHA-256', iterations: ITERATIONS, salt: toBase64(salt) },
    cipher: { name: 'AES-GCM', iv: toBase64(iv) },
  };
  const key = await keyOf(passphrase, salt, ITERATIONS);
  const params = { name: 'AES-GCM', iv, additionalData: bytesOf(canonicalJson(described)) };
  const text = bytesOf(JSON.stringify(content));
  const data = toBase64(new Uint8Array(await subtle().encrypt(params, key, text)));
  const whole = { ...described, data };
  return JSON.stringify({ ...whole, sha256: await sha256Of(whole) }, null, 1);
}

/** What a file says of itself. Throws CarryError `foreign`, `newer` or `damaged`. */
export async function readHead(file: string): Promise<Sealed> {
  const found = parsed(file);
  if (found['format'] !== FORMAT) throw new CarryError('foreign');
  if (typeof found['version'] !== 'number') throw new CarryError('damaged');
  if (found['version'] > VERSION) throw new CarryError('newer');
  const { sha256, ...rest } = found;
  if (sha256 !== (await sha256Of(rest))) throw new CarryError('damaged');
  return found as unknown as Sealed;
}

/** What was sealed. Throws CarryError as `readHead` does, and `passphrase`. */
export async function unseal(file: string, passphrase: string): Promise<Json> {
  const { data, sha256: _sha256, ...described } = await readHead(file);
  const { iterations, salt } = described.kdf;
  if (!(iterations <= MOST_ITERATIONS)) throw new CarryError('damaged');
  const key = await keyOf(passphrase, fromBase64(salt), iterations);
  const additionalData = bytesOf(canonicalJson({ ...described }));
  const params = { name: 'AES-GCM', iv: fromBase64(described.cipher.iv), additionalData };
  const opened = await subtle()
    .decrypt(params, key, fromBase64(data))
    .catch(() => {
      throw new CarryError('passphrase');
    });
  return JSON.parse(new TextDecoder().decode(opened)) as Json;
}

/** Spaces around it and the width of its letters don't matter: a keyboard changes them. */
async function keyOf(
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<CryptoKey> {
  const words = bytesOf(passphrase.normalize('NFKC').trim());
  const base = await subtle().importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
  const params = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  const usages: KeyUsage[] = ['encrypt', 'decrypt'];
  return subtle().deriveKey(params, base, { name: 'AES-GCM', length: 256 }, false, usages);
}

async function sha256Of(content: JsonObject): Promise<string> {
  const hash = await subtle().digest('SHA-256', bytesOf(canonicalJson(content)));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Missing on plain http. */
function subtle(): SubtleCrypto {
  const found = (globalThis.crypto as Partial<Crypto>).subtle;
  if (!found) throw new CarryError('insecure');
  return found;
}

function parsed(file: string): JsonObject {
  let found: unknown;
  try {
    found = JSON.parse(file);
  } catch {
    // Its beginning tells a file of ours that was cut off from any other.
    throw new CarryError(file.includes(`"${FORMAT}"`) ? 'damaged' : 'foreign');
  }
  if (typeof found !== 'object' || found === null) throw new CarryError('foreign');
  return found as JsonObject;
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
