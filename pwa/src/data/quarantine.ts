/** Ops that the server keeps whole and didn't apply [P11], and how they end. */

import { readRow, type Account } from './account';
import { setChange } from './drafts';
import { quarantinedIn } from './matters';
import type { Change } from './outbox';
import type { QuarantinedOp, RecordType, Row } from './types';

/** Own ops that the server kept without applying them and that nobody has ended, the latest first. */
export async function viewQuarantine({ id, rows }: Account): Promise<QuarantinedOp[]> {
  await rows.load('quarantine');
  return quarantinedIn(rows.of('quarantine').value.values(), `person:${id}`);
}

/** What ends the refused op `id` whose words are sent again. */
export async function resent(account: Account, id: string): Promise<Change> {
  return setting(await existing(account, 'quarantine', id), { settled: 'resent' });
}

/** A `set` of a record of the server's; an error where it is ended so already. */
export function setting(row: Row, fields: object): Change {
  const change = setChange(row.type, row.id, row.scope, fields, row);
  if (!change) throw new Error(`${row.type} ${row.id} is ended so already`);
  return change;
}

export async function existing<T extends RecordType>(
  account: Account,
  type: T,
  id: string,
): Promise<Row<T>> {
  const row = await readRow(account, type, id);
  if (!row) throw new Error(`no ${type} ${id}`);
  return row;
}
