/** What a form begins with: a new draft, or one that changes an entry. */

import { cleanFields } from './clean';
import { newId } from './ids';
import type { Draft, Row } from './types';

/** A draft of a new diary entry; it is stored with the first saveDraft. */
export function newDraft(scope: string, fields: Draft['fields'] = {}): Draft {
  const [id, recordId] = [newId(), newId()];
  return { id, recordId, scope, seen: null, fields, problems: [], updatedAt: '' };
}

/** A draft that changes `row`: compared with what is shown now, whatever comes later. */
export function draftOf(row: Row<'diary_entry'>): Draft {
  const fields = cleanFields(row.fields);
  return {
    ...newDraft(row.scope, structuredClone(fields)),
    recordId: row.id,
    seen: { rev: row.rev, stamps: row.stamps, fields },
  };
}
