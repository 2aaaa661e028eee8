/** When each household was last visited, read after the list is drawn. */

import { computed, onMounted, ref, type ComputedRef } from 'vue';
import { records, type Row } from '@/data';

/** The list stands before this; then the diaries may be read. */
const AFTER = 400;

/** Returns the last visit's day by household; empty until the diaries are read, which never delays the list. */
export function useLastVisits(): ComputedRef<ReadonlyMap<string, string>> {
  const wanted = ref(false);
  onMounted(() => {
    window.setTimeout(() => (wanted.value = true), AFTER);
  });
  return computed(() => lastVisits(wanted.value ? records('diary_entry').value.values() : []));
}

/** Nobody at home is no visit to the household. */
export function lastVisits(
  diaries: Iterable<Pick<Row<'diary_entry'>, 'fields'>>,
): Map<string, string> {
  const days = new Map<string, string>();
  for (const { fields } of diaries) {
    const { household_id: id, visit_date: day } = fields;
    if (id && !fields.not_home && (days.get(id) ?? '') < day) days.set(id, day);
  }
  return days;
}
