import type { MessageKey } from '@/i18n';

export interface NavEntry {
  readonly path: string;
  readonly key: Extract<MessageKey, `nav.${string}`>;
  readonly icon: 'today' | 'households' | 'problems' | 'surveys' | 'me' | 'review' | 'organisation';
}

const CADRE = ['cadre', 'grid_lead'];
const REVIEWERS = ['reviewer', 'secretary'];
const SUPERVISOR = [...REVIEWERS, 'auditor'];
const ALL: readonly (NavEntry & { readonly roles: readonly string[] | null })[] = [
  { path: '/today', key: 'nav.today', icon: 'today', roles: CADRE },
  { path: '/households', key: 'nav.households', icon: 'households', roles: CADRE },
  { path: '/review', key: 'nav.review', icon: 'review', roles: SUPERVISOR },
  { path: '/problems', key: 'nav.problems', icon: 'problems', roles: [...CADRE, ...SUPERVISOR] },
  { path: '/surveys', key: 'nav.surveys', icon: 'surveys', roles: CADRE },
  {
    path: '/rounds',
    key: 'nav.rounds',
    icon: 'surveys',
    roles: ['survey_admin', 'secretary', 'reviewer'],
  },
  {
    path: '/organisation',
    key: 'nav.organisation',
    icon: 'organisation',
    roles: ['org_admin', ...REVIEWERS],
  },
  { path: '/me', key: 'nav.me', icon: 'me', roles: null },
];

/** The entries of the bar for a person of these roles, of those whose page exists. */
export function navEntries(
  roles: readonly string[],
  exists: (path: string) => boolean,
): readonly NavEntry[] {
  return ALL.filter(
    (entry) => exists(entry.path) && (entry.roles?.some((role) => roles.includes(role)) ?? true),
  );
}

/** Where a person of these roles begins. */
export function homeOf(roles: readonly string[]): string {
  return navEntries(roles, () => true)[0]?.path ?? '/me';
}
