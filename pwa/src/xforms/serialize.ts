/** A form's answers as XML: the submission, or all of them to be gone on with. */

import type { Definition } from './definition';
import type { Node } from './tree';
import { escapeXml } from './xml';

interface Writing {
  readonly answer: (node: Node) => string;
  /** Hidden branches, too. */
  readonly whole: boolean;
}

/** The relevant nodes from `root` on, or all of them; siblings of one name stand together. */
export function serialize(root: Node, { instance }: Definition, how: Writing): string {
  const spaces = [...instance.scope]
    .filter(([prefix]) => prefix !== 'xml' && prefix !== '')
    .map(([prefix, uri]) => ` xmlns:${prefix}="${escapeXml(uri)}"`)
    .join('');
  const own = instance.attributes.get('xmlns');
  const head = own === undefined ? '' : ` xmlns="${escapeXml(own)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>${write(root, head + spaces, how)}`;
}

function write(node: Node, extra: string, how: Writing): string {
  if (!node.isRelevant && !how.whole) return '';
  const attributes = node.attributes
    .filter(({ name }) => !(extra && name.startsWith('xmlns')))
    .map(({ name, value }) => ` ${name}="${escapeXml(value)}"`)
    .join('');
  const content =
    node.children.length > 0
      ? node.children.map((child) => write(child, '', how)).join('')
      : escapeXml(how.answer(node));
  const tag = `${node.qname}${attributes}${extra}`;
  return content === '' ? `<${tag}/>` : `<${tag}>${content}</${node.qname}>`;
}
