/** The reviewer's comments on a diary, by the field they are about. */

import type { Row } from '@/data';

export function notesOf(review: Row<'review'> | undefined): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  for (const { field, text } of review?.fields.comments ?? []) {
    const before = notes.get(field);
    notes.set(field, before ? `${before}\n${text}` : text);
  }
  return notes;
}
