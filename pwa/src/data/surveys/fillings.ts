/** Questionnaires that were begun, and what becomes of them. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { STEP, weekOf } from '../../../../sync/anonymous';
import { cleanFields } from '../clean';
import { got } from '../database';
import { addDays, now, today } from '../days';
import type { SurveyResponseFields } from '../records';
import { work } from '../session';
import { all, one, phone, type Filling, type Round, type SealedRow } from './store';

const KEY_BYTES = 16;

/** Those of the account (null: of a resident's own phone), the newest first. */
export async function fillings(account: string | null): Promise<Filling[]> {
  const found = await all<Filling>('fillings');
  return found
    .filter((filling) => filling.account === account)
    .sort((a, b) => b.day.localeCompare(a.day));
}

/** One that was begun; undefined where it has been submitted or thrown away. */
export function filling(id: string): Promise<Filling | undefined> {
  return one<Filling>('fillings', id);
}

/** Stores what was answered so far; resolves once it is on the disk. */
export function saveFilling(filling: Filling): Promise<void> {
  return phone.writeStrictly(['fillings'], async (tx) => {
    const stored = got(tx.objectStore('fillings').put({ ...filling, day: today() }));
    tx.commit();
    await stored;
  });
}

export function discardFilling(id: string): Promise<void> {
  return phone.writeStrictly(['fillings'], async (tx) => {
    await got(tx.objectStore('fillings').delete(id));
  });
}

/** Who answers by name. */
export type Person = Pick<SurveyResponseFields, 'household_id' | 'name' | 'phone' | 'reply_wanted'>;

/**
 * A named answer becomes a record under the filling's own id: should the phone die before the
 * filling is gone, submitting it again is the same record.
 */
export async function submitNamed(
  filling: Filling,
  answers: string,
  person: Person,
): Promise<void> {
  const { create } = await work();
  const fields = cleanFields({
    round_id: filling.round.round_id,
    version_id: filling.round.version_id,
    answers,
    via: filling.via,
    filled_on: today(),
    recorded_at: new Date(now()).toISOString(),
    ...person,
  }) as unknown as SurveyResponseFields;
  await create('survey_response', filling.scope, fields, filling.id);
  await discardFilling(filling.id);
}

/**
 * Seals an anonymous answer and destroys the filling in the same transaction: from then on nobody
 * opens it on this phone. What is kept says neither who asked nor when or whom.
 */
export async function submitAnonymous(filling: Filling, answers: string): Promise<void> {
  const { round, scope, via } = filling;
  const { sealAnswer } = await import('./seal');
  const unit = via === 'self' ? round.unit_id : scope.slice(scope.indexOf(':') + 1);
  const answer = { unit, week: weekOf(today()), via, answers };
  const sealed = await sealAnswer(answer, round.public_key ?? '', round.round_id);
  const row: SealedRow = {
    key: randomKey(),
    round_id: round.round_id,
    sealed: sealed.buffer,
    not_before: today() < round.closes ? addDays(today(), 1) : today(),
  };
  await phone.writeStrictly(['fillings', 'sealed'], async (tx) => {
    tx.objectStore('fillings').delete(filling.id);
    await got(tx.objectStore('sealed').put(row));
  });
}

/** Whether an answer of this length can be sealed. */
export function fitsSeal(answers: string): boolean {
  return new TextEncoder().encode(answers).length < 15 * STEP;
}

function randomKey(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
}

/** How many sealed answers this phone has still to send, and how many the server refused. */
export async function sealedCounts(): Promise<{ waiting: number; refused: number }> {
  const rows = await all<SealedRow>('sealed');
  const refused = rows.filter((row) => row.refused !== undefined).length;
  return { waiting: rows.length - refused, refused };
}

export type { Round };
