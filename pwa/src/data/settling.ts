/** Conflicts and quarantined ops, ended by a person: ordinary ops, all of one act together. */

import { readRow } from './account';
import { cleanFields } from './clean';
import { settlementOf } from './conflicts';
import { newDraft } from './draft';
import { setChange } from './drafts';
import { save } from './editing';
import { newId } from './ids';
import { conflictView, opOf } from './matters';
import type { Change } from './outbox';
import { existing, setting } from './quarantine';
import type { Decision, Settlement } from './records';
import { openAccount } from './state';
import type { Draft, QuarantinedOp, RecordType, Row } from './types';

/**
 * Settles a conflict [M10]: the record gets the value wanted where it shows another, the conflict
 * gets the choice. `value` is what `joined` and `new` put in the field, or in the list's member.
 */
export async function settle(id: string, choice: Settlement, value?: unknown): Promise<void> {
  const account = openAccount();
  const row = await existing(openAccount(), 'conflict', id);
  const conflict = conflictView(row, account.id);
  const record = await readRow(account, conflict.recordType, conflict.recordId);
  const wanted = settlementOf(conflict, record, choice, value);
  await save([...(wanted ? [wanted] : []), setting(row, { settled: choice })]);
}

/** Takes or declines what was handed over; the server applies what is taken [P13]. */
export async function decide(id: string, state: Decision, note = ''): Promise<void> {
  await save([
    setting(await existing(openAccount(), 'handover', id), { state, ...(note && { note }) }),
  ]);
}

/** Gives up an op that was refused; its words stay in the quarantine record. */
export async function dropQuarantined(id: string): Promise<void> {
  await save([setting(await existing(openAccount(), 'quarantine', id), { settled: 'dropped' })]);
}

/** A supervisor has seen to the refused op of somebody of the community. */
export async function handleQuarantined(id: string, note: string): Promise<void> {
  await save([setting(await existing(openAccount(), 'quarantine', id), { handled: true, note })]);
}

/** Sends the words of a refused op again, corrected by `fields`, and settles it. */
export async function resendQuarantined(id: string, fields: object): Promise<void> {
  const row = await existing(openAccount(), 'quarantine', id);
  const { type, rid, scope, set = {} } = opOf(row);
  const account = openAccount();
  const words = { ...set, ...cleanFields(fields) };
  const record = await readRow(account, type as RecordType, rid);
  const again: Change | null = record
    ? setChange(type, rid, record.scope, words, record)
    : { type, rid: freeId(row, rid), scope, kind: 'create', set: words };
  await save([...(again ? [again] : []), setting(row, { settled: 'resent' })]);
}

/** A draft with the words of a refused diary entry; sending it settles the refused op. */
export async function draftOfQuarantined({ id }: QuarantinedOp): Promise<Draft> {
  const row = await existing(openAccount(), 'quarantine', id);
  const { rid, scope, set = {} } = opOf(row);
  const record = await readRow(openAccount(), 'diary_entry', rid);
  if (!record) return { ...newDraft(scope, set), recordId: freeId(row, rid), resends: id };
  const { rev, stamps, fields } = record;
  const seen = { rev, stamps, fields: cleanFields(fields) };
  return { ...newDraft(scope, { ...fields, ...set }), recordId: rid, seen, resends: id };
}

/** An id that is used up can't be used again. */
function freeId({ fields }: Row<'quarantine'>, rid: string): string {
  return fields.code === 'id_reused' ? newId() : rid;
}
