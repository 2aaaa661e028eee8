import { describe, expect, it } from 'vitest';
import { heldOp } from './quarantine';

describe('a held op', () => {
  it('is read field by field, without what was left empty', () => {
    const op = {
      type: 'diary_entry',
      kind: 'create',
      set: { narrative: '水管漏水', opinions: '', place: null },
    };
    expect(heldOp(JSON.stringify(op))).toEqual({
      type: 'diary_entry',
      kind: 'create',
      values: [['narrative', '水管漏水']],
    });
  });

  it.each(['', 'not JSON', '[]', 'null', '{"set": 5}'])('never fails: %s', (text) => {
    expect(heldOp(text)).toEqual({ type: '', kind: '', values: [] });
  });
});
