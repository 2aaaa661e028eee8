/** Values of a diary as a person reads them. */

import type { DiaryEntryFields } from '@/data';
import { code, t } from '@/i18n';
import { dayWord } from './words';

/** The fields after whom and how, in the order they are read. */
export const READ_FIELDS = [
  'not_home',
  'services',
  'narrative',
  'persons_met',
  'companions',
  'topics',
  'opinions',
  'reply_expected',
  'next_step',
  'period',
  'place',
  'gift_declared',
] as const satisfies readonly (keyof DiaryEntryFields)[];

export function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '' && value !== false;
}

export function fieldText(field: keyof DiaryEntryFields, value: unknown): string {
  if (value === true) return t('common.yes');
  if (Array.isArray(value)) return value.map((item) => code(field, String(item))).join('、');
  const text = typeof value === 'string' ? value : '';
  if (field === 'visit_date') return dayWord(text);
  return field === 'period' || field === 'channel' ? code(field, text) : text;
}
