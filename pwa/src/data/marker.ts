/**
 * A mark outside IndexedDB that somebody works on this phone, so that it is noticed when the browser
 * clears what it stored: in localStorage with the details, and in a cookie, which stays longer.
 */

import type { Evicted } from './types';

const NAME = 'minqing-kept';
const COOKIE = /(?:^|; )minqing-kept=(\d+)(?:\.([0-9a-f-]{36}))?/;
/** The longest that Chrome keeps a cookie, s. */
const LONGEST = 400 * 24 * 3600;

/** What is marked; null where nobody is signed in, or both marks are gone, too. */
export function readMarker(): Evicted | null {
  const stored = detailed();
  if (stored) return stored;
  const [, unsent, device] = COOKIE.exec(document.cookie) ?? [];
  if (unsent === undefined) return null;
  return { unsent: Number(unsent), at: null, ...(device !== undefined && { device }) };
}

/** Marks how much of this device is unsent now. */
export function mark(unsent: number, device: string, at: string): void {
  document.cookie = cookie(`${unsent}.${device}`, LONGEST);
  try {
    localStorage.setItem(NAME, JSON.stringify({ unsent, at, device } satisfies Evicted));
  } catch {
    // Switched off or full; the cookie says the same.
  }
}

export function unmark(): void {
  document.cookie = cookie('', 0);
  try {
    localStorage.removeItem(NAME);
  } catch {
    // There was none.
  }
}

function detailed(): Evicted | null {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? 'null') as Evicted | null;
  } catch {
    return null;
  }
}

function cookie(value: string, seconds: number): string {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  return `${NAME}=${value}; Path=/; Max-Age=${seconds}; SameSite=Strict${secure}`;
}
