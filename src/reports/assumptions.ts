import type { RunResult } from '../domain/run.ts';
import { formatCount, formatMoney } from './figures.ts';

/** Heading of the comparison, and heads of its columns. */
export const ASSUMPTIONS_HEADING = 'Other assumptions, same decisions';
export const ASSUMPTION_COLUMNS = ['assumption', 'meaning', 'net', 'trades', 'left'] as const;

/** A row of cells under `ASSUMPTION_COLUMNS` for each assumption, the run's own first. */
export function assumptionCellsOf({ assumptions = [] }: RunResult): readonly (readonly string[])[] {
  return assumptions.map(({ name, meaning, netPl, trades, position, changesSign }) => [
    `${name}${changesSign ? ' !' : ''}`,
    meaning,
    formatMoney(netPl),
    formatCount(trades),
    String(position),
  ]);
}

/** One line: whether any of them turns a profit into a loss, or the other way round. */
export function assumptionVerdictOf({ assumptions = [] }: RunResult): string {
  const turning = assumptions.filter(({ changesSign }) => changesSign).map(({ name }) => name);
  return turning.length === 0
    ? 'None of them changes the sign of the result.'
    : `The sign of the result changes with: ${turning.join(', ')}.`;
}
