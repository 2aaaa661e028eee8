/** The rounds that this phone knows, each once. */
import { records, today } from '@/data';
import type { Round } from '@/data/surveys';
import { writableGrids } from '../diary/own';

export interface KnownRound {
  readonly scope: string;
  readonly round: Round;
}

/** Those of the person's grids; the contact point comes first. */
export function knownRounds(): KnownRound[] {
  const grids = writableGrids();
  const found = new Map<string, KnownRound>();
  const rows = [...records('survey_round').value.values()]
    .filter(({ scope }) => grids.includes(scope))
    .sort((a, b) => grids.indexOf(a.scope) - grids.indexOf(b.scope));
  for (const { scope, fields } of rows) {
    if (!found.has(fields.round_id)) found.set(fields.round_id, { scope, round: fields });
  }
  return [...found.values()].sort((a, b) => a.round.closes.localeCompare(b.round.closes));
}

/** Whether the round may be answered today. */
export function isOpen({ state, opens, closes }: Round): boolean {
  return state === 'open' && opens <= today() && today() <= closes;
}
