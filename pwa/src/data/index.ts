/** The whole data layer as pages and components see it; nothing else of this folder is imported. */

import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { Receipt } from '../../../sync/messages';
import { currentSync, work } from './session';
import { account, leaseExpired, openAccount, sync } from './state';
import { callApi } from './transport';
import type {
  Draft,
  FieldsOf,
  HouseholdGroup,
  HouseholdHit,
  HouseholdLine,
  OpView,
  QuarantinedOp,
  ReceiptView,
  RecordType,
  Row,
  SyncLogEntry,
} from './types';

export { addDays, daysBetween, localDay, localTime, monthOf, now, today } from './days';
export { diaryState, latestReview, type DiaryState } from './diaryState';
export { directory, personName, unitName, unitPath } from './directory';
export { draftOf, newDraft } from './draft';
export { ApiError, CarryError, DataError, PhotoError, StorageError, UnsentError } from './errors';
export { newId } from './ids';
export { addPhoto, MOST_PHOTOS, photoContent } from './photoAccess';
export { refreshMe, restore, signIn, signOut } from './session';
export { drafts, leaseExpired, otherUnsent, session, sync } from './state';
export type * from './types';
export * from './limits';
export * from './records';

/** The id of the open account's device on this phone. */
export const thisDevice: ComputedRef<string | null> = computed(() => account.value?.device ?? null);

/** Reading locks when the lease has run out; writing goes on. */
const readable = computed(() => (leaseExpired.value ? null : account.value));

const NO_ROWS: ShallowRef<ReadonlyMap<string, Row>> = shallowRef(new Map());
const NOT_READY: ShallowRef<boolean> = shallowRef(false);

/** All rows of a type, reactive. The first call starts reading them; see recordsReady. */
export function records<T extends RecordType>(type: T): ShallowRef<ReadonlyMap<string, Row<T>>> {
  const rows = readable.value?.rows.of(type);
  return rows ?? (NO_ROWS as unknown as ShallowRef<ReadonlyMap<string, Row<T>>>);
}

/** False until the rows of the type have been read from this phone. */
export function recordsReady(type: RecordType): ShallowRef<boolean> {
  return readable.value?.rows.ready(type) ?? NOT_READY;
}

/** One record, kept current: undefined while it is being read, null when there is none. */
export function row<T extends RecordType>(
  type: T,
  id: string,
): Readonly<ShallowRef<Row<T> | null | undefined>> {
  if (type === 'household') {
    const household = readable.value?.households.row(id) ?? shallowRef(null);
    return household as unknown as ShallowRef<Row<T> | null | undefined>;
  }
  const rows = records(type);
  const ready = recordsReady(type);
  return computed(() => rows.value.get(id) ?? (ready.value ? null : undefined));
}

/** One record as it is shown now, for once. */
export async function loadRow<T extends RecordType>(type: T, id: string): Promise<Row<T> | null> {
  return (await work()).readRow(openAccount(), type, id);
}

// Households, from their lists: no record is parsed for any of these, and each is reactive.

export const householdIndexReady: ComputedRef<boolean> = computed(
  () => readable.value?.households.ready.value ?? false,
);

export function householdTotal(scope?: string): number {
  return readable.value?.households.total(scope) ?? 0;
}

export function householdGroups(scope?: string): readonly HouseholdGroup[] {
  return readable.value?.households.groups(scope) ?? [];
}

/** Lines `from` (inclusive) to `to` (exclusive) of all households in their order. */
export function householdLines(from: number, to: number): readonly HouseholdLine[] {
  return readable.value?.households.lines(from, to) ?? [];
}

export function householdLine(id: string): HouseholdLine | undefined {
  return readable.value?.households.line(id);
}

/** Households by door (3-2-501, 501), building (3栋), name, pinyin or initials; 30 at most. */
export function searchHouseholds(
  query: string,
  options: { readonly scope?: string; readonly limit?: number } = {},
): readonly HouseholdHit[] {
  return readable.value?.households.search(query, options) ?? [];
}

// What is written resolves once it is stored, with strict durability.

/** Resolves with the record's id. */
export async function create<T extends RecordType>(
  type: T,
  scope: string,
  fields: FieldsOf<T>,
  id?: string,
): Promise<string> {
  return (await work()).create(type, scope, fields, id);
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
  return (await work()).change(type, id, patch, seen);
}

export async function remove(type: RecordType, id: string): Promise<void> {
  return (await work()).remove(type, id);
}

export async function saveDraft(draft: Draft): Promise<void> {
  return (await work()).saveDraft(draft);
}

/** A copy of a stored draft, free to be edited. */
export async function loadDraft(id: string): Promise<Draft | null> {
  return (await work()).loadDraft(id);
}

export async function discardDraft(id: string): Promise<void> {
  return (await work()).discardDraft(id);
}

/**
 * Turns a draft (or the stored one of this id) into ops: the diary entry and its problems, with the
 * draft's removal in the same transaction. Resolves with the entry's id; the draft stays when it
 * fails.
 */
export async function commitDraft(draft: Draft | string): Promise<string> {
  return (await work()).commitDraft(draft);
}

/** Syncs now; resolves when it has ended, well or not: see `sync`. */
export async function syncNow(): Promise<void> {
  await currentSync()?.now();
}

export async function outbox(): Promise<readonly OpView[]> {
  return (await work()).viewOutbox(openAccount(), currentSync()?.answeredUpTo ?? 0);
}

export async function quarantined(): Promise<readonly QuarantinedOp[]> {
  return (await work()).viewQuarantine(openAccount());
}

/** The newest receipt as the server signed it, to be kept elsewhere; undefined before the first. */
export async function newestReceipt(): Promise<Receipt | undefined> {
  return (await work()).newestReceipt(openAccount().db);
}

export async function receipts(): Promise<readonly ReceiptView[]> {
  return (await work()).viewReceipts(openAccount());
}

export async function syncLog(): Promise<readonly SyncLogEntry[]> {
  return (await work()).viewLog(openAccount());
}

/** Reads how much room is used (`sync.usage`) and whether it is kept (`sync.persisted`). */
export async function measureStorage(): Promise<void> {
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined);
  sync.usage = estimate?.usage ?? null;
  if (await navigator.storage?.persisted?.().catch(() => false)) sync.persisted = true;
}

/** For endpoints that are not records. Throws ApiError; a 401 shows as `signed_out`. */
export async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  try {
    return await callApi<T>(method, path, body);
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 401) {
      sync.state = 'signed_out';
    }
    throw error;
  }
}
