/** The check of the problems reported inside a diary. */

import { checkProblem } from '../problems/problem';
import { errorTexts, type FieldErrors } from './formErrors';
import type { FormError } from './formError';
import type { ReportedProblem } from './useDraft';

export interface ReportedErrors {
  all: FormError[];
  /** By the problem's id. */
  texts: ReadonlyMap<string, FieldErrors>;
  first: { prefix: string; field: string } | null;
}

/** The beginning of the ids of one problem's controls. */
export function prefixOf(id: string): string {
  return `problem-${id}`;
}

export function checkReported(problems: readonly ReportedProblem[]): ReportedErrors {
  const texts = new Map<string, FieldErrors>();
  const all: FormError[] = [];
  let first: ReportedErrors['first'] = null;
  for (const { id, form } of problems) {
    const errors = checkProblem(form);
    texts.set(id, errorTexts(errors));
    all.push(...errors);
    if (!first && errors[0]) first = { prefix: prefixOf(id), field: errors[0].field };
  }
  return { all, texts, first };
}
