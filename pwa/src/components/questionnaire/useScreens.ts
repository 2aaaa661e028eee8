/** Which screen is shown, and the way on and back. It stays where it is when others come and go. */

import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { Node } from '@/xforms/tree';
import { questionsOf } from '@/xforms/walk';
import { track, type Filling } from './filling';
import { controlsOn, screensOf, type Screen } from './screens';

interface Screens {
  readonly screen: ComputedRef<Screen | undefined>;
  readonly at: ComputedRef<number>;
  readonly count: ComputedRef<number>;
  readonly isLast: ComputedRef<boolean>;
  go(step: number): void;
  /** Shows the screen with the question; false where there is none. */
  show(node: Node): boolean;
  /** Shows the first screen of a new instance. */
  showFirst(instance: Node): void;
  /** The questions on the screen. */
  nodes(): Set<Node>;
}

export function useScreens(filling: Filling, on: Ref<boolean>, single: Ref<boolean>): Screens {
  const wanted = shallowRef('');
  const place = shallowRef(0);
  const all = computed(() => {
    track(filling.revision);
    return on.value ? screensOf(filling, single.value) : [];
  });
  const at = computed(() => {
    const found = all.value.findIndex(({ key }) => key === wanted.value);
    return found < 0 ? Math.min(place.value, Math.max(0, all.value.length - 1)) : found;
  });
  const screen = computed(() => all.value[at.value]);
  watch(at, (now) => (place.value = now));

  function nodesOn(one: Screen): Set<Node> {
    const found = one.isEnd ? [] : [...questionsOf(controlsOn(one), one.around)];
    return new Set(found.map(({ node }) => node));
  }

  function goTo(index: number): void {
    place.value = index;
    wanted.value = all.value[index]?.key ?? '';
  }

  return {
    screen,
    at,
    count: computed(() => all.value.length),
    isLast: computed(() => at.value >= all.value.length - 1),
    go: (step) => goTo(Math.max(0, Math.min(at.value + step, all.value.length - 1))),
    show(node) {
      const index = all.value.findIndex((one) => nodesOn(one).has(node));
      if (index >= 0) goTo(index);
      return index >= 0;
    },
    showFirst(instance) {
      const index = all.value.findIndex(({ trail }) => trail.some(({ node }) => node === instance));
      if (index >= 0) goTo(index);
    },
    nodes: () => (screen.value ? nodesOn(screen.value) : new Set()),
  };
}
