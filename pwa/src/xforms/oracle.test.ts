// @vitest-environment node
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  expressions,
  fillNames,
  hasOracle,
  ownFills,
  runExpression,
  runFill,
  runFillAt,
  runScenario,
  scenarioNames,
} from './testOracle';

/** Fills that no engine repeats: they hold random numbers, or the time of their making. */
const UNREPEATABLE = [
  'ek_XSS-test.json',
  'ek_preload-input.json',
  'ek_setvalue-repeat-tricky-trigger-target.json',
  'jr_eIMCI-by-D-Tree.json',
];

function inZone<T>(zone: string, run: () => T): T {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    return run();
  } finally {
    process.env['TZ'] = before;
  }
}

describe('JavaRosa, with forms of our own', () => {
  it.each(ownFills())('ends the fill in the same state: %s', (file) => {
    expect(inZone('UTC', () => runFillAt(file, dirname(file)))).toEqual([]);
  });
});

describe.skipIf(!hasOracle)('JavaRosa, as recorded beside the project', () => {
  it.each(fillNames().filter((name) => !UNREPEATABLE.includes(name)))(
    'ends a fill of %s in the same state',
    (name) => {
      expect(inZone('UTC', () => runFill(name))).toEqual([]);
    },
  );

  it.each(scenarioNames())('goes through the steps of scenario %s alike', (name) => {
    expect(inZone('UTC', () => runScenario(name))).toEqual([]);
  });

  it.each(expressions().filter(({ agree }) => agree))('answers $expr alike', (expression) => {
    const got = inZone('America/Phoenix', () => runExpression(expression));
    const { javarosa, type } = expression;
    const wanted = type === 'boolean' ? (javarosa === 'T' ? '1' : '0') : javarosa;
    if (type === 'number' && wanted !== '') expect(Number(got)).toBeCloseTo(Number(wanted), 9);
    else expect(got).toBe(wanted);
  });
});
