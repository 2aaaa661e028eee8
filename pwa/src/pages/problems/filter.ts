import { reactive } from 'vue';
import type { LedgerFilter } from './ledger';

/** What the ledger shows; it stays when one comes back from a problem. */
export const filter = reactive<LedgerFilter>({ state: '', timing: '' });
