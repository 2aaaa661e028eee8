import { describe, expect, it } from 'vitest';
import type { DataType } from '@/xforms/answers';
import { Form } from '@/xforms/form';
import { layoutOf, lookOf } from './look';

function controlOf(body: string): NonNullable<ReturnType<Form['controlOf']>> {
  const form = new Form(
    `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data><a/></data></instance></model></h:head><h:body>${body}</h:body></h:html>`,
  );
  return form.controlOf(form.node('/data/a')!)!;
}

describe('the look of a question', () => {
  it.each([
    ['<input ref="/data/a"/>', 'string', 0, 'text'],
    ['<input ref="/data/a" appearance="multiline"/>', 'string', 0, 'long'],
    ['<input ref="/data/a" appearance="multiline"/>', 'int', 0, 'integer'],
    ['<input ref="/data/a"/>', 'dateTime', 0, 'dateTime'],
    ['<input ref="/data/a"/>', 'geopoint', 0, 'place'],
    ['<select1 ref="/data/a"/>', 'string', 30, 'radios'],
    ['<select1 ref="/data/a"/>', 'string', 31, 'search'],
    ['<select1 ref="/data/a" appearance="minimal"/>', 'string', 31, 'list'],
    ['<select1 ref="/data/a" appearance="w4 autocomplete"/>', 'string', 3, 'search'],
    ['<select1 ref="/data/a" appearance="label"/>', 'string', 3, 'note'],
    ['<select ref="/data/a"/>', 'string', 300, 'boxes'],
    ['<trigger ref="/data/a"/>', 'string', 0, 'tick'],
    ['<upload ref="/data/a" mediatype="image/*"/>', 'binary', 0, 'file'],
  ] as const)('%s of %s with %i choices is %s', (body, type, count, look) => {
    expect(lookOf(controlOf(body), type as DataType, count)).toBe(look);
  });

  it('lays choices out as the appearance says', () => {
    const layout = (appearance: string): string =>
      layoutOf(controlOf(`<select1 ref="/data/a" appearance="${appearance}"/>`));
    expect(['likert', 'columns-2', 'columns-pack', 'quick'].map(layout)).toEqual([
      'choices-likert',
      'choices-columns',
      'choices-flow',
      'choices-lines',
    ]);
  });
});
