/**
 * The list of a scope's households as text, made when pages are applied, so that a cold start shows
 * and searches 10,000 of them without parsing a record. Two texts of the same order, a line each:
 *
 *     lines   sort key \t id \t chunk \t estate \t building \t entrance \t door \t head_name \t tags
 *     search  ␠door codes␠labels␠names␠pinyin␠initials␠        (lower case, see searchTokens)
 */

import type { JsonObject } from '../../../sync/messages';
import { breathe } from './breathing';
import type { HouseholdGroup, HouseholdLine } from './types';

export interface ListText {
  readonly count: number;
  readonly lines: string;
  readonly search: string;
  /** Buildings in order, with their lines. */
  readonly groups: readonly ListGroup[];
  /** Lines of households that moved to another grid, by id: a diary still names them [P14]. */
  readonly moved?: Readonly<Record<string, string>>;
}

/** A household's new lines; null takes it out, `moved` keeps its name. */
export type ListChange = ListLine | null | 'moved';

export type ListGroup = Omit<HouseholdGroup, 'scope'>;

/** The two lines of one household. */
export interface ListLine {
  readonly line: string;
  readonly search: string;
}

export const EMPTY_LIST: ListText = { count: 0, lines: '', search: '', groups: [] };
/** The chunk of a household that has not been pulled. */
export const NO_CHUNK = -1;

const COLUMN = { id: 1, chunk: 2, estate: 3, building: 4, entrance: 5, door: 6, head: 7, tags: 8 };

export function listLine(id: string, fields: JsonObject, chunk: number): ListLine {
  const [estate, building, entrance, door, head] = [
    'estate',
    'building',
    'entrance',
    'door',
    'head_name',
  ].map((name) => cell(fields[name])) as [string, string, string, string, string];
  const tags = [...texts(fields['care_tags']), ...texts(fields['support_status'])].join(',');
  const sort = [estate, building, entrance, door].map(naturalKey).join('\x01');
  return {
    line: [sort, id, chunk, estate, building, entrance, door, head, cell(tags)].join('\t'),
    search: searchTokens(fields),
  };
}

/** `list` with the lines of `changes` replaced. */
export async function updateList(
  list: ListText,
  changes: ReadonlyMap<string, ListChange>,
  pause = breathe(),
): Promise<ListText> {
  if (changes.size === 0) return list;
  const fresh = [...changes.values()].filter((change): change is ListLine => isLine(change));
  fresh.sort(inOrder);
  const moved = { ...list.moved };
  for (const [id, change] of changes) if (isLine(change)) delete moved[id];
  const all = textBuilder();
  let next = 0;
  for (const item of parts(list)) {
    const id = idIn(item.line);
    for (let other = fresh[next]; other && inOrder(other, item) < 0; other = fresh[next]) {
      all.add(other);
      next += 1;
    }
    if (changes.get(id) === 'moved') moved[id] = item.line;
    if (!changes.has(id)) all.add(item);
    const resting = pause();
    if (resting) await resting;
  }
  fresh.slice(next).forEach(all.add);
  return { ...all.text(), ...(Object.keys(moved).length > 0 && { moved }) };
}

/** `after` with the names of the households that were in `before` and aren't any more. */
export function leftBehind(before: ListText, after: ListText): ListText {
  const here = new Set(parts(after).map(({ line }) => idIn(line)));
  const gone = [
    ...Object.entries({ ...before.moved, ...after.moved }),
    ...parts(before).map(({ line }) => [idIn(line), line] as const),
  ].filter(([id]) => !here.has(id));
  return gone.length > 0 ? { ...after, moved: Object.fromEntries(gone) } : after;
}

function isLine(change: ListChange): change is ListLine {
  return change !== null && change !== 'moved';
}

/** `list` with each household's chunk number given anew by `chunkOf` (undefined: unchanged). */
export function renumberChunks(
  list: ListText,
  chunkOf: (id: string, chunk: number) => number | undefined,
): ListText {
  const lines = list.lines.split('\n').map((line) => {
    const columns = line.split('\t');
    const chunk = chunkOf(columns[COLUMN.id] ?? '', Number(columns[COLUMN.chunk]));
    if (chunk === undefined) return line;
    columns[COLUMN.chunk] = String(chunk);
    return columns.join('\t');
  });
  return { ...list, lines: lines.join('\n') };
}

