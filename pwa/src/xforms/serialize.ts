/** The submission of a form as XML. */

import type { Definition } from './definition';
import type { Node } from './tree';
import { escapeXml } from './xml';

/** The relevant nodes from `root` on; siblings of one name stand together. */
export function serialize(
  root: Node,
  { instance }: Definition,
  answer: (node: Node) => string,
): string {
  const spaces = [...instance.scope]
    .filter(([prefix]) => prefix !== 'xml' && prefix !== '')
    .map(([prefix, uri]) => ` xmlns:${prefix}="${escapeXml(uri)}"`)
    .join('');
  const own = instance.attributes.get('xmlns');
  const head = own === undefined ? '' : ` xmlns="${escapeXml(own)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>${write(root, head + spaces, answer)}`;
}

function write(node: Node, extra: string, answer: (node: Node) => string): string {
  if (!node.isRelevant) return '';
  const attributes = node.attributes
    .filter(({ name }) => !(extra && name.startsWith('xmlns')))
    .map(({ name, value }) => ` ${name}="${escapeXml(value)}"`)
    .join('');
  const content =
    node.children.length > 0
      ? node.children.map((child) => write(child, '', answer)).join('')
      : escapeXml(answer(node));
  const tag = `${node.qname}${attributes}${extra}`;
  return content === '' ? `<${tag}/>` : `<${tag}>${content}</${node.qname}>`;
}
