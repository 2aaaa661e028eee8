/** What is wrong with a form: the field to go to, and the catalogue's sentence about it. */

import type { MessageKey, Params } from '@/i18n';

export interface FormError<Field extends string = string> {
  field: Field;
  key: MessageKey;
  params?: Params;
}

/** Returns the length as the server counts it: code points, without the blanks around. */
export function lengthOf(text: string): number {
  return [...text.trim()].length;
}

/** Returns an error for every text longer than its limit, in the order of the limits. */
export function tooLong<Form extends object>(
  form: Form,
  limits: Partial<Record<keyof Form & string, number>>,
): FormError<keyof Form & string>[] {
  return (Object.keys(limits) as (keyof Form & string)[]).flatMap((field) => {
    const most = limits[field] ?? 0;
    const n = lengthOf(String(form[field]));
    return n > most ? [{ field, key: 'form.error.tooLong' as const, params: { n, most } }] : [];
  });
}
