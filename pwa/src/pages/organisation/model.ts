/** What the organisation endpoints speak, and pure questions about the tree and the assignments. */

export type UnitKind = 'district' | 'subdistrict' | 'community' | 'grid' | 'estate' | 'building';
export type OrgStrength = 'weak' | 'normal' | 'strong';

export interface Unit {
  id: string;
  parent_id: string | null;
  kind: UnitKind;
  name: string;
  sort: number;
  org_strength: OrgStrength;
  tags: string[];
}

export interface Account {
  id: string;
  login: string;
  name: string;
  unit_id: string;
  roles: string[];
  work_types: string[];
  disabled: boolean;
  valid_until: string | null;
  must_change_password: boolean;
}

/** The answer that carries a one-time password, once. */
export type WithPassword = Account & { password: string };

export interface Assignment {
  id: string;
  cadre_id: string;
  grid_id: string;
  estate_ids: string[];
  from_day: string;
  to_day: string | null;
  reason: string;
  end_reason: string;
  ended_at: string | null;
}

/** A form on the tree: change `unit`, or add one of `kind` beneath it. */
export interface UnitTask {
  act: 'add' | 'edit';
  unit: Unit;
  kind: UnitKind;
}

export interface Branch {
  unit: Unit;
  depth: number;
  children: Branch[];
}

export const KINDS: readonly UnitKind[] = [
  'district',
  'subdistrict',
  'community',
  'grid',
  'estate',
  'building',
];
export const ROLES = [
  'cadre',
  'grid_lead',
  'reviewer',
  'secretary',
  'editor',
  'survey_admin',
  'org_admin',
  'auditor',
] as const;

/** Returns the kinds that may stand beneath a unit of this kind: the next one down. */
export function childKinds(kind: UnitKind): UnitKind[] {
  const next = KINDS[KINDS.indexOf(kind) + 1];
  return next ? [next] : [];
}

/** Returns the forest of the units, siblings by `sort`, then by name. Units whose parent isn't listed are roots. */
export function branches(units: readonly Unit[]): Branch[] {
  const ids = new Set(units.map((unit) => unit.id));
  const byParent = new Map<string | null, Unit[]>();
  for (const unit of units) {
    const parent = unit.parent_id !== null && ids.has(unit.parent_id) ? unit.parent_id : null;
    byParent.set(parent, [...(byParent.get(parent) ?? []), unit]);
  }
  const grow = (parent: string | null, depth: number): Branch[] =>
    [...(byParent.get(parent) ?? [])]
      .sort((a, b) => a.sort - b.sort || a.name.localeCompare(b.name, 'zh', { numeric: true }))
      .map((unit) => ({ unit, depth, children: grow(unit.id, depth + 1) }));
  return grow(null, 0);
}

/** Returns the forest as one list, parents before children. */
export function flattened(forest: readonly Branch[]): Branch[] {
  return forest.flatMap((branch) => [branch, ...flattened(branch.children)]);
}

/**
 * Returns the name of a unit with its ancestors from the community down, e.g. 茹岗社区 / 第3网格.
 * Where there is only one community its name is left out of those beneath it.
 */
export function unitPathOf(units: ReadonlyMap<string, Unit>, id: string): string {
  const names: string[] = [];
  let unit = units.get(id);
  while (unit && (names.length === 0 || !isOnlyCommunity(units, unit))) {
    names.unshift(unit.name);
    if (unit.kind === 'community') break;
    unit = unit.parent_id === null ? undefined : units.get(unit.parent_id);
  }
  return names.join(' / ');
}

function isOnlyCommunity(units: ReadonlyMap<string, Unit>, unit: Unit): boolean {
  if (unit.kind !== 'community') return false;
  for (const other of units.values()) {
    if (other.kind === 'community' && other.id !== unit.id) return false;
  }
  return true;
}

/** An assignment is active until it is ended; its last day is never in the future. */
export function isActive(assignment: Assignment): boolean {
  return assignment.ended_at === null;
}

export interface Gaps {
  /** Grids without a cadre, those of weak organisation first. */
  grids: Unit[];
  /** Cadres in service without a grid. */
  cadres: Account[];
}

/**
 * Returns what the committee has to fill: grids without a cadre, cadres without a grid. A disabled
 * account serves nobody, whatever it is assigned to.
 */
export function gapsOf(
  units: readonly Unit[],
  accounts: readonly Account[],
  assignments: readonly Assignment[],
): Gaps {
  const gone = new Set(accounts.filter((each) => each.disabled).map((each) => each.id));
  const active = assignments.filter((each) => isActive(each) && !gone.has(each.cadre_id));
  const served = new Set(active.map((assignment) => assignment.grid_id));
  const busy = new Set(active.map((assignment) => assignment.cadre_id));
  const weakFirst = (unit: Unit) => (unit.org_strength === 'weak' ? 0 : 1);
  return {
    grids: flattened(branches(units))
      .map((branch) => branch.unit)
      .filter((unit) => unit.kind === 'grid' && !served.has(unit.id))
      .sort((a, b) => weakFirst(a) - weakFirst(b)),
    cadres: accounts.filter(
      (account) => account.roles.includes('cadre') && !account.disabled && !busy.has(account.id),
    ),
  };
}

/** Returns the accounts whose login, name or unit contains every word of the query. */
export function searchAccounts(
  accounts: readonly Account[],
  units: ReadonlyMap<string, Unit>,
  query: string,
): Account[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return accounts.filter((account) => {
    const text =
      `${account.login} ${account.name} ${unitPathOf(units, account.unit_id)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Returns the parts of a text that lists short words, e.g. 党建、民政. */
export function listed(text: string): string[] {
  return [...new Set(text.split(/[、,，;；\s]+/).filter(Boolean))];
}

/** Whether the cadre's work fits the place: they share a word. */
export function suits(cadre: Account, unit: Unit): boolean {
  return cadre.work_types.some((type) => unit.tags.includes(type));
}

/** Returns the order that puts a new unit behind those its parent has. */
export function nextSort(units: readonly Unit[], parentId: string): number {
  const sorts = units.filter((unit) => unit.parent_id === parentId).map((unit) => unit.sort);
  return Math.max(-1, ...sorts) + 1;
}

/** Returns the name with the login, for people of one name. */
export function fullName(account: Account): string {
  return `${account.name}（${account.login}）`;
}
