import { useRouter } from 'vue-router';

/** Returns a function that goes back within the app, or to `fallback` when the page was opened directly. */
export function useWayBack(): (fallback: string) => Promise<void> {
  const router = useRouter();
  return async (fallback) => {
    const state = window.history.state as { back?: unknown } | null;
    if (typeof state?.back === 'string') router.back();
    else await router.replace(fallback);
  };
}
