/** Rounds as the server lists, changes and counts them. */

import { api } from '@/data';

export type Who = 'named' | 'anonymous';

export interface Round {
  readonly id: string;
  readonly version_id: string;
  readonly title: string;
  readonly units: readonly string[] | null;
  readonly mode: 'named' | 'anonymous' | 'respondent_chooses';
  readonly anonymous_unit: 'community' | 'grid';
  readonly opens: string;
  readonly closes: string;
  readonly state: 'draft' | 'open' | 'collected' | 'closed';
  readonly consent: string;
  readonly code: string;
  readonly feedback: string | null;
  readonly counts?: {
    readonly named: number;
    readonly late: number;
    readonly opened: number;
    readonly waiting: number;
  };
}

/** A row of a table; null is hidden. */
export interface Line {
  readonly value: string;
  readonly label: string;
  readonly count: number | null;
  readonly share: number | null;
}

export interface Table {
  readonly path: string;
  readonly kind: 'one' | 'many' | 'rank' | 'number' | 'date' | 'text';
  readonly label: string;
  readonly total: number;
  readonly answered: number | null;
  readonly lines: readonly Line[];
  readonly summary: { readonly mean: number; readonly quartiles: readonly number[] } | null;
  readonly places: readonly { readonly value: string; readonly place: number }[];
  readonly texts: readonly string[];
  readonly texts_left: number;
}

export interface Results {
  readonly total: number;
  readonly unreadable: number;
  readonly groups: Readonly<Record<Group, readonly Line[]>>;
  readonly tables: readonly Table[];
}

export type Group = 'unit' | 'week' | 'via';
export const GROUPS: readonly Group[] = ['unit', 'week', 'via'];

export interface Crosstab {
  readonly total: number;
  readonly rows: readonly Line[];
  readonly columns: readonly Line[];
  readonly cells: readonly (readonly (number | null)[])[];
}

export interface Version {
  readonly id: string;
  readonly label: string;
}

const BASE = '/api/rounds';

export const rounds = async (): Promise<readonly Round[]> =>
  (await api<{ rounds: readonly Round[] }>('GET', BASE)).rounds;

export const round = (id: string): Promise<Round> => api('GET', `${BASE}/${id}`);

export const create = (given: object): Promise<Round> => api('POST', BASE, given);

export const change = (id: string, given: object): Promise<Round> =>
  api('PATCH', `${BASE}/${id}`, given);

export const open = (id: string): Promise<Round> => api('POST', `${BASE}/${id}/open`);

export const collect = (id: string, discard: boolean): Promise<Round> =>
  api('POST', `${BASE}/${id}/collect`, { discard });

export const close = (id: string, feedback: string): Promise<Round> =>
  api('POST', `${BASE}/${id}/close`, { feedback });

export const results = (id: string, who: Who): Promise<Results> =>
  api('GET', `${BASE}/${id}/results?who=${who}`);

export const crosstab = (id: string, who: Who, row: string, column: string): Promise<Crosstab> =>
  api('GET', `${BASE}/${id}/crosstab?${new URLSearchParams({ who, row, column }).toString()}`);

export const fileOf = (id: string, who: Who, kind: 'xlsx' | 'csv'): string =>
  `${BASE}/${id}/results.${kind}?who=${who}`;

interface Listed {
  readonly title: string;
  readonly archived: boolean;
  readonly versions: readonly { readonly id: string; readonly number: number }[];
}

/** Every version in use, by its questionnaire's title, the newest of each first. */
export async function versions(
  nameOf: (title: string, number: number) => string,
): Promise<Version[]> {
  const listed = await api<readonly Listed[]>('GET', '/api/questionnaires');
  return listed
    .filter(({ archived }) => !archived)
    .flatMap((one) =>
      [...one.versions]
        .sort((a, b) => b.number - a.number)
        .map(({ id, number }) => ({ id, label: nameOf(one.title, number) })),
    );
}

/** Whose answers a round of the mode may have. */
export const waysOf = (mode: Round['mode']): readonly Who[] =>
  mode === 'respondent_chooses' ? ['named', 'anonymous'] : [mode];
