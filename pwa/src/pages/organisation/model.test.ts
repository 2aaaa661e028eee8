import { describe, expect, it } from 'vitest';
import {
  branches,
  childKinds,
  flattened,
  gapsOf,
  nextSort,
  searchAccounts,
  unitPathOf,
  type Account,
  type Assignment,
  type Unit,
} from './model';

const unit = (
  id: string,
  kind: Unit['kind'],
  parent_id: string | null,
  more: Partial<Unit> = {},
): Unit => ({
  id,
  kind,
  parent_id,
  name: id,
  sort: 0,
  org_strength: 'normal',
  tags: [],
  ...more,
});
const account = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  login: id,
  name: id,
  unit_id: '茹岗社区',
  roles: ['cadre'],
  work_types: [],
  disabled: false,
  valid_until: null,
  must_change_password: false,
  ...more,
});
const assigned = (cadre_id: string, grid_id: string): Assignment => ({
  id: `${cadre_id}@${grid_id}`,
  cadre_id,
  grid_id,
  estate_ids: [],
  from_day: '2026-01-01',
  to_day: null,
  reason: '',
  end_reason: '',
  ended_at: null,
});

const UNITS = [
  unit('第10网格', 'grid', '茹岗社区'),
  unit('第2网格', 'grid', '茹岗社区', { org_strength: 'weak' }),
  unit('第1网格', 'grid', '茹岗社区'),
  unit('和平里', 'estate', '第2网格'),
  unit('茹岗社区', 'community', '城东街道'),
];
const BY_ID = new Map(UNITS.map((each) => [each.id, each]));

describe('the tree of units', () => {
  it('puts children under their parent, in the order of their numbers', () => {
    const list = flattened(branches(UNITS)).map(({ unit: { id }, depth }) => `${depth} ${id}`);
    expect(list).toEqual(['0 茹岗社区', '1 第1网格', '1 第2网格', '2 和平里', '1 第10网格']);
  });

  it('names a unit from its community down', () => {
    const two = new Map([...BY_ID, ['河东社区', unit('河东社区', 'community', '城东街道')]]);
    expect(unitPathOf(two, '和平里')).toBe('茹岗社区 / 第2网格 / 和平里');
    expect(unitPathOf(BY_ID, 'unknown')).toBe('');
  });

  it('leaves an only community out of the names beneath it', () => {
    expect(unitPathOf(BY_ID, '和平里')).toBe('第2网格 / 和平里');
    expect(unitPathOf(BY_ID, '茹岗社区')).toBe('茹岗社区');
  });

  it('lets only the next kind stand beneath', () => {
    expect(childKinds('community')).toEqual(['grid']);
    expect(childKinds('building')).toEqual([]);
  });
});

describe('a new unit', () => {
  it('stands behind its siblings', () => {
    expect(
      nextSort([unit('甲', 'grid', 'p', { sort: 4 }), unit('乙', 'grid', 'q', { sort: 9 })], 'p'),
    ).toBe(5);
    expect(nextSort([], 'p')).toBe(0);
  });
});

describe('gaps of the contact points', () => {
  it('lists grids without a cadre, the weak ones first, and cadres without a grid', () => {
    const gaps = gapsOf(UNITS, [account('甲'), account('乙')], [assigned('甲', '第1网格')]);
    expect(gaps.grids.map((each) => each.id)).toEqual(['第2网格', '第10网格']);
    expect(gaps.cadres.map((each) => each.id)).toEqual(['乙']);
  });

  it('count neither an ended assignment nor one of a disabled account', () => {
    const people = [account('甲'), account('停用', { disabled: true })];
    const past = { ...assigned('甲', '第1网格'), ended_at: '2026-11-23T02:00:00Z' };
    const gaps = gapsOf(UNITS, people, [past, assigned('停用', '第2网格')]);
    expect(gaps.grids.map((each) => each.id)).toEqual(['第2网格', '第1网格', '第10网格']);
    expect(gaps.cadres.map((each) => each.id)).toEqual(['甲']);
  });

  it('leaves out people who are disabled or are no cadres', () => {
    const people = [account('停用', { disabled: true }), account('书记', { roles: ['secretary'] })];
    expect(gapsOf(UNITS, people, []).cadres).toEqual([]);
  });
});

describe('the search among accounts', () => {
  it('finds by part of login, name or unit, all words together', () => {
    const people = [
      account('cadre01', { name: '张伟' }),
      account('cadre02', { name: '李娜', unit_id: '第2网格' }),
    ];
    expect(searchAccounts(people, BY_ID, 'cadre 第2').map((each) => each.name)).toEqual(['李娜']);
    expect(searchAccounts(people, BY_ID, '张').map((each) => each.login)).toEqual(['cadre01']);
    expect(searchAccounts(people, BY_ID, ' ')).toHaveLength(2);
  });
});
