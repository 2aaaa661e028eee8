import { t } from '@/i18n';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** By how much a clock is wrong, in the unit in which a person would say it. */
export function clockText(wrong: number): string {
  const ms = Math.abs(wrong);
  if (ms >= 2 * DAY) return t('clock.days', { n: Math.round(ms / DAY) });
  if (ms >= 2 * HOUR) return t('clock.hours', { n: Math.round(ms / HOUR) });
  return t('clock.minutes', { n: Math.max(1, Math.round(ms / MINUTE)) });
}
