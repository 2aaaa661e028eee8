/** What this phone keeps of questionnaires, in the database that is no account's. */

import { Database, got } from '../database';
import type { SurveyRoundFields } from '../records';
import { PHONE } from '../schema';

/** A round as a phone knows it, by its record or by its code. */
export type Round = SurveyRoundFields;

/** A form with the files it names. */
export interface FormRow {
  readonly version_id: string;
  readonly xml: string;
  readonly files: Readonly<
    Record<string, { readonly type: string; readonly content: ArrayBuffer }>
  >;
}

/**
 * A questionnaire that was begun. An anonymous one names no household; it is destroyed in the act
 * that seals it.
 */
export interface Filling {
  readonly id: string;
  /** Who asks; null on a resident's own phone. */
  readonly account: string | null;
  readonly scope: string;
  readonly round: Round;
  readonly path: 'named' | 'anonymous';
  readonly via: 'cadre' | 'self' | 'paper';
  readonly household_id?: string | undefined;
  /** The state of the form: see `Form.save`. */
  readonly state: string;
  /** The day on which it was last changed. */
  readonly day: string;
}

/** A sealed answer that waits to be sent. Neither time nor order, nor whose it is. */
export interface SealedRow {
  /** Random. */
  readonly key: string;
  readonly round_id: string;
  readonly sealed: ArrayBuffer;
  /** It isn't sent before this day, so that it can't be told from which visit it comes. */
  readonly not_before: string;
  /** Why the server doesn't take it. */
  readonly refused?: string;
}

export const phone = new Database(
  () => indexedDB,
  PHONE,
  () => location.reload(),
);

/** All rows of a store. */
export function all<T>(store: 'forms' | 'fillings' | 'sealed'): Promise<T[]> {
  return phone.read([store], (tx) => got(tx.objectStore(store).getAll()) as Promise<T[]>);
}

/** One row of a store; undefined for none. */
export function one<T>(
  store: 'forms' | 'fillings' | 'sealed',
  key: string,
): Promise<T | undefined> {
  return phone.read([store], (tx) => got(tx.objectStore(store).get(key)) as Promise<T | undefined>);
}
