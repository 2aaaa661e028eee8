import { messageOf } from '@/components/messageOf';
import { CarryError } from '@/data';
import { t } from '@/i18n';

/** Why a file of carried work could not be made or opened, or what the server said. */
export function carryError(error: unknown): string {
  return error instanceof CarryError ? t(`carry.error.${error.code}`) : messageOf(error);
}
