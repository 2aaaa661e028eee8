import { session } from '@/data';

/** Whether the signed-in person may write in the scope, whatever its kind. */
export function mayWriteIn(scope: string): boolean {
  return session.value?.me.scopes.some(({ id, write }) => write && id === scope) ?? false;
}
