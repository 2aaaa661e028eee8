/** The queue as the list and the detail share it: the choice made, the page, the rows. */

import { computed, effectScope, reactive, ref, watch, type ComputedRef } from 'vue';
import { recordsReady, session } from '@/data';
import {
  choicesIn,
  chosenRows,
  countsOf,
  queueOf,
  reviewsByDiary,
  type QueueChoice,
  type QueueFilter,
  type QueueRow,
} from './queue';
import { PAGE_ROWS } from '../parts/rows';
import { rowsOf } from './rowsOf';

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

const FIRST: QueueChoice = { filter: 'unread', scope: '', author: '' };
const TYPES = ['diary_entry', 'review', 'conflict'] as const;

let queue: Queue | undefined;

/** Returns the one queue; built at the first call and kept, so that going back finds it as it was. */
export function useQueue(): Queue {
  queue ??= effectScope(true).run(build) as Queue;
  return queue;
}

function build(): Queue {
  const choice = reactive<QueueChoice>({ ...FIRST });
  const wanted = ref(0);
  const diaries = rowsOf('diary_entry');
  const reviews = rowsOf('review');
  const conflicts = rowsOf('conflict');
  const byDiary = computed(() => reviewsByDiary(reviews.value));
  const all = computed(() => queueOf(diaries.value, byDiary.value, conflicts.value));
  const rows = computed(() => chosenRows(all.value, choice));
  const pages = computed(() => Math.max(1, Math.ceil(rows.value.length / PAGE_ROWS)));
  const page = computed(() => Math.min(wanted.value, pages.value - 1));
  // Another person begins anew, also without the page having been loaded again.
  watch(
    () => session.value?.me.account.id,
    () => Object.assign(choice, FIRST),
  );
  return {
    choice,
    ready: computed(() => TYPES.every((type) => recordsReady(type).value)),
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
