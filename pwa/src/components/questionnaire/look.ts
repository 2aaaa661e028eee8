/** How a question is asked: which control it gets, as its kind, type and appearance say. */

import type { DataType } from '@/xforms/answers';
import type { Control } from '@/xforms/definition';

export type Look =
  | 'text'
  | 'long'
  | 'integer'
  | 'decimal'
  | 'date'
  | 'time'
  | 'dateTime'
  | 'place'
  | 'radios'
  | 'list'
  | 'search'
  | 'boxes'
  | 'rank'
  | 'range'
  | 'tick'
  | 'file'
  | 'note';

/** More choices than these are searched. */
export const MOST_SHOWN = 30;
const MOST_LISTED = 200;

const BY_TYPE: Partial<Record<DataType, Look>> = {
  int: 'integer',
  decimal: 'decimal',
  date: 'date',
  time: 'time',
  dateTime: 'dateTime',
  geopoint: 'place',
  geotrace: 'file',
  geoshape: 'file',
  binary: 'file',
};
const BY_KIND: Record<string, Look> = {
  textarea: 'long',
  select: 'boxes',
  rank: 'rank',
  range: 'range',
  upload: 'file',
  trigger: 'tick',
};

export const appearanceOf = ({ element }: Control): string[] =>
  (element.attributes.get('appearance') ?? '').toLowerCase().split(/\s+/).filter(Boolean);

/** `count`: how many choices there are now. */
export function lookOf(control: Control, type: DataType, count: number): Look {
  const appearance = appearanceOf(control);
  if (control.kind === 'select1') return oneOf(appearance, count);
  const known = BY_KIND[control.kind];
  if (known) return known;
  if (type === 'string' && appearance.includes('multiline')) return 'long';
  return BY_TYPE[type] ?? 'text';
}

function oneOf(appearance: readonly string[], count: number): Look {
  // The head of a matrix; each of its rows carries the words itself.
  if (appearance.includes('label')) return 'note';
  if (appearance.some((one) => one === 'autocomplete' || one === 'search')) return 'search';
  const isShort = appearance.some((one) => one === 'minimal' || one === 'dropdown');
  if (isShort) return count > MOST_LISTED ? 'search' : 'list';
  return count > MOST_SHOWN ? 'search' : 'radios';
}

const LAYOUTS: readonly (readonly [RegExp, string])[] = [
  [/^(likert|list-nolabel)$/, 'choices-likert'],
  [/^(columns-?(pack|flex)|columns|horizontal|compact|quickcompact|list)$/, 'choices-flow'],
  [/^columns-[2-9]$/, 'choices-columns'],
];

/** The class that lays the choices out; one below the other by default. */
export function layoutOf(control: Control): string {
  const appearance = appearanceOf(control);
  const found = LAYOUTS.find(([pattern]) => appearance.some((one) => pattern.test(one)));
  return found?.[1] ?? 'choices-lines';
}
