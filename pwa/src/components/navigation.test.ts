import { describe, expect, it } from 'vitest';
import { homeOf, navEntries } from './navigation';

const paths = (roles: string[], exists = (): boolean => true): string[] =>
  navEntries(roles, exists).map((entry) => entry.path);

describe('the bar', () => {
  it('shows a cadre 今天 住户 问题 问卷 我的', () => {
    expect(paths(['cadre'])).toEqual(['/today', '/households', '/problems', '/surveys', '/me']);
  });

  it('shows a supervisor 审阅 问题 问卷管理 组织 我的, an auditor only what he reads', () => {
    expect(paths(['secretary'])).toEqual([
      '/review',
      '/problems',
      '/rounds',
      '/organisation',
      '/me',
    ]);
    expect(paths(['auditor'])).toEqual(['/review', '/problems', '/me']);
  });

  it('shows an administrator 组织 我的', () => {
    expect(paths(['org_admin'])).toEqual(['/organisation', '/me']);
  });

  it('shows an account of several roles the union, each entry once', () => {
    expect(paths(['cadre', 'reviewer'])).toEqual([
      '/today',
      '/households',
      '/review',
      '/problems',
      '/surveys',
      '/rounds',
      '/organisation',
      '/me',
    ]);
  });

  it('leaves out what has no page yet', () => {
    expect(navEntries(['cadre'], (path) => path !== '/surveys').map((e) => e.path)).toEqual([
      '/today',
      '/households',
      '/problems',
      '/me',
    ]);
  });
});

describe('the first page', () => {
  it.each([
    [['cadre'], '/today'],
    [['reviewer'], '/review'],
    [['secretary'], '/review'],
    [['org_admin'], '/organisation'],
    [['editor'], '/me'],
  ])('of %j is %s', (roles, home) => {
    expect(homeOf(roles)).toBe(home);
  });
});
