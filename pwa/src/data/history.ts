/** The versions of a record, as its author and his supervisor read them, offline too [L10]. */

import type { Json, JsonObject, Op, Past } from '../../../sync/messages';
import type { Account } from './account';
import { findPast, isLater, type Pulled } from './chunks';
import { isSame } from './clean';
import { heldChunks } from './content';
import type { Database } from './database';
import type { FieldChange, RecordType, Version } from './types';

interface Known {
  readonly entry: Pulled;
  readonly past: readonly Past[];
}

/** The versions of one record, the latest first: unsent ones, then what the server knows. */
export async function viewHistory(
  { db, rows, id, device }: Account,
  type: RecordType,
  rid: string,
): Promise<Version[]> {
  const known = await readPast(db, type, rid);
  const steps = known ? stepsOf(known) : [];
  const state = new Map<string, Json>();
  // Where the first version is forgotten, what stood before it is unknown.
  let complete = steps[0]?.kind === 'create' || steps[0]?.kind === 'append' || !known;
  const versions: Version[] = [];
  for (const step of [...steps, ...rows.opsOf(rid).map((op) => unsentStep(op, id, device))]) {
    const { set, ...what } = step;
    complete ||= what.kind === 'create';
    const changes = changesBy(set, state, complete);
    versions.push({ ...what, own: what.device === device, changes });
  }
  return versions.reverse();
}

type Step = Omit<Version, 'own' | 'changes'> & { readonly set: JsonObject };

/** A record of one version has no history of its own: the entry says all of it. */
function stepsOf({ entry, past }: Known): Step[] {
  if (past.length === 0) {
    if (entry.rev > 1) return [];
    const { rev, by, at, f = {} } = entry;
    return [{ rev, kind: 'create', by, at, wall: null, device: null, set: f }];
  }
  return past.map(({ set = {}, wall = null, ...step }) => ({ ...step, wall, set }));
}

function unsentStep({ kind, wall, set = {} }: Op, by: string, device: string): Step {
  return { rev: null, kind, by, at: wall, wall, device, set };
}

/** The fields that `set` changes in `state`, which then is as after it. */
function changesBy(set: JsonObject, state: Map<string, Json>, complete: boolean): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const [field, after] of Object.entries(set)) {
    const before = state.get(field) ?? (complete ? null : undefined);
    if (before === undefined || !isSame(before, after)) changes.push({ field, before, after });
    state.set(field, after);
  }
  return changes;
}

/** The latest pulled entry of a record with its history. */
function readPast(db: Database, type: string, rid: string): Promise<Known | null> {
  return db.read(['scopes', 'chunks'], async (tx) => {
    let latest: Known | null = null;
    for (const { text, scope } of await heldChunks(tx, type)) {
      const found = findPast(text, scope, type, rid);
      if (found && (!latest || isLater(found.entry, latest.entry))) latest = found;
    }
    return latest;
  });
}
