import { loadavg } from 'node:os';
import { measureReference } from './child.ts';
import type { Measured } from './result.ts';
import type { BenchRow } from './rows.ts';

/** What the rounds gave, row by row, and every time of the reference loop. */
export interface Rounds {
  readonly measured: readonly { readonly row: BenchRow; readonly rounds: readonly Measured[] }[];
  readonly references: readonly number[];
}

/** Measures every row once a round, one process at a time, the reference loop right before and after each. */
export async function runRounds(
  rows: readonly BenchRow[],
  count: number,
  tell: (text: string) => void,
): Promise<Rounds> {
  const [load = 0] = loadavg();
  if (load > 0.5) tell(`load ${load.toFixed(2)}: others use this machine; read the ratios`);
  const references: number[] = [];
  const measured = rows.map((row) => ({ row, rounds: [] as Measured[] }));
  for (let round = 1; round <= count; round++) {
    let before = await measureReference();
    references.push(before);
    for (const { row, rounds } of measured) {
      const sample = await row.measure();
      const after = await measureReference();
      references.push(after);
      rounds.push({ sample, referenceSeconds: (before + after) / 2 });
      before = after;
      const speed = sample.events / sample.seconds / 1e6;
      tell(`round ${round}  ${row.key.padEnd(34)} ${speed.toFixed(2)} M events/s`);
    }
  }
  return { measured, references };
}
