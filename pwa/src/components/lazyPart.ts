import { defineAsyncComponent, type Component } from 'vue';
import { loadTexts, type TextFamily } from '@/i18n';

/** A part of a page that is rarely needed, loaded with its texts when it is first shown. */
export function lazyPart(
  load: () => Promise<{ default: Component }>,
  ...texts: readonly TextFamily[]
): Component {
  return defineAsyncComponent(async () => {
    const [part] = await Promise.all([load(), loadTexts(...texts)]);
    return part.default;
  });
}
