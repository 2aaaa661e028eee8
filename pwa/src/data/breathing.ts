/** Long work in slices: the page paints and reacts in between. */

/** Work before a pause, ms of the main thread. */
const SLICE = 12;

interface Scheduler {
  readonly yield?: () => Promise<void>;
}

/** A function to await inside a long loop: it pauses when a slice is used up. */
export function breathe(): () => Promise<void> | void {
  let end = performance.now() + SLICE;
  return () => {
    if (performance.now() < end) return undefined;
    return rest().then(() => {
      end = performance.now() + SLICE;
    });
  };
}

/** Lets everything else that waits have its turn. */
export function rest(): Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: Scheduler };
  if (scheduler?.yield) return scheduler.yield();
  // A timer waits 4 ms, and a second in a page that isn't shown.
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
