import { describe, expect, test } from 'vitest';
import type { Entry, JsonObject, Op, OpKind } from './messages';
import { overlay } from './overlay';

const AUTHOR = 'a';

const entry = (f: JsonObject, more: Partial<Entry> = {}): Entry => ({
  type: 'diary_entry',
  id: 'r',
  seq: 5,
  rev: 3,
  by: 'b',
  at: '2026-11-01T00:00:00Z',
  f,
  ...more,
});

let n = 0;
const op = (kind: OpKind, set?: JsonObject): Op => {
  n += 1;
  return {
    op_id: `op${n}`,
    n,
    prev_hash: '',
    type: 'diary_entry',
    rid: 'r',
    scope: 'grid:g',
    kind,
    ...(set && { set }),
    wall: '2026-11-24T09:30:00.000Z',
    mono: n,
  };
};

describe('what is shown', () => {
  test('D3 is the pulled record when nothing is unsent', () => {
    const shown = overlay(entry({ narrative: '一' }, { s: { narrative: 3 } }), [], AUTHOR);
    expect(shown).toMatchObject({
      f: { narrative: '一' },
      s: { narrative: 3 },
      pending: false,
    });
  });

  test('D3 is a record of its own before it is sent', () => {
    const shown = overlay(undefined, [op('create', { narrative: '一' })], AUTHOR);
    expect(shown).toMatchObject({
      rev: 0,
      seq: 0,
      by: AUTHOR,
      f: { narrative: '一' },
    });
    expect(shown).toMatchObject({
      at: '2026-11-24T09:30:00.000Z',
      pending: true,
    });
  });

  test('D3 has the unsent fields over the pulled ones, in the order of the ops', () => {
    const ops = [op('set', { narrative: '二' }), op('set', { narrative: '三', place: '广场' })];
    const shown = overlay(entry({ narrative: '一', opinions: '好' }), ops, AUTHOR);
    expect(shown?.f).toEqual({
      narrative: '三',
      place: '广场',
      opinions: '好',
    });
    expect(shown?.rev).toBe(3);
  });

  test('D3 keeps the stamps of what was pulled: unsent ops have none', () => {
    const shown = overlay(
      entry({ narrative: '一' }, { s: { narrative: 2 } }),
      [op('set', { narrative: '二' })],
      AUTHOR,
    );
    expect(shown?.s).toEqual({ narrative: 2 });
  });

  test('D3 lacks a field that was emptied', () => {
    const shown = overlay(
      entry({ narrative: '一', place: 'x' }),
      [op('set', { place: null })],
      AUTHOR,
    );
    expect(shown?.f).toEqual({ narrative: '一' });
  });

  test('is nothing when the record is deleted, here or there', () => {
    expect(overlay(entry({}, { gone: true }), [], AUTHOR)).toBeNull();
    expect(overlay(entry({ narrative: '一' }), [op('delete')], AUTHOR)).toBeNull();
  });

  test('M6 is the edit when the record was deleted meanwhile', () => {
    const gone: Entry = {
      type: 'diary_entry',
      id: 'r',
      seq: 9,
      rev: 4,
      by: 'b',
      at: 't',
      gone: true,
    };
    const shown = overlay(gone, [op('set', { narrative: '二' })], AUTHOR);
    expect(shown).toMatchObject({
      f: { narrative: '二' },
      rev: 4,
      by: 'b',
      pending: true,
    });
  });

  test('P1 M7 is the pulled record when its own creation is only not read back yet', () => {
    const shown = overlay(entry({ narrative: '改' }), [op('create', { narrative: '一' })], AUTHOR);
    expect(shown).toMatchObject({
      f: { narrative: '改' },
      rev: 3,
      pending: true,
    });
  });
});

test('M4 laying ops over a record in two parts is laying them over it at once', () => {
  // Any prefix of the own chain may have been read back: the rest on top gives the same fields.
  const random = seeded(20261124);
  for (let round = 0; round < 200; round += 1) {
    const ops = [op('create', fields(random)), ...times(8, () => op('set', fields(random)))];
    const whole = overlay(undefined, ops, AUTHOR);
    const cut = 1 + Math.floor(random() * ops.length);
    const first = overlay(undefined, ops.slice(0, cut), AUTHOR);
    const pulled = entry(first?.f ?? {}, { rev: cut });
    expect(overlay(pulled, ops.slice(cut), AUTHOR)?.f).toEqual(whole?.f);
  }
});

test('M1 ops on disjoint fields give the same record in any order', () => {
  const random = seeded(7);
  for (let round = 0; round < 50; round += 1) {
    const ops = times(20, (at) => op('set', { [`field${at}`]: Math.floor(random() * 9) }));
    const shuffled = [...ops].sort(() => random() - 0.5);
    const record = entry({ narrative: '一' });
    expect(overlay(record, shuffled, AUTHOR)?.f).toEqual(overlay(record, ops, AUTHOR)?.f);
  }
});

function fields(random: () => number): JsonObject {
  const values = [null, '甲', '乙', ['visit'], 3, true];
  return Object.fromEntries(
    ['narrative', 'place', 'services', 'not_home']
      .filter(() => random() < 0.5)
      .map((name) => [name, values[Math.floor(random() * values.length)] ?? null]),
  );
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
