/** The phone in a resident's hand: only one page is shown until the cadre unlocks the rest. */
import { shallowRef } from 'vue';

/** The path of that page, and under it how it is unlocked: see pages/surveys/lock.ts. */
export const LENT = 'minqing.lent';

export const lent = shallowRef<string | null>(null);
try {
  lent.value = localStorage.getItem(LENT);
} catch {
  // Where storage is blocked nobody is signed in, and nothing to be locked.
}
