import { digest } from './digest';
import { define, type Entry } from './definition';
import { NodeSet, toBoolean, toInteger, toText, TypeMismatch, unpack, type Value } from './values';

const text = (name: string, count: number, run: (...args: string[]) => Value): Entry => [
  name,
  { least: count, most: count, run: (args) => run(...args.map(toText)) },
];
/** One set of nodes stands for the list of its values. */
function listOf(args: readonly Value[]): readonly Value[] {
  const [only] = args;
  return args.length === 1 && only instanceof NodeSet ? only.values() : args;
}

/** A text, or the node that is asked about. */
function ownText([given]: readonly Value[], node: { value: unknown }): string {
  return given === undefined ? toText((node.value ?? '') as Value) : toText(given);
}

function translate(source: string, from: string, to: string): string {
  return [...source]
    .map((one) => (from.includes(one) ? (to[from.indexOf(one)] ?? '') : one))
    .join('');
}

function substring([source, from, to]: readonly Value[]): string {
  const whole = toText(source ?? '');
  const place = (given: Value | undefined, otherwise: number): number => {
    const index = given === undefined ? otherwise : toInteger(given) || 0;
    return Math.min(Math.max(index < 0 ? index + whole.length : index, 0), whole.length);
  };
  const [start, end] = [place(from, 0), place(to, whole.length)];
  return start <= end ? whole.slice(start, end) : '';
}

function selected([list = '', one = '']: readonly Value[]): boolean {
  const wanted = unpack(one);
  if (typeof wanted !== 'string') throw new TypeMismatch("selected() takes a name such as '1'");
  return ` ${toText(list)} `.includes(` ${wanted.trim()} `);
}

const wordsOf = (list: Value | undefined): string[] =>
  toText(list ?? '')
    .split(' ')
    .filter(Boolean);

function matches(source: string, pattern: string): boolean {
  return new RegExp(`^(?:${pattern})$`, 'u').test(source);
}

function decodeBase64(source: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(source), (one) => one.charCodeAt(0)));
}

export const textFunctions: readonly Entry[] = [
  text('substring-before', 2, (a = '', b = '') => a.slice(0, Math.max(a.indexOf(b), 0))),
  text('substring-after', 2, (a = '', b = '') =>
    a.includes(b) ? a.slice(a.indexOf(b) + b.length) : '',
  ),
  text('contains', 2, (a = '', b = '') => a.includes(b)),
  text('starts-with', 2, (a = '', b = '') => a.startsWith(b)),
  text('ends-with', 2, (a = '', b = '') => a.endsWith(b)),
  text('translate', 3, (a = '', b = '', c = '') => translate(a, b, c)),
  text('regex', 2, (a = '', b = '') => matches(a, b)),
  text('base64-decode', 1, (a = '') => decodeBase64(a)),
  text('boolean-from-string', 1, (a = '') => a === '1' || a.toLowerCase() === 'true'),
  define('string', 1, 1, ([value = '']) => toText(value)),
  define('boolean', 1, 1, ([value = '']) => toBoolean(value)),
  define('not', 1, 1, ([value = '']) => !toBoolean(value)),
  define('true', 0, 0, () => true),
  define('false', 0, 0, () => false),
  define('concat', 0, Infinity, (args) => listOf(args).map(toText).join('')),
  define('join', 1, Infinity, ([separator = '', ...rest]) =>
    listOf(rest).map(toText).join(toText(separator)),
  ),
  define('substr', 2, 3, substring),
  define('string-length', 0, 1, (args, { node }) => ownText(args, node).length),
  define('normalize-space', 0, 1, (args, { node }) =>
    ownText(args, node).trim().replace(/\s+/g, ' '),
  ),
  define('selected', 2, 2, selected),
  define('is-selected', 2, 2, selected),
  define('count-selected', 1, 1, ([list]) => wordsOf(list).length),
  define('selected-at', 2, 2, ([list, at = 0]) => wordsOf(list)[toInteger(at)] ?? ''),
  define('digest', 2, 3, (args) => digest(...(args.map(toText) as [string, string, string?]))),
  define('depend', 1, Infinity, ([first = '']) => first),
  define('uuid', 0, 1, (args, { host }) => {
    const [length] = args;
    return length === undefined
      ? host.uuid()
      : host.uuid().replace(/-/g, '').slice(0, toInteger(length));
  }),
];
