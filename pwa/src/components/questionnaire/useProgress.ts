/** How many of the questions that are asked now have an answer. */

import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { questionsOf } from '@/xforms/walk';
import type { Filling } from './filling';

export interface Progress {
  readonly answered: number;
  readonly total: number;
}
/** A pause in typing; counting a thousand questions at each letter would be felt. */
const PAUSE_MS = 250;

export function useProgress(filling: Filling): ShallowRef<Progress> {
  const { form } = filling;
  const count = (): Progress => {
    let [answered, total] = [0, 0];
    for (const { node } of questionsOf(form.definition.body, form.root)) {
      if (node.isReadonly) continue;
      total += 1;
      if (node.value !== null) answered += 1;
    }
    return { answered, total };
  };
  const progress = shallowRef(count());
  let timer: number | undefined;
  watch(filling.revision, () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (progress.value = count()), PAUSE_MS);
  });
  onScopeDispose(() => window.clearTimeout(timer));
  return progress;
}
