/** One photo or thumbnail to show, while the component that shows it lives. */

import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { photoContent } from '@/data';

export type PhotoState = { url: string } | 'loading' | 'missing' | 'offline';

/** The state of the photo that `name` returns, read anew when that changes; '' asks for none. */
export function usePhoto(name: () => string): ShallowRef<PhotoState> {
  const state = shallowRef<PhotoState>('loading');
  let release = (): void => undefined;

  async function read(sha256: string): Promise<void> {
    release();
    state.value = 'loading';
    if (!sha256) return;
    const found = await photoContent(sha256).catch(() => 'offline' as const);
    if (name() !== sha256) return;
    if (typeof found === 'string') {
      state.value = found;
      return;
    }
    const url = URL.createObjectURL(found);
    release = () => URL.revokeObjectURL(url);
    state.value = { url };
  }

  watch(name, read, { immediate: true });
  onScopeDispose(() => release());
  return state;
}
