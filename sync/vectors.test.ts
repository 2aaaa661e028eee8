// The vectors that pytest runs, too: one file, two runners.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical';
import { opHash } from './chain';
import { digest } from './digest';
import type { JsonObject } from './messages';
import canonicalVectors from './vectors/canonical.json';
import chainVectors from './vectors/chain.json';
import digestVectors from './vectors/digest.json';

interface Vector {
  readonly rule: string;
  readonly description: string;
  readonly call: string;
  readonly given: {
    text?: string;
    texts?: string[];
    prev_hash?: string;
    records?: [string, number][];
  };
  readonly result?: unknown;
  readonly error?: string;
}

const calls: Record<string, (given: Vector['given']) => unknown> = {
  canonical: ({ text = '' }) => canonicalJson(JSON.parse(text) as JsonObject),
  op_hash: ({ text = '' }) => hashOf(JSON.parse(text) as JsonObject),
  chain: ({ texts = [], prev_hash = '' }) => chain(texts, prev_hash),
  digest: ({ records = [] }) => digest(records),
};

function hashOf(op: JsonObject): string {
  return opHash(op, (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()));
}

function chain(texts: readonly string[], start: string): string[] {
  let prev_hash = start;
  return texts.map((text) => {
    prev_hash = hashOf({ ...(JSON.parse(text) as JsonObject), prev_hash });
    return prev_hash;
  });
}

describe.each([
  ['canonical', canonicalVectors as readonly Vector[]],
  ['chain', chainVectors as readonly Vector[]],
  ['digest', digestVectors as unknown as readonly Vector[]],
])('%s vectors', (_name, vectors) => {
  test.each(vectors)('$rule $description', ({ call, given, result, error }) => {
    const run = (): unknown => calls[call]?.(given);
    if (error) expect(run).toThrow();
    else expect(run()).toEqual(result);
  });
});

test('P6 what JSON cannot say has no hash', () => {
  expect(() => canonicalJson([Number.NaN])).toThrow(TypeError);
  expect(() => canonicalJson({ a: undefined } as unknown as JsonObject)).toThrow(TypeError);
});
