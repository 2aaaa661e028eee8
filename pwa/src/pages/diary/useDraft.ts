/** A diary while it is being written: the form, its problems, and their storing as a draft. */

import { reactive, ref, type Ref, type ShallowRef } from 'vue';
import { useAutosave } from '@/components/useAutosave';
import {
  commitDraft,
  discardDraft,
  householdLine,
  newId,
  now,
  saveDraft,
  today,
  type DiaryEntryFields,
  type Draft,
} from '@/data';
import {
  problemDraft,
  problemForm,
  problemRecord,
  sourceOf,
  type ProblemForm,
} from '../problems/problem';
import { draftFields, entryForm, recordFields, type EntryForm } from './entry';

export interface ReportedProblem {
  id: string;
  form: ProblemForm;
}

export interface OpenDraft {
  form: EntryForm;
  problems: Ref<ReportedProblem[]>;
  /** When it was last stored, ISO; '' while nothing was. */
  storedAt: Ref<string>;
  /** Why it could not be stored; null while it could. */
  failure: ShallowRef<unknown>;
  addProblem(): ReportedProblem;
  dropProblem(id: string): void;
  /** Writes the record and its problems, and removes the draft; returns the record's id. */
  commit(): Promise<string>;
  discard(): Promise<void>;
  flush(): Promise<void>;
}

/** Opens `draft` for writing; every change is stored within half a second and when the page hides. */
export function useDraft(draft: Draft): OpenDraft {
  const form = reactive(entryForm(draft.fields, today()));
  const problems = ref(draft.problems.map(({ id, fields }) => ({ id, form: problemForm(fields) })));
  const saving = useAutosave([form, problems], (at) =>
    saveDraft(asDraft(draft, form, problems.value, at)),
  );

  return {
    form,
    problems,
    storedAt: saving.storedAt,
    failure: saving.failure,
    flush: saving.flush,
    addProblem() {
      const added = { id: newId(), form: problemForm({}) };
      problems.value.push(added);
      return added;
    },
    dropProblem(id) {
      problems.value = problems.value.filter((problem) => problem.id !== id);
    },
    commit: () => saving.close(() => commitDraft(asRecord(draft, form, problems.value))),
    discard: () => saving.close(() => discardDraft(draft.id)),
  };
}

/** Everything as it was typed. A household of another grid takes a new diary there. */
function asDraft(
  draft: Draft,
  form: EntryForm,
  problems: readonly ReportedProblem[],
  updatedAt: string,
): Draft {
  return {
    ...draft,
    scope: scopeOf(draft, form),
    fields: { ...draft.fields, ...draftFields(form) },
    problems: problems.map((problem) => ({ id: problem.id, fields: problemDraft(problem.form) })),
    updatedAt,
  };
}

/** As it is to be recorded; the problems take over what the diary knows. */
function asRecord(draft: Draft, form: EntryForm, problems: readonly ReportedProblem[]): Draft {
  const updatedAt = new Date(now()).toISOString();
  const before = draft.seen ? (draft.seen.fields as Partial<DiaryEntryFields>) : null;
  const recorded = { at: updatedAt, tz: -new Date().getTimezoneOffset() };
  const fields = recordFields(form, before, recorded);
  const known = {
    household_id: fields.household_id ?? '',
    reporter: form.persons_met.trim(),
    source: sourceOf(form.channel),
  };
  return {
    ...draft,
    scope: scopeOf(draft, form),
    fields,
    problems: problems.map(({ id, form: problem }) => ({
      id,
      fields: {
        ...problemRecord({ ...problem, ...known }, null, updatedAt),
        diary_id: draft.recordId,
      },
    })),
    updatedAt,
  };
}

function scopeOf(draft: Draft, form: EntryForm): string {
  if (draft.seen || form.target_type !== 'household') return draft.scope;
  return householdLine(form.household_id)?.scope ?? draft.scope;
}
