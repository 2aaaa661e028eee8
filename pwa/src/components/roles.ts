import { session } from '@/data';

/** Whether the signed-in person has one of the roles. */
export function hasRole(...wanted: string[]): boolean {
  return session.value?.me.account.roles.some((role) => wanted.includes(role)) ?? false;
}

/** Whether the person writes questionnaires and holds rounds of them; the server says the same. */
export const mayHoldSurveys = (): boolean => hasRole('survey_admin', 'secretary');
