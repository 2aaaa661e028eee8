/** Photos in forms and on pages; loaded, with their texts, with the first page that shows some. */

import { lazyPart } from '../lazyPart';

/** `v-model`: the photos of a record that is being written. */
export const PhotoField = lazyPart(() => import('./PhotoField.vue'), 'photos');
/** `photos` of a `record`, to be looked at. */
export const PhotoList = lazyPart(() => import('./PhotoList.vue'), 'photos');
