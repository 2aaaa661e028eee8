import { shallowReactive, type InjectionKey, type Ref } from 'vue';

/** What the frame shows of the present page. `title` and `back` null: as the route says. */
export const pageState = shallowReactive<{ title: string | null; back: string | null }>({
  title: null,
  back: null,
});

let owner: symbol | null = null;

/** The head `of` says what the frame shows, from now until it leaves or another speaks. */
export function claimPage(of: symbol, title: string | null, back: string | null): void {
  owner = of;
  pageState.title = title;
  pageState.back = back;
}

/** The old page leaves after the new one has come: only the last speaker may clear. */
export function leavePage(of: symbol): void {
  if (owner === of) claimPage(of, null, null);
}

/** True for a page that stands in the left pane beside a detail: the title is the detail's. */
export const BESIDE_DETAIL: InjectionKey<Readonly<Ref<boolean>>> = Symbol('beside detail');
