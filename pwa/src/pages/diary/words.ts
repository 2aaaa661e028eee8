/** What a cadre reads in place of ids, days and instants. */

import {
  householdIndexReady,
  householdLine,
  localDay,
  localTime,
  today,
  type DiaryEntryFields,
  type TargetType,
} from '@/data';
import { code, t } from '@/i18n';

/** Building, entrance and door, as they stand on the wall. */
export function doorOf(at: {
  building: string;
  entrance?: string | null | undefined;
  door: string;
}): string {
  return [at.building, at.entrance, at.door].filter(Boolean).join(' ');
}

/** Door and head of a household; '' until the index is there or when the phone doesn't have it. */
export function householdLabel(id: string): string {
  // Read first, so that a view is drawn again once the index is there.
  const line = householdIndexReady.value ? householdLine(id) : undefined;
  return line ? [doorOf(line), line.head_name].filter(Boolean).join(' ') : '';
}

/** Whom a diary or a draft is about. */
export function targetLabel(fields: Partial<DiaryEntryFields>): string {
  const type: TargetType = fields.target_type ?? 'household';
  if (type !== 'household') return fields.target_name || code('target_type', type);
  if (!fields.household_id) return t('diary.noTarget');
  return householdLabel(fields.household_id) || t('diary.unknownHousehold');
}

/** 今天, 11月3日, 去年11月3日, 2024年11月3日. */
export function dayWord(day: string, now: string = today()): string {
  if (day === now) return t('common.today');
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return day;
  const age = Number(now.slice(0, 4)) - year;
  if (age === 0) return t('day.short', { month, date });
  return age === 1 ? t('day.lastYear', { month, date }) : t('day.long', { year, month, date });
}

/** The day and time of an instant, e.g. 11月3日 09:30. */
export function moment(iso: string): string {
  return Number.isNaN(Date.parse(iso)) ? iso : `${dayWord(localDay(iso))} ${localTime(iso)}`;
}

/** The beginning of a longer text, on one line. */
export function excerpt(text: string, most = 60): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
