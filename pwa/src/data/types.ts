/** What the data layer hands to pages and components. Times are ISO 8601 in UTC, days YYYY-MM-DD. */

import type { Json, JsonObject, Op, OpKind, Receipt } from '../../../sync/messages';
import type {
  ConflictSide,
  Decision,
  DiaryEntryFields,
  FieldsByType,
  HandoverOp,
  HandoverReason,
  HandoverState,
  ProblemFields,
  RecordType,
  ReviewFields,
  Settlement,
} from './records';

export type { RecordType } from './records';
export type FieldsOf<T extends RecordType> = FieldsByType[T];

/** A record as it is shown: what was pulled with this phone's unsent ops laid over it. */
export interface Row<T extends RecordType = RecordType> {
  readonly id: string;
  readonly type: T;
  readonly scope: string;
  /** The server's revision; 0 while the server hasn't got the record. */
  readonly rev: number;
  /** The scope's counter at its last change; 0 while the server hasn't got the record. */
  readonly seq: number;
  /** The account that created it. */
  readonly by: string;
  /** When it was created: server's time, or this phone's while rev is 0. */
  readonly at: string;
  readonly fields: Readonly<FieldsOf<T>>;
  /** Whether an unsent op lies over it. */
  readonly pending: boolean;
  /** The revision at which each field last changed; 1 for a field not named. */
  readonly stamps: Readonly<Record<string, number>>;
}

export interface AccountView {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly work_types: readonly string[];
}

export interface ScopeView {
  readonly id: string;
  readonly kind: string;
  readonly unit_id: string | null;
  readonly name: string;
  readonly write: boolean;
}

export interface UnitView {
  readonly id: string;
  readonly name: string;
}

export interface AssignmentView {
  readonly grid_id: string;
  readonly grid_name: string;
  readonly estates: readonly UnitView[];
  readonly from_day: string;
}

/** The answer of `/api/session`. */
export interface Me {
  readonly account: AccountView;
  readonly unit: UnitView & { readonly kind: string };
  readonly community: UnitView | null;
  readonly scopes: readonly ScopeView[];
  readonly assignment: AssignmentView | null;
  readonly must_change_password: boolean;
  readonly lease_until: string;
  readonly server_time: string;
}

export interface Session {
  readonly me: Me;
  readonly signedInAt: string;
  /** Until then this phone may read offline; 30 days from the last contact with the server. */
  readonly leaseUntil: string;
  /** By how much this phone's clock was ahead of the server's at the last contact, ms. */
  readonly clockAhead: number;
}

/** Work of another account of this phone that isn't sent yet. */
export interface OtherUnsent {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly ops: number;
  readonly drafts: number;
}

export interface DirectoryUnit {
  readonly id: string;
  readonly parent_id: string | null;
  readonly kind: string;
  readonly name: string;
  readonly sort?: number | null;
  readonly org_strength?: string | null;
  readonly tags?: readonly string[];
}

