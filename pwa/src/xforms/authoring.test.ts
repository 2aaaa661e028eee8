/** What the server's checks of forms know of expressions is what this engine knows. */

import { describe, expect, it } from 'vitest';
import functions from '../../../server/questionnaires/authoring/functions.json';
import cases from '../../../tests/server/xpath_cases.json';
import { Form } from './form';
import { FUNCTION_NAMES } from './xpath/functions';
import { parseXPath } from './xpath/parse';

const HOST = ['jr:itext', 'jr:choice-name', 'property', 'version'];

describe("the server's checks", () => {
  it.each(cases.read)('reads %s', (text) => {
    expect(parseXPath(text)).toBeDefined();
  });

  it.each(cases.refused)('refuses "%s"', (text) => {
    expect(() => parseXPath(text)).toThrow();
  });

  it('knows all functions, and no others', () => {
    expect(Object.keys(functions).sort()).toEqual([...FUNCTION_NAMES, ...HOST].sort());
  });

  it.each(Object.entries(functions))('calls %s with as many arguments', (name, [least, most]) => {
    const open = (count: number): Form => {
      const args = Array.from({ length: count }, () => '/data/b').join(', ');
      return new Form(
        `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model><instance><data id="t"><a/><b/></data></instance><bind nodeset="/data/a" relevant="false() and ${name}(${args})"/></model></h:head><h:body/></h:html>`,
      );
    };
    expect(open(least ?? 0)).toBeInstanceOf(Form);
    if (!HOST.includes(name) && most !== null) expect(() => open((most ?? 0) + 1)).toThrow();
    if (!HOST.includes(name) && least) expect(() => open(least - 1)).toThrow();
  });
});
