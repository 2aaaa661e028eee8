/** Drafts: what is being written, stored with every pause of the author. */

import { cleanFields, isSame } from './clean';
import { got, type Database } from './database';
import type { Change } from './outbox';
import type { Draft, Seen } from './types';

/** A plain copy, as it is stored. */
export function storable(draft: Draft, updatedAt: string): Draft {
  return { ...(cleanFields(draft) as unknown as Draft), updatedAt };
}

export function putDraft(db: Database, draft: Draft): Promise<void> {
  return db.writeStrictly(['drafts'], async (tx) => {
    const stored = got(tx.objectStore('drafts').put(draft));
    // Asked for at once: a page that goes away ends every transaction that isn't committing yet.
    tx.commit();
    await stored;
  });
}

export function deleteDraft(db: Database, id: string): Promise<void> {
  return db.writeStrictly(['drafts'], async (tx) => {
    await got(tx.objectStore('drafts').delete(id));
  });
}

/** The changes that a draft means; none when nothing differs from what its author saw. */
export function changesOf(draft: Draft, recordedAt: string, tz: number): Change[] {
  const { recordId: rid, scope, seen } = draft;
  if (draft.kind === 'review') {
    return [{ type: 'review', rid, scope, kind: 'append', set: cleanFields(draft.review ?? {}) }];
  }
  const problems = draft.problems.map((problem): Change => ({
    type: 'problem',
    rid: problem.id,
    scope,
    kind: 'create',
    set: {
      recorded_at: recordedAt,
      ...(!draft.kind && { diary_id: rid }),
      ...cleanFields(problem.fields),
    },
  }));
  if (draft.kind === 'problem') return problems;
  // A draft holds the whole entry: a field that is seen and no longer in it was emptied.
  const emptied = Object.fromEntries(Object.keys(seen?.fields ?? {}).map((name) => [name, null]));
  const fields = { ...emptied, ...cleanFields(draft.fields) };
  const diary: Change | null = seen
    ? setChange('diary_entry', rid, scope, fields, seen)
    : {
        type: 'diary_entry',
        rid,
        scope,
        kind: 'create',
        set: { recorded_at: recordedAt, tz, ...fields },
      };
  return diary ? [diary, ...problems] : problems;
}

/**
 * A `set` of the fields that differ from `seen`, with the stamps seen; null when none does. An
 * undefined field is emptied.
 */
export function setChange(
  type: string,
  rid: string,
  scope: string,
  fields: object,
  seen: Pick<Seen, 'stamps'> & { readonly fields: object },
): Change | null {
  const before = seen.fields as Readonly<Record<string, unknown>>;
  const given = Object.entries(fields).map(([name, value]) => [name, value ?? null] as const);
  const differing = Object.entries(cleanFields(Object.fromEntries(given))).filter(
    ([name, value]) => !isSame(value, before[name]),
  );
  if (differing.length === 0) return null;
  const base = Object.fromEntries(differing.map(([name]) => [name, seen.stamps[name] ?? 1]));
  return { type, rid, scope, kind: 'set', set: Object.fromEntries(differing), base };
}
