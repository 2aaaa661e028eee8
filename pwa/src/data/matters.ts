/** What waits for a person: conflicts [M3] and refused ops [P11] as pages show them. */

import type { JsonObject } from '../../../sync/messages';
import type { ConflictView, HandoverView, QuarantinedOp, RecordType, Row } from './types';

const HANDED_OVER = 'handed_over';

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
    mine: isSide(row, account),
  };
}

/** Whether `account` wrote one of the values. */
export function isSide({ fields }: Row<'conflict'>, account: string): boolean {
  return fields.shown.account === account || fields.other.account === account;
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

function quarantinedOp(row: Row<'quarantine'>): QuarantinedOp {
  const { id, scope, fields } = row;
  const { type, rid, kind, set = {} } = opOf(row);
  const { account, device, op_id, n, code, message, field = null, received_at, op } = fields;
  return {
    ...{ id, scope, account, device, op_id, n, type, rid, kind, set },
    ...{ code, message, field, received_at, op },
    settled: fields.settled ?? null,
    handled: fields.handled ?? false,
    note: fields.note ?? '',
    decision: fields.decision ?? null,
    decisionNote: fields.decision_note ?? '',
  };
}

/**
 * Whether its author has something to do: not while others decide about what was handed over, nor
 * when they took it [P13].
 */
export function isForAuthor({ code, decision }: QuarantinedOp): boolean {
  return code !== HANDED_OVER || decision === 'declined';
}

/** Handovers that wait for whoever writes in their scope, the oldest first [P13]. */
export function handoversIn(rows: Iterable<Row<'handover'>>): HandoverView[] {
  return [...rows]
    .filter(({ fields }) => fields.state === 'waiting')
    .map(handoverView)
    .sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
}

export function handoverView({ id, scope, fields }: Row<'handover'>): HandoverView {
  const { account, device, reason, state } = fields;
  const ops = fields.ops ?? [];
  return {
    ...{ id, scope, account, device, reason, state, ops },
    recordType: fields.of_type as RecordType,
    recordId: fields.rid,
    receivedAt: ops[0]?.received_at ?? '',
    note: fields.note ?? '',
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
