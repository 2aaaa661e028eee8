/** Names of units and people, kept for offline and fetched again when the server's etag differs. */

import { computed, shallowRef, type ShallowRef } from 'vue';
import { got, type Database } from './database';
import { callApi } from './transport';
import type { Directory, DirectoryUnit } from './types';

export interface StoredDirectory {
  readonly etag: string;
  readonly directory: Directory;
}

export const directory: ShallowRef<Directory | null> = shallowRef(null);
let etag = '';

const people = computed(
  () => new Map(directory.value?.people.map((person) => [person.id, person])),
);
const units = computed(() => new Map(directory.value?.units.map((unit) => [unit.id, unit])));

/** The name of a person, '' when unknown. */
export function personName(id: string): string {
  return people.value.get(id)?.name ?? '';
}

export function unitName(id: string): string {
  return units.value.get(id)?.name ?? '';
}

/** Names from the community down to the unit, joined by " / ". */
export function unitPath(id: string): string {
  const path: DirectoryUnit[] = [];
  for (let unit = units.value.get(id); unit; unit = units.value.get(unit.parent_id ?? '')) {
    path.unshift(unit);
    if (unit.kind === 'community' || path.length > 10) break;
  }
  return path.map(({ name }) => name).join(' / ');
}

/** Shows what the phone keeps; undefined when it keeps none. */
export function showDirectory(stored: StoredDirectory | undefined): void {
  etag = stored?.etag ?? '';
  directory.value = stored?.directory ?? null;
}

/** Fetches the directory unless `current`, the server's etag, is the one that is here. */
export async function keepDirectory(db: Database, current: string): Promise<void> {
  if (current === etag) return;
  const fresh = await callApi<Directory>('GET', '/api/directory');
  const stored: StoredDirectory = { etag: current, directory: fresh };
  await db.write(['meta'], async (tx) => {
    await got(tx.objectStore('meta').put(stored, 'directory'));
  });
  showDirectory(stored);
}
