/** What the list of households shows; it stays when one comes back from a household. */

import { ref } from 'vue';

export const FIRST_ROWS = 24;

/** What is looked for. */
export const query = ref('');
/** The building shown, '' for all. */
export const building = ref('');
/** How many rows are drawn. */
export const drawnRows = ref(FIRST_ROWS);

let owner = '';

/** Begins anew when somebody else has signed in: a name looked for is nobody else's business. */
export function belongTo(account: string): void {
  if (owner === account) return;
  owner = account;
  query.value = '';
  building.value = '';
  drawnRows.value = FIRST_ROWS;
}
