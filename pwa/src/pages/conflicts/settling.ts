/** How a conflict can be settled, and what each way will do. */

import {
  MOST,
  personName,
  type ConflictView,
  type Me,
  type RecordType,
  type Row,
  type Settlement,
} from '@/data';
import { t } from '@/i18n';

/** A field of a deletion that met an edit; shown is the edit [M6]. */
export const GONE = 'gone';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export type Control = 'text' | 'date' | 'number';

/** The control in which the field is written anew; null where one of the two has to be chosen. */
export function controlOf({ field, key, recordType, shown, other }: ConflictView): Control | null {
  if (field === GONE || key !== null) return null;
  const value = shown.value ?? other.value;
  if (typeof value === 'number') return 'number';
  if (typeof value !== 'string') return null;
  if (DAY.test(value)) return 'date';
  return mostOf(recordType, field) === null ? null : 'text';
}

/** The most characters that the field may have; null where it isn't a text. */
export function mostOf(recordType: string, field: string): number | null {
  const limits: Readonly<Record<string, Readonly<Record<string, number>>>> = MOST;
  return limits[recordType]?.[field] ?? null;
}

/** They settle what they may not write otherwise [M10]. */
const SUPERVISORS = ['reviewer', 'secretary'];
/** Who else may change a record, by role; a diary is its author's alone. */
const WRITERS: Partial<Record<RecordType, readonly string[]>> = {
  household: ['cadre'],
  diary_entry: ['cadre', 'grid_lead'],
  problem: ['cadre', 'grid_lead'],
};

/** Whether the person may give the record another value than the one shown. */
export function mayRewrite({ recordType }: ConflictView, record: Row, me: Me): boolean {
  const writers = WRITERS[recordType];
  const has = (roles: readonly string[]): boolean =>
    roles.some((role) => me.account.roles.includes(role));
  if (!writers || has(SUPERVISORS)) return writers !== undefined;
  return has(writers) && (recordType !== 'diary_entry' || record.by === me.account.id);
}

export function waysOf(conflict: ConflictView): Settlement[] {
  const control = controlOf(conflict);
  const written: Settlement[] = control === 'text' ? ['joined', 'new'] : control ? ['new'] : [];
  return ['shown', 'other', ...written];
}

/** Both texts: every paragraph of the first, then those that only the second has. */
export function joinedText(first: string, second: string): string {
  const paragraphs = first.split('\n');
  const more = second.split('\n').filter((paragraph) => !paragraphs.includes(paragraph));
  return [...paragraphs, ...more].join('\n');
}

/** What settling it in this way will do, as a sentence. */
export function consequence({ field, shown, other }: ConflictView, way: Settlement): string {
  if (field === GONE) return t(way === 'other' ? 'conflicts.then.delete' : 'conflicts.then.keep');
  if (way === 'joined' || way === 'new') return t('conflicts.then.written');
  const name = personName((way === 'shown' ? shown : other).account);
  return t(`conflicts.then.${way}`, { name });
}
