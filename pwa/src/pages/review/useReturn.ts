/** The comments of a return while they are being written, kept as a draft on this device. */

import { reactive, type ShallowRef } from 'vue';
import { useAutosave } from '@/components/useAutosave';
import {
  commitDraft,
  discardDraft,
  drafts,
  newDraft,
  saveDraft,
  type Draft,
  type Row,
} from '@/data';
import { returned, type Remark } from './judge';

export interface ReturnComments {
  comment: string;
  remarks: (Remark & { key: number })[];
}

export interface OpenReturn {
  form: ReturnComments;
  restored: boolean;
  /** Why it could not be stored; null while it could. */
  failure: ShallowRef<unknown>;
  /** Writes the review of `diary` as it is on the screen, and removes the draft. */
  commit(diary: Row<'diary_entry'>): Promise<unknown>;
  /** Leaves what was written for later; what is empty goes. */
  leave(): Promise<void>;
}

/** The comments left behind on this diary. */
export function leftReturn(diaryId: string): Draft | undefined {
  return drafts.value.find(({ kind, review }) => kind === 'review' && review?.diary_id === diaryId);
}

export function isBlank({ comment, remarks }: ReturnComments): boolean {
  return [comment, ...remarks.map(({ text }) => text)].every((text) => !text.trim());
}

/** Opens the comments on `diary`: those left behind, or none yet. */
export function useReturn(diary: Row<'diary_entry'>): OpenReturn {
  const left = leftReturn(diary.id);
  const draft: Draft = left ?? { ...newDraft(diary.scope), kind: 'review' };
  const remarks = left?.review?.comments ?? [];
  const form = reactive<ReturnComments>({
    comment: left?.review?.comment ?? '',
    remarks: (remarks.length > 0 ? remarks : [{ field: '', text: '' }]).map((remark, key) => ({
      ...remark,
      key,
    })),
  });
  const saving = useAutosave(form, (at) => {
    const comments = form.remarks.map(({ field, text }) => ({ field, text }));
    const review = { diary_id: diary.id, comment: form.comment, comments };
    return saveDraft({ ...draft, review, updatedAt: at });
  });
  return {
    form,
    restored: left !== undefined,
    failure: saving.failure,
    commit: (now) =>
      saving.close(() =>
        commitDraft({ ...draft, review: returned(now, form.comment, form.remarks) }),
      ),
    leave: () => (isBlank(form) ? saving.close(() => discardDraft(draft.id)) : saving.flush()),
  };
}
