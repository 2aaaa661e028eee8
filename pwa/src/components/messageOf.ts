import { t } from '@/i18n';

/** What to tell a person about a caught error: an ApiError's own Chinese title, else in general. */
export function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    if (error.code === 'offline') return t('error.offline');
    if ('title' in error && typeof error.title === 'string' && error.title) return error.title;
    if ('status' in error && typeof error.status === 'number' && error.status >= 500) {
      return t('error.server');
    }
  }
  return t('error.unknown');
}
