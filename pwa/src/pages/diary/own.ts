/** What the signed-in person may write, and where a new record goes. */

import { session } from '@/data';

/** The account's id; '' while nobody is signed in. */
export function ownId(): string {
  return session.value?.me.account.id ?? '';
}

/** Grids in which the person writes; the contact point first. */
export function writableGrids(): string[] {
  const me = session.value?.me;
  if (!me) return [];
  const grids = me.scopes.filter(({ kind, write }) => kind === 'grid' && write).map(({ id }) => id);
  const own = `grid:${me.assignment?.grid_id ?? ''}`;
  return grids.includes(own) ? [own, ...grids.filter((id) => id !== own)] : grids;
}

export function mayWrite(scope: string): boolean {
  return writableGrids().includes(scope);
}
