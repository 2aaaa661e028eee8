/** The whole data layer as pages and components see it; nothing else of this folder is imported. */

import { computed, reactive, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type {
  Directory,
  Draft,
  FieldsOf,
  HouseholdGroup,
  HouseholdHit,
  HouseholdLine,
  OpView,
  OtherUnsent,
  QuarantinedOp,
  ReceiptView,
  RecordType,
  Row,
  Session,
  SyncLogEntry,
  SyncStatus,
} from './types';

export { ApiError, DataError, StorageError, UnsentError } from './errors';
export type * from './types';
export type * from './records';

const later = (): never => {
  throw new Error('not built yet');
};

// ---- session
export const session: ShallowRef<Session | null> = shallowRef(null);
export const leaseExpired: ComputedRef<boolean> = computed(() => false);
/** Other accounts of this phone with work that isn't sent. */
export const otherUnsent: ShallowRef<readonly OtherUnsent[]> = shallowRef([]);
export const restore = (): Promise<Session | null> => later();
export const signIn = (_account: string, _password: string): Promise<void> => later();
export const signOut = (): Promise<void> => later();
/** Fetches `Me` again, after a password or an assignment has changed. */
export const refreshMe = (): Promise<void> => later();

// ---- records
/** All rows of a type. The first call starts loading it; see recordsReady. */
export const records = <T extends RecordType>(_type: T): ShallowRef<ReadonlyMap<string, Row<T>>> =>
  later();
/** False until the rows of the type have been read from this phone. */
export const recordsReady = (_type: RecordType): ShallowRef<boolean> => later();
/** One record, kept current: undefined while it is being read, null when there is none. */
export const row = <T extends RecordType>(
  _type: T,
  _id: string,
): ShallowRef<Row<T> | null | undefined> => later();
export const create = <T extends RecordType>(
  _type: T,
  _scope: string,
  _fields: FieldsOf<T>,
  _id?: string,
): Promise<string> => later();
/** `seen` is the row as its author saw it when he began; the present one without. */
export const change = <T extends RecordType>(
  _type: T,
  _id: string,
  _patch: Partial<FieldsOf<T>>,
  _seen?: Row<T>,
): Promise<void> => later();
export const remove = (_type: RecordType, _id: string): Promise<void> => later();

// ---- households, from their index: no record is parsed for any of these
export const householdIndexReady: ShallowRef<boolean> = shallowRef(false);
export const householdTotal = (_scope?: string): number => later();
export const householdGroups = (_scope?: string): readonly HouseholdGroup[] => later();
export const householdLines = (_from: number, _to: number): readonly HouseholdLine[] => later();
export const householdLine = (_id: string): HouseholdLine | undefined => later();
export const searchHouseholds = (
  _query: string,
  _options?: { scope?: string; limit?: number },
): readonly HouseholdHit[] => later();

// ---- drafts
export const drafts: ShallowRef<readonly Draft[]> = shallowRef([]);
/** A draft of a new diary entry; it is stored with the first saveDraft. */
export const newDraft = (_scope: string, _fields?: Draft['fields']): Draft => later();
/** A draft that changes `of`; what was shown then is what the change is compared with. */
export const draftOf = (_of: Row<'diary_entry'>): Draft => later();
export const saveDraft = (_draft: Draft): Promise<void> => later();
export const loadDraft = (_id: string): Promise<Draft | null> => later();
export const discardDraft = (_id: string): Promise<void> => later();
/** Ops written and draft removed in one transaction; returns the diary entry's id. */
export const commitDraft = (_draft: Draft | string): Promise<string> => later();

// ---- sync
export const sync: SyncStatus = reactive({
  state: 'offline',
  pending: 0,
  done: 0,
  total: 0,
  pulled: 0,
  syncedAt: null,
  attention: 0,
  lastError: null,
  retryAt: null,
  persisted: null,
  usage: null,
});
export const syncNow = (): Promise<void> => later();
export const outbox = (): Promise<readonly OpView[]> => later();
export const quarantined = (): Promise<readonly QuarantinedOp[]> => later();
export const receipts = (): Promise<readonly ReceiptView[]> => later();
export const syncLog = (): Promise<readonly SyncLogEntry[]> => later();
/** A JSON file, not encrypted, of every unsent op and draft. */
export const exportUnsent = (): Promise<Blob> => later();
export const measureStorage = (): Promise<void> => later();

// ---- directory
export const directory: ShallowRef<Directory | null> = shallowRef(null);
export const personName = (_id: string): string => later();
export const unitName = (_id: string): string => later();
/** Names from the community down, joined by " / ". */
export const unitPath = (_id: string): string => later();

// ---- other endpoints
export const api = <T>(_method: string, _path: string, _body?: unknown): Promise<T> => later();

export { diaryState, latestReview, type DiaryState } from './diaryState';
export { addDays, daysBetween, localDay, localTime, monthOf, now, today } from './days';
