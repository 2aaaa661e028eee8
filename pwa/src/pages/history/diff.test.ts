import { describe, expect, it } from 'vitest';
import { diffText, type Part } from './diff';

const side = (parts: Part[], drop: Part['kind']) =>
  parts
    .filter((part) => part.kind !== drop)
    .map((part) => part.text)
    .join('');

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

describe('diffText', () => {
  it('marks one corrected Chinese word and keeps the rest', () => {
    expect(diffText('老人身体很好,家里漏水。', '老人身体较差,家里漏水。')).toEqual([
      { kind: 'same', text: '老人身体' },
      { kind: 'del', text: '很好' },
      { kind: 'ins', text: '较差' },
      { kind: 'same', text: ',家里漏水。' },
    ]);
  });

  it('treats a Latin word or a number as one token', () => {
    expect(diffText('共 12 人', '共 13 人')).toEqual([
      { kind: 'same', text: '共 ' },
      { kind: 'del', text: '12' },
      { kind: 'ins', text: '13' },
      { kind: 'same', text: ' 人' },
    ]);
  });

  it('says only "same" for equal texts and nothing for two empty ones', () => {
    expect(diffText('一样', '一样')).toEqual([{ kind: 'same', text: '一样' }]);
    expect(diffText('', '')).toEqual([]);
    expect(diffText('', '新')).toEqual([{ kind: 'ins', text: '新' }]);
    expect(diffText('旧', '')).toEqual([{ kind: 'del', text: '旧' }]);
  });

  it('never splits a surrogate pair', () => {
    expect(diffText('住𠮷家', '住𠮶家').map((part) => part.text)).toEqual(['住', '𠮷', '𠮶', '家']);
  });

  it('rebuilds both texts from 500 random pairs', () => {
    const next = random(7);
    const word = () =>
      Array.from(
        { length: Math.floor(next() * 30) },
        () => '甲乙丙丁 ab1'[Math.floor(next() * 8)],
      ).join('');
    for (let round = 0; round < 500; round++) {
      const [before, after] = [word(), word()];
      const parts = diffText(before, after);
      expect(side(parts, 'ins')).toBe(before);
      expect(side(parts, 'del')).toBe(after);
    }
  });

  it('shows two long unrelated texts whole instead of comparing them', () => {
    const [before, after] = ['甲'.repeat(20_000), '乙'.repeat(20_000)];
    const parts = diffText(before, after);
    expect(parts.map((part) => part.kind)).toEqual(['del', 'ins']);
  });
});
