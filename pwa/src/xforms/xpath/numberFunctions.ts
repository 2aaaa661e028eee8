import { define, type Entry } from './definition';
import {
  NodeSet,
  toBoolean,
  toDouble,
  toInteger,
  toNumber,
  TypeMismatch,
  type Value,
} from './values';

const double = (name: string, count: number, run: (...args: number[]) => number): Entry => [
  name,
  { least: count, most: count, run: (args) => run(...args.map(toDouble)) },
];
function numbersOf(args: readonly Value[]): number[] {
  const [only] = args;
  const values = args.length === 1 && only instanceof NodeSet ? only.values() : args;
  return values.map(toNumber).filter((number) => !Number.isNaN(number));
}

/** Half of a unit is rounded up, below zero towards zero; `places` may be negative. */
function round(number: number, places: number): number {
  if (!Number.isFinite(number)) return number;
  if (Math.abs(places) > 30) return NaN;
  const scaled = shifted(number, places);
  const whole = number < 0 ? -Math.ceil(-scaled - 0.5) : Math.floor(scaled + 0.5);
  return places < 0 ? Math.trunc(scaled + 0.5) * 10 ** -places : shifted(whole, -places);
}

/** Moves the decimal point in the text, where no digit is lost. */
function shifted(number: number, places: number): number {
  const [mantissa, exponent = '0'] = String(number).split('e');
  return Number(`${mantissa}e${Number(exponent) + places}`);
}

function sum([set]: readonly Value[]): number {
  if (!(set instanceof NodeSet)) throw new TypeMismatch('sum() takes a path');
  return numbersOf([set]).reduce((total, number) => total + number, 0);
}

function checklist([least = -1, most = -1, ...factors]: readonly Value[]): boolean {
  const [only] = factors;
  const list = factors.length === 1 && only instanceof NodeSet ? only.values() : factors;
  const count = list.filter(toBoolean).length;
  const [min, max] = [toInteger(least), toInteger(most)];
  return (min < 0 || count >= min) && (max < 0 || count <= max);
}

function weightedChecklist([least = 0, most = 0, ...pairs]: readonly Value[]): boolean {
  const [flags, weights] = pairs;
  const both = flags instanceof NodeSet && weights instanceof NodeSet && pairs.length === 2;
  const given = both ? [flags.values(), weights.values()] : halves(pairs);
  const total = (given[0] ?? []).reduce<number>(
    (sum, flag, at) => sum + (toBoolean(flag) ? toNumber(given[1]?.[at] ?? 0) : 0),
    0,
  );
  return total >= toNumber(least) && total <= toNumber(most);
}

const halves = (pairs: readonly Value[]): Value[][] => [
  pairs.filter((_, at) => at % 2 === 0),
  pairs.filter((_, at) => at % 2 === 1),
];

export const numberFunctions: readonly Entry[] = [
  double('abs', 1, Math.abs),
  double('acos', 1, Math.acos),
  double('asin', 1, Math.asin),
  double('atan', 1, Math.atan),
  double('atan2', 2, Math.atan2),
  double('cos', 1, Math.cos),
  double('exp', 1, Math.exp),
  double('exp10', 1, (a = NaN) => 10 ** a),
  double('log', 1, Math.log),
  double('log10', 1, Math.log10),
  double('pi', 0, () => Math.PI),
  double('pow', 2, (a = NaN, b = NaN) => a ** b),
  double('sin', 1, Math.sin),
  double('sqrt', 1, Math.sqrt),
  double('tan', 1, Math.tan),
  define('number', 1, 1, ([value = '']) => toNumber(value)),
  define('int', 1, 1, ([value = '']) => toInteger(value)),
  define('round', 1, 2, ([value = '', places = 0]) => round(toNumber(value), toInteger(places))),
  define('sum', 1, 1, sum),
  define('max', 1, Infinity, (args) => {
    const numbers = numbersOf(args);
    return numbers.length > 0 ? Math.max(...numbers) : NaN;
  }),
  define('min', 1, Infinity, (args) => {
    const numbers = numbersOf(args);
    return numbers.length > 0 ? Math.min(...numbers) : NaN;
  }),
  define('checklist', 2, Infinity, checklist),
  define('weighted-checklist', 2, Infinity, weightedChecklist),
];
