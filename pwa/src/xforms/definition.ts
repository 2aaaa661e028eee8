/** A form as its XML says it: instances, binds, controls, actions, texts. */

import { dataTypeOf, type DataType } from './answers';
import { XFORMS_JR } from './names';
import { parseXPath, type Expr } from './xpath/parse';
import { childOf, elementsOf, parseXml, textOf, type XmlElement } from './xml';

export class FormError extends Error {}

export interface Bind {
  readonly path: string;
  readonly type: DataType;
  readonly calculate?: Expr | undefined;
  readonly relevant?: Expr | undefined;
  readonly readonly?: Expr | undefined;
  readonly required?: Expr | undefined;
  readonly constraint?: Expr | undefined;
  /** Texts or jr:itext(…) of what is said when refused. */
  readonly constraintMessage?: string | undefined;
  readonly requiredMessage?: string | undefined;
  readonly preload?: { readonly kind: string; readonly params: string } | undefined;
}

export interface Item {
  readonly value: string;
  readonly label: XmlElement | undefined;
}

export interface Itemset {
  readonly nodeset: Expr;
  readonly value: Expr;
  readonly label: Expr | undefined;
}

export interface Control {
  /** The element's name: input, select1, select, rank, range, upload, trigger, group, repeat … */
  readonly kind: string;
  /** Of the node it is about, without positions; a group may have none. */
  readonly path: string | null;
  readonly element: XmlElement;
  /** A repeat without its own has that of the group around it. */
  readonly label: XmlElement | undefined;
  readonly children: readonly Control[];
  readonly items: readonly Item[];
  readonly itemset: Itemset | undefined;
  /** jr:count of a repeat. */
  readonly count: Expr | undefined;
  readonly actions: readonly Action[];
}

export interface Action {
  readonly events: ReadonlySet<string>;
  /** An absolute path without positions, or one whose predicates say which instance is meant. */
  readonly target: string | Expr;
  /** What it stores; the place where the device is for null. */
  readonly value: Expr | null;
}

export interface Definition {
  readonly title: string;
  readonly instance: XmlElement;
  /** Other instances by id: their element until it is made use of, or where they are found. */
  readonly instances: Map<string, XmlElement | { readonly src: string }>;
  readonly binds: ReadonlyMap<string, Bind>;
  readonly body: readonly Control[];
  /** Words that say how the whole form looks, such as `pages`. */
  readonly style: string;
  readonly actions: readonly Action[];
  readonly itext: ReadonlyMap<string, ReadonlyMap<string, XmlElement>>;
  readonly defaultLanguage: string | undefined;
}

/** Twenty times the largest form that is known in use. */
const MOST_CHARACTERS = 6_000_000;
const ACTIONS = new Set(['setvalue', 'setgeopoint']);
const ABOUT_NODES = new Set([
  'input',
  'select',
  'select1',
  'rank',
  'range',
  'upload',
  'trigger',
  'secret',
  'textarea',
  'group',
  'repeat',
]);

/** Reads a form. Throws XmlError, XPathError or FormError. */
export function parseForm(xml: string): Definition {
  if (xml.length > MOST_CHARACTERS) {
    throw new FormError(`the form is larger than ${MOST_CHARACTERS / 1e6} million characters`);
  }
  const html = parseXml(xml);
  const head = childOf(html, 'head');
  const model = head && childOf(head, 'model');
  const body = childOf(html, 'body');
  if (!head || !model || !body) throw new FormError('the form has no model or no body');
  const [first, ...others] = elementsOf(model, 'instance');
  const instance = first && elementsOf(first)[0];
  if (!instance) throw new FormError('the form has no instance');
  const root = `/${instance.local}`;
  const ids = idsOf(model, root);
  const title = childOf(head, 'title');
  return {
    title: title ? textOf(title).trim() : '',
    instance,
    instances: new Map(others.map(secondary)),
    binds: new Map(elementsOf(model, 'bind').map((one) => bindOf(one, root))),
    body: controlsOf(body, { root, parent: root, ids }),
    style: body.attributes.get('class') ?? '',
    actions: actionsOf(model, root, ids),
    ...languagesOf(model),
  };
}

/** The paths of binds by their ids. */
function idsOf(model: XmlElement, root: string): Map<string, string> {
  const binds = elementsOf(model, 'bind').filter(({ attributes }) => attributes.has('id'));
  return new Map(
    binds.map(({ attributes }) => [
      attributes.get('id') ?? '',
      absolute(attributes.get('nodeset') ?? '', root),
    ]),
  );
}

function languagesOf(model: XmlElement): Pick<Definition, 'itext' | 'defaultLanguage'> {
  const itext = childOf(model, 'itext');
  const translations = itext ? elementsOf(itext, 'translation') : [];
  const first = translations.find(({ attributes }) => attributes.has('default')) ?? translations[0];
  return {
    itext: new Map(translations.map((one) => [one.attributes.get('lang') ?? '', textsOf(one)])),
    defaultLanguage: first?.attributes.get('lang'),
  };
}

function secondary(element: XmlElement): [string, XmlElement | { src: string }] {
  const id = element.attributes.get('id') ?? '';
  const src = element.attributes.get('src');
  return [id, src === undefined ? element : { src }];
}

