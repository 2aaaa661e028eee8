/** Rows for the tests of this folder. */

import type { FieldsOf, RecordType, Row } from '@/data';

function rowOf<T extends RecordType>(type: T, fields: FieldsOf<T>, more: Partial<Row<T>>): Row<T> {
  return {
    id: '0198-1',
    type,
    scope: 'grid:1',
    rev: 1,
    seq: 1,
    by: 'cadre',
    at: '2026-11-20T08:00:00Z',
    pending: false,
    stamps: {},
    ...more,
    fields,
  };
}

export function diaryRow(
  id: string,
  fields: Partial<FieldsOf<'diary_entry'>> = {},
  more: Partial<Row<'diary_entry'>> = {},
): Row<'diary_entry'> {
  const filled: FieldsOf<'diary_entry'> = {
    visit_date: '2026-11-20',
    channel: 'in_person',
    target_type: 'household',
    household_id: 'h1',
    services: ['visit'],
    narrative: '老人身体很好。',
    recorded_at: '2026-11-20T08:00:00Z',
    ...fields,
  };
  return rowOf('diary_entry', filled, { ...more, id });
}

export function reviewRow(
  id: string,
  fields: Partial<FieldsOf<'review'>> & { diary_id: string },
  more: Partial<Row<'review'>> = {},
): Row<'review'> {
  const filled: FieldsOf<'review'> = {
    diary_rev: 1,
    verdict: 'read',
    recorded_at: '2026-11-21T08:00:00Z',
    ...fields,
  };
  return rowOf('review', filled, { ...more, id });
}

export function conflictRow(recordId: string, state: 'open' | 'settled'): Row<'conflict'> {
  const side = { value: '', account: '', device: '', wall: '', received: '' };
  const fields: FieldsOf<'conflict'> = {
    record_type: 'diary_entry',
    record_id: recordId,
    field: 'narrative',
    shown: side,
    other: side,
    state,
  };
  return rowOf('conflict', fields, { id: `conflict of ${recordId}` });
}
