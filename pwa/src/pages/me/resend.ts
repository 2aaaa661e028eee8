/** A refused op taken up again: where its words are corrected. */

import { draftPath } from '@/components/draftPath';
import {
  drafts,
  loadRow,
  newDraft,
  newId,
  saveDraft,
  type Draft,
  type QuarantinedOp,
} from '@/data';
import { draftOfQuarantined } from '@/data/waiting';

/** What no correction of the words can mend. */
const NOT_BY_WORDS: ReadonlySet<string> = new Set([
  'handed_over',
  'not_allowed',
  'scope_unknown',
  'schema_too_new',
  'unknown_type',
]);
const WITH_FORM: ReadonlySet<string> = new Set(['diary_entry', 'household', 'problem']);

export function canResend({ type, kind, code }: QuarantinedOp): boolean {
  return WITH_FORM.has(type) && kind !== 'delete' && !NOT_BY_WORDS.has(code);
}

/** The path of the form, filled with the op's words; a draft is begun where it takes one. */
export async function formOfHeld(op: QuarantinedOp): Promise<string> {
  const begun = drafts.value.find(({ resends }) => resends === op.id);
  if (begun) return draftPath(begun);
  if (op.type === 'household') return `/households/${op.rid}?resend=${op.id}`;
  if (op.type === 'problem' && (await loadRow('problem', op.rid))) {
    return `/problems/${op.rid}?resend=${op.id}`;
  }
  const draft = op.type === 'problem' ? problemDraft(op) : await draftOfQuarantined(op);
  await saveDraft(draft);
  return draftPath(draft);
}

function problemDraft({ id, op, code, rid, set }: QuarantinedOp): Draft {
  const { scope } = JSON.parse(op) as { scope: string };
  const problem = { id: code === 'id_reused' ? newId() : rid, fields: { ...set } };
  return { ...newDraft(scope), kind: 'problem', problems: [problem], resends: id };
}