function textsOf(translation: XmlElement): Map<string, XmlElement> {
  return new Map(
    elementsOf(translation, 'text').map((one) => [one.attributes.get('id') ?? '', one]),
  );
}

/** The attribute in JavaRosa's namespace, whatever its prefix. */
function jr(element: XmlElement, local: string): string | undefined {
  for (const [name, value] of element.attributes) {
    const [prefix = '', rest] = name.split(':');
    if (rest === local && element.scope.get(prefix) === XFORMS_JR) return value;
  }
  return undefined;
}

function bindOf(element: XmlElement, root: string): [string, Bind] {
  const path = absolute(element.attributes.get('nodeset') ?? '', root);
  const expr = (name: string): Expr | undefined => {
    const text = element.attributes.get(name);
    if (text === undefined || text.trim() === '') return undefined;
    return parseXPath(text);
  };
  const kind = jr(element, 'preload');
  return [
    path,
    {
      path,
      type: dataTypeOf(element.attributes.get('type')),
      calculate: expr('calculate'),
      relevant: expr('relevant'),
      readonly: expr('readonly'),
      required: expr('required'),
      constraint: expr('constraint'),
      constraintMessage: jr(element, 'constraintMsg'),
      requiredMessage: jr(element, 'requiredMsg'),
      preload:
        kind === undefined ? undefined : { kind, params: jr(element, 'preloadParams') ?? '' },
    },
  ];
}

/** A path without prefixes, spaces and predicates, as seen from `base` where it is relative. */
export function absolute(path: string, base: string): string {
  const plain = path
    .trim()
    .replace(/\[[^\]]*\]/g, '')
    .replace(/[\w.-]+:(?=[\w])/g, '');
  const names = plain.startsWith('/') ? [] : base.split('/').filter(Boolean);
  for (const name of plain.replace(/^current\(\)\//, '').split('/')) {
    if (name === '..') names.pop();
    else if (name !== '.' && name !== '') names.push(name.trim());
  }
  return `/${names.join('/')}`;
}

interface Place {
  readonly root: string;
  /** The path of the group around. */
  readonly parent: string;
  readonly ids: ReadonlyMap<string, string>;
}

function controlsOf(element: XmlElement, place: Place): Control[] {
  return elementsOf(element)
    .filter(({ local }) => ABOUT_NODES.has(local))
    .map((one) => controlOf(one, place, element));
}

function controlOf(element: XmlElement, place: Place, outer: XmlElement): Control {
  const { attributes, local: kind } = element;
  const named = attributes.get('bind');
  const ref = attributes.get('ref') ?? attributes.get('nodeset');
  const found = named === undefined ? undefined : place.ids.get(named);
  const path = found ?? (ref === undefined ? null : absolute(ref, place.parent));
  const inner = { ...place, parent: path ?? place.parent };
  const isGroup = kind === 'group' || kind === 'repeat';
  const itemset = childOf(element, 'itemset');
  const count = jr(element, 'count');
  return {
    kind,
    path,
    element,
    label: childOf(kind === 'repeat' && !childOf(element, 'label') ? outer : element, 'label'),
    children: isGroup ? controlsOf(element, inner) : [],
    items: elementsOf(element, 'item').map(itemOf),
    itemset: itemset && itemsetOf(itemset),
    count: count === undefined ? undefined : parseXPath(count),
    actions: actionsOf(element, place.parent, place.ids),
  };
}

function itemOf(element: XmlElement): Item {
  const value = childOf(element, 'value');
  return { value: value ? textOf(value).trim() : '', label: childOf(element, 'label') };
}

function itemsetOf(element: XmlElement): Itemset {
  const ref = (local: string): Expr | undefined => {
    const text = childOf(element, local)?.attributes.get('ref');
    return text === undefined ? undefined : parseXPath(text);
  };
  const nodeset = element.attributes.get('nodeset') ?? '';
  const value = ref('value') ?? ref('copy');
  if (!value) throw new FormError(`the choices ${nodeset} have no value`);
  return { nodeset: parseXPath(nodeset), value, label: ref('label') };
}

/** A target with predicates is looked up as it stands; another may be relative to the group around. */
function targetOf(ref: string, base: string): string | Expr {
  return ref.includes('[') ? parseXPath(ref) : absolute(ref, base);
}

function actionsOf(element: XmlElement, base: string, ids: ReadonlyMap<string, string>): Action[] {
  return elementsOf(element)
    .filter(({ local }) => ACTIONS.has(local))
    .map((one) => {
      const ref = one.attributes.get('ref') ?? ids.get(one.attributes.get('bind') ?? '') ?? '';
      const event = one.attributes.get('event') ?? one.attributes.get('ev:event') ?? '';
      return {
        events: new Set(event.split(/\s+/)),
        target: targetOf(ref, base),
        value: one.local === 'setgeopoint' ? null : valueOf(one),
      };
    });
}

function valueOf(element: XmlElement): Expr {
  const value = element.attributes.get('value');
  return value ? parseXPath(value) : { kind: 'string', value: textOf(element) };
}
