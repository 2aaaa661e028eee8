/** The course of a problem: what is known to have happened, and what is still to come. */

import { localDay } from '@/data';
import type { MessageKey, Params } from '@/i18n';
import { isUnfinished, type Problem } from './ledger';

export interface Step {
  day: string;
  key: MessageKey;
  params?: Params;
  /** A person's own words about it. */
  text?: string | null | undefined;
  diary?: string | null | undefined;
  /** Not done yet: a limit, or an open step. */
  ahead?: boolean;
}

/** Returns the steps by day; those of one day in the order in which they come about. */
export function timelineOf(problem: Problem): Step[] {
  const { fields } = problem;
  const steps: Step[] = [
    { day: localDay(fields.recorded_at), key: 'problem.step.recorded', diary: fields.diary_id },
  ];
  if (fields.told_on) {
    const params = { how: fields.told_how ?? '' };
    steps.push({
      day: fields.told_on,
      key: 'problem.step.told',
      params,
      text: fields.explained_reason,
    });
  }
  (fields.milestones ?? []).forEach(({ due_on, done_on, text }, index) => {
    const params = { n: index + 1 };
    steps.push(
      done_on
        ? { day: done_on, key: 'problem.step.done', params, text }
        : { day: due_on, key: 'problem.step.due', params, text, ahead: true },
    );
  });
  if (fields.due_on && isUnfinished(problem)) {
    steps.push({ day: fields.due_on, key: 'problem.step.limit', ahead: true });
  }
  if (fields.done_on || fields.result) {
    const key = fields.done_on ? 'problem.step.resolved' : 'problem.step.result';
    steps.push({ day: fields.done_on ?? localDay(fields.recorded_at), key, text: fields.result });
  }
  // Stable: the order above is that of one day.
  return steps.sort((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1));
}
