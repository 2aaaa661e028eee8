import { localTime } from '@/data';
import type { SyncStatus } from '@/data';
import { t } from '@/i18n';

export type StatusLook = SyncStatus['state'] | 'pending';

/** The state of the sync in the agreed words, and the look that goes with it. */
export function statusOf(sync: SyncStatus): { look: StatusLook; text: string } {
  const n = sync.pending;
  switch (sync.state) {
    case 'offline':
      return {
        look: 'offline',
        text: n > 0 ? t('status.offlinePending', { n }) : t('status.offline'),
      };
    case 'syncing':
      return {
        look: 'syncing',
        text: t('status.syncing', { done: sync.done, total: sync.total }),
      };
    case 'signed_out':
      return {
        look: 'signed_out',
        text: n > 0 ? t('status.signedOutPending', { n }) : t('status.signedOut'),
      };
    case 'attention':
      return { look: 'attention', text: t('status.attention', { n: sync.attention }) };
    case 'synced':
      if (n > 0 || !sync.syncedAt) return { look: 'pending', text: t('status.pending', { n }) };
      return {
        look: 'synced',
        text: t('status.synced', { time: localTime(sync.syncedAt.toISOString()) }),
      };
  }
}
