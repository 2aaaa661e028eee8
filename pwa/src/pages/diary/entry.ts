/** The diary form (民情日记): what it holds, what it must hold, and what a record is made of it. */

import {
  MOST,
  MOST_PHOTOS,
  SERVICES,
  TOPICS,
  type Channel,
  type DiaryEntryFields,
  type Period,
  type Photo,
  type Service,
  type TargetType,
  type Topic,
} from '@/data';
import { tooLong, lengthOf, type FormError } from './formError';
import { formOf } from './formOf';
import { given } from './given';
import { isDay, visitBounds } from './visitDay';

const NARRATIVE_LEAST = 5;
const { tz: _number, ...LIMITS } = MOST.diary_entry;

/** Every control of the form; a text that wasn't given is ''. */
export interface EntryForm {
  visit_date: string;
  target_type: TargetType;
  household_id: string;
  target_name: string;
  channel: Channel;
  not_home: boolean;
  services: Service[];
  narrative: string;
  persons_met: string;
  companions: string;
  topics: Topic[];
  opinions: string;
  reply_expected: boolean;
  next_step: string;
  period: Period | '';
  place: string;
  photos: Photo[];
  gift_declared: string;
}
export type EntryField = keyof EntryForm;

/** What is folded away under 更多. */
export const MORE_FIELDS: readonly EntryField[] = [
  'persons_met',
  'companions',
  'topics',
  'opinions',
  'reply_expected',
  'next_step',
  'period',
  'place',
  'photos',
  'gift_declared',
];

/**
 * Returns the form filled from a record or a draft. A new diary begins with today, 当面, a
 * household, and 走访调查 chosen: the commonest visit needs no tap for any of them.
 */
export function entryForm(fields: Partial<DiaryEntryFields>, today: string): EntryForm {
  const blank: EntryForm = {
    visit_date: today,
    target_type: 'household',
    household_id: '',
    target_name: '',
    channel: 'in_person',
    not_home: false,
    services: ['visit'],
    narrative: '',
    persons_met: '',
    companions: '',
    topics: [],
    opinions: '',
    reply_expected: false,
    next_step: '',
    period: '',
    place: '',
    photos: [],
    gift_declared: '',
  };
  return formOf(blank, fields);
}

/** Returns the form as a draft keeps it: everything typed, also what is wrong or no longer shown. */
export function draftFields(form: EntryForm): Partial<DiaryEntryFields> {
  const { period, ...rest } = form;
  return {
    ...rest,
    period: period || null,
    services: [...form.services],
    topics: [...form.topics],
    photos: form.photos.map((photo) => ({ ...photo })),
  };
}

/**
 * Returns the fields of the record. `before` is the record that is changed: what it has and the
 * form doesn't show stays, and what was emptied becomes null; a new record leaves it out.
 */
export function recordFields(
  form: EntryForm,
  before: Partial<DiaryEntryFields> | null,
  recorded: { at: string; tz: number },
): DiaryEntryFields {
  const atHousehold = form.target_type === 'household';
  const optional = {
    household_id: atHousehold ? form.household_id : '',
    target_name: atHousehold ? '' : form.target_name.trim(),
    period: form.period,
    place: form.place.trim(),
    persons_met: form.persons_met.trim(),
    companions: form.companions.trim(),
    topics: inOrder(form.topics, TOPICS),
    opinions: form.opinions.trim(),
    reply_expected: form.reply_expected,
    next_step: form.next_step.trim(),
    gift_declared: form.gift_declared.trim(),
    photos: form.photos.map((photo) => ({ ...photo })),
    not_home: form.not_home,
  };
  return {
    ...(before ?? {}),
    ...given(optional, before ?? {}),
    visit_date: form.visit_date,
    channel: form.channel,
    target_type: form.target_type,
    services: inOrder(form.services, SERVICES),
    narrative: form.narrative.trim(),
    recorded_at: before?.recorded_at ?? recorded.at,
    tz: before ? (before.tz ?? null) : recorded.tz,
  };
}

/** Sets are written in one order, so that ticking a box twice is no change. */
function inOrder<Code>(chosen: readonly Code[], all: readonly Code[]): Code[] {
  return [...chosen].sort((a, b) => all.indexOf(a) - all.indexOf(b));
}

/** Returns what keeps the diary from being saved, in the order of the form; [] when nothing does. */
export function checkEntry(form: EntryForm, today: string): FormError<EntryField>[] {
  const missing = [
    dateError(form.visit_date, today),
    targetError(form),
    form.services.length === 0 ? error('services', 'diary.error.services') : null,
    narrativeError(form),
    photosError(form),
  ];
  return [...missing.filter((found) => found !== null), ...tooLong(form, LIMITS)];
}

function error(field: EntryField, key: FormError['key']): FormError<EntryField> {
  return { field, key };
}

function dateError(day: string, today: string): FormError<EntryField> | null {
  if (!isDay(day)) return error('visit_date', 'diary.error.date');
  const { min, max } = visitBounds(today);
  if (day < min) return { field: 'visit_date', key: 'diary.error.dateEarly', params: { min } };
  return day > max ? { field: 'visit_date', key: 'diary.error.dateLate', params: { max } } : null;
}

function targetError(form: EntryForm): FormError<EntryField> | null {
  if (form.target_type === 'household') {
    return form.household_id ? null : error('household_id', 'diary.error.household');
  }
  return form.target_name.trim() ? null : error('target_name', 'diary.error.target');
}

/** Two phones may have added more than a record takes; what is too much must go before it is saved. */
export function photosError(form: {
  readonly photos: readonly unknown[];
}): FormError<'photos'> | null {
  if (form.photos.length <= MOST_PHOTOS) return null;
  return { field: 'photos', key: 'photos.tooManyKept', params: { most: MOST_PHOTOS } };
}

function narrativeError(form: EntryForm): FormError<EntryField> | null {
  if (form.not_home || lengthOf(form.narrative) >= NARRATIVE_LEAST) return null;
  return { field: 'narrative', key: 'diary.error.narrative', params: { n: NARRATIVE_LEAST } };
}
