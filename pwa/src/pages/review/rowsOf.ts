/** The rows of a type, followed also when the signed-in person or his lease changes. */

import { computed, type ComputedRef } from 'vue';
import { records, type RecordType, type Row } from '@/data';

export function rowsOf<T extends RecordType>(type: T): ComputedRef<readonly Row<T>[]> {
  return computed(() => [...records(type).value.values()]);
}
