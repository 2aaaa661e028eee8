import { shallowReactive, type InjectionKey, type Ref } from 'vue';

export interface PageView {
  /** null: as the route says; so `back`. */
  readonly title: string | null;
  readonly back: string | null;
  /** A list that needs no detail beside it takes the whole width. */
  readonly whole: boolean;
}

const PLAIN: PageView = { title: null, back: null, whole: false };

/** What the frame shows of the present page. */
export const pageState = shallowReactive<PageView>({ ...PLAIN });

let owner: symbol | null = null;

/** The head `of` says what the frame shows, from now until it leaves or another speaks. */
export function claimPage(of: symbol, view: PageView): void {
  owner = of;
  Object.assign(pageState, view);
}

/** The old page leaves after the new one has come: only the last speaker may clear. */
export function leavePage(of: symbol): void {
  if (owner === of) claimPage(of, PLAIN);
}

/** True for a page that stands in the left pane beside a detail: the title is the detail's. */
export const BESIDE_DETAIL: InjectionKey<Readonly<Ref<boolean>>> = Symbol('beside detail');
