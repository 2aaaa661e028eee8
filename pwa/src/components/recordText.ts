/** What a person reads in place of ids, codes and instants; needs the texts of `codes`. */

import {
  householdIndexReady,
  householdLine,
  localDay,
  localTime,
  unitName,
  type FieldsOf,
  type Row,
} from '@/data';
import { code, t } from '@/i18n';

/** Fields whose values are codes; the enumeration bears the field's name. */
const CODED = new Set([
  'period',
  'channel',
  'target_type',
  'services',
  'topics',
  'category',
  'urgency',
  'source',
  'disposition',
  'tenure',
  'care_tags',
  'support_status',
]);

/** The day and time of an instant in Asia/Shanghai, e.g. 2026-11-24 09:30. */
export function moment(iso: string): string {
  return Number.isNaN(Date.parse(iso)) ? iso : `${localDay(iso)} ${localTime(iso)}`;
}

/** Building, entrance, door and head of a household. */
export function householdLabel(id: string): string {
  // Read first, so that a view is drawn again once the index is there.
  const line = householdIndexReady.value ? householdLine(id) : undefined;
  if (!line) return t('record.householdMissing');
  return [line.building, line.entrance, line.door, line.head_name].filter(Boolean).join(' ');
}

/** Whom a diary is about: the household, or the name of the enterprise, merchant or place. */
export function targetLabel(fields: FieldsOf<'diary_entry'>): string {
  if (fields.target_type === 'household' && fields.household_id) {
    return householdLabel(fields.household_id);
  }
  return fields.target_name || code('target_type', fields.target_type);
}

/** What a record is called in a list: the household, whom a diary is about and when, the problem. */
export function recordLabel({ type, id, fields }: Row): string {
  if (type === 'household') return householdLabel(id);
  if (type === 'problem') return (fields as FieldsOf<'problem'>).title;
  const diary = fields as FieldsOf<'diary_entry'>;
  return type === 'diary_entry' ? `${targetLabel(diary)} ${diary.visit_date}` : '';
}

/** The name of the unit a scope `kind:id` belongs to. */
export function scopeLabel(scope: string): string {
  return unitName(scope.slice(scope.indexOf(':') + 1));
}

/** Any value of a record's field as text; '' for what wasn't filled. */
export function fieldText(field: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (Array.isArray(value)) {
    if (field === 'photos') return t('record.photos', { n: value.length });
    return value.map((item) => fieldText(field, item)).join('、');
  }
  if (typeof value === 'object') return partsText(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return NAMED[field]?.(text) ?? (CODED.has(field) ? code(field, text) : text);
}

const NAMED: Readonly<Record<string, (text: string) => string>> = {
  household_id: householdLabel,
  recorded_at: moment,
  state: (text) => code('problem_state', text),
};

/** The members of an object, without its key. */
function partsText(value: object): string {
  return Object.entries(value)
    .filter(([name, part]) => name !== 'key' && fieldText(name, part) !== '')
    .map(([name, part]) => fieldText(name, part))
    .join(' ');
}
