/** Stores a form while it is being filled: at the latest WAIT ms after a change, one write at a time. */

/** Half a second is promised; the rest is for the write itself. */
const WAIT = 300;

export interface Saver {
  /** Says that something has changed; it will be stored soon. */
  touch(): void;
  /** Stores at once what has changed; resolves when it is durable, throws what the store throws. */
  flush(): Promise<void>;
  /** Forgets what has changed and waits for a write under way: the draft is being thrown away. */
  stop(): Promise<void>;
}

/**
 * Returns a saver. A change does not put off the write of an earlier one: who types without a pause
 * is stored every WAIT ms. `failed` hears of a write that failed; what it held is written again with
 * the next change.
 */
export function saverOf(store: () => Promise<void>, failed: (error: unknown) => void): Saver {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dirty = false;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const before = writing;
    const turn = before
      .catch(() => undefined)
      .then(async () => {
        if (!dirty) return;
        dirty = false;
        try {
          await store();
        } catch (error) {
          dirty = true;
          throw error;
        }
      });
    writing = turn;
    await turn;
  }

  return {
    touch() {
      dirty = true;
      timer ??= setTimeout(() => void write().catch(failed), WAIT);
    },
    flush: write,
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      dirty = false;
      await writing.catch(() => undefined);
    },
  };
}
