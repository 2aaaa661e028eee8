/** Questionnaires as the server lists, checks and stores them. */

import { api, ApiError } from '@/data';

export interface Finding {
  readonly sheet: string;
  /** Excel's number of the row, 0 for the whole sheet or file. */
  readonly row: number;
  readonly column: string;
  /** Excel's name of the place, such as B7. */
  readonly cell: string;
  readonly code: string;
  readonly message: string;
  readonly mend: string;
  readonly severity: 'error' | 'warning';
}

export interface Version {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly created_at: string;
  readonly media: readonly { readonly name: string; readonly size: number }[];
}

export interface Questionnaire {
  readonly id: string;
  readonly title: string;
  readonly archived: boolean;
  readonly versions: readonly Version[];
}

export type Row = Readonly<Record<string, string>>;
export type Rows = Readonly<Record<string, readonly Row[]>>;

export interface Checked {
  readonly title: string;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly xform: string | null;
  readonly rows: Rows;
}

export interface Stored {
  readonly id: string;
  readonly version: number;
  readonly warnings: readonly Finding[];
  readonly missing_media: readonly string[];
}

/** What is stored: a spreadsheet, or the rows of the builder. */
export type Written = File | { readonly name: string; readonly rows: Rows };

const BASE = '/api/questionnaires';

export const listed = (): Promise<readonly Questionnaire[]> => api('GET', BASE);

function body(written: Written): unknown {
  if (!(written instanceof File)) return written;
  const form = new FormData();
  form.append('file', written);
  return form;
}

export const check = (written: Written): Promise<Checked> =>
  api('POST', `${BASE}/check`, body(written));

/** Stores a new version of the questionnaire, or a new questionnaire without an id. */
export const store = (written: Written, id?: string): Promise<Stored> =>
  id ? api('PUT', `${BASE}/${id}`, body(written)) : api('POST', BASE, body(written));

export const archive = (id: string, archived: boolean): Promise<void> =>
  api('PATCH', `${BASE}/${id}`, { archived });

export const rowsOf = (id: string, number: number): Promise<{ title: string; rows: Rows }> =>
  api('GET', `${versionPath(id, number)}/rows`);

export const versionPath = (id: string, number: number): string =>
  `${BASE}/${id}/versions/${number}`;

/** The findings of a refusal; null for a refusal of another kind. */
export function findingsIn(error: unknown): readonly Finding[] | null {
  if (!(error instanceof ApiError) || error.code !== 'bad_form') return null;
  const { errors = [], warnings = [] } = error.problem as Record<string, readonly Finding[]>;
  return [...errors, ...warnings];
}
