/** What waits for a person: conflicts [M3] and refused ops [P11] as pages show them. */

import type { JsonObject } from '../../../sync/messages';
import type { ConflictView, QuarantinedOp, RecordType, Row } from './types';

/** The conflict as `account` sees it. */
export function conflictView(row: Row<'conflict'>, account: string): ConflictView {
  const { id, scope, fields } = row;
  const { settled, settled_by } = fields;
  const { field, shown, other, record_type, record_id } = fields;
  return {
    id,
    scope,
    recordType: record_type as RecordType,
    recordId: record_id,
    field,
    shown,
    other,
    key: keyOf(shown.value) ?? keyOf(other.value),
    settled: settled ?? null,
    settledBy: settled_by ?? null,
    mine: shown.account === account || other.account === account,
  };
}

export function isOpen({ fields }: Row<'conflict'>): boolean {
  return fields.state === 'open' && !fields.settled;
}

/** The key of a list's member; null for any other value. */
export function keyOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { key } = value as { readonly key?: unknown };
  return typeof key === 'string' ? key : null;
}

/** Those of `scope` that wait for a person, the latest first. */
export function quarantinedIn(rows: Iterable<Row<'quarantine'>>, scope: string): QuarantinedOp[] {
  return [...rows]
    .filter((row) => row.scope.startsWith(scope))
    .map(quarantinedOp)
    .filter(({ settled, handled }) => settled === null && !handled)
    .sort((a, b) => (a.received_at < b.received_at ? 1 : -1));
}

/** What schema 2 adds to a quarantine record. */
interface Ended {
  readonly settled?: QuarantinedOp['settled'];
  readonly handled?: boolean | null;
  readonly note?: string | null;
}

function quarantinedOp(row: Row<'quarantine'>): QuarantinedOp {
  const { id, scope, fields } = row;
  const { settled = null, handled, note } = fields as Ended;
  const { type, rid, kind, set = {} } = opOf(row);
  const { account, device, op_id, n, code, message, field = null, received_at, op } = fields;
  return {
    ...{ id, scope, account, device, op_id, n, type, rid, kind, set },
    ...{ code, message, field, received_at, op },
    settled,
    handled: handled ?? false,
    note: note ?? '',
  };
}

interface RefusedOp {
  readonly type: string;
  readonly rid: string;
  readonly scope: string;
  readonly kind: string;
  readonly set?: JsonObject;
}

/** The op's members as far as its text can be read: it was refused, so nothing of it is certain. */
export function opOf({ fields }: Row<'quarantine'>): RefusedOp {
  const unknown = { type: '', rid: '', scope: '', kind: '' };
  try {
    const op: unknown = JSON.parse(fields.op);
    return typeof op === 'object' && op !== null ? { ...unknown, ...op } : unknown;
  } catch {
    return unknown;
  }
}
