/**
 * Versions, what waits for a person, and what is carried in a file: the second part of what pages see
 * of the data layer, apart from `index.ts` because only pages that are loaded when asked for need it.
 */

import { records, syncNow } from './index';
import { conflictView, handoversIn, isOpen, quarantinedIn } from './matters';
import type { Decision, Settlement } from './records';
import { currentSync, work } from './session';
import { account, openAccount } from './state';
import type {
  Carried,
  CarriedResult,
  CheckResult,
  ConflictView,
  Draft,
  HandoverView,
  QuarantinedOp,
  RecordType,
  Version,
} from './types';

const settling = (): Promise<typeof import('./settling')> => import('./settling');

/** The versions of a record, the latest first; unsent changes are versions, too. */
export async function history(type: RecordType, id: string): Promise<readonly Version[]> {
  return (await import('./history')).viewHistory(openAccount(), type, id);
}

/** Conflicts that nobody has settled, reactive; see recordsReady('conflict'). */
export function openConflicts(): readonly ConflictView[] {
  const me = account.value?.id ?? '';
  return [...records('conflict').value.values()].filter(isOpen).map((row) => conflictView(row, me));
}

/** One conflict, settled or not; undefined when there is none or it is still being read. */
export function conflict(id: string): ConflictView | undefined {
  const row = records('conflict').value.get(id);
  return row && conflictView(row, account.value?.id ?? '');
}

/**
 * Settles a conflict; `value` is what `joined` and `new` put in its field (of a list with `key`, in
 * that member). Resolves once record and conflict are stored, in one transaction.
 */
export async function settle(id: string, choice: Settlement, value?: unknown): Promise<void> {
  return (await settling()).settle(id, choice, value);
}

/** What was handed over and waits for a decision, reactive; see recordsReady('handover'). */
export function openHandovers(): readonly HandoverView[] {
  return handoversIn(records('handover').value.values());
}

/** Takes or declines a handover; the server applies what is taken. */
export async function decide(id: string, decision: Decision, note?: string): Promise<void> {
  return (await settling()).decide(id, decision, note);
}

/** Refused ops of the community, for its supervisors, that nobody has seen to; reactive. */
export function quarantinedOfOthers(): readonly QuarantinedOp[] {
  return quarantinedIn(records('quarantine').value.values(), 'committee:');
}

/** Gives a refused op up; its words stay in its quarantine record. */
export async function dropQuarantined(id: string): Promise<void> {
  return (await settling()).dropQuarantined(id);
}

/** Sends a refused op's words again, corrected by `fields`. */
export async function resendQuarantined(id: string, fields: object): Promise<void> {
  return (await settling()).resendQuarantined(id, fields);
}

/** A draft with the words of a refused diary entry; committing it settles the refused op. */
export async function draftOfQuarantined(op: QuarantinedOp): Promise<Draft> {
  return (await settling()).draftOfQuarantined(op);
}

/** A supervisor has seen to a refused op of somebody else. */
export async function handleQuarantined(id: string, note: string): Promise<void> {
  return (await settling()).handleQuarantined(id, note);
}

// What is unsent, carried to another device in a file that only its passphrase opens.

/** Compares all that is here with the server, and reads anew what differs [L8]. */
export async function checkData(): Promise<CheckResult> {
  const outcome = await currentSync()?.check();
  return outcome ?? { outcome: 'busy', checked: 0, rebuilt: 0 };
}

const carrying = (): Promise<typeof import('./carrying')> => import('./carrying');

export async function exportCarried(passphrase: string): Promise<Blob> {
  return (await carrying()).exportCarried(openAccount(), passphrase, new Date().toISOString());
}

/** What a file says of itself. Throws CarryError `foreign`, `newer`, `damaged` or `insecure`. */
export async function describeCarried(
  file: Blob,
): Promise<{ readonly exportedAt: string; readonly ops: number }> {
  return (await carrying()).describeCarried(file);
}

/** What a file holds. Throws CarryError as `describeCarried` does, and `passphrase`. */
export async function openCarried(file: Blob, passphrase: string): Promise<Carried> {
  return (await carrying()).openCarried(file, passphrase);
}

/** Sends it in its author's name; as often as one likes. Throws ApiError as the server refuses. */
export async function importCarried(carried: Carried): Promise<CarriedResult> {
  const result = await (await carrying()).importCarried(openAccount(), carried);
  if (result.drafts > 0) await (await work()).readDrafts(openAccount());
  void syncNow();
  return result;
}
