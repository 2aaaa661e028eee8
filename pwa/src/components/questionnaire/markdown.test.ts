import { describe, expect, it } from 'vitest';
import { blocksOf, isPlain } from './markdown';

const inline = (text: string): unknown => blocksOf(text)[0]?.children;

describe('the Markdown of labels', () => {
  it('leaves plain words as they are', () => {
    expect(isPlain('您家几口人？')).toBe(true);
    expect(blocksOf('您家几口人？')).toEqual([{ kind: 'text', children: ['您家几口人？'] }]);
    expect(inline('snake_case_name 2*3*4')).toEqual([
      'snake_case_name 2',
      { mark: 'em', children: ['3'] },
      '4',
    ]);
  });

  it('knows headings, items, bold, italics and what is escaped', () => {
    expect(blocksOf('# 一\n- **二** _三_\n\n四').map(({ kind }) => kind)).toEqual([
      'heading',
      'item',
      'text',
    ]);
    expect(inline('**二** _三_')).toEqual([
      { mark: 'strong', children: ['二'] },
      ' ',
      { mark: 'em', children: ['三'] },
    ]);
    expect(inline('\\*不斜\\*')).toEqual(['*', '不斜', '*']);
  });

  it('links only to where a link may lead', () => {
    expect(inline('[网站](https://example.org/a)')).toEqual([
      { mark: 'link', href: 'https://example.org/a', children: ['网站'] },
    ]);
    for (const href of [
      'javascript:alert(1)',
      ' data:text/html,x',
      'JaVaScRiPt:x',
      '//x',
      'vbscript:x',
    ]) {
      expect(JSON.stringify(inline(`[x](${href})`))).not.toContain('link');
    }
  });

  it('drops tags of looks and keeps all others as text', () => {
    expect(inline('<span style="color:red">红</span>')).toEqual(['红']);
    expect(inline('<script>x</script>')).toEqual(['<script>x</script>']);
  });

  it('ends soon on what is made to take long', () => {
    for (const bomb of [
      '*'.repeat(20_000),
      '['.repeat(20_000),
      '**a'.repeat(6_000),
      '<p '.repeat(6_000),
    ]) {
      expect(blocksOf(bomb).length).toBeGreaterThan(0);
    }
  });
});
