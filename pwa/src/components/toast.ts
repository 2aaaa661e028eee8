import { ref } from 'vue';

/** How long a message stays, ms; long enough to be read out by a screen reader. */
const SHOWN_MS = 6000;
let timer = 0;

/** The message shown at the bottom, empty for none. */
export const toastText = ref('');

/** Shows a short message (already in the person's language) and has it read out. */
export function toast(text: string): void {
  toastText.value = text;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => (toastText.value = ''), SHOWN_MS);
}
