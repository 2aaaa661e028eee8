import { expect, test } from 'vitest';
import { formOf } from './formOf';
import { given } from './given';

test('what is empty is left out, and takes away what the record had', () => {
  const values = { note: '', phone: '138', tags: [], asked: false };
  expect(given(values, {})).toEqual({ phone: '138' });
  expect(given(values, { note: '旧', phone: '139', tags: ['other'], asked: true })).toEqual({
    note: null,
    phone: '138',
    tags: [],
    asked: false,
  });
  expect(given({ note: '' }, { note: null })).toEqual({});
});

test('a form takes its own fields from a record, and edits no list of the record', () => {
  const record = { note: '旧', steps: [{ text: '一' }], phone: null, weather: '雨' };
  const form = formOf({ note: '', steps: [] as { text: string }[], phone: '' }, record);
  expect(form).toEqual({ note: '旧', steps: [{ text: '一' }], phone: '' });
  for (const step of form.steps) step.text = '二';
  expect(record.steps).toEqual([{ text: '一' }]);
});
