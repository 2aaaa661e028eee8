import { longHash } from './digest';
import type { Node } from '../tree';
import type { Context } from './compile';
import { define, type Entry } from './definition';
import { NodeSet, toNumber, toText, TypeMismatch, type Value } from './values';

function setOf(value: Value | undefined, name: string): NodeSet {
  if (value instanceof NodeSet) return value;
  throw new TypeMismatch(`${name}() takes a path`);
}

function position([of]: readonly Value[], context: Context): number {
  if (of === undefined) return (context.position >= 0 ? context.position : context.node.index) + 1;
  const [first] = setOf(of, 'position').nodes;
  return first ? first.index + 1 : 0;
}

const isAnswered = (node: NodeSet['nodes'][number]): boolean =>
  node.children.length > 0 || (node.value !== null && node.value !== '');

/** The minimal standard generator of Park and Miller, so that a seed gives the order of Collect. */
const MODULUS = 2_147_483_647;
const MULTIPLIER = 16_807;

export function seededRandom(seed: bigint): () => number {
  let state = Number(seed % BigInt(MODULUS));
  if (state <= 0) state += MODULUS - 1;
  return () => {
    state = (state * MULTIPLIER) % MODULUS;
    return (state - 1) / (MODULUS - 1);
  };
}

function seedOf(value: Value): bigint {
  const number = toNumber(value);
  return Number.isNaN(number) ? longHash(toText(value)) : BigInt(Math.trunc(number));
}

function randomize([set, seed]: readonly Value[], { host }: Context): NodeSet {
  const { nodes, read } = setOf(set, 'randomize');
  const random = seed === undefined ? () => host.random() : seededRandom(seedOf(seed));
  const shuffled: Node[] = [];
  nodes.forEach((node, at) => {
    const other = Math.floor(random() * (at + 1));
    shuffled[at] = shuffled[other] ?? node;
    shuffled[other] = node;
  });
  return new NodeSet(shuffled, read);
}

export const nodeFunctions: readonly Entry[] = [
  define('position', 0, 1, position),
  define('count', 1, 1, ([set]) => setOf(set, 'count').nodes.length),
  define(
    'count-non-empty',
    1,
    1,
    ([set]) => setOf(set, 'count-non-empty').nodes.filter(isAnswered).length,
  ),
  define('random', 0, 0, (_, { host }) => host.random()),
  define('randomize', 1, 2, randomize),
];
