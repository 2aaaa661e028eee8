/**
 * What is shown: the record as it was pulled with the device's own unsent ops laid over it [D3].
 * For the ops of one device nothing is merged: what it wrote earlier was seen by its author [M4],
 * so the last value of each field stands, here as on the server (which may put the members of a set
 * in another order, and has an empty list where a list was emptied).
 */

import type { Entry, JsonObject, Op } from './messages';

type Pulled = Omit<Entry, 'h'>;

/** A record as it is shown; `rev` 0 while the server hasn't got it. */
export interface Shown {
  readonly type: string;
  readonly id: string;
  readonly seq: number;
  readonly rev: number;
  readonly by: string;
  readonly at: string;
  readonly f: JsonObject;
  /** Stamps of the pulled record that are not 1; unsent ops have none. */
  readonly s: Readonly<Record<string, number>>;
  readonly pending: boolean;
}

/**
 * The record shown, or null when there is none or it is deleted. `ops` are those of this record
 * that are in the outbox, by n; `author` is the account that wrote them.
 */
export function overlay(
  pulled: Pulled | undefined,
  ops: readonly Op[],
  author: string,
): Shown | null {
  // What has left the scope isn't here to be changed; where its ops went is the server's word [P14].
  if (pulled?.out) return null;
  let shown = pulled && !pulled.gone ? fromEntry(pulled) : null;
  for (const op of ops) shown = apply(shown, op, pulled, author);
  return shown;
}

function fromEntry(entry: Pulled): Shown {
  const { type, id, seq, rev, by, at } = entry;
  return {
    type,
    id,
    seq,
    rev,
    by,
    at,
    f: entry.f ?? {},
    s: entry.s ?? {},
    pending: false,
  };
}

function apply(
  shown: Shown | null,
  op: Op,
  pulled: Pulled | undefined,
  author: string,
): Shown | null {
  switch (op.kind) {
    case 'create':
    case 'append':
      // The same id again is a replay that was already pulled, never a second record [P1, M7].
      return shown ? { ...shown, pending: true } : created(op, author);
    case 'set':
      // An edit survives a deletion that came meanwhile [M6]: it is laid over what is known.
      return {
        ...(shown ?? revived(op, pulled, author)),
        ...changed(shown, op),
      };
    case 'delete':
      return null;
    case 'command':
      return shown && { ...shown, pending: true };
  }
}

function created(op: Op, author: string): Shown {
  const { type, rid: id, wall: at, set = {} } = op;
  return {
    type,
    id,
    seq: 0,
    rev: 0,
    by: author,
    at,
    f: filled(set),
    s: {},
    pending: true,
  };
}

function changed(shown: Shown | null, op: Op): Pick<Shown, 'f' | 'pending'> {
  return { f: filled({ ...shown?.f, ...op.set }), pending: true };
}

/** A field that was emptied is absent from a record. */
function filled(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function revived(op: Op, pulled: Pulled | undefined, author: string): Shown {
  const base = created(op, author);
  return pulled
    ? {
        ...base,
        seq: pulled.seq,
        rev: pulled.rev,
        by: pulled.by,
        at: pulled.at,
      }
    : base;
}
