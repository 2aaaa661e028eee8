import {
  createRouter,
  createWebHistory,
  type RouteLocationNormalized,
  type RouteRecordRaw,
  type RouterScrollBehavior,
} from 'vue-router';
import type { Component } from 'vue';
import { lent } from '@/components/lending';
import { homeOf } from '@/components/navigation';
import { session } from '@/data';
import { loadTexts, type MessageKey, type TextFamily } from '@/i18n';

declare module 'vue-router' {
  interface RouteMeta {
    /** The page's title, unless it sets another by PageHead. */
    title?: Extract<MessageKey, `title.${string}`>;
    /** Where the arrow in the header leads; none without. */
    back?: string;
    /** The section of the bar that it belongs to, where the path doesn't say so. */
    section?: string;
    /** Takes the whole width of a large screen: a page of tables. */
    wide?: boolean;
    /** Opens without a session. */
    open?: boolean;
  }
}

type Page = () => Promise<{ default: Component }>;

/** A lazily loaded page together with the texts it needs. */
const page =
  (load: Page, ...texts: readonly TextFamily[]) =>
  async (): Promise<Component> => {
    const [module] = await Promise.all([load(), loadTexts(...texts)]);
    return module.default;
  };
const settle = (load: Page) => page(load, 'codes', 'settle');
const shell = (load: Page) => page(load, 'codes', 'login', 'shell');
const cadre = (load: Page) => page(load, 'codes', 'cadre');
const survey = (load: Page) => page(load, 'codes', 'questionnaire', 'surveys');
const managing = (load: Page) => page(load, 'codes', 'supervisor', 'rounds');
const supervisor = (load: Page) => page(load, 'codes', 'supervisor');
const authoring = (load: Page) => page(load, 'codes', 'authoring');

const households = cadre(() => import('./pages/HouseholdsPage.vue'));
const problems = cadre(() => import('./pages/ProblemsPage.vue'));
const review = supervisor(() => import('./pages/ReviewPage.vue'));
const diary = cadre(() => import('./pages/DiaryPage.vue'));
const withId = { default: true, list: false };

/** A route with a view `list` shows it alone on a phone, and beside the detail from 900 px on. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    redirect: () => (session.value ? homeOf(session.value.me.account.roles) : '/login'),
  },
  {
    path: '/login',
    component: page(() => import('./pages/LoginPage.vue'), 'login'),
    meta: { title: 'title.login', open: true },
  },
  {
    path: '/today',
    component: cadre(() => import('./pages/TodayPage.vue')),
    meta: { title: 'title.today' },
  },
  {
    path: '/households',
    components: { list: households },
    meta: { title: 'title.households' },
  },
  {
    path: '/households/:id',
    components: { list: households, default: cadre(() => import('./pages/HouseholdPage.vue')) },
    props: withId,
    meta: { title: 'title.household', back: '/households' },
  },
  {
    path: '/diary/new',
    component: diary,
    meta: { title: 'title.diaryNew', back: '/today', section: '/today' },
  },
  {
    path: '/diary/:id',
    component: diary,
    props: true,
    meta: { title: 'title.diary', back: '/today', section: '/today' },
  },
  { path: '/problems', components: { list: problems }, meta: { title: 'title.problems' } },
  {
    path: '/problems/new',
    component: cadre(() => import('./pages/ProblemFormPage.vue')),
    meta: { title: 'title.problemNew', back: '/problems' },
  },
  {
    path: '/problems/:id',
    components: { list: problems, default: cadre(() => import('./pages/ProblemPage.vue')) },
    props: withId,
    meta: { title: 'title.problem', back: '/problems' },
  },
  {
    path: '/surveys',
    component: survey(() => import('./pages/SurveysPage.vue')),
    meta: { title: 'title.surveys' },
  },
  {
    path: '/surveys/:round',
    component: survey(() => import('./pages/SurveyPage.vue')),
    props: true,
    meta: { title: 'title.surveys', back: '/surveys' },
  },
  {
    path: '/s/:code',
    component: survey(() => import('./pages/ResidentPage.vue')),
    props: true,
    meta: { title: 'title.surveys', open: true },
  },
  {
    path: '/conflicts',
    component: settle(() => import('./pages/ConflictsPage.vue')),
    meta: { title: 'title.conflicts', back: '/today', section: '/today' },
  },
  {
    path: '/handovers',
    component: settle(() => import('./pages/HandoversPage.vue')),
    meta: { title: 'title.handovers', back: '/today', section: '/today' },
  },
  {
    path: '/me',
    component: shell(() => import('./pages/MePage.vue')),
    meta: { title: 'title.me' },
  },
  {
    path: '/me/sync',
    component: shell(() => import('./pages/SyncPage.vue')),
    meta: { title: 'title.sync', back: '/me' },
  },
  { path: '/review', components: { list: review }, meta: { title: 'title.review' } },
  {
    path: '/review/:id',
    components: {
      list: review,
      default: supervisor(() => import('./pages/ReviewEntryPage.vue')),
    },
    props: withId,
    meta: { title: 'title.reviewEntry', back: '/review' },
  },
  {
    path: '/rounds',
    component: managing(() => import('./pages/RoundsPage.vue')),
    meta: { title: 'title.rounds', wide: true },
  },
  {
    path: '/rounds/:id',
    component: managing(() => import('./pages/RoundPage.vue')),
    props: true,
    meta: { title: 'title.rounds', back: '/rounds', wide: true },
  },
  {
    path: '/organisation',
    component: supervisor(() => import('./pages/OrganisationPage.vue')),
    meta: { title: 'title.organisation', wide: true },
  },
  {
    path: '/rounds/forms',
    component: authoring(() => import('./pages/FormsPage.vue')),
    meta: { title: 'title.forms', back: '/rounds', section: '/rounds', wide: true },
  },
  ...(import.meta.env.VITE_HARNESS
    ? [
        {
          path: '/harness',
          component: page(() => import('./pages/HarnessPage.vue'), 'questionnaire'),
          meta: { open: true },
        },
      ]
    : []),
  {
    path: '/:path(.*)*',
    component: shell(() => import('./pages/NotFoundPage.vue')),
    meta: { title: 'title.notFound', open: true },
  },
];

/** Back and forward find the page where it was; a new page begins at its top. */
const scroll: RouterScrollBehavior = (to, from, saved) => {
  if (saved) return saved;
  // A new choice of filters in the address isn't a new page; the first page is at its top already,
  // and to be told so costs a layout of the half-made page.
  if (to.path === from.path || from.matched.length === 0) return false;
  return { top: 0 };
};

/** A phone that is lent shows one page; without a session there are only the open ones; a password given by another has to be changed first. */
function admit(to: RouteLocationNormalized): true | { path: string; query?: { to: string } } {
  if (lent.value && to.path !== lent.value) return { path: lent.value };
  const me = session.value?.me;
  const wayBack = to.fullPath === '/' ? undefined : { to: to.fullPath };
  if (!me) return to.meta.open ? true : { path: '/login', ...(wayBack && { query: wayBack }) };
  if (me.must_change_password && to.path !== '/login') return { path: '/login' };
  return true;
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- what replaces it is experimental
export const router = createRouter({ history: createWebHistory(), routes, scrollBehavior: scroll });

router.beforeEach(admit);
