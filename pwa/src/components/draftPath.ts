import type { Draft } from '@/data';

/** Where the writing of a draft goes on. */
export function draftPath(draft: Draft): string {
  if (draft.kind === 'review') return `/review/${draft.review?.diary_id ?? ''}`;
  if (draft.kind === 'problem') return `/problems/new?draft=${draft.id}`;
  return draft.seen ? `/diary/${draft.recordId}` : `/diary/new?draft=${draft.id}`;
}
