/** A problem reported outside of a diary while it is being written, kept as a draft. */

import { reactive, type ShallowRef } from 'vue';
import { useAutosave } from '@/components/useAutosave';
import {
  commitDraft,
  discardDraft,
  householdLine,
  newDraft,
  newId,
  now,
  saveDraft,
  type Draft,
  type ProblemFields,
} from '@/data';
import { byAge, type Opened, type Wanted } from '../diary/opening';
import { problemDraft, problemForm, problemRecord, type ProblemForm } from './problem';

export interface OpenProblem {
  form: ProblemForm;
  /** Why it could not be stored; null while it could. */
  failure: ShallowRef<unknown>;
  /** Writes the record and removes the draft. */
  commit(): Promise<unknown>;
  discard(): Promise<void>;
  flush(): Promise<void>;
}

/** Returns the draft that was asked for, the last one about the household, or a new one. */
export function openProblem(drafts: readonly Draft[], wanted: Wanted, scope: string): Opened {
  const left = drafts
    .filter(({ kind }) => kind === 'problem')
    .sort(byAge)
    .find((draft) =>
      wanted.draft
        ? draft.id === wanted.draft
        : !wanted.household || householdOf(draft) === wanted.household,
    );
  return left ? { draft: left, restored: true } : startProblem(wanted.household, scope);
}

/** Returns a new draft, about the household when one is given. */
export function startProblem(household: string, scope: string): Opened {
  const fields: Partial<ProblemFields> = household ? { household_id: household } : {};
  const draft = {
    ...newDraft(scope),
    kind: 'problem' as const,
    problems: [{ id: newId(), fields }],
  };
  return { draft, restored: false };
}

function householdOf({ problems }: Draft): string {
  return problems[0]?.fields.household_id ?? '';
}

/** Opens `draft` for writing; every change is stored within half a second and when the page hides. */
export function useProblemDraft(draft: Draft): OpenProblem {
  const [begun] = draft.problems;
  const form = reactive(problemForm(begun?.fields ?? {}));
  const filled = (fields: Partial<ProblemFields>, updatedAt: string): Draft => ({
    ...draft,
    scope: householdLine(form.household_id)?.scope ?? draft.scope,
    problems: [{ id: begun?.id ?? newId(), fields }],
    updatedAt,
  });
  const saving = useAutosave(form, (at) => saveDraft(filled(problemDraft(form), at)));
  return {
    form,
    failure: saving.failure,
    flush: saving.flush,
    discard: () => saving.close(() => discardDraft(draft.id)),
    commit: () =>
      saving.close(() => {
        const at = new Date(now()).toISOString();
        return commitDraft(filled(problemRecord(form, null, at), at));
      }),
  };
}
