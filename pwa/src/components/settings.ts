import { ref, watch } from 'vue';

/** How the app looks on this device. Kept in localStorage, read by boot.js before first paint. */
export type Theme = 'auto' | 'light' | 'dark';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const root = document.documentElement;

export const theme = ref<Theme>(readTheme());
export const large = ref(read('minqing.large') === '1');

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage may be blocked; the choice then lasts for this visit.
  }
}

function readTheme(): Theme {
  const stored = read('minqing.theme');
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

function show(): void {
  root.dataset['theme'] = theme.value === 'auto' ? (dark.matches ? 'dark' : 'light') : theme.value;
  root.classList.toggle('large', large.value);
}

/** Applies the settings now and whenever they, or the system's preference, change. */
export function followSettings(): void {
  watch([theme, large], () => {
    write('minqing.theme', theme.value === 'auto' ? null : theme.value);
    write('minqing.large', large.value ? '1' : null);
    show();
  });
  dark.addEventListener('change', show);
  show();
}
