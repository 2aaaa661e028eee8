/** What settling a conflict writes [M10]: pure functions of the rows. */

import type { Json, JsonObject } from '../../../sync/messages';
import { setChange } from './drafts';
import { DataError } from './errors';
import { keyOf } from './matters';
import type { Change } from './outbox';
import type { Settlement } from './records';
import type { ConflictView, Row } from './types';

/** The field of a conflict between a deletion and an edit [M6]. */
const GONE = 'gone';

/**
 * The change of the record that `choice` asks for, based on the stamps now seen; null where it
 * shows the value wanted already. DataError `record_gone` where there is nothing left to change.
 */
export function settlementOf(
  conflict: ConflictView,
  record: Row | null,
  choice: Settlement,
  value: unknown,
): Change | null {
  if (choice === 'shown') return null;
  if (!record) throw new DataError('record_gone', '');
  const { field, other, recordType: type, recordId: rid } = conflict;
  const wanted = choice === 'other' ? other.value : value;
  const settles = conflict.id;
  if (field === GONE) return wanted === true ? { ...deletion(record), settles } : null;
  const present = (record.fields as unknown as JsonObject)[field];
  const next = conflict.key === null ? wanted : withMember(present, conflict.key, wanted);
  const change = setChange(type, rid, record.scope, { [field]: next }, record);
  return change && { ...change, settles };
}

/** A `delete` of what is seen now. */
export function deletion({ type, id: rid, scope, fields, stamps }: Row): Change {
  const base = Object.fromEntries(Object.keys(fields).map((name) => [name, stamps[name] ?? 1]));
  return { type, rid, scope, kind: 'delete', base };
}

/** The list with the member of this key as `wanted`, without it where that is null. */
function withMember(list: Json | undefined, key: string, wanted: unknown): unknown[] {
  const members = Array.isArray(list) ? (list as readonly unknown[]) : [];
  const others = members.filter((member) => keyOf(member) !== key);
  if (wanted === null || wanted === undefined) return others;
  const at = members.findIndex((member) => keyOf(member) === key);
  if (at < 0) return [...others, wanted];
  return members.map((member, place) => (place === at ? wanted : member));
}
