import { describe, expect, test } from 'vitest';
import { info, pad, STEP, weekOf } from '../../../../sync/anonymous';
import vectors from '../../../../sync/vectors/anonymous.json';
import { SUITE, sealAnswer } from './seal';

interface Given {
  readonly round?: string;
  readonly private?: string;
  readonly sealed?: string;
  readonly length?: number;
  readonly day?: string;
}

const KEY = 65;
const LENGTH = 4;
const bytes = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

const calls: Record<string, (given: Given) => Promise<unknown>> = {
  open: ({ round = '', private: key = '', sealed = '' }) => open(bytes(sealed), bytes(key), round),
  padded: async ({ length = 0 }) => pad(new Uint8Array(length)).length,
  week: async ({ day = '' }) => weekOf(day),
};

/** What the server does with a sealed answer. */
async function open(
  sealed: Uint8Array,
  key: Uint8Array<ArrayBuffer>,
  round: string,
): Promise<string> {
  const usages: KeyUsage[] = ['deriveBits'];
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const privateKey = await crypto.subtle.importKey('pkcs8', key, curve, true, usages);
  const padded = await SUITE.Open(privateKey, sealed.subarray(0, KEY), sealed.subarray(KEY), {
    info: info(round),
  });
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  return new TextDecoder().decode(padded.subarray(LENGTH, LENGTH + length));
}

describe('the vectors that the server runs, too', () => {
  test.each(vectors)('$rule $description', async ({ call, given, result, error }) => {
    const found = async (): Promise<unknown> => calls[call]?.(given);
    if (error) await expect(found()).rejects.toThrow();
    else expect(await found()).toEqual(result);
  });
});

describe('Q3 an anonymous answer', () => {
  const answer = { unit: 'u', week: '2026-W48', via: 'cadre', answers: '<data/>' } as const;

  async function pair(): Promise<{ publicKey: string; privateKey: Uint8Array<ArrayBuffer> }> {
    const made = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
      'deriveBits',
    ]);
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', made.publicKey));
    const publicKey = btoa(String.fromCharCode(...raw))
      .replace(/\+/g, '-')
      .replace(/\//g, '_');
    const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', made.privateKey));
    return { publicKey, privateKey };
  }

  test('is sealed so that only the holder of the private key reads it', async () => {
    const { publicKey, privateKey } = await pair();
    const sealed = await sealAnswer(answer, publicKey.replace(/=/g, ''), 'r');
    expect(JSON.parse(await open(sealed, privateKey, 'r'))).toEqual(answer);
    await expect(open(sealed, (await pair()).privateKey, 'r')).rejects.toThrow();
  });

  test('is never sealed twice to the same bytes, and its size tells only steps of 4 KiB', async () => {
    const { publicKey } = await pair();
    const long = { ...answer, answers: 'a'.repeat(3_900) };
    const sealed = await Promise.all(
      [answer, answer, long, { ...answer, answers: 'a'.repeat(4_000) }].map((one) =>
        sealAnswer(one, publicKey, 'r'),
      ),
    );
    expect(sealed[0]).not.toEqual(sealed[1]);
    expect(sealed.map(({ length }) => length)).toEqual([STEP, STEP, STEP, 2 * STEP]);
  });
});
