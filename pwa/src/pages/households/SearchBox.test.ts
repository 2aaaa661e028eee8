import { afterEach, expect, test } from 'vitest';
import { createApp, h, ref, type App } from 'vue';
import SearchBox from './SearchBox.vue';

let app: App | undefined;
afterEach(() => app?.unmount());

test('an unfinished word of an IME is not looked for, the finished one is', () => {
  const query = ref('');
  const update = (text: string): void => {
    query.value = text;
  };
  const place = document.createElement('div');
  app = createApp(() => h(SearchBox, { modelValue: query.value, 'onUpdate:modelValue': update }));
  app.mount(place);
  const input = place.querySelector('input');
  if (!input) throw new Error('no searchbox');
  const type = (text: string): void => {
    input.value = text;
    input.dispatchEvent(new Event('input'));
  };

  type('3');
  expect(query.value).toBe('3');
  input.dispatchEvent(new Event('compositionstart'));
  type('3wang');
  expect(query.value).toBe('3');
  input.value = '3王';
  input.dispatchEvent(new Event('compositionend'));
  expect(query.value).toBe('3王');
});
