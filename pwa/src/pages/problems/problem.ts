/** A resident's problem (问题) as a form: what it must hold for each of its four outcomes (二.4). */

import {
  MOST,
  today,
  type Category,
  type Channel,
  type Disposition,
  type Milestone,
  type Photo,
  type ProblemFields,
  type ProblemState,
  type Source,
  type Urgency,
} from '@/data';
import { lengthOf, tooLong, type FormError } from '../diary/formError';
import { photosError } from '../diary/entry';
import { formOf } from '../diary/formOf';
import { given } from '../diary/given';
import { isDay, isDueDay, visitBounds } from '../diary/visitDay';

const STEP_MOST = 2_000;

/** Every control of the form; a text or day that wasn't given is ''. */
export interface ProblemForm {
  title: string;
  detail: string;
  category: Category | '';
  urgency: Urgency;
  source: Source;
  household_id: string;
  reporter: string;
  disposition: Disposition | '';
  due_on: string;
  milestones: MilestoneForm[];
  explained_reason: string;
  told_on: string;
  told_how: string;
  result: string;
  done_on: string;
  photos: Photo[];
}
export type ProblemField = keyof ProblemForm;

export interface MilestoneForm {
  key: string;
  text: string;
  due_on: string;
  done_on: string;
}

/** Returns the form filled from a record or a draft; a new problem is 一般, heard on a visit. */
export function problemForm(fields: Partial<ProblemFields>): ProblemForm {
  const blank: ProblemForm = {
    title: '',
    detail: '',
    category: '',
    urgency: 'normal',
    source: 'visit',
    household_id: '',
    reporter: '',
    disposition: '',
    due_on: '',
    milestones: [],
    explained_reason: '',
    told_on: '',
    told_how: '',
    result: '',
    done_on: '',
    photos: [],
  };
  const form = formOf(blank, fields);
  const milestones = form.milestones.map((step) => ({ ...step, done_on: step.done_on || '' }));
  return { ...form, milestones };
}

/** Returns an empty step of 逐步解决. */
export function newMilestone(): MilestoneForm {
  const key = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  return { key, text: '', due_on: '', done_on: '' };
}

/** Returns the form as a draft keeps it: everything typed, also what is wrong or no longer shown. */
export function problemDraft(form: ProblemForm): Partial<ProblemFields> {
  const { category, ...rest } = form;
  return {
    ...rest,
    ...(category ? { category } : {}),
    disposition: form.disposition || null,
    milestones: form.milestones.map((step) => ({ ...step })),
    photos: form.photos.map((photo) => ({ ...photo })),
  };
}

/**
 * Returns the fields of the record; `before` is the record that is changed, null for a new one.
 * Only what belongs to the chosen outcome is kept, and the state follows from it.
 */
export function problemRecord(
  form: ProblemForm,
  before: ProblemFields | null,
  recordedAt: string,
): ProblemFields {
  const is = (outcome: Disposition, value: string): string =>
    form.disposition === outcome ? value.trim() : '';
  const optional = {
    detail: form.detail.trim(),
    household_id: form.household_id,
    reporter: form.reporter.trim(),
    disposition: form.disposition,
    due_on: is('timed', form.due_on),
    milestones: form.disposition === 'phased' ? form.milestones.map(stepOf) : [],
    explained_reason: is('explained', form.explained_reason),
    told_on: is('explained', form.told_on),
    told_how: is('explained', form.told_how),
    result: form.result.trim(),
    done_on: form.done_on,
    photos: form.photos.map((photo) => ({ ...photo })),
  };
  return {
    ...(before ?? {}),
    ...given(optional, before ?? {}),
    title: form.title.trim(),
    category: form.category || 'other',
    urgency: form.urgency,
    source: form.source,
    state: stateOf(form, before?.state ?? null),
    recorded_at: before?.recorded_at ?? recordedAt,
  };
}

function stepOf(step: MilestoneForm): Milestone {
  const { key, text, due_on, done_on } = step;
  return { key, text: text.trim(), due_on, ...(done_on ? { done_on } : {}) };
}

/** The state that follows from the outcome; a day of completion resolves, and 已销号 stays. */
function stateOf(form: ProblemForm, before: ProblemState | null): ProblemState {
  if (before === 'closed') return before;
  switch (form.disposition) {
    case 'on_spot':
      return 'resolved_on_spot';
    case 'explained':
      return 'explained';
    case 'timed':
      return form.done_on ? 'resolved' : 'open';
    case 'phased':
      return form.done_on ? 'resolved' : 'phased';
    default:
      return form.done_on ? 'resolved' : 'recorded';
  }
}

/** The source of a problem that is reported inside a diary: how the two talked. */
export function sourceOf(channel: Channel): Source {
  return channel === 'in_person' ? 'visit' : 'phone';
}

function isStepText(text: string): boolean {
  const n = lengthOf(text);
  return n > 0 && n <= STEP_MOST;
}

/** Nobody was told on a day to come. */
function wasToldOn(day: string): boolean {
  const { min, max } = visitBounds(today());
  return isDay(day) && day >= min && day <= max;
}

/** Returns what keeps the problem from being saved, in the order of the form; [] when nothing does. */
export function checkProblem(form: ProblemForm): FormError<ProblemField>[] {
  const errors: FormError<ProblemField>[] = [];
  const need = (wrong: boolean, field: ProblemField, key: FormError['key']): void => {
    if (wrong) errors.push({ field, key });
  };
  need(!form.title.trim(), 'title', 'problem.error.title');
  need(!form.category, 'category', 'problem.error.category');
  if (form.disposition === 'timed') need(!isDueDay(form.due_on), 'due_on', 'problem.error.dueOn');
  if (form.disposition === 'phased') {
    const whole = (step: MilestoneForm): boolean => isStepText(step.text) && isDueDay(step.due_on);
    need(form.milestones.length === 0, 'milestones', 'problem.error.noStep');
    need(!form.milestones.every(whole), 'milestones', 'problem.error.step');
  }
  if (form.disposition === 'explained') {
    need(!form.explained_reason.trim(), 'explained_reason', 'problem.error.reason');
    need(!wasToldOn(form.told_on), 'told_on', 'problem.error.toldOn');
    need(!form.told_how.trim(), 'told_how', 'problem.error.toldHow');
  }
  need(form.done_on !== '' && !isDueDay(form.done_on), 'done_on', 'problem.error.doneOn');
  const tooMany = photosError(form);
  if (tooMany) errors.push(tooMany);
  return [...errors, ...tooLong(form, MOST.problem)];
}
