/** Why a photo isn't shown; one that hasn't come is named with the person on whose phone it is [F6]. */

import { computed, ref, watch, type Ref } from 'vue';
import { personName, type Photo, type Row } from '@/data';
import { history } from '@/data/waiting';
import { t } from '@/i18n';
import type { PhotoState } from './usePhoto';

export type PhotoRecord = Pick<Row<'diary_entry' | 'problem'>, 'type' | 'id' | 'rev'>;

/** '' while it is shown or on its way. */
export function usePhotoReason(
  state: Ref<PhotoState>,
  photo: () => Photo | undefined,
  record: () => PhotoRecord | undefined,
): Readonly<Ref<string>> {
  const holder = ref('');
  watch(
    [state, photo, record],
    async ([now, wanted, of]) => {
      holder.value = '';
      if (now !== 'missing' || !wanted || !of) return;
      const found = await holderOf(of, wanted).catch(() => undefined);
      if (photo() === wanted) holder.value = found ?? '';
    },
    { immediate: true },
  );
  return computed(() => {
    if (state.value === 'offline') return t('photos.offline');
    if (state.value !== 'missing') return '';
    return holder.value
      ? t('photos.missing', { name: personName(holder.value) })
      : t('photos.missingHere');
  });
}

/**
 * The account that wrote with the photo's device: not always the record's author. Undefined where
 * the versions don't say.
 */
async function holderOf({ type, id }: PhotoRecord, { device }: Photo): Promise<string | undefined> {
  const versions = await history(type, id);
  const written = versions.find((version) => version.device === device);
  // The only version has no device beside it: it is the one that took the photo.
  return written?.by ?? (versions.length === 1 ? versions[0]?.by : undefined);
}
