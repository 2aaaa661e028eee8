/**
 * The small part of Markdown that forms use in labels and hints: headings, bold, italics, lists and
 * links. What comes out is a tree of plain data, so nothing that a form says is ever read as HTML.
 */

export type Inline =
  | string
  | { readonly mark: 'strong' | 'em'; readonly children: readonly Inline[] }
  | { readonly mark: 'link'; readonly href: string; readonly children: readonly Inline[] };

export interface Block {
  readonly kind: 'text' | 'heading' | 'item';
  readonly children: readonly Inline[];
}

/** Longer texts are shown as they stand. */
const LONGEST = 20_000;
const DEEPEST = 6;
const MARKS = /[*_[<&\n#\\-]/;
const INLINE =
  /\\([\\*_[\]#<-])|\*\*(?=\S)([^\n]+?\S?)\*\*|__(?=\S)([^\n]+?\S?)__|\*(?=[^\s*])([^*\n]+)\*|(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]+)_(?![\p{L}\p{N}_])|\[([^\]\n]{1,500})\]\(([^)\s]{1,2000})\)|<\/?(?:span|p|div|br|b|i|u|small)\b[^<>]{0,300}>/gu;
const SAFE = /^(https?:|mailto:|tel:)/i;

/** Whether the text holds no Markdown at all; most do not, and need no component to draw them. */
export const isPlain = (text: string): boolean => !MARKS.test(text);

export function blocksOf(text: string): Block[] {
  if (isPlain(text) || text.length > LONGEST) return [{ kind: 'text', children: [text] }];
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(blockOf);
}

function blockOf(line: string): Block {
  const [, heading, item, rest = line] = /^(?:(#{1,6})\s+|([-*]\s+))(.*)$/.exec(line) ?? [];
  const kind = heading ? 'heading' : item ? 'item' : 'text';
  return { kind, children: inlines(rest, 0) };
}

function inlines(text: string, depth: number): Inline[] {
  if (depth > DEEPEST) return [text];
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) found.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const made = inlineOf(match, depth + 1);
    if (made !== null) found.push(made);
  }
  if (end < text.length) found.push(text.slice(end));
  return found;
}

/** Tags that only say how something looks are left out. */
function inlineOf(match: RegExpMatchArray, depth: number): Inline | null {
  const [, plain, bold, bold2, italic, italic2, words, href] = match;
  const strong = bold ?? bold2;
  const em = italic ?? italic2;
  if (plain !== undefined) return plain;
  if (strong !== undefined) return { mark: 'strong', children: inlines(strong, depth) };
  if (em !== undefined) return { mark: 'em', children: inlines(em, depth) };
  if (words === undefined || href === undefined) return null;
  // A link that might do something else than lead somewhere stays a text.
  return SAFE.test(href) ? { mark: 'link', href, children: inlines(words, depth) } : match[0];
}
