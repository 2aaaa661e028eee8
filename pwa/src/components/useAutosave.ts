/** A form that is stored while it is being filled: soon after each change, and when the page hides. */

import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { now } from '@/data';
import { saverOf } from './saver';

export interface Autosave {
  /** When it was last stored, ISO; '' while nothing was. */
  storedAt: Ref<string>;
  /** Why it could not be stored; null while it could. */
  failure: ShallowRef<unknown>;
  /** Stores at once what has changed. */
  flush(): Promise<void>;
  /** Stores nothing more and returns what `act` does; saving goes on when that fails. */
  close<T>(act: () => Promise<T>): Promise<T>;
}

/** Calls `store` with the time, for every change of the reactive `form`. */
export function useAutosave(form: object, store: (at: string) => Promise<void>): Autosave {
  const storedAt = ref('');
  const failure = shallowRef<unknown>(null);
  const fail = (error: unknown): void => {
    failure.value = error;
  };
  const saver = saverOf(async () => {
    const at = new Date(now()).toISOString();
    await store(at);
    storedAt.value = at;
    failure.value = null;
  }, fail);

  let closed = false;
  const touch = (): void => {
    if (!closed) saver.touch();
  };
  // Synchronous, so that a change made while the page hides is seen by the flush that follows.
  watch(() => form, touch, { deep: true, flush: 'sync' });
  flushOnHide(() => saver.flush().catch(fail));

  async function close<T>(act: () => Promise<T>): Promise<T> {
    closed = true;
    await saver.stop();
    try {
      return await act();
    } catch (error) {
      closed = false;
      touch();
      throw error;
    }
  }

  return { storedAt, failure, flush: saver.flush, close };
}

/** Calls `flush` when the page is hidden, closed or left; a word half composed is taken as it stands. */
function flushOnHide(flush: () => unknown): void {
  const leave = (): void => {
    // v-model waits for the end of an IME's composition, and takes `change` for one.
    document.activeElement?.dispatchEvent(new Event('change'));
    flush();
  };
  const hide = (): void => {
    if (document.visibilityState === 'hidden') leave();
  };
  onMounted(() => {
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', hide);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('pagehide', leave);
    document.removeEventListener('visibilitychange', hide);
    flush();
  });
}
