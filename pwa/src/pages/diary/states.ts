/** Where records stand: reviews and conflicts looked up by record, once for a whole list. */

import { computed } from 'vue';
import { diaryState, latestReview, records, type DiaryState, type Row } from '@/data';

export interface States {
  /** The state of a diary: 仅在本机, 已上传, 已审阅, 被退回, 已更正 or 有冲突. */
  diary(row: Row<'diary_entry'>): DiaryState;
  /** The state of a record without reviews. */
  record(row: Row): DiaryState;
  /** The review that counts for a diary. */
  review(diaryId: string): Row<'review'> | undefined;
}

export function useStates(): States {
  const reviews = records('review');
  const conflicts = records('conflict');
  const byDiary = computed(() => grouped(reviews.value.values(), ({ fields }) => fields.diary_id));
  const byRecord = computed(() =>
    grouped(conflicts.value.values(), ({ fields }) => fields.record_id),
  );
  return {
    diary: (row) =>
      diaryState(row, byDiary.value.get(row.id) ?? [], byRecord.value.get(row.id) ?? []),
    record: (row) => {
      if (row.pending) return 'local';
      const clashes = byRecord.value.get(row.id) ?? [];
      return clashes.some(({ fields }) => fields.state === 'open') ? 'conflict' : 'uploaded';
    },
    review: (diaryId) => latestReview(diaryId, byDiary.value.get(diaryId) ?? []),
  };
}

function grouped<T>(rows: Iterable<T>, keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
