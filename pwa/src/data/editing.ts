/** What a person writes: records created, changed, removed, and drafts. Resolved means stored. */

import { account as opened, drafts, openAccount, sync } from './state';
import { readDrafts, readRow, write, type Account } from './account';
import { tellTabs } from './channel';
import { cleanFields } from './clean';
import { deletion } from './conflicts';
import { now } from './days';
import { changesOf, deleteDraft, putDraft, setChange, storable } from './drafts';
import { newId } from './ids';
import type { Change } from './outbox';
import { resent } from './quarantine';
import type { Draft, FieldsOf, RecordType, Row } from './types';

/** Types whose records never change again [M7]. */
const APPEND_ONLY: ReadonlySet<RecordType> = new Set<RecordType>(['review']);

/** Drafts that were sent or thrown away: an autosave that comes late must not bring them back. */
const closedDrafts = new Set<string>();

/** Resolves with the record's id once it is on the disk. */
export async function create<T extends RecordType>(
  type: T,
  scope: string,
  fields: FieldsOf<T>,
  id: string = newId(),
): Promise<string> {
  const kind = APPEND_ONLY.has(type) ? 'append' : 'create';
  await save([{ type, rid: id, scope, kind, set: cleanFields(fields) }]);
  return id;
}

/**
 * Stores the fields of `patch` that differ from `seen`, the row as its author saw it when he began
 * (the present one by default). Nothing is written when nothing differs.
 */
export async function change<T extends RecordType>(
  type: T,
  id: string,
  patch: Partial<FieldsOf<T>>,
  seen?: Row<T>,
): Promise<void> {
  const row = seen ?? (await readRow(openAccount(), type, id));
  if (!row) throw new Error(`no ${type} ${id}`);
  const op = setChange(type, id, row.scope, patch, row);
  if (op) await save([op]);
}

export async function remove(type: RecordType, id: string): Promise<void> {
  const row = await readRow(openAccount(), type, id);
  if (!row) return;
  await save([deletion(row)]);
}

export async function saveDraft(draft: Draft): Promise<void> {
  if (closedDrafts.has(draft.id)) return;
  const account = openAccount();
  await putDraft(account.db, storable(draft, new Date(now()).toISOString()));
  // It may have been sent while it was being stored.
  if (closedDrafts.has(draft.id)) await deleteDraft(account.db, draft.id);
  await showDrafts(account);
}

/** A copy of a stored draft, free to be edited. */
export async function loadDraft(id: string): Promise<Draft | null> {
  await readDrafts(openAccount());
  const draft = drafts.value.find((stored) => stored.id === id);
  return draft ? structuredClone(draft) : null;
}

export async function discardDraft(id: string): Promise<void> {
  closedDrafts.add(id);
  const account = openAccount();
  await deleteDraft(account.db, id);
  await showDrafts(account);
}

/**
 * Turns a draft (or the stored one of this id) into ops: the diary entry and its problems, with the
 * draft's removal in the same transaction. Resolves with the entry's id; the draft stays when it
 * fails.
 */
export async function commitDraft(given: Draft | string): Promise<string> {
  const draft = typeof given === 'string' ? await loadDraft(given) : given;
  if (!draft) throw new Error('no such draft');
  const account = openAccount();
  const made = new Date();
  closedDrafts.add(draft.id);
  try {
    const changes = changesOf(draft, made.toISOString(), -made.getTimezoneOffset());
    if (draft.resends !== undefined) changes.push(await resent(account, draft.resends));
    await save(changes, draft.id);
  } catch (error) {
    closedDrafts.delete(draft.id);
    throw error;
  }
  await showDrafts(account);
  return draft.recordId;
}

/** Writes what one act of a person changes; resolved means stored. */
export async function save(changes: readonly Change[], draftId?: string): Promise<void> {
  const account = openAccount();
  await write(account, changes, draftId);
  void askToKeep();
  account.onSaved();
}

async function showDrafts(account: Account): Promise<void> {
  if (opened.value !== account) return;
  await readDrafts(account);
  tellTabs(account.id, { kind: 'drafts' });
}

/** Asks the browser once to keep the data: when there is something to keep. */
async function askToKeep(): Promise<void> {
  if (sync.persisted !== null) return;
  sync.persisted = false;
  sync.persisted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}
