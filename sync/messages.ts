/**
 * The messages of `POST /api/sync`, protocol 1, and the check of an answer before it is believed.
 * SPEC.md describes every member; times are ISO 8601 in UTC.
 */

import type { Digest } from './digest';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const PROTO = 1;
export const SCHEMA = 3;
/** The previous hash of a device's first op. */
export const GENESIS = '0'.repeat(64);

export type OpKind = 'create' | 'set' | 'append' | 'delete' | 'command';

/** One immutable change of one record, exactly as it is sent and hashed. */
export interface Op {
  readonly op_id: string;
  readonly n: number;
  readonly prev_hash: string;
  readonly type: string;
  readonly rid: string;
  readonly scope: string;
  readonly kind: OpKind;
  readonly set?: JsonObject;
  readonly base?: Readonly<Record<string, number>>;
  readonly after?: string;
  /** The conflict that this change of a record ends [M10]. */
  readonly settles?: string;
  readonly wall: string;
  readonly mono: number;
}

export interface SyncRequest {
  readonly proto: number;
  readonly schema: number;
  readonly device: string;
  readonly ops: readonly Op[];
  readonly scopes: Readonly<Record<string, number>>;
  /** Scopes whose digest is asked for [L8]. */
  readonly check?: readonly string[];
  /** Scopes read anew into a shadow [L9]. */
  readonly rebuild?: readonly string[];
  /** The device's clock as it sends this [M8]. */
  readonly wall?: string;
  /** The device of before, which the browser has cleared, with how much was unsent [D10]. */
  readonly evicted?: EvictedDevice;
}

export interface EvictedDevice {
  readonly device: string;
  readonly unsent: number;
}

export type OpStatus = 'applied' | 'merged' | 'conflict' | 'quarantined' | 'duplicate';

export interface OpResult {
  readonly op_id: string;
  readonly n: number;
  readonly status: OpStatus;
  readonly scope: string;
  readonly seq: number;
  readonly conflict_id?: string;
  readonly code?: string;
  readonly field?: string;
  readonly message?: string;
}

/** What one accepted op made of a record: a member of `h` [L10]. */
export interface Past {
  readonly rev: number;
  readonly kind: OpKind | 'move';
  readonly by: string;
  readonly device: string;
  /** When the server received it. */
  readonly at: string;
  /** The device's own clock. */
  readonly wall?: string;
  /** The fields as they were stored; null where one was emptied. */
  readonly set?: JsonObject;
}

/** A record as a page hands it on; `f` and `s` are absent when it is gone or left the scope. */
export interface Entry {
  readonly type: string;
  readonly id: string;
  readonly seq: number;
  readonly rev: number;
  readonly by: string;
  readonly at: string;
  readonly gone?: boolean;
  readonly f?: JsonObject;
  /** Stamps that are not 1. */
  readonly s?: Readonly<Record<string, number>>;
  /** Its history, oldest first; absent at rev 1. */
  readonly h?: readonly Past[];
  /** It left this scope [P14]. */
  readonly out?: boolean;
}

export interface Page {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly more: boolean;
  readonly entries: readonly Entry[];
  readonly own: readonly string[];
  /** With `more`: how many records later pages will bring. */
  readonly left?: number;
  /** On the last page of a scope named in `check`. */
  readonly digest?: Digest;
}

/** What the server says, signed, that it has stored of a device's ops [P12]. */
export interface Receipt {
  readonly device: string;
  readonly n: number;
  readonly hash: string;
  /** Where op n is read back; absent before the first. */
  readonly scope?: string;
  readonly seq?: number;
  readonly at?: string;
  readonly key?: string;
  readonly sig?: string;
}

export interface SyncAnswer {
  readonly proto: number;
  readonly time: string;
  readonly account: string;
  readonly directory: string;
  readonly results: readonly OpResult[];
  /** Absent or null before the device's first op. */
  readonly receipt?: Receipt | null;
  readonly scopes: readonly Page[];
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** Scopes whose cursor can't be continued: their pages begin at 0 [L9]. */
  readonly reset?: readonly string[];
  readonly end: true;
}

/** Why an answer with status 200 is not believed. */
export type AnswerFault = 'captive_portal' | 'bad_answer';

/**
 * The answer in `text`, or the fault that forbids to use any of it [L5]: another content type than
 * JSON is a captive portal; JSON that is cut off, lacks `end: true` or has another shape is bad.
 */
export function readAnswer(contentType: string, text: string): SyncAnswer | AnswerFault {
  if (!/^application\/json\b/i.test(contentType)) return 'captive_portal';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'bad_answer';
  }
  return isAnswer(value) ? value : 'bad_answer';
}

function isAnswer(value: unknown): value is SyncAnswer {
  if (!isObject(value)) return false;
  return (
    value['end'] === true &&
    value['proto'] === PROTO &&
    isText(value['time']) &&
    isText(value['account']) &&
    isText(value['directory']) &&
    isReceipt(value['receipt']) &&
    isList(value['results'], isResult) &&
    isList(value['scopes'], isPage) &&
    isList(value['gained'], isText) &&
    isList(value['lost'], isText) &&
    isOptional(value['reset'], (reset) => isList(reset, isText))
  );
}

function isResult(value: unknown): boolean {
  return isObject(value) && isText(value['op_id']) && isText(value['status']);
}

function isPage(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value['id']) &&
    isCount(value['from']) &&
    isCount(value['to']) &&
    value['to'] >= value['from'] &&
    typeof value['more'] === 'boolean' &&
    isList(value['entries'], isEntry) &&
    isList(value['own'], isText) &&
    isOptional(value['digest'], isDigest)
  );
}

function isEntry(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value['type']) &&
    isText(value['id']) &&
    isCount(value['seq']) &&
    isCount(value['rev']) &&
    (value['gone'] === true || value['out'] === true || isObject(value['f']))
  );
}

/** Absent or null before the device's first op. */
function isReceipt(value: unknown): boolean {
  return value === undefined || value === null || isObject(value);
}

function isDigest(value: unknown): boolean {
  return isObject(value) && isCount(value['count']) && isCount(value['sum']);
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isList(value: unknown, item: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(item);
}
