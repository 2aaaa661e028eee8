/** Where a diary entry stands, for the word beside it: a pure function of what the phone knows. */

import type { Row } from './types';

export type DiaryState = 'local' | 'uploaded' | 'read' | 'returned' | 'corrected' | 'conflict';

/** The review of `diaryId` that counts: the last one the server took in. */
export function latestReview(
  diaryId: string,
  reviews: Iterable<Row<'review'>>,
): Row<'review'> | undefined {
  let latest: Row<'review'> | undefined;
  for (const review of reviews) {
    if (review.fields.diary_id === diaryId && (!latest || isLater(review, latest))) latest = review;
  }
  return latest;
}

/**
 * `local` while an op is unsent, then `conflict` while one is open; else by the latest review:
 * none → `uploaded`; of an older revision → `corrected`; otherwise its verdict.
 */
export function diaryState(
  diary: Row<'diary_entry'>,
  reviews: Iterable<Row<'review'>>,
  conflicts: Iterable<Row<'conflict'>>,
): DiaryState {
  if (diary.pending) return 'local';
  for (const { fields } of conflicts) {
    if (fields.record_id === diary.id && fields.state === 'open') return 'conflict';
  }
  const review = latestReview(diary.id, reviews);
  if (!review) return 'uploaded';
  return diary.rev > review.fields.diary_rev ? 'corrected' : review.fields.verdict;
}

/** The server's order counts; an unsent review is later than any pulled one. */
function isLater(a: Row<'review'>, b: Row<'review'>): boolean {
  if (a.seq === 0 || b.seq === 0) return a.seq === b.seq ? a.id > b.id : a.seq === 0;
  return a.seq > b.seq;
}
