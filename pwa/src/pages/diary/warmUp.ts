import { onMounted } from 'vue';

/** The page stands before this; then the form may be read, so that it opens at once. */
const AFTER = 800;

/** Loads the diary form ahead, from a page whose main button opens it. */
export function useWarmForm(): void {
  onMounted(() => {
    // A failure is of no consequence here: opening the form tries again and says so.
    window.setTimeout(() => void import('../DiaryPage.vue').catch(() => undefined), AFTER);
  });
}
