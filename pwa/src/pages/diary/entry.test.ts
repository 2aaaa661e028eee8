import { describe, expect, test } from 'vitest';
import type { DiaryEntryFields } from '@/data';
import { checkEntry, draftFields, entryForm, recordFields, type EntryForm } from './entry';

const TODAY = '2026-11-24';
const RECORDED = { at: '2026-11-24T01:30:00.000Z', tz: 480 };
const wrong = (form: EntryForm): string[] => checkEntry(form, TODAY).map(({ field }) => field);

function filled(more: Partial<EntryForm> = {}): EntryForm {
  const form = entryForm({ household_id: 'h1' }, TODAY);
  return { ...form, narrative: '家中一切正常', ...more };
}

describe('a new diary', () => {
  test('needs only whom and one sentence', () => {
    expect(wrong(entryForm({}, TODAY))).toEqual(['household_id', 'narrative']);
    expect(wrong(filled())).toEqual([]);
  });

  test('becomes a record that says nothing about what was not filled', () => {
    expect(recordFields(filled(), null, RECORDED)).toEqual({
      visit_date: TODAY,
      channel: 'in_person',
      target_type: 'household',
      household_id: 'h1',
      services: ['visit'],
      narrative: '家中一切正常',
      recorded_at: RECORDED.at,
      tz: 480,
    });
  });

  test('about a merchant drops the household that was chosen before', () => {
    const fields = recordFields(
      filled({ target_type: 'merchant', target_name: ' 老王小卖部 ' }),
      null,
      RECORDED,
    );
    expect(fields.target_name).toBe('老王小卖部');
    expect(fields).not.toHaveProperty('household_id');
  });
});

describe('the check', () => {
  test('names the fields in the order of the form', () => {
    const form = filled({
      visit_date: '',
      target_type: 'enterprise',
      target_name: '  ',
      services: [],
      narrative: '好的',
    });
    expect(wrong(form)).toEqual(['visit_date', 'target_name', 'services', 'narrative']);
  });

  test.each(['1899-12-31', '2999-01-01', '2026-11-26', '2026-02-30'])(
    'refuses %s',
    (visit_date) => {
      expect(wrong(filled({ visit_date }))).toEqual(['visit_date']);
    },
  );

  test('lets a visit be of tomorrow: clocks differ', () => {
    expect(wrong(filled({ visit_date: '2026-11-25' }))).toEqual([]);
  });

  test('asks for no sentence when nobody was at home', () => {
    expect(wrong(filled({ not_home: true, narrative: '' }))).toEqual([]);
  });

  test('counts characters, not code units, and no blanks', () => {
    expect(wrong(filled({ narrative: '  𠮷𠮷𠮷𠮷  ' }))).toEqual(['narrative']);
    expect(wrong(filled({ narrative: '𠮷𠮷𠮷𠮷𠮷' }))).toEqual([]);
  });

  test('says by how much a text is too long', () => {
    expect(checkEntry(filled({ narrative: '访'.repeat(100_000) }), TODAY)).toEqual([
      { field: 'narrative', key: 'form.error.tooLong', params: { n: 100_000, most: 20_000 } },
    ]);
  });
});

describe('a change', () => {
  const before: DiaryEntryFields = {
    visit_date: '2026-11-20',
    channel: 'in_person',
    target_type: 'household',
    household_id: 'h1',
    services: ['visit', 'talk'],
    narrative: '老人身体还好',
    opinions: '想装扶手',
    not_home: false,
    recorded_at: '2026-11-20T02:00:00Z',
    tz: 480,
  };

  test('that changes nothing gives the record it was', () => {
    const form = entryForm(before, TODAY);
    expect(recordFields({ ...form, services: ['talk', 'visit'] }, before, RECORDED)).toEqual(
      before,
    );
  });

  test('keeps what the form does not know, and empties what was emptied', () => {
    const newer = { ...before, weather: '雨' };
    const form = { ...entryForm(newer, TODAY), opinions: '' };
    expect(recordFields(form, newer, RECORDED)).toMatchObject({
      weather: '雨',
      opinions: null,
      recorded_at: before.recorded_at,
    });
  });
});

test('a draft gives back every field as it was typed', () => {
  const form = filled({
    target_name: '先填了这里',
    period: 'evening',
    topics: ['work'],
    opinions: ' ',
  });
  expect(entryForm(draftFields(form), '2030-01-01')).toEqual(form);
});
