/** The devices of a community as they are listed: what is odd about each, the odd ones first. */

import { moment } from '@/components/recordText';
import { t } from '@/i18n';
import { clockText } from '../me/clock';

export interface Device {
  readonly id: string;
  readonly account_id: string;
  readonly name: string;
  readonly seen_at: string;
  readonly n: number;
  /** Seconds that its clock is ahead. */
  readonly skew: number | null;
  readonly is_skewed: boolean;
  readonly gap_at: string | null;
  readonly evicted_at: string | null;
  /** Ops and drafts that went with what the browser cleared. */
  readonly unsent: number | null;
}

export interface DeviceLine {
  readonly device: Device;
  /** What a supervisor should speak about with its person. */
  readonly marks: readonly { readonly text: string; readonly look: 'warn' | 'danger' }[];
}

/** A device that has sent nothing for longer is asked after, ms. */
const LONG = 30 * 24 * 3600_000;

export function deviceLines(devices: readonly Device[], now: number): DeviceLine[] {
  const latest = new Map<string, Device>();
  for (const device of devices) {
    const known = latest.get(device.account_id);
    if (!known || known.seen_at < device.seen_at) latest.set(device.account_id, device);
  }
  const lines = devices.map((device) => ({
    device,
    marks: marksOf(device, latest.get(device.account_id) === device ? now : null),
  }));
  return [
    ...lines.filter(({ marks }) => marks.length > 0),
    ...lines.filter(({ marks }) => marks.length === 0),
  ];
}

/** `now` is null for a device after which its person used another: it may well be silent. */
function marksOf(device: Device, now: number | null): DeviceLine['marks'] {
  const {
    evicted_at: evicted,
    unsent,
    gap_at: gap,
    is_skewed: skewed,
    skew,
    seen_at: seen,
  } = device;
  const marks: { text: string; look: 'warn' | 'danger' }[] = [];
  if (evicted) {
    const text = t(unsent ? 'devices.evictedUnsent' : 'devices.evicted', {
      time: moment(evicted),
      n: unsent ?? 0,
    });
    marks.push({ text, look: unsent ? 'danger' : 'warn' });
  }
  if (gap) marks.push({ text: t('devices.gap', { time: moment(gap) }), look: 'danger' });
  if (skewed && skew) {
    const time = clockText(skew * 1000);
    marks.push({ text: t(skew > 0 ? 'devices.ahead' : 'devices.behind', { time }), look: 'warn' });
  }
  if (now !== null && !evicted && now - Date.parse(seen) > LONG) {
    const n = Math.floor((now - Date.parse(seen)) / (24 * 3600_000));
    marks.push({ text: t('devices.silent', { n }), look: 'warn' });
  }
  return marks;
}
