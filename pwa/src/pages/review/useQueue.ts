/** The queue as the list and the detail share it: the choice made, the page, the rows. */

import { computed, effectScope, reactive, ref, type ComputedRef } from 'vue';
import { records, recordsReady, session } from '@/data';
import {
  choicesIn,
  chosenRows,
  countsOf,
  PAGE_ROWS,
  queueOf,
  reviewsByDiary,
  type QueueChoice,
  type QueueFilter,
  type QueueRow,
} from './queue';

export interface Queue {
  choice: QueueChoice;
  ready: ComputedRef<boolean>;
  rows: ComputedRef<QueueRow[]>;
  counts: ComputedRef<Record<QueueFilter, number>>;
  choices: ComputedRef<{ scopes: string[]; authors: string[] }>;
  pages: ComputedRef<number>;
  /** From 0; follows the rows when they become fewer. */
  page: ComputedRef<number>;
  shown: ComputedRef<QueueRow[]>;
  goTo: (page: number) => void;
}

let queue: Queue | undefined;

/** Returns the one queue; built at the first call and kept, so that going back finds it as it was. */
export function useQueue(): Queue {
  queue ??= effectScope(true).run(build) as Queue;
  return queue;
}

function build(): Queue {
  const choice = reactive<QueueChoice>({ filter: 'unread', scope: '', author: '' });
  const wanted = ref(0);
  const diaries = records('diary_entry');
  const reviews = records('review');
  const conflicts = records('conflict');
  const flags = [recordsReady('diary_entry'), recordsReady('review'), recordsReady('conflict')];
  const byDiary = computed(() => reviewsByDiary(reviews.value.values()));
  const all = computed(() =>
    queueOf(diaries.value.values(), byDiary.value, conflicts.value.values()),
  );
  const rows = computed(() => chosenRows(all.value, choice));
  const pages = computed(() => Math.max(1, Math.ceil(rows.value.length / PAGE_ROWS)));
  const page = computed(() => Math.min(wanted.value, pages.value - 1));
  return {
    choice,
    ready: computed(() => flags.every((flag) => flag.value)),
    rows,
    counts: computed(() => countsOf(all.value, choice)),
    choices: computed(() => choicesIn(all.value)),
    pages,
    page,
    shown: computed(() => rows.value.slice(page.value * PAGE_ROWS, (page.value + 1) * PAGE_ROWS)),
    goTo: (next) => (wanted.value = Math.max(0, next)),
  };
}

/** Whether the signed-in person may review what lies in the scope. */
export function mayReview(scope: string): boolean {
  const me = session.value?.me;
  if (!me?.account.roles.some((role) => role === 'reviewer' || role === 'secretary')) return false;
  return me.scopes.some((each) => each.id === scope && each.write);
}
