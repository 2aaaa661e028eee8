/** The forms of open rounds, kept on the phone so that one can ask without a signal. */

import { got } from '../database';
import { ApiError } from '../errors';
import { all, one, phone, type FormRow, type Round } from './store';

/** Where a form comes from: by its version, or by the code of its round. */
export type Source = { readonly code: string } | { readonly signedIn: true };

function address(round: Round, source: Source): string {
  if ('code' in source) return `/api/s/${source.code}`;
  return `/api/surveys/forms/${round.version_id}`;
}

/** The form of the round, from this phone or from the server. Throws ApiError `offline`. */
export async function formOf(round: Round, source: Source): Promise<FormRow> {
  return (await one<FormRow>('forms', round.version_id)) ?? fetchForm(round, source);
}

/** Fetches the forms that aren't on this phone; what can't be had now is had next time. */
export async function keepForms(rounds: readonly Round[]): Promise<void> {
  const known = new Set((await all<FormRow>('forms')).map(({ version_id }) => version_id));
  for (const round of rounds) {
    if (known.has(round.version_id)) continue;
    known.add(round.version_id);
    await fetchForm(round, { signedIn: true }).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
    });
  }
}

async function fetchForm(round: Round, source: Source): Promise<FormRow> {
  const base = address(round, source);
  const xml = await (await load('code' in source ? `${base}/form.xml` : base)).text();
  const files: Record<string, { type: string; content: ArrayBuffer }> = {};
  for (const { name } of round.media ?? []) {
    const file = await load(`${base}/media/${encodeURIComponent(name)}`);
    files[name] = {
      type: file.headers.get('Content-Type') ?? '',
      content: await file.arrayBuffer(),
    };
  }
  const row: FormRow = { version_id: round.version_id, xml, files };
  await phone.write(['forms'], async (tx) => {
    await got(tx.objectStore('forms').put(row));
  });
  return row;
}

async function load(path: string): Promise<Response> {
  const headers = { 'X-Minqing': '1' };
  const answer = await fetch(path, { headers, redirect: 'error' }).catch(() => {
    throw new ApiError(0, 'offline');
  });
  if (!answer.ok) throw new ApiError(answer.status, 'refused');
  return answer;
}
