/** The report of an import, as `POST /api/households/import` answers or refuses. */

export interface RowError {
  /** As Excel counts: the first row of the sheet is 1. */
  row: number;
  column: string;
  message: string;
}

const COUNTS = [
  'rows',
  'created',
  'moved',
  'updated',
  'unchanged',
  'kept',
  'conflicts',
  'skipped',
] as const;
export type Count = (typeof COUNTS)[number];

export type ImportResult = Record<Count, number> & {
  /** Nothing was written because of bad rows. */
  refused: boolean;
  dry_run: boolean;
  /** Sentences about the file as a whole, in Chinese. */
  notes: string[];
  errors: RowError[];
};

/** Returns the report that a refusal carries; null when it was refused for another reason. */
export function reportIn(problem: Readonly<Record<string, unknown>>): ImportResult | null {
  return problem['code'] === 'bad_rows' ? (problem as unknown as ImportResult) : null;
}

/** Returns the counts worth saying: the rows, and what isn't zero. */
export function countsOf(result: ImportResult): Count[] {
  return COUNTS.filter((count) => count === 'rows' || result[count] > 0);
}
