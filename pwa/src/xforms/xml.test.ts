import { describe, expect, it } from 'vitest';
import { parseXml, textOf, XmlError } from './xml';

describe('parseXml', () => {
  it('reads elements, attributes, namespaces, references and CDATA', () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?><!-- a --><a xmlns="u:1" xmlns:p="u:2" k=\'1&lt;2\'><p:b>x&#x4e2d;&amp;<![CDATA[<y>]]></p:b></a>',
    );
    expect([root.name, root.ns, root.attributes.get('k')]).toEqual(['a', 'u:1', '1<2']);
    const [child] = root.children;
    expect(typeof child === 'object' && [child.local, child.ns, textOf(child)]).toEqual([
      'b',
      'u:2',
      'x中&<y>',
    ]);
  });

  it.each([
    ['<a>', 'ends too early'],
    ['<a></b>', 'closes nothing'],
    ['<a/><b/>', 'second root'],
    ['<a k="1" k="2"/>', 'twice'],
    ['<a>&nbsp;</a>', 'no entity'],
    ['<a>&#0;</a>', 'no entity'],
    ['text', 'outside of the root'],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'document types'],
    [`${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`, 'too deeply'],
  ])('refuses %.40s', (text, reason) => {
    expect(() => parseXml(text)).toThrow(XmlError);
    expect(() => parseXml(text)).toThrow(reason);
  });
});
