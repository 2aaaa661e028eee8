/** The functions of XPath and OpenRosa, with JavaRosa's answers. */

import { dateFunctions } from './dateFunctions';
import type { Definition } from './definition';
import { geoFunctions } from './geoFunctions';
import { indexedRepeat } from './indexedRepeat';
import { nodeFunctions } from './nodeFunctions';
import { numberFunctions } from './numberFunctions';
import { textFunctions } from './textFunctions';
import type { Compiled, Context } from './compile';
import { XPathError, type FunctionExpr } from './parse';
import { isEmpty, toBoolean, toText, type Value } from './values';

const FUNCTIONS: ReadonlyMap<string, Definition> = new Map([
  ...textFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...nodeFunctions,
  ...geoFunctions,
]);

/** Functions whose arguments aren't all evaluated, or that look at them unevaluated. */
const SPECIAL: Record<string, (args: readonly Compiled[]) => Compiled> = {
  if: ([test, yes, no]) => {
    return (context) => (toBoolean(at(test, context)) ? at(yes, context) : at(no, context));
  },
  coalesce: ([first, second]) => {
    return (context) => {
      const value = at(first, context);
      return isEmpty(value) ? at(second, context) : value;
    };
  },
  once: ([value]) => {
    return (context) => {
      const known = context.node.value;
      return known === null || toText(known) === '' ? at(value, context) : known;
    };
  },
};
const SPECIAL_COUNT: Record<string, number> = { if: 3, coalesce: 2, once: 1 };

/** All functions but those that the form answers itself (`host.ts`). */
export const FUNCTION_NAMES: readonly string[] = [
  ...FUNCTIONS.keys(),
  ...Object.keys(SPECIAL),
  'indexed-repeat',
];

const at = (compiled: Compiled | undefined, context: Context): Value => compiled?.(context) ?? '';

/** The call of a function. Throws XPathError where its number of arguments is wrong. */
export function callOf(expr: FunctionExpr, args: readonly Compiled[]): Compiled {
  const { name } = expr;
  const special = SPECIAL[name];
  if (special) {
    checkCount(name, args.length, SPECIAL_COUNT[name] ?? 0);
    return special(args);
  }
  if (name === 'indexed-repeat') return indexedRepeat(expr, args);
  const known = FUNCTIONS.get(name);
  if (known) checkCount(name, args.length, known.least, known.most);
  return (context) => {
    const values = args.map((arg) => arg(context));
    if (known) return known.run(values, context);
    const value = context.host.call(name, values, context);
    if (value === undefined) throw new XPathError('no such function', `${name}()`);
    return value;
  };
}

function checkCount(name: string, count: number, least: number, most = least): void {
  if (count < least || count > most) {
    throw new XPathError(
      `${count} arguments are too ${count < least ? 'few' : 'many'}`,
      `${name}()`,
    );
  }
}
