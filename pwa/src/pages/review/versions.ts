/** What was reviewed and what it became: the versions of a diary that the reviews keep. */

import type { FieldsOf, Row } from '@/data';

/** The fields of a diary in the order they are read; the technical ones (recorded_at, tz) stay out. */
export const DIARY_FIELDS = [
  'visit_date',
  'period',
  'target_type',
  'household_id',
  'target_name',
  'place',
  'channel',
  'not_home',
  'services',
  'narrative',
  'opinions',
  'topics',
  'persons_met',
  'companions',
  'reply_expected',
  'next_step',
  'gift_declared',
] as const;

/** The fields that hold sentences. */
export const TOLD_FIELDS: ReadonlySet<string> = new Set([
  'narrative',
  'opinions',
  'next_step',
  'gift_declared',
]);

export type DiaryField = (typeof DIARY_FIELDS)[number];
export type Seen = Readonly<Record<string, unknown>>;

export interface FieldChange {
  field: DiaryField;
  before: unknown;
  after: unknown;
}

export interface Round {
  review: Row<'review'>;
  /** What the author changed after this review; empty while he changed nothing. */
  changes: FieldChange[];
}

/** Returns the values of the diary's filled fields: what a review keeps of the version it judged. */
export function seenOf(fields: FieldsOf<'diary_entry'>): Record<string, unknown> {
  const values = fields as unknown as Record<string, unknown>;
  return Object.fromEntries(
    DIARY_FIELDS.filter((field) => isFilled(values[field])).map((field) => [field, values[field]]),
  );
}

export function isFilled(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length > 0
    : value !== undefined && value !== null && value !== '' && value !== false;
}

/** Returns the fields that differ between two versions, in reading order; empty equals absent. */
export function changesBetween(before: Seen, after: Seen): FieldChange[] {
  return DIARY_FIELDS.filter((field) => comparable(before[field]) !== comparable(after[field])).map(
    (field) => ({
      field,
      before: before[field],
      after: after[field],
    }),
  );
}

function comparable(value: unknown): string {
  if (!isFilled(value)) return '';
  return JSON.stringify(Array.isArray(value) ? [...(value as unknown[])].sort() : value);
}

/**
 * Returns the reviews of one diary, the newest first, each with what changed until the next one
 * (the newest: until now). A review without `seen` has no changes to show.
 */
export function roundsOf(diary: Row<'diary_entry'>, reviews: readonly Row<'review'>[]): Round[] {
  const ordered = [...reviews].sort(inOrder);
  return ordered
    .map((review, index) => {
      const before = review.fields.seen as Seen | undefined;
      const after = (ordered[index + 1]?.fields.seen as Seen | undefined) ?? seenOf(diary.fields);
      return { review, changes: before ? changesBetween(before, after) : [] };
    })
    .reverse();
}

/** Orders reviews as they were written: by the rev they judged, then by their id (a UUIDv7 begins with the time). */
export function inOrder(a: Row<'review'>, b: Row<'review'>): number {
  return a.fields.diary_rev - b.fields.diary_rev || (a.id < b.id ? -1 : 1);
}

/** A diary written more than this after the end of the visit's day counts as a late entry. */
const LATE_AFTER_HOURS = 72;
const SHANGHAI_OFFSET_HOURS = 8;

/** Returns how many whole days after the visit the diary was written; 0 when it was in time. */
export function lateDays(visitDate: string, recordedAt: string): number {
  const endOfDay = Date.parse(`${visitDate}T24:00:00Z`) - SHANGHAI_OFFSET_HOURS * 3_600_000;
  const hours = (Date.parse(recordedAt) - endOfDay) / 3_600_000;
  return hours > LATE_AFTER_HOURS ? Math.ceil(hours / 24) : 0;
}

/** The most characters of a comment, as the server takes it. */
export const COMMENT_LENGTH = 2000;
