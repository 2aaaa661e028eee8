/** Writing a review: the verdict on the version that was on the screen. */

import { create, now, type Row } from '@/data';
import { seenOf } from './versions';

export interface Remark {
  /** The field it is about; '' for the whole diary. */
  field: string;
  text: string;
}

/** Stores 已阅; resolves once it is durable on this device. */
export async function markRead(diary: Row<'diary_entry'>): Promise<void> {
  await create('review', diary.scope, { ...common(diary), verdict: 'read' });
}

/** Stores 退回 with the remarks that aren't blank; those on the whole are joined by line breaks. */
export async function giveBack(
  diary: Row<'diary_entry'>,
  remarks: readonly Remark[],
): Promise<void> {
  const said = remarks.filter((remark) => remark.text.trim() !== '');
  const whole = said.filter((remark) => remark.field === '').map((remark) => remark.text.trim());
  const single = said.filter((remark) => remark.field !== '');
  await create('review', diary.scope, {
    ...common(diary),
    verdict: 'returned',
    ...(whole.length > 0 && { comment: whole.join('\n') }),
    ...(single.length > 0 && {
      comments: single.map(({ field, text }) => ({ field, text: text.trim() })),
    }),
  });
}

function common(diary: Row<'diary_entry'>) {
  return {
    diary_id: diary.id,
    diary_rev: diary.rev,
    seen: seenOf(diary.fields),
    recorded_at: new Date(now()).toISOString(),
  };
}
