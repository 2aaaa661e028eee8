/** Which draft the form opens: the one that was asked for, one left behind, or a new one. */

import { draftOf, newDraft, type DiaryEntryFields, type Draft, type Row } from '@/data';

export interface Opened {
  draft: Draft;
  /** It was found on the phone: something was written and not saved. */
  restored: boolean;
}

export interface Wanted {
  /** The draft's id, from the list 接着写. */
  draft: string;
  /** The household's id, from its page. */
  household: string;
}

/**
 * Returns the draft of a new diary. With a household the last one about it; without, the last one:
 * who comes back after the phone went out finds what was written. `scope` is where a new one goes.
 */
export function openNew(drafts: readonly Draft[], wanted: Wanted, scope: string): Opened {
  const fresh = drafts.filter((draft) => !draft.kind && !draft.seen).sort(byAge);
  const left = wanted.draft
    ? fresh.find(({ id }) => id === wanted.draft)
    : fresh.find(({ fields }) => !wanted.household || fields.household_id === wanted.household);
  return left ? { draft: left, restored: true } : startNew(wanted.household, scope);
}

/** Returns a new draft, about the household when one is given. */
export function startNew(household: string, scope: string): Opened {
  const fields: Partial<DiaryEntryFields> = household
    ? { target_type: 'household', household_id: household }
    : {};
  return { draft: newDraft(scope, fields), restored: false };
}

/** Returns the draft of a change: the one left behind, or one that begins with what is shown. */
export function openChange(drafts: readonly Draft[], diary: Row<'diary_entry'>): Opened {
  const left = drafts.filter(({ seen, recordId }) => seen && recordId === diary.id).sort(byAge)[0];
  return left ? { draft: left, restored: true } : { draft: draftOf(diary), restored: false };
}

/** The youngest first. */
export function byAge(a: Draft, b: Draft): number {
  return a.updatedAt < b.updatedAt ? 1 : -1;
}