export interface DirectoryPerson {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

export interface DirectoryAssignment {
  readonly id: string;
  readonly cadre_id: string;
  readonly grid_id: string;
  readonly estate_ids: readonly string[];
  readonly from_day: string;
  readonly to_day: string | null;
}

/** The answer of `/api/directory`. */
export interface Directory {
  readonly units: readonly DirectoryUnit[];
  readonly people: readonly DirectoryPerson[];
  readonly assignments: readonly DirectoryAssignment[];
}

/** One line of the list of households; names are those of the record. */
export interface HouseholdLine {
  readonly id: string;
  readonly scope: string;
  readonly estate: string;
  readonly building: string;
  readonly entrance: string;
  readonly door: string;
  readonly head_name: string;
  /** Codes of care_tags and support_status together. */
  readonly tags: readonly string[];
  /** It moved to another grid: only its name is still known here [P14]. */
  readonly moved?: boolean;
}

export type HouseholdHit = HouseholdLine;

/** Lines `from` (inclusive) to `to` (exclusive) are the households of one building. */
export interface HouseholdGroup {
  readonly scope: string;
  readonly estate: string;
  readonly building: string;
  readonly from: number;
  readonly to: number;
}

export interface DraftProblem {
  /** The id the problem will have. */
  id: string;
  fields: Partial<ProblemFields>;
}

/** The record as its author saw it when he began to change it. */
export interface Seen {
  readonly rev: number;
  readonly stamps: Readonly<Record<string, number>>;
  readonly fields: Readonly<JsonObject>;
}

/**
 * What is being written: a diary, or a change of one when `seen` is given, with the problems
 * reported in it. Of `kind` problem it is the one in `problems` alone, of `kind` review `review`.
 */
export interface Draft {
  readonly id: string;
  readonly kind?: 'problem' | 'review';
  /** The id of the diary entry, or of the review. */
  readonly recordId: string;
  readonly scope: string;
  readonly seen: Seen | null;
  /** The quarantine record whose words it takes up; sending it settles that one. */
  readonly resends?: string;
  fields: Partial<DiaryEntryFields>;
  problems: DraftProblem[];
  review?: Partial<ReviewFields>;
  /** When it was last stored. */
  updatedAt: string;
}

export type SyncState = 'offline' | 'syncing' | 'synced' | 'attention' | 'signed_out';

/** Why the last sync didn't succeed. */
export type SyncErrorCode =
  | 'offline' // no connection, or no answer in time
  | 'captive_portal' // something else than the server answered: a Wi-Fi sign-in page
  | 'bad_answer' // an answer cut off or of another shape
  | 'server' // 5xx
  | 'busy' // 429 or 503; `SyncStatus.retryAt` says when it goes on
  | 'signed_out'
  | 'other_account' // this browser is signed in as somebody else
  | 'device_taken'
  | 'sequence_gap' // the server lacks ops that this phone no longer has
  | 'too_large' // a single op is refused as too large
  | 'refused' // any other refusal
  | 'quota' // no room on this phone
  | 'blocked' // another tab keeps an older version of the database open
  | 'storage'; // this phone's database can't be used

export interface SyncError {
  readonly code: SyncErrorCode;
  readonly status: number;
  /** The server's words, where it gave some. */
  readonly title: string;
  readonly at: string;
}

/** The browser has cleared what this phone kept. */
export interface Evicted {
  /** Ops and drafts that were unsent when it was last known. */
  readonly unsent: number;
  /** When that was; null when it isn't known. */
  readonly at: string | null;
  /** The device that it was; absent when it isn't known. */
  readonly device?: string;
}

export interface SyncStatus {
  state: SyncState;
  /** Ops in the outbox. */
  pending: number;
  /** Of `total` ops of this run, how many are read back. */
  done: number;
  total: number;
  /** Records pulled in this run. */
  pulled: number;
  syncedAt: Date | null;
  /** Quarantined ops that wait for a person. */
  attention: number;
  lastError: SyncError | null;
  retryAt: Date | null;
  /** Whether the browser promised to keep the data; null until it was asked. */
  persisted: boolean | null;
  /** Photos that the server hasn't got, and how many of them it doesn't take. */
  photos: number;
  photosRefused: number;
  /** Set when the browser has cleared this phone's data; null again after signing in. */
  evicted: Evicted | null;
  /** Bytes of storage used; null until `measureStorage()`. */
  usage: number | null;
}

export interface OpView {
  readonly op_id: string;
  readonly n: number;
  readonly type: string;
  readonly rid: string;
  readonly kind: OpKind;
  readonly set: JsonObject;
  readonly wall: string;
  /** Sent and accepted, not yet read back. */
  readonly sent: boolean;
}

/** An op that the server keeps whole and didn't apply. */
export interface QuarantinedOp {
  /** The id of its quarantine record. */
  readonly id: string;
  /** `person:` for the author's own, `committee:` for the twin that a supervisor sees. */
  readonly scope: string;
  /** The author and his device. */
  readonly account: string;
  readonly device: string;
  readonly op_id: string;
  readonly n: number;
  readonly type: string;
  readonly rid: string;
  readonly kind: string;
  readonly set: JsonObject;
  readonly code: string;
  /** The reason in Chinese. */
  readonly message: string;
  readonly field: string | null;
  readonly received_at: string;
  /** The whole op as JSON text, to copy or export. */
  readonly op: string;
  /** How its author ended it; null while it waits. */
  readonly settled: 'resent' | 'dropped' | null;
  /** A supervisor has seen to the twin, with this note. */
  readonly handled: boolean;
  readonly note: string;
  /** What was decided about an op that was handed over, and why [P13]. */
  readonly decision: Decision | null;
  readonly decisionNote: string;
}

/** The ops of one device on one record of a scope that their author held once [P13]. */
export interface HandoverView {
  readonly id: string;
  readonly scope: string;
  readonly recordType: RecordType;
  readonly recordId: string;
  readonly account: string;
  readonly device: string;
  readonly reason: HandoverReason;
  readonly state: HandoverState;
  readonly ops: readonly HandoverOp[];
  /** When the server received the first of them. */
  readonly receivedAt: string;
  readonly note: string;
}

/** What a file of carried work holds [D7]. */
export interface Carried {
  readonly proto: number;
  readonly schema: number;
  /** The author and his device. */
  readonly account: string;
  readonly device: string;
  readonly ops: readonly Op[];
  readonly drafts: readonly Draft[];
}

export interface CarriedResult {
  /** How many ops came to which status; `duplicate` was there already. */
  readonly counts: Readonly<Record<string, number>>;
  /** Drafts that are now on this phone. */
  readonly drafts: number;
}

export interface FieldChange {
  readonly field: string;
  /** undefined where the version before isn't known any more. */
  readonly before: Json | undefined;
  /** null where it was emptied. */
  readonly after: Json;
}

/** One version of a record: what one op made of it. */
export interface Version {
  /** null while the op is unsent. */
  readonly rev: number | null;
  readonly kind: OpKind | 'move';
  readonly by: string;
  /** Server time; this phone's while the op is unsent. */
  readonly at: string;
  /** The writing device's own clock; null where it isn't known. */
  readonly wall: string | null;
  /** null where it isn't known. */
  readonly device: string | null;
  /** Whether it was written on this phone. */
  readonly own: boolean;
  readonly changes: readonly FieldChange[];
}

/** Two values of one field; `field` is `gone` where a deletion (true) met an edit (false). */
export interface ConflictView {
  readonly id: string;
  readonly scope: string;
  readonly recordType: RecordType;
  readonly recordId: string;
  readonly field: string;
  readonly shown: ConflictSide;
  readonly other: ConflictSide;
  /** Of a list, only the member with this key is in conflict; null otherwise. */
  readonly key: string | null;
  readonly settled: Settlement | null;
  readonly settledBy: string | null;
  /** Whether this account wrote one of the sides. */
  readonly mine: boolean;
}

/** A receipt as the server signed it [P12]. */
export interface ReceiptView extends Receipt {
  readonly at: string;
}

/** What comparing with the server came to: scopes compared, and those read anew. */
export interface CheckResult {
  readonly outcome: 'ok' | SyncErrorCode;
  readonly checked: number;
  readonly rebuilt: number;
}

export interface SyncLogEntry {
  readonly at: string;
  readonly ms: number;
  readonly sent: number;
  readonly readBack: number;
  readonly pulled: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly outcome: 'ok' | SyncErrorCode;
  /** The server's words about a refusal, where it gave some. */
  readonly title?: string;
  /** Scopes compared with the server, and those that differed or were reset and are here anew. */
  readonly checked?: number;
  readonly rebuilt?: number;
  /** The server was restored from an older copy; `again` ops are sent again [P12]. */
  readonly regress?: { readonly from: number; readonly to: number; readonly again: number } | null;
}
