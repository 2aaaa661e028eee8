/** Lends the phone and takes it back, by a code. A lock of the screen, not of the database. */
import { bytesToHex } from '@noble/hashes/utils.js';
import { lent, LENT } from '@/components/lending';

const KEY = `${LENT}.key`;
const WRONG_WAIT = 2_000;

/** Locks everything but the page; a reload changes nothing. */
export async function lend(path: string, code: string): Promise<void> {
  const salt = crypto.randomUUID();
  localStorage.setItem(KEY, `${salt} ${await hashed(salt, code)}`);
  localStorage.setItem(LENT, path);
  lent.value = path;
}

/** Whether the code was right and the phone is unlocked; a wrong one costs some seconds. */
export async function takeBack(code: string): Promise<boolean> {
  const [salt = '', hash] = (localStorage.getItem(KEY) ?? '').split(' ');
  if ((await hashed(salt, code)) !== hash) {
    await new Promise((resolve) => setTimeout(resolve, WRONG_WAIT));
    return false;
  }
  lent.value = null;
  localStorage.removeItem(LENT);
  localStorage.removeItem(KEY);
  return true;
}

async function hashed(salt: string, code: string): Promise<string> {
  const bytes = new TextEncoder().encode(salt + code);
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
