/**
 * A small XML reader for forms and instances: elements, attributes, text, CDATA, comments. It knows
 * no document type, so it resolves no entity but the five predefined ones and character references.
 */

export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  readonly local: string;
  /** The namespace, '' for none. */
  readonly ns: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (XmlElement | string)[];
  /** The namespaces in force here, by prefix. */
  readonly scope: ReadonlyMap<string, string>;
}

export class XmlError extends Error {
  /** `at`: the character, from 0. */
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(`${message} (character ${at})`);
  }
}

interface Open {
  element: XmlElement & { children: (XmlElement | string)[] };
  parent: Open | null;
}

/** Deeper nesting than any form has is an attack on the stack. */
const DEEPEST = 200;
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const NAME = /[^\s=/>]+/y;
const ATTRIBUTE = /\s+([^\s=/>]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const [CLOSE, SLASH, BANG, QUESTION] = [62, 47, 33, 63] as const;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const XML_NS = 'http://www.w3.org/XML/1998/namespace';

/** The root element of the text. Throws XmlError. */
export function parseXml(text: string): XmlElement {
  return new Reader(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).read();
}

class Reader {
  private at = 0;
  private depth = 0;
  private root: XmlElement | null = null;
  private open: Open | null = null;

  constructor(private readonly text: string) {}

  read(): XmlElement {
    const { text } = this;
    while (this.at < text.length) {
      const next = text.indexOf('<', this.at);
      if (next !== this.at) this.characters(text.slice(this.at, next < 0 ? text.length : next));
      if (next < 0) break;
      this.at = next;
      this.markup();
    }
    if (this.open || !this.root) throw new XmlError('the document ends too early', text.length);
    return this.root;
  }

  private markup(): void {
    const { text, at } = this;
    const second = text.charCodeAt(at + 1);
    if (second === SLASH) this.endTag();
    else if (second !== BANG && second !== QUESTION) this.startTag();
    else if (text.startsWith('<!--', at)) this.skip('-->');
    else if (text.startsWith('<?', at)) this.skip('?>');
    else if (text.startsWith('<![CDATA[', at)) this.cdata();
    else throw new XmlError('document types are not read', at);
  }

  private skip(end: string): void {
    const found = this.text.indexOf(end, this.at);
    if (found < 0) throw new XmlError(`'${end}' is missing`, this.at);
    this.at = found + end.length;
  }

  private cdata(): void {
    const start = this.at + 9;
    this.skip(']]>');
    this.open?.element.children.push(this.text.slice(start, this.at - 3));
  }

  private characters(raw: string): void {
    if (this.open) this.open.element.children.push(unescape(raw, this.at));
    else if (raw.trim()) throw new XmlError('text outside of the root element', this.at);
    this.at += raw.length;
  }

  private endTag(): void {
    const end = this.text.indexOf('>', this.at);
    const name = this.text.slice(this.at + 2, end).trim();
    if (end < 0 || this.open?.element.name !== name) {
      throw new XmlError(`'</${name}>' closes nothing that is open`, this.at);
    }
    this.open = this.open.parent;
    this.depth -= 1;
    this.at = end + 1;
  }

  private startTag(): void {
    const start = this.at;
    NAME.lastIndex = start + 1;
    const name = NAME.exec(this.text)?.[0];
    if (!name) throw new XmlError('a name is missing', start);
    this.at = NAME.lastIndex;
    const attributes = this.attributes();
    const outer = this.open?.element.scope ?? new Map([['xml', XML_NS]]);
    this.finishTag(makeElement(name, attributes, scopeOf(outer, attributes)), start);
  }

  private attributes(): ReadonlyMap<string, string> {
    if (this.text.charCodeAt(this.at) === CLOSE) return NO_ATTRIBUTES;
    const attributes = new Map<string, string>();
    for (;;) {
      ATTRIBUTE.lastIndex = this.at;
      const found = ATTRIBUTE.exec(this.text);
      if (!found) return attributes.size > 0 ? attributes : NO_ATTRIBUTES;
      const [, key = '', double, single] = found;
      if (attributes.has(key)) throw new XmlError(`'${key}' is given twice`, this.at);
      attributes.set(key, unescape(double ?? single ?? '', this.at));
      this.at = ATTRIBUTE.lastIndex;
    }
  }

  private finishTag(element: Open['element'], start: number): void {
    const { text } = this;
    while (isSpace(text.charCodeAt(this.at))) this.at += 1;
    const empty = text.startsWith('/>', this.at);
    if (!empty && text.charCodeAt(this.at) !== CLOSE)
      throw new XmlError(`'<${element.name}' is not closed`, start);
    this.at += empty ? 2 : 1;
    if (this.open) this.open.element.children.push(element);
    else if (this.root) throw new XmlError('a second root element', start);
    else this.root = element;
    if (empty) return;
    if ((this.depth += 1) > DEEPEST) throw new XmlError('nested too deeply', start);
    this.open = { element, parent: this.open };
  }
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** The namespaces in force with those that an element declares. */
function scopeOf(
  outer: ReadonlyMap<string, string>,
  attributes: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (attributes.size === 0) return outer;
  let scope = outer;
  for (const [key, value] of attributes) {
    if (key !== 'xmlns' && !key.startsWith('xmlns:')) continue;
    scope = new Map(scope).set(key.slice(6), value);
  }
  return scope;
}

function makeElement(
  name: string,
  attributes: ReadonlyMap<string, string>,
  scope: ReadonlyMap<string, string>,
): Open['element'] {
  const colon = name.indexOf(':');
  const ns = scope.get(colon < 0 ? '' : name.slice(0, colon)) ?? '';
  return { name, local: name.slice(colon + 1), ns, attributes, children: [], scope };
}

function unescape(raw: string, at: number): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&(#x?)?(\w*)(;?)/g, (_, number: string | undefined, name: string, end) => {
    const code = number ? parseInt(name, number === '#' ? 10 : 16) : NaN;
    const found = number ? characterOf(code) : NAMED[name];
    if (found === undefined || end !== ';') throw new XmlError(`'&${name}' is no entity`, at);
    return found;
  });
}

function characterOf(code: number): string | undefined {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The text of the element and everything in it. */
export function textOf(element: XmlElement): string {
  return element.children.map((one) => (typeof one === 'string' ? one : textOf(one))).join('');
}

export function elementsOf(element: XmlElement, local?: string): XmlElement[] {
  return element.children.filter(
    (one): one is XmlElement =>
      typeof one !== 'string' && (local === undefined || one.local === local),
  );
}

/** The first child of that name. */
export function childOf(element: XmlElement, local: string): XmlElement | undefined {
  return elementsOf(element, local)[0];
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** What no XML may hold, however it is written: a submission with it would be refused as a whole. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

export function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN, '')
    .replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);
}
