/** A diary while it is being written: the form, its problems, and their storing as a draft. */

import {
  onBeforeUnmount,
  onMounted,
  reactive,
  ref,
  shallowRef,
  watch,
  type Ref,
  type ShallowRef,
} from 'vue';
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
import { saverOf } from './saver';

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
  const storedAt = ref('');
  const failure = shallowRef<unknown>(null);
  const fail = (error: unknown): void => {
    failure.value = error;
  };

  const saver = saverOf(async () => {
    const at = new Date(now()).toISOString();
    await saveDraft(asDraft(draft, form, problems.value, at));
    storedAt.value = at;
    failure.value = null;
  }, fail);

  // Synchronous, so that a change made while the page hides is seen by the flush that follows.
  let closed = false;
  const touch = (): void => {
    if (!closed) saver.touch();
  };
  watch([form, problems], touch, { deep: true, flush: 'sync' });
  flushOnHide(() => saver.flush().catch(fail));

  return {
    form,
    problems,
    storedAt,
    failure,
    addProblem() {
      const added = { id: newId(), form: problemForm({}) };
      problems.value.push(added);
      return added;
    },
    dropProblem(id) {
      problems.value = problems.value.filter((problem) => problem.id !== id);
    },
    async commit() {
      await saver.stop();
      try {
        closed = true;
        return await commitDraft(asRecord(draft, form, problems.value));
      } catch (error) {
        closed = false;
        touch();
        throw error;
      }
    },
    async discard() {
      closed = true;
      await saver.stop();
      await discardDraft(draft.id);
    },
    flush: saver.flush,
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

/** Calls `flush` when the page is hidden, closed or left; a word half composed is taken as it stands. */
function flushOnHide(flush: () => unknown): void {
  const leave = (): void => {
    // v-model waits for the end of an IME's composition, and takes `change` for one.
    document.activeElement?.dispatchEvent(new Event('change'));
    flush();
  };
  const hide = (): void => {
    if (document.visibilityState === 'hidden') leave();
  };
  onMounted(() => {
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', hide);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('pagehide', leave);
    document.removeEventListener('visibilitychange', hide);
    flush();
  });
}
