/** Writing a review: the verdict on the version that was on the screen. */

import { create, now, type FieldsOf, type Row } from '@/data';
import { seenOf } from './versions';

export interface Remark {
  /** The field it is about. */
  field: string;
  text: string;
}

/** Stores 已阅; resolves once it is durable on this device. */
export async function markRead(diary: Row<'diary_entry'>): Promise<void> {
  await create('review', diary.scope, { ...common(diary), verdict: 'read' });
}

/** Returns 退回 with what is said about the whole and about single fields; blank ones are left out. */
export function returned(
  diary: Row<'diary_entry'>,
  whole: string,
  remarks: readonly Remark[],
): FieldsOf<'review'> {
  const comment = whole.trim();
  const comments = remarks
    .map(({ field, text }) => ({ field, text: text.trim() }))
    .filter(({ text }) => text !== '');
  return {
    ...common(diary),
    verdict: 'returned',
    ...(comment && { comment }),
    ...(comments.length > 0 && { comments }),
  };
}

function common(diary: Row<'diary_entry'>) {
  return {
    diary_id: diary.id,
    diary_rev: diary.rev,
    seen: seenOf(diary.fields),
    recorded_at: new Date(now()).toISOString(),
  };
}
