import { expect, test } from 'vitest';
import type { DiaryEntryFields } from '@/data';
import { lastVisits } from './lastVisits';

const visit = (more: Partial<DiaryEntryFields>): { fields: DiaryEntryFields } => ({
  fields: {
    visit_date: '2026-11-01',
    channel: 'in_person',
    target_type: 'household',
    services: ['visit'],
    narrative: '家中一切正常',
    recorded_at: '2026-11-01T02:00:00Z',
    ...more,
  },
});

test('the latest day counts, and nobody at home is no visit', () => {
  const days = lastVisits([
    visit({ household_id: 'a', visit_date: '2026-10-05' }),
    visit({ household_id: 'a', visit_date: '2026-11-03' }),
    visit({ household_id: 'a', visit_date: '2026-11-20', not_home: true }),
    visit({ household_id: 'b' }),
    visit({ target_type: 'merchant', target_name: '小卖部' }),
  ]);
  expect([...days]).toEqual([
    ['a', '2026-11-03'],
    ['b', '2026-11-01'],
  ]);
});
