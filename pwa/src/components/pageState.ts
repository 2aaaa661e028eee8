import { shallowReactive, type InjectionKey, type Ref } from 'vue';

/** What the frame shows of the present page. `title` and `back` null: as the route says. */
export const pageState = shallowReactive<{ title: string | null; back: string | null }>({
  title: null,
  back: null,
});

/** True for a page that stands in the left pane beside a detail: the title is the detail's. */
export const BESIDE_DETAIL: InjectionKey<Readonly<Ref<boolean>>> = Symbol('beside detail');
