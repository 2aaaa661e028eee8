import { effect, nextTick } from 'vue';
import { describe, expect, it } from 'vitest';
import { Form } from '@/xforms/form';
import { Filling } from './filling';
import { isRightToLeft } from './languages';

const XML = `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data><a/><b/><c/><up/></data></instance>
<bind nodeset="/data/a" type="int" constraint=". &lt; 20" required="true()"/><bind nodeset="/data/c" relevant="/data/a = 2"/><bind nodeset="/data/up" type="binary" required="true()"/></model></h:head>
<h:body><input ref="/data/a"/><input ref="/data/b"><label>写 <output value="/data/a"/></label></input><input ref="/data/c"/><upload ref="/data/up" mediatype="image/*"/></h:body></h:html>`;

function opened(): {
  filling: Filling;
  at: (name: string) => NonNullable<ReturnType<Form['node']>>;
} {
  const form = new Form(XML);
  return { filling: new Filling(form), at: (name) => form.node(`/data/${name}`)! };
}

describe('filling a form in', () => {
  it('tells whoever shows a node that it changed, and nobody else', () => {
    const { filling, at } = opened();
    const seen: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      effect(() => {
        filling.see(at(name));
        seen.push(name);
      });
    }
    effect(() => {
      filling.seeFields(filling.form.controlOf(at('b'))!);
      seen.push('label of b');
    });
    seen.length = 0;
    filling.give(at('a'), '2');
    expect(seen.sort()).toEqual(['a', 'c', 'label of b']);
    seen.length = 0;
    filling.give(at('b'), 'x');
    expect(seen).toEqual(['b']);
  });

  it('shows what was refused, and keeps the answer from before the writing began', () => {
    const { filling, at } = opened();
    filling.give(at('a'), '7');
    filling.begin(at('a'));
    filling.give(at('a'), '3');
    filling.give(at('a'), '33');
    expect([filling.shown(at('a')), filling.form.answerAt(at('a'))]).toEqual(['33', '7']);
    expect(filling.mistakeAt(at('a'))).not.toBe('');
    expect(filling.check()).toEqual([at('a')]);
    filling.give(at('a'), '8');
    expect([filling.mistakeAt(at('a')), filling.check()]).toEqual(['', []]);
  });

  it('lets a required answer be taken back, and asks for it at the end, but for no file', () => {
    const { filling, at } = opened();
    filling.give(at('a'), '7');
    filling.give(at('a'), '');
    expect(filling.form.answerAt(at('a'))).toBe('');
    expect(filling.check()).toEqual([at('a')]);
  });

  it('draws a long form in turns, all of it in the end', async () => {
    const { filling } = opened();
    const turns = Array.from({ length: 200 }, () => filling.turns.next());
    expect([turns[0]?.value, turns[199]?.value]).toEqual([true, false]);
    await filling.turns.goOn();
    await nextTick();
    expect(turns.every(({ value }) => value)).toBe(true);
    expect(filling.turns.next().value).toBe(true);
  });

  it('knows which languages run from right to left', () => {
    expect(['Arabic (ar)', 'العربية', 'ug', 'فارسی'].every(isRightToLeft)).toBe(true);
    expect(
      ['中文 (zh)', 'English (en)', 'French', 'Karakalpak', 'default'].some(isRightToLeft),
    ).toBe(false);
  });
});
