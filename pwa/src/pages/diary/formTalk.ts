/** What a form says at its fields: errors of the last try to save, and the reviewer's comments. */

import { inject, provide, ref, type InjectionKey, type Ref } from 'vue';

export interface FormTalk {
  /** Begins the ids of the form's controls: two forms may stand on one page. */
  prefix: string;
  errors: Readonly<Ref<ReadonlyMap<string, string>>>;
  notes: Readonly<Ref<ReadonlyMap<string, string>>>;
}

const SILENT: FormTalk = { prefix: 'field', errors: ref(new Map()), notes: ref(new Map()) };
const FORM_TALK: InjectionKey<FormTalk> = Symbol('form talk');

export function provideFormTalk(talk: FormTalk): void {
  provide(FORM_TALK, talk);
}

export function useFormTalk(): FormTalk {
  return inject(FORM_TALK, SILENT);
}

/** Moves the focus to a field, or to the first control of a group, and brings it into view. */
export function focusField(prefix: string, name: string): void {
  const place = document.getElementById(`${prefix}-${name}`);
  const control = place?.matches('input, select, textarea, button')
    ? place
    : place?.querySelector<HTMLElement>('input, select, textarea, button');
  control?.focus();
  control?.scrollIntoView({ block: 'center' });
}
