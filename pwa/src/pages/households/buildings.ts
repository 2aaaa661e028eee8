/** The list of households in parts: what of the buildings is drawn. */

import type { HouseholdGroup } from '@/data';

/** Names a building; its households may lie in two grids. */
export function buildingKey(group: HouseholdGroup): string {
  return [group.scope, group.estate, group.building].join('\n');
}

/** Returns the groups cut to the first `rows` lines; the last one may be cut in its middle. */
export function firstRows(groups: readonly HouseholdGroup[], rows: number): HouseholdGroup[] {
  const drawn: HouseholdGroup[] = [];
  let left = rows;
  for (const group of groups) {
    if (left <= 0) break;
    drawn.push({ ...group, to: Math.min(group.to, group.from + left) });
    left -= group.to - group.from;
  }
  return drawn;
}

export function rowsIn(groups: readonly HouseholdGroup[]): number {
  return groups.reduce((sum, { from, to }) => sum + to - from, 0);
}
