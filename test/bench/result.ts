import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Comparison, compareSpeeds } from './comparison.ts';
import type { Machine } from './machine.ts';
import type { Sample } from './sample.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** A row of the result: one thing measured in every round. */
export interface ResultRow {
  /** Stage, input and what else tells it from the others; rows of equal keys are compared. */
  readonly key: string;
  /** Events a round. */
  readonly events: number;
  /** SHA-256 of what was read. */
  readonly dataSha256: string;
  readonly eventsPerSecond: Spread;
  readonly nsPerEvent: Spread;
  /** Events in the time of one reference loop: what is compared between runs and machines. */
  readonly eventsPerReference: Spread;
  readonly peakRssMb: Spread;
  readonly gcLongestMs: Spread;
  readonly figures: Readonly<Record<string, Spread>>;
}

export interface BenchResult {
  readonly savedAt: string;
  readonly commit: string | null;
  readonly node: string;
  readonly machine: Machine;
  readonly reference: { readonly name: string; readonly seconds: Spread };
  readonly rounds: number;
  readonly rows: readonly ResultRow[];
  readonly notAvailable: readonly string[];
}

/** A sample with the reference loop's time around it. */
export interface Measured {
  readonly sample: Sample;
  readonly referenceSeconds: number;
}

/** Puts a row together from what its rounds gave: at least one. */
export function rowOf(key: string, dataSha256: string, rounds: readonly Measured[]): ResultRow {
  const spread = (value: (round: Measured) => number): Spread =>
    rounded(spreadOf(rounds.map(value)));
  const names = Object.keys(rounds[0]?.sample.figures ?? {});
  const perSecond = ({ sample }: Measured): number => sample.events / sample.seconds;
  return {
    key,
    events: rounds[0]?.sample.events ?? 0,
    dataSha256,
    eventsPerSecond: spread(perSecond),
    nsPerEvent: spread((round) => 1e9 / perSecond(round)),
    eventsPerReference: spread((round) => perSecond(round) * round.referenceSeconds),
    peakRssMb: spread(({ sample }) => sample.peakRssMb),
    gcLongestMs: spread(({ sample }) => sample.gcLongestMs),
    figures: Object.fromEntries(
      names.map((name) => [name, spread(({ sample }) => sample.figures[name] ?? Number.NaN)]),
    ),
  };
}

function rounded({ median, min, max }: Spread): Spread {
  const round = (value: number): number => Number(value.toPrecision(6));
  return { median: round(median), min: round(min), max: round(max) };
}

export type Compared =
  | ({ readonly key: string; readonly before: ResultRow } & Comparison)
  | { readonly key: string; readonly verdict: 'new' | 'other data' };

/** Every row against the row of its key in an earlier result. */
export function compareResults(now: BenchResult, before: BenchResult | undefined): Compared[] {
  return now.rows.map((row): Compared => {
    const old =
      before?.reference.name === now.reference.name
        ? before.rows.find(({ key, events }) => key === row.key && events === row.events)
        : undefined;
    if (old === undefined) return { key: row.key, verdict: 'new' };
    if (old.dataSha256 !== row.dataSha256) return { key: row.key, verdict: 'other data' };
    return {
      key: row.key,
      before: old,
      ...compareSpeeds(row.eventsPerReference, old.eventsPerReference),
    };
  });
}

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url));

/** The last result that was saved: of a machine like this one, or, where there is none, of any. */
export function lastResult(machine: Machine): BenchResult | undefined {
  mkdirSync(RESULTS, { recursive: true });
  const results = readdirSync(RESULTS)
    .filter((name) => /^\d{4}-\d\d-\d\d-[0-9a-f]{8}\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as BenchResult)
    .sort((a, b) => a.savedAt.localeCompare(b.savedAt));
  return results.findLast((result) => result.machine.id === machine.id) ?? results.at(-1);
}

/** Keeps a result of machine and day, in the place of an earlier one of the same day. Returns the file's name. */
export function saveResult(name: string, result: object): string {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, name), `${JSON.stringify(result, null, 2)}\n`);
  return name;
}
