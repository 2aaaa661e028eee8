/** The report of an import, as `POST /api/households/import` answers or refuses. */

export interface RowError {
  /** As Excel counts: the headings are row 1. */
  row: number;
  column: string | null;
  message: string;
}

export interface ImportResult {
  rows: number;
  imported: number;
  created: number;
  updated: number;
  unchanged: number;
  errors: RowError[];
  /** Refused as a whole because of bad rows. */
  refused?: boolean;
}

/** Returns the report that a refusal carries; null when it was refused for another reason. */
export function reportIn(problem: Readonly<Record<string, unknown>>): ImportResult | null {
  const errors = problem['errors'];
  if (!Array.isArray(errors) || !errors.every(isRowError)) return null;
  const count = (name: string) => (typeof problem[name] === 'number' ? problem[name] : 0);
  return {
    rows: count('rows'),
    imported: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    errors,
    refused: true,
  };
}

function isRowError(value: unknown): value is RowError {
  return typeof value === 'object' && value !== null && 'row' in value && 'message' in value;
}
