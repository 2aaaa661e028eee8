import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addDays, today } from '../days';
import { discardFilling, filling, fillings, saveFilling, submitAnonymous } from './fillings';
import { sendSealed } from './sender';
import { all, phone, type Filling, type Round, type SealedRow } from './store';

const GRID = '0190a5c0-0000-7000-8000-0000000000aa';

async function round(closes = addDays(today(), 9)): Promise<Round> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
    'deriveBits',
  ]);
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return {
    round_id: '0190a5c0-0000-7000-8000-000000000001',
    unit_id: '0190a5c0-0000-7000-8000-000000000002',
    title: '满意度',
    mode: 'respondent_chooses',
    anonymous_unit: 'community',
    opens: today(),
    closes,
    state: 'open',
    version_id: '0190a5c0-0000-7000-8000-000000000003',
    form_sha256: '0'.repeat(64),
    public_key: btoa(String.fromCharCode(...raw)),
  };
}

async function begun(id: string, closes?: string): Promise<Filling> {
  const made: Filling = {
    id,
    account: 'account-of-the-cadre',
    scope: `grid:${GRID}`,
    round: await round(closes),
    path: 'anonymous',
    via: 'cadre',
    state: '{"instance":"<data><wish>路灯</wish></data>"}',
    day: '',
  };
  await saveFilling(made);
  return made;
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
});
afterEach(async () => {
  // The module keeps one connection; the next test has a database of its own.
  (phone as unknown as { connection: unknown }).connection = null;
  vi.unstubAllGlobals();
  await Promise.resolve();
});

describe('a questionnaire that was begun', () => {
  test('is there again after the app was killed, for its own account alone', async () => {
    const { id } = await begun('one');
    expect((await filling(id))?.state).toContain('路灯');
    expect(await fillings('account-of-the-cadre')).toHaveLength(1);
    expect(await fillings('another')).toEqual([]);
    expect(await fillings(null)).toEqual([]);
    await discardFilling(id);
    expect(await filling(id)).toBeUndefined();
  });
});

describe('Q3 an anonymous answer on the phone', () => {
  test('is sealed in the act that destroys what was written, and names nobody', async () => {
    const made = await begun('one');
    await submitAnonymous(made, '<data><wish>路灯</wish></data>');
    expect(await filling('one')).toBeUndefined();
    const [row] = await all<SealedRow>('sealed');
    expect(Object.keys(row ?? {}).sort()).toEqual(['key', 'not_before', 'round_id', 'sealed']);
    expect(row?.sealed.byteLength).toBe(4096);
    expect(row?.not_before).toBe(addDays(today(), 1));
    const bytes = String.fromCharCode(...new Uint8Array(row?.sealed ?? new ArrayBuffer(0)));
    expect(bytes).not.toContain('wish');
  });

  test('waits for the next day, and on the last day goes at once', async () => {
    const sent: RequestInit[] = [];
    const ports = {
      pause: () => Promise.resolve(),
      random: () => 0,
      send: (_path: string, init: RequestInit) => {
        sent.push(init);
        return Promise.resolve(new Response(null, { status: 201 }));
      },
    };
    await submitAnonymous(await begun('one'), '<data/>');
    await sendSealed(ports);
    expect(sent).toEqual([]);
    await submitAnonymous(await begun('two', today()), '<data/>');
    await sendSealed(ports);
    expect(sent).toHaveLength(1);
    expect(await all('sealed')).toHaveLength(1);
    expect(sent[0]?.credentials).toBe('omit');
    expect(Object.keys(sent[0]?.headers ?? {})).toEqual(['X-Minqing', 'Content-Type']);
  });

  test('is kept while the line is dead, and kept apart when the server refuses it', async () => {
    const statuses = [0, 503, 409];
    const ports = {
      pause: () => Promise.resolve(),
      random: () => 0,
      send: () => {
        const status = statuses.shift() ?? 0;
        if (status === 0) return Promise.reject(new TypeError('offline'));
        return Promise.resolve(new Response(null, { status }));
      },
    };
    await submitAnonymous(await begun('one', today()), '<data/>');
    for (const left of [2, 1, 0]) {
      await sendSealed(ports);
      expect(statuses).toHaveLength(left);
      expect(await all('sealed')).toHaveLength(1);
    }
    expect((await all<SealedRow>('sealed'))[0]?.refused).toBe('409');
    await sendSealed(ports);
    expect(await all('sealed')).toHaveLength(1);
  });

  test('is sent in any order', async () => {
    const keys: string[] = [];
    for (const id of ['one', 'two', 'three']) {
      await submitAnonymous(await begun(id, today()), '<data/>');
    }
    const rows = await all<SealedRow>('sealed');
    const last = rows.at(-1);
    await sendSealed({
      pause: () => Promise.resolve(),
      random: () => 0.999,
      send: (_path, init) => {
        keys.push(rows.find(({ sealed }) => same(sealed, init.body as ArrayBuffer))?.key ?? '');
        return Promise.resolve(new Response(null, { status: 201 }));
      },
    });
    expect(keys[0]).toBe(last?.key);
    expect(keys).toHaveLength(3);
  });
});

function same(a: ArrayBuffer, b: ArrayBuffer): boolean {
  return new Uint8Array(a).every((byte, at) => byte === new Uint8Array(b)[at]);
}
