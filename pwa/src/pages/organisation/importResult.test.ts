import { describe, expect, it } from 'vitest';
import { reportIn } from './importResult';

describe('a refused import', () => {
  it('is a report when it lists the bad rows', () => {
    const errors = [{ row: 7, column: '门牌', message: '不能为空' }];
    expect(reportIn({ status: 422, rows: 300, errors })).toMatchObject({
      rows: 300,
      imported: 0,
      errors,
      refused: true,
    });
  });

  it('is no report when the file itself is refused', () => {
    expect(reportIn({ status: 422, code: 'not_xlsx', title: '不是 Excel 文件' })).toBeNull();
    expect(reportIn({ errors: [{ field: 'file', message: '必填' }] })).toBeNull();
  });
});
