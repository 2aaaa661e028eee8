/** Sending a form: busy while it is under way; a refusal goes to the field it names. */

import { reactive, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { messageOf } from '@/components/messageOf';
import { ApiError } from '@/data';

export interface Submit {
  busy: Ref<boolean>;
  /** Refusals by field. */
  errors: Record<string, string>;
  /** A refusal that names none of the form's fields. */
  failure: ShallowRef<unknown>;
  /** Returns whether `act` went through; one at a time. */
  run: (act: () => Promise<void>) => Promise<boolean>;
  /** Sets the refusals found before sending; returns whether there are none. */
  check: (found: Record<string, string>) => boolean;
}

/** `fields` are the names that the form shows an error at. */
export function useSubmit(fields: readonly string[]): Submit {
  const busy = ref(false);
  const failure = shallowRef<unknown>(null);
  const errors = reactive<Record<string, string>>({});

  function check(found: Record<string, string>): boolean {
    for (const field of Object.keys(errors)) delete errors[field];
    failure.value = null;
    Object.assign(errors, found);
    return Object.keys(found).length === 0;
  }

  async function run(act: () => Promise<void>): Promise<boolean> {
    if (busy.value || !check({})) return false;
    busy.value = true;
    try {
      await act();
      return true;
    } catch (caught) {
      const found = refusalsOf(caught, fields);
      Object.assign(errors, found);
      if (Object.keys(found).length === 0) failure.value = caught;
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, errors, failure, run, check };
}

/**
 * Returns the messages of a refusal by the fields they belong to; `estate_ids.0` counts for
 * `estate_ids`. Empty when any part of it belongs to no field of the form.
 */
export function refusalsOf(error: unknown, fields: readonly string[]): Record<string, string> {
  if (!(error instanceof ApiError) || error.field === undefined) return {};
  const listed = error.problem['errors'];
  const all = isRefusals(listed) ? listed : [{ field: error.field, message: messageOf(error) }];
  const found: Record<string, string> = {};
  for (const { field, message } of all) {
    const name = field.split('.')[0] ?? field;
    if (!fields.includes(name)) return {};
    found[name] ??= message;
  }
  return found;
}

interface Refusal {
  field: string;
  message: string;
}

function isRefusals(value: unknown): value is Refusal[] {
  const isRefusal = (each: unknown) =>
    typeof each === 'object' && each !== null && 'field' in each && 'message' in each;
  return Array.isArray(value) && value.length > 0 && value.every(isRefusal);
}
