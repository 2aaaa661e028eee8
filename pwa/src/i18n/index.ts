import { ref, shallowRef, type Ref } from 'vue';
import zhCN from './zh-CN';

/**
 * The app's own tiny catalogue: `t('key', {n: 3})` fills `{n}`. Chinese is built into the first
 * chunk; English, and the texts of page families, come with `loadTexts` when they are needed.
 */
export type Locale = 'zh-CN' | 'en';
type Codes = (typeof import('./codes.zh-CN'))['default'];
type LoginTexts = (typeof import('./pages/login.zh-CN'))['default'];
type CadreTexts = (typeof import('./pages/cadre.zh-CN'))['default'];
type SupervisorTexts = (typeof import('./pages/supervisor.zh-CN'))['default'];
type SettleTexts = (typeof import('./pages/settle.zh-CN'))['default'];
type PhotoTexts = (typeof import('./pages/photos.zh-CN'))['default'];
type FillTexts = (typeof import('./pages/questionnaire.zh-CN'))['default'];
type AuthoringTexts = (typeof import('./pages/authoring.zh-CN'))['default'];
type SurveyTexts = (typeof import('./pages/surveys.zh-CN'))['default'];
type RoundTexts = (typeof import('./pages/rounds.zh-CN'))['default'];
type ShellTexts = (typeof import('./pages/shell.zh-CN'))['default'];
export type MessageKey =
  | keyof typeof zhCN
  | keyof Codes
  | keyof LoginTexts
  | keyof SettleTexts
  | keyof PhotoTexts
  | keyof FillTexts
  | keyof AuthoringTexts
  | keyof SurveyTexts
  | keyof RoundTexts
  | keyof ShellTexts
  | keyof CadreTexts
  | keyof SupervisorTexts;
export type Params = Readonly<Record<string, string | number>>;

type Catalogue = Readonly<Record<string, string>>;
type Loader = () => Promise<{ default: Catalogue }>;

const loaders = {
  base: {
    'zh-CN': () => Promise.resolve({ default: zhCN }),
    en: () => import('./en'),
  },
  codes: {
    'zh-CN': () => import('./codes.zh-CN'),
    en: () => import('./codes.en'),
  },
  login: {
    'zh-CN': () => import('./pages/login.zh-CN'),
    en: () => import('./pages/login.en'),
  },
  shell: {
    'zh-CN': () => import('./pages/shell.zh-CN'),
    en: () => import('./pages/shell.en'),
  },
  rounds: {
    'zh-CN': () => import('./pages/rounds.zh-CN'),
    en: () => import('./pages/rounds.en'),
  },
  settle: {
    'zh-CN': () => import('./pages/settle.zh-CN'),
    en: () => import('./pages/settle.en'),
  },
  photos: {
    'zh-CN': () => import('./pages/photos.zh-CN'),
    en: () => import('./pages/photos.en'),
  },
  questionnaire: {
    'zh-CN': () => import('./pages/questionnaire.zh-CN'),
    en: () => import('./pages/questionnaire.en'),
  },
  authoring: {
    'zh-CN': () => import('./pages/authoring.zh-CN'),
    en: () => import('./pages/authoring.en'),
  },
  surveys: {
    'zh-CN': () => import('./pages/surveys.zh-CN'),
    en: () => import('./pages/surveys.en'),
  },
  cadre: {
    'zh-CN': () => import('./pages/cadre.zh-CN'),
    en: () => import('./pages/cadre.en'),
  },
  supervisor: {
    'zh-CN': () => import('./pages/supervisor.zh-CN'),
    en: () => import('./pages/supervisor.en'),
  },
} satisfies Record<string, Record<Locale, Loader>>;
export type TextFamily = Exclude<keyof typeof loaders, 'base'>;

const STORED = 'minqing.locale';
const messages = shallowRef<Catalogue>(zhCN);
const loaded = new Set<TextFamily>();
export const locale: Ref<Locale> = ref('zh-CN');

/** The text of `key` in the current language, its `{name}` places filled from `params`. */
export function t(key: MessageKey, params?: Params): string {
  return fill(messages.value[key] ?? key, params);
}

/** The name of a code, e.g. `code('channel', 'phone')`; an unknown code is shown as it is. */
export function code(enumeration: string, value: string | null | undefined): string {
  if (value === null || value === undefined || value === '') return '';
  const known = messages.value[`code.${enumeration}.${value}`];
  // The topics of a diary are the categories of problems and three more.
  if (known === undefined && enumeration === 'topics') return code('category', value);
  return known ?? value;
}

function fill(text: string, params?: Params): string {
  if (!params) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}

/** Makes the texts of families of pages known; resolves once `t` can answer for them. */
export async function loadTexts(...families: readonly TextFamily[]): Promise<void> {
  const missing = families.filter((family) => !loaded.has(family));
  if (missing.length === 0) return;
  const parts = await Promise.all(missing.map((family) => loaders[family][locale.value]()));
  for (const family of missing) loaded.add(family);
  messages.value = Object.assign({}, messages.value, ...parts.map(textsOf)) as Catalogue;
}

const textsOf = (part: { default: Catalogue }): Catalogue => part.default;

/** Switches the language of everything shown and remembers it on this device. */
export async function setLocale(next: Locale): Promise<void> {
  const families = ['base', ...loaded] as const;
  const parts = await Promise.all(families.map((family) => loaders[family][next]()));
  messages.value = Object.assign({}, ...parts.map(textsOf)) as Catalogue;
  locale.value = next;
  document.documentElement.lang = next;
  remember(next);
}

/** Starts in the language remembered on this device. */
export async function restoreLocale(): Promise<void> {
  if (remembered() === 'en') await setLocale('en');
}

function remembered(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function remember(next: Locale): void {
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // Storage may be blocked; the choice then lasts for this visit.
  }
}
