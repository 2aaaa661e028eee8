import { describe, expect, it } from 'vitest';
import { code, loadTexts, setLocale, t } from './index';
import codesEn from './codes.en';
import codesZh from './codes.zh-CN';
import en from './en';
import authoringEn from './pages/authoring.en';
import authoringZh from './pages/authoring.zh-CN';
import cadreEn from './pages/cadre.en';
import cadreZh from './pages/cadre.zh-CN';
import loginEn from './pages/login.en';
import loginZh from './pages/login.zh-CN';
import settleEn from './pages/settle.en';
import settleZh from './pages/settle.zh-CN';
import photosEn from './pages/photos.en';
import photosZh from './pages/photos.zh-CN';
import questionnaireEn from './pages/questionnaire.en';
import questionnaireZh from './pages/questionnaire.zh-CN';
import roundsEn from './pages/rounds.en';
import roundsZh from './pages/rounds.zh-CN';
import shellEn from './pages/shell.en';
import shellZh from './pages/shell.zh-CN';
import supervisorEn from './pages/supervisor.en';
import supervisorZh from './pages/supervisor.zh-CN';
import surveysEn from './pages/surveys.en';
import surveysZh from './pages/surveys.zh-CN';
import zhCN from './zh-CN';

type Catalogue = Readonly<Record<string, string>>;
const pairs: [string, Catalogue, Catalogue][] = [
  ['base', zhCN, en],
  ['codes', codesZh, codesEn],
  ['login', loginZh, loginEn],
  ['settle', settleZh, settleEn],
  ['photos', photosZh, photosEn],
  ['questionnaire', questionnaireZh, questionnaireEn],
  ['authoring', authoringZh, authoringEn],
  ['rounds', roundsZh, roundsEn],
  ['shell', shellZh, shellEn],
  ['surveys', surveysZh, surveysEn],
  ['cadre', cadreZh, cadreEn],
  ['supervisor', supervisorZh, supervisorEn],
];
const placesOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe('the two catalogues', () => {
  it.each(pairs)('have the same keys (%s)', (_name, chinese, english) => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
  });

  it.each(pairs)('fill the same places (%s)', (_name, chinese, english) => {
    for (const [key, text] of Object.entries(chinese)) {
      expect([key, placesOf(english[key] ?? '')]).toEqual([key, placesOf(text)]);
    }
  });

  it('have no key in two families', () => {
    const keys = pairs.flatMap(([, chinese]) => Object.keys(chinese));
    expect(keys.length).toBe(new Set(keys).size);
  });

  it('hold no empty text', () => {
    for (const [, chinese, english] of pairs) {
      for (const text of [...Object.values(chinese), ...Object.values(english)]) {
        expect(text.trim()).not.toBe('');
      }
    }
  });
});

describe('t and code', () => {
  it('fill places and leave unknown ones as they are', () => {
    expect(t('status.offlinePending', { n: 3 })).toBe('离线 · 待上传 3 条');
    expect(t('status.syncing', { done: 1 })).toBe('同步中 1/{total}');
  });

  it('name topics by the problem category where they share it', () => {
    expect(code('topics', 'utilities')).toBe('水电气暖');
    expect(code('topics', 'thought')).toBe('思想');
    expect(code('channel', 'pigeon')).toBe('pigeon');
  });

  it('change with the language, families included', async () => {
    await loadTexts('login');
    await setLocale('en');
    expect(t('status.synced', { time: '09:30' })).toBe('Synced 09:30');
    expect(t('login.submit')).toBe('Sign in');
    expect(document.documentElement.lang).toBe('en');
    await setLocale('zh-CN');
    expect(t('login.submit')).toBe('登录');
  });
});
