import type { Context } from './compile';
import type { Value } from './values';

/** A function of evaluated arguments; `most` is Infinity for any number of them. */
export interface Definition {
  readonly least: number;
  readonly most: number;
  readonly run: (args: readonly Value[], context: Context) => Value;
}

/** A function under its name. */
export type Entry = readonly [string, Definition];

export const define = (
  name: string,
  least: number,
  most: number,
  run: Definition['run'],
): Entry => [name, { least, most, run }];
