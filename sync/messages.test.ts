import { describe, expect, test } from 'vitest';
import { readAnswer } from './messages';

const JSON_TYPE = 'application/json; charset=utf-8';
const ANSWER = {
  proto: 1,
  time: '2026-11-24T09:30:01.123Z',
  account: 'a',
  directory: 'e',
  results: [{ op_id: 'o', n: 1, status: 'applied', scope: 'grid:g', seq: 1 }],
  receipt: { device: 'd', n: 1, hash: 'h' },
  scopes: [
    {
      id: 'grid:g',
      from: 0,
      to: 1,
      more: false,
      entries: [{ type: 'review', id: 'r', seq: 1, rev: 1, by: 'a', at: 't', f: {} }],
      own: ['o'],
    },
  ],
  gained: [],
  lost: [],
  end: true,
};
const TEXT = JSON.stringify(ANSWER);

describe('an answer', () => {
  test('L5 is believed when it is whole', () => {
    expect(readAnswer(JSON_TYPE, TEXT)).toEqual(ANSWER);
  });

  test('L5 of another content type is a captive portal', () => {
    expect(readAnswer('text/html', '<html>请登录</html>')).toBe('captive_portal');
    expect(readAnswer('text/html', TEXT)).toBe('captive_portal');
  });

  test('L5 cut off anywhere is not believed', () => {
    for (let length = 0; length < TEXT.length; length += 1) {
      expect(readAnswer(JSON_TYPE, TEXT.slice(0, length))).toBe('bad_answer');
    }
  });

  test('L5 without end: true is not believed', () => {
    expect(readAnswer(JSON_TYPE, JSON.stringify({ ...ANSWER, end: undefined }))).toBe('bad_answer');
    expect(readAnswer(JSON_TYPE, JSON.stringify({ ...ANSWER, end: 1 }))).toBe('bad_answer');
  });

  test('of another protocol is not believed', () => {
    expect(readAnswer(JSON_TYPE, JSON.stringify({ ...ANSWER, proto: 2 }))).toBe('bad_answer');
  });

  test.each(['results', 'scopes', 'gained', 'lost', 'time', 'account', 'directory'])(
    'L5 without %s is not believed',
    (name) => {
      const answer = { ...ANSWER, [name]: undefined };
      expect(readAnswer(JSON_TYPE, JSON.stringify(answer))).toBe('bad_answer');
    },
  );

  test('L5 with a page of another shape is not believed', () => {
    const [page] = ANSWER.scopes;
    for (const wrong of [
      { from: -1 },
      { to: 0, from: 1 },
      { more: 0 },
      { own: [1] },
      { entries: [{}] },
    ]) {
      const text = JSON.stringify({
        ...ANSWER,
        scopes: [{ ...page, ...wrong }],
      });
      expect(readAnswer(JSON_TYPE, text)).toBe('bad_answer');
    }
  });
});
