import { describe, expect, it } from 'vitest';
import { FormError } from './definition';
import { Form } from './form';
import { XPathError } from './xpath/parse';

interface Parts {
  readonly instance: string;
  readonly binds?: string;
  readonly body?: string;
  readonly more?: string;
}

const formOf = (parts: Parts): Form => new Form(xmlOf(parts));

function xmlOf({ instance, binds = '', body = '', more = '' }: Parts): string {
  return `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model><instance><data id="t">${instance}</data></instance>${more}${binds}</model></h:head><h:body>${body}</h:body></h:html>`;
}

function at(form: Form, reference: string): NonNullable<ReturnType<Form['node']>> {
  const node = form.node(reference);
  if (!node) throw new Error(`no ${reference}`);
  return node;
}

const REPEAT = {
  instance: '<rep jr:template=""><x/><sum/></rep><total/>',
  binds:
    '<bind nodeset="/data/rep/x" type="int"/><bind nodeset="/data/rep/sum" calculate="/data/rep/x + 1"/><bind nodeset="/data/total" calculate="sum(/data/rep/x)"/>',
  body: '<repeat nodeset="/data/rep"><input ref="/data/rep/x"/></repeat>',
};

describe('a form', () => {
  it('computes within an instance, and over all of them', () => {
    const form = formOf(REPEAT);
    for (const value of ['2', '3'])
      form.answer(
        at(form.addRepeat('/data/rep') && form, `/data/rep[${Number(value) - 1}]/x`),
        value,
      );
    expect(form.answerAt(at(form, '/data/rep[2]/sum'))).toBe('4');
    expect(form.answerAt(at(form, '/data/total'))).toBe('5');
    form.removeRepeat(at(form, '/data/rep[1]'));
    expect(form.answerAt(at(form, '/data/total'))).toBe('3');
    expect(form.node('/data/rep[2]')).toBeUndefined();
  });

  it('keeps what was answered in a hidden branch, and leaves it out of the submission', () => {
    const form = formOf({
      instance: '<a/><b/>',
      binds: '<bind nodeset="/data/b" relevant="/data/a = \'1\'"/>',
      body: '<input ref="/data/a"/><input ref="/data/b"/>',
    });
    form.answer(at(form, '/data/a'), '1');
    form.answer(at(form, '/data/b'), '<kept> & "whole"');
    expect(form.serialize()).toContain('<b>&lt;kept&gt; &amp; &quot;whole&quot;</b>');
    form.answer(at(form, '/data/a'), '2');
    expect(form.serialize()).not.toContain('<b');
    form.answer(at(form, '/data/a'), '1');
    expect(form.serialize()).toContain('&lt;kept&gt;');
  });

  it('refuses an answer that its constraint forbids, and keeps the one before', () => {
    const form = formOf({
      instance: '<n/>',
      binds: '<bind nodeset="/data/n" type="int" constraint=". &lt; 10" required="true()"/>',
      body: '<input ref="/data/n"/>',
    });
    expect(form.answer(at(form, '/data/n'), '7')).toBe('OK');
    expect(form.answer(at(form, '/data/n'), '12')).toBe('CONSTRAINT_VIOLATED');
    expect(form.answer(at(form, '/data/n'), '')).toBe('REQUIRED_BUT_EMPTY');
    expect(form.answerAt(at(form, '/data/n'))).toBe('7');
  });

  it('names the fields that depend on each other in a circle', () => {
    const binds =
      '<bind nodeset="/data/a" calculate="/data/b"/><bind nodeset="/data/b" calculate="/data/a"/>';
    expect(() => formOf({ instance: '<a/><b/>', binds })).toThrow(FormError);
    expect(() => formOf({ instance: '<a/><b/>', binds })).toThrow('/data/a, /data/b');
  });

  it('says which expression it cannot read', () => {
    const binds = '<bind nodeset="/data/a" calculate="1 + * 2 ("/>';
    expect(() => formOf({ instance: '<a/>', binds })).toThrow(XPathError);
    const bomb = `<bind nodeset="/data/a" calculate="${'('.repeat(5000)}1${')'.repeat(5000)}"/>`;
    expect(() => formOf({ instance: '<a/>', binds: bomb })).toThrow('nested too deeply');
  });

  it('makes no more instances than a mistaken count may ask for', () => {
    const form = formOf({
      instance: '<n/><rep><x/></rep>',
      binds: '<bind nodeset="/data/n" type="int"/>',
      body: '<input ref="/data/n"/><repeat nodeset="/data/rep" jr:count="/data/n"><input ref="/data/rep/x"/></repeat>',
    });
    form.answer(at(form, '/data/n'), '3');
    expect(form.root.named('rep')).toHaveLength(3);
    form.answer(at(form, '/data/n'), '1000000');
    expect(form.root.named('rep')).toHaveLength(1000);
  });

  it('bounds what counts within counts ask for together', () => {
    const form = formOf({
      instance: '<n>1000</n><a><b><x/></b></a>',
      binds: '<bind nodeset="/data/n" type="int"/>',
      body: '<repeat nodeset="/data/a" jr:count="/data/n"><repeat nodeset="/data/a/b" jr:count="/data/n"><input ref="/data/a/b/x"/></repeat></repeat>',
    });
    const all = form.root.named('a').flatMap((one) => [...one.named('b')]);
    expect(all.length).toBeLessThanOrEqual(6000);
  });

  it('refuses a form that is larger than any', () => {
    expect(() => formOf({ instance: `<a>${'长'.repeat(6_000_000)}</a>` })).toThrow('larger than');
  });

  it('offers of 5,000 villages those of the chosen town, and takes back what is no longer offered', () => {
    const items = Array.from(
      { length: 5000 },
      (_, at) => `<item><name>v${at}</name><town>t${at % 50}</town></item>`,
    ).join('');
    const form = formOf({
      instance: '<town/><village/>',
      more: `<instance id="villages"><root>${items}</root></instance>`,
      body: '<input ref="/data/town"/><select1 ref="/data/village"><itemset nodeset="instance(\'villages\')/root/item[town = /data/town]"><value ref="name"/></itemset></select1>',
    });
    form.answer(at(form, '/data/town'), 't7');
    const village = at(form, '/data/village');
    expect(form.choicesOf(village).map(({ value }) => value)).toHaveLength(100);
    form.answer(village, 'v57');
    form.answer(at(form, '/data/town'), 't8');
    expect(form.answerAt(village)).toBe('');
  });

  it('goes on as it was left: hidden answers, instances, language, and nothing preloaded anew', () => {
    const parts = {
      instance: '<id/><a/><b/><n/><rep jr:template=""><x/></rep><first/>',
      binds:
        '<bind nodeset="/data/id" jr:preload="uid"/><bind nodeset="/data/b" relevant="/data/a = \'1\'"/><bind nodeset="/data/n" type="decimal"/><bind nodeset="/data/rep/x" type="dateTime"/><setvalue event="odk-instance-first-load" ref="/data/first" value="uuid()"/>',
      body: '<input ref="/data/a"/><input ref="/data/b"/><input ref="/data/n"/><repeat nodeset="/data/rep"><input ref="/data/rep/x"/></repeat>',
      more: '<itext><translation lang="zh"/><translation lang="en"/></itext>',
    };
    const form = formOf(parts);
    form.answer(at(form, '/data/a'), '1');
    form.answer(at(form, '/data/b'), ' a\r\n<b> ');
    form.answer(at(form, '/data/n'), '0.50');
    form.answer(at(form, '/data/a'), '2');
    form.addRepeat('/data/rep');
    form.addRepeat('/data/rep');
    form.removeRepeat(at(form, '/data/rep[1]'));
    form.answer(at(form, '/data/rep[1]/x'), '2026-11-24T09:30:00.000Z');
    form.texts.language = 'en';

    const again = Form.resume(xmlOf(parts), form.save());
    expect(again.save()).toBe(form.save());
    expect(again.serialize()).toBe(form.serialize());
    expect(again.texts.language).toBe('en');
    again.answer(at(again, '/data/a'), '1');
    expect(again.answerAt(at(again, '/data/b'))).toBe(' a\r\n<b> ');
    again.addRepeat('/data/rep');
    expect(again.root.named('rep')).toHaveLength(2);
  });

  it('refuses to go on with what is not its own', () => {
    const parts = { instance: '<a/>' };
    expect(() => Form.resume(xmlOf(parts), '{"instance":"<other/>"}')).toThrow('another form');
    expect(() => Form.resume(xmlOf(parts), '{"instance":"<data>"}')).toThrow(FormError);
    expect(() => Form.resume(xmlOf(parts), 'null')).toThrow(FormError);
  });

  it('writes no character that XML forbids', () => {
    const form = formOf({ instance: '<a/>', body: '<input ref="/data/a"/>' });
    form.answer(at(form, '/data/a'), 'x\u0000\u0008\ud800y\ufffe😀');
    expect(form.serialize()).toContain('<a>xy😀</a>');
  });

  it('tells which nodes an act has changed, and only those', () => {
    const form = formOf({
      instance: '<a/><b/><c/><g><h/></g>',
      binds:
        '<bind nodeset="/data/b" calculate="/data/a"/><bind nodeset="/data/g" relevant="/data/a = \'1\'"/>',
      body: '<input ref="/data/a"/>',
    });
    form.changes.take();
    form.answer(at(form, '/data/a'), '1');
    expect([...form.changes.take()].map(({ path }) => path).sort()).toEqual([
      '/data/a',
      '/data/b',
      '/data/g',
      '/data/g/h',
    ]);
    form.answer(at(form, '/data/c'), '1');
    expect([...form.changes.take()].map(({ path }) => path)).toEqual(['/data/c']);
  });
});
