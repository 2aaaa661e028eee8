/** Errors of a form as sentences: at each field, and together beside the button. */

import { code, t } from '@/i18n';
import type { FormError } from './formError';

export type FieldErrors = ReadonlyMap<string, string>;

/** Returns the sentence for each field; the first one, where a field has several errors. */
export function errorTexts(errors: readonly FormError[]): FieldErrors {
  const texts = new Map<string, string>();
  for (const { field, key, params } of errors) {
    if (!texts.has(field)) texts.set(field, t(key, params));
  }
  return texts;
}

/** Returns one sentence that names every field in error; '' without errors. */
export function errorSummary(errors: readonly FormError[]): string {
  if (errors.length === 0) return '';
  const names = [...new Set(errors.map(({ field }) => code('field', field)))];
  return t('form.error.summary', { fields: names.join('、') });
}