export function readLine(line: string, scope: string): HouseholdLine {
  const columns = line.split('\t');
  const at = (column: number): string => columns[column] ?? '';
  return {
    id: at(COLUMN.id),
    scope,
    estate: at(COLUMN.estate),
    building: at(COLUMN.building),
    entrance: at(COLUMN.entrance),
    door: at(COLUMN.door),
    head_name: at(COLUMN.head),
    tags: at(COLUMN.tags) ? at(COLUMN.tags).split(',') : [],
  };
}

/** The chunk in which household `id` lies; NO_CHUNK for one made here, undefined when not listed. */
export function chunkOf(list: ListText, id: string): number | undefined {
  const mark = `\t${id}\t`;
  const at = list.lines.indexOf(mark);
  if (at < 0) return undefined;
  const start = at + mark.length;
  return Number(list.lines.slice(start, list.lines.indexOf('\t', start)));
}

/** Where each line of `text` begins, so that lines are cut out without splitting it. */
export function lineStarts(text: string, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1);
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    starts[line] = at;
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length + 1 : end + 1;
  }
  starts[count] = text.length + 1;
  return starts;
}

function parts(list: ListText): ListLine[] {
  if (list.count === 0) return [];
  const search = list.search.split('\n');
  return list.lines.split('\n').map((line, at) => ({ line, search: search[at] ?? '' }));
}

/** Puts a list together line by line. */
function textBuilder(): { add: (item: ListLine) => void; text: () => ListText } {
  const lines: string[] = [];
  const search: string[] = [];
  const groups: { estate: string; building: string; from: number; to: number }[] = [];
  return {
    add: (item) => {
      lines.push(item.line);
      search.push(item.search);
      const columns = item.line.split('\t', COLUMN.building + 1);
      const estate = columns[COLUMN.estate] ?? '';
      const building = columns[COLUMN.building] ?? '';
      const last = groups[groups.length - 1];
      if (last && last.estate === estate && last.building === building) last.to = lines.length;
      else groups.push({ estate, building, from: lines.length - 1, to: lines.length });
    },
    text: () => ({
      count: lines.length,
      lines: lines.join('\n'),
      search: search.join('\n'),
      groups,
    }),
  };
}

function inOrder(a: ListLine, b: ListLine): number {
  return a.line < b.line ? -1 : a.line > b.line ? 1 : 0;
}

function idIn(line: string): string {
  const start = line.indexOf('\t') + 1;
  return line.slice(start, line.indexOf('\t', start));
}

/** Numbers of up to six digits in the order of their value: 3栋 before 12栋. */
function naturalKey(text: string): string {
  return text.replace(/\d+/g, (digits) => digits.padStart(6, '0'));
}

/**
 * What a household is found by: `3-2-501`, the door alone, the labels as written, every name in it,
 * the head's pinyin without spaces and its initials.
 */
function searchTokens(fields: JsonObject): string {
  const text = (name: string): string => fold(cell(fields[name]));
  const pinyin = text('head_pinyin').split(' ').filter(Boolean);
  const members = Array.isArray(fields['members']) ? (fields['members'] as JsonObject[]) : [];
  const names = members.map((member) => fold(cell(member['name'])));
  const [building, entrance, door] = [text('building'), text('entrance'), text('door')];
  const tokens = [
    doorCode(building, entrance, door),
    bare(door),
    door,
    building,
    entrance && building + entrance,
    text('estate'),
    text('house_code'),
    text('head_name'),
    ...names,
    pinyin.join(''),
    pinyin.map((syllable) => syllable[0]).join(''),
  ];
  return ` ${[...new Set(tokens)].filter(Boolean).join(' ')} `;
}

/** `3-2-501` of 3栋, 2单元, 501室; a door that repeats building or entrance loses them. */
function doorCode(building: string, entrance: string, door: string): string {
  const codes = [building, entrance].map((label) => /[0-9a-z]+/.exec(label)?.[0] ?? '');
  const own = bare(door).split('-');
  const wanted = codes.filter(Boolean);
  while (own.length > 1 && wanted.includes(own[0] ?? '')) own.shift();
  return [...wanted, ...own].join('-');
}

/** A door without 室 or 号 after it. */
function bare(door: string): string {
  return door.replace(/[室号]$/, '');
}

/** Full-width digits and letters become half-width ones, letters lower case. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The characters that structure the lists never occur in a cell. */
function cell(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\t\n\r\x01]/g, ' ').trim() : '';
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}
