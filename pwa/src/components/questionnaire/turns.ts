/**
 * Draws a long form in turns: the first questions at once, so that somebody can begin, the others one
 * handful after the other, with a pause in which the page answers.
 */
import { shallowRef, type ShallowRef } from 'vue';

const FIRST = 60;
const HANDFUL = 20;

export class Turns {
  private waiting: ShallowRef<boolean>[] = [];
  private asked = 0;
  private done = false;

  /** Whether the question that asks is to be drawn now; it becomes true in its turn. */
  next(): Readonly<ShallowRef<boolean>> {
    const at = this.asked++ - FIRST;
    if (this.done || at < 0) return NOW;
    const turn = Math.floor(at / HANDFUL);
    return (this.waiting[turn] ??= shallowRef(false));
  }

  /** Draws the others; resolves when all have had their turn. */
  async goOn(): Promise<void> {
    for (let turn = 0; turn < this.waiting.length; turn += 1) {
      await pause();
      const now = this.waiting[turn];
      if (now) now.value = true;
    }
    this.finish();
    await pause();
  }

  /** Draws all that still waits. */
  finish(): void {
    this.done = true;
    for (const turn of this.waiting) turn.value = true;
    this.waiting = [];
  }
}

const NOW = shallowRef(true);

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
