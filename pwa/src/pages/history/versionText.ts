/** The versions of a record in words. */

import { moment } from '@/components/recordText';
import type { Version } from '@/data';
import { t } from '@/i18n';

/** From this on the device's clock and the server's are both said, ms. */
const APART = 60_000;
/** The last digits of a device's id tell it from the others of a person. */
const DIGITS = 6;
/** What no person wrote. */
const HIDDEN: ReadonlySet<string> = new Set(['recorded_at', 'tz', 'head_pinyin']);

/** `本机`, `设备 3f2a1c`, or that it isn't known. */
export function deviceLabel({ device, own }: Pick<Version, 'device' | 'own'>): string {
  if (own) return t('history.thisDevice');
  return device ? t('history.device', { device: device.slice(-DIGITS) }) : t('history.noDevice');
}

/** When it was written by the device's clock, and whether the server's time differs. */
export function timesOf({ wall, at, rev }: Version): { written: string; received: boolean } {
  const received = rev !== null && wall !== null && areApart(wall, at);
  const written = moment(wall ?? at);
  return { written: received ? t('history.written', { time: written }) : written, received };
}

export function areApart(wall: string, at: string): boolean {
  return Math.abs(Date.parse(wall) - Date.parse(at)) > APART;
}

export function shownChanges({ changes }: Version): Version['changes'] {
  return changes.filter(({ field }) => !HIDDEN.has(field));
}
