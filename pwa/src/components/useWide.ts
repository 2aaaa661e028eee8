import { ref, type Ref } from 'vue';

const query = window.matchMedia('(min-width: 900px)');
const wide = ref(query.matches);
query.addEventListener('change', (event) => (wide.value = event.matches));

/** Whether there is room for a side bar and two panes; the same 900 px as in shell.css. */
export function useWide(): Readonly<Ref<boolean>> {
  return wide;
}
