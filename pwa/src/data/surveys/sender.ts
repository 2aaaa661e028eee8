/**
 * Sends sealed answers: each alone, in a random order, after a random pause, without a cookie, and
 * not on the day on which it was given, unless the round ends with it. Whoever uses the phone then
 * has nothing to do with it.
 */

import { got } from '../database';
import { today } from '../days';
import { all, phone, type SealedRow } from './store';

/** Pauses before each, ms. */
const SHORTEST = 5_000;
const LONGEST = 90_000;
const REFUSED = [400, 404, 409, 413, 422];

export interface SenderPorts {
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly send: (path: string, init: RequestInit) => Promise<Response>;
}

const PORTS: SenderPorts = {
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
  send: (path, init) => fetch(path, init),
};

/** Sends what is due, in one tab at a time; ends at the first that the line or the server keeps back. */
export async function sendSealed(ports: SenderPorts = PORTS): Promise<void> {
  if (!navigator.locks) return sendAll(ports);
  await navigator.locks.request('minqing-sealed', { ifAvailable: true }, async (lock) => {
    if (lock) await sendAll(ports);
  });
}

async function sendAll(ports: SenderPorts): Promise<void> {
  for (;;) {
    const due = (await all<SealedRow>('sealed')).filter(
      (row) => row.refused === undefined && row.not_before <= today(),
    );
    const row = due[Math.floor(ports.random() * due.length)];
    if (!row) return;
    await ports.pause(SHORTEST + ports.random() * (LONGEST - SHORTEST));
    if (!(await sendOne(row, ports))) return;
  }
}

/** Whether it is settled: taken, or refused for good. */
async function sendOne(row: SealedRow, ports: SenderPorts): Promise<boolean> {
  let status = 0;
  try {
    const answer = await ports.send(`/api/anonymous/${row.round_id}`, {
      method: 'POST',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      redirect: 'error',
      headers: { 'X-Minqing': '1', 'Content-Type': 'application/octet-stream' },
      body: row.sealed,
    });
    status = answer.status;
  } catch {
    return false;
  }
  if (status !== 201 && !REFUSED.includes(status)) return false;
  await phone.writeStrictly(['sealed'], async (tx) => {
    const store = tx.objectStore('sealed');
    if (status === 201) await got(store.delete(row.key));
    else await got(store.put({ ...row, refused: String(status) } satisfies SealedRow));
  });
  return true;
}
