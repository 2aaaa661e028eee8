/** The organisation as the server has it now: loaded once for all tabs, again after every change. */

import { computed, inject, onMounted, onUnmounted, provide, ref, shallowRef } from 'vue';
import type { ComputedRef, InjectionKey, Ref, ShallowRef } from 'vue';
import { hasRole } from '@/components/roles';
import { api, ApiError } from '@/data';
import type { Account, Assignment, Unit } from './model';

export type LoadState = 'loading' | 'ready' | 'offline' | 'failed';

export interface Organisation {
  state: Ref<LoadState>;
  error: ShallowRef<unknown>;
  units: ShallowRef<readonly Unit[]>;
  accounts: ShallowRef<readonly Account[]>;
  assignments: ShallowRef<readonly Assignment[]>;
  unitsById: ComputedRef<ReadonlyMap<string, Unit>>;
  accountsById: ComputedRef<ReadonlyMap<string, Account>>;
  /** Whether the signed-in person may change anything here. */
  canEdit: ComputedRef<boolean>;
  /** What is shown stays until the new answer is there. */
  reload: () => Promise<void>;
}

const KEY: InjectionKey<Organisation> = Symbol('organisation');

/** Loads the organisation for the component and everything beneath it; again when the line is back. */
export function provideOrganisation(): Organisation {
  const state = ref<LoadState>('loading');
  const error = shallowRef<unknown>(null);
  const units = shallowRef<readonly Unit[]>([]);
  const accounts = shallowRef<readonly Account[]>([]);
  const assignments = shallowRef<readonly Assignment[]>([]);

  async function reload(): Promise<void> {
    if (state.value !== 'ready') state.value = 'loading';
    try {
      const [tree, people, places] = await Promise.all([
        api<{ units: Unit[] }>('GET', '/api/units'),
        api<{ accounts: Account[] }>('GET', '/api/accounts'),
        api<{ assignments: Assignment[] }>('GET', '/api/assignments'),
      ]);
      units.value = tree.units;
      accounts.value = people.accounts;
      assignments.value = places.assignments;
      state.value = 'ready';
    } catch (caught) {
      error.value = caught;
      state.value = caught instanceof ApiError && caught.status === 0 ? 'offline' : 'failed';
    }
  }

  function onOnline(): void {
    if (state.value === 'offline') void reload();
  }
  onMounted(() => {
    window.addEventListener('online', onOnline);
    void reload();
  });
  onUnmounted(() => {
    window.removeEventListener('online', onOnline);
  });

  const organisation: Organisation = {
    state,
    error,
    units,
    accounts,
    assignments,
    unitsById: computed(() => new Map(units.value.map((unit) => [unit.id, unit]))),
    accountsById: computed(() => new Map(accounts.value.map((account) => [account.id, account]))),
    canEdit: computed(() => hasRole('org_admin')),
    reload,
  };
  provide(KEY, organisation);
  return organisation;
}

export function useOrganisation(): Organisation {
  const organisation = inject(KEY);
  if (!organisation) throw new Error('useOrganisation needs provideOrganisation above it');
  return organisation;
}
