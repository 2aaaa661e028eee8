import { h, type FunctionalComponent, type VNodeChild } from 'vue';
import { blocksOf, type Block, type Inline } from './markdown';

const CLASSES: Record<Block['kind'], string> = {
  text: 'rich-text',
  heading: 'rich-text rich-heading',
  item: 'rich-text rich-item',
};

function drawInline(inline: Inline): VNodeChild {
  if (typeof inline === 'string') return inline;
  const children = inline.children.map(drawInline);
  if (inline.mark !== 'link') return h(inline.mark, children);
  return h('a', { href: inline.href, target: '_blank', rel: 'noopener noreferrer' }, children);
}

/** A label or hint of a form, with its Markdown; phrasing content only, so it may stand in a label. */
export const RichText: FunctionalComponent<{ text: string }> = ({ text }) => {
  const blocks = blocksOf(text);
  const [only] = blocks;
  if (blocks.length === 1 && only?.kind === 'text') return only.children.map(drawInline);
  return blocks.map(({ kind, children }) =>
    h('span', { class: CLASSES[kind] }, children.map(drawInline)),
  );
};
RichText.props = { text: { type: String, required: true } };
