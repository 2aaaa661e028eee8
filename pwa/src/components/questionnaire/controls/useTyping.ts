/** A text field: every letter is an answer, and the field keeps what was typed until it is left. */

import { computed, shallowRef, type ComputedRef } from 'vue';
import type { Mistake } from '../filling';
import { useFilling } from '../filling';
import type { ControlProps } from '../controls';

interface Typing {
  readonly text: ComputedRef<string>;
  focused(): void;
  typed(event: Event): void;
  left(): void;
}

/** `read` makes the answer of what was typed, and says what is wrong with it. */
export function useTyping(
  props: ControlProps,
  read: (text: string) => { answer: string; mistake?: Mistake | undefined },
): Typing {
  const filling = useFilling();
  const own = shallowRef<string | null>(null);
  return {
    text: computed(() => own.value ?? props.answer),
    focused: () => filling.begin(props.node),
    typed(event) {
      const { value } = event.target as HTMLInputElement;
      own.value = value;
      const { answer, mistake } = read(value);
      // In mid-composition an answer would be judged that nobody means.
      if (!(event as InputEvent).isComposing) filling.give(props.node, answer, mistake);
    },
    left() {
      own.value = null;
    },
  };
}
