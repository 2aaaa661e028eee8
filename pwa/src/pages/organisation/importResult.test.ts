import { describe, expect, it } from 'vitest';
import { countsOf, reportIn, type ImportResult } from './importResult';

const RESULT: ImportResult = {
  rows: 300,
  created: 12,
  moved: 0,
  updated: 0,
  unchanged: 286,
  kept: 3,
  conflicts: 0,
  skipped: 2,
  refused: false,
  dry_run: false,
  notes: [],
  errors: [{ row: 7, column: '门牌', message: '不能为空' }],
};

describe('a refused import', () => {
  it('is a report when bad rows kept it out', () => {
    const problem = { ...RESULT, refused: true, status: 422, code: 'bad_rows', field: 'file' };
    expect(reportIn(problem)).toMatchObject({ rows: 300, refused: true, errors: RESULT.errors });
  });

  it('is no report when the file itself is refused', () => {
    const errors = [{ field: 'file', message: '必填' }];
    expect(reportIn({ status: 422, code: 'invalid_input', errors })).toBeNull();
  });
});

describe('the counts of a report', () => {
  it('leave out what is zero, but never the rows', () => {
    expect(countsOf(RESULT)).toEqual(['rows', 'created', 'unchanged', 'kept', 'skipped']);
    const nothing = { rows: 0, created: 0, unchanged: 0, kept: 0, skipped: 0 };
    expect(countsOf({ ...RESULT, ...nothing })).toEqual(['rows']);
    expect(countsOf({ ...RESULT, ...nothing, conflicts: 1 })).toEqual(['rows', 'conflicts']);
  });
});
