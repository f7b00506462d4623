/**
 * npm run bench [-- --events N] [--runs R] [--only decode,book,analyzers,full,groups,checkpoint,cliffs,memory]
 *               [--input raw,zstd,compiled] [--json] [--save] [--long]
 *
 * Measures the built program on a generated day (15 million events unless told, made once and kept in the system's
 * folder for temporary files), in rounds: every row once a round, each in a fresh process, the reference loop before
 * and after it. How to read the table:
 *
 * - `decode`, `book`, `analyzers` contain each other: the feed alone; and the L3 book; and the engine's own loop with
 *   all analyzers, which nobody asks. `full` is the program itself as a user starts it, with rules brain, exchange,
 *   journal and report; `full, trading` with thresholds that keep its orders resting at the exchange for about half
 *   of the session. Their speed is the report's own `events.perSecond`; the whole process's time is told below.
 * - `groups` gives the engine one event group a call and times each: to the end of everything that the group, and the
 *   market time before it, made due. What a look at the clock costs is subtracted, and told.
 * - `checkpoint` copies the whole engine after such a day with 20,000 live orders, and restores it; an event is one of the
 *   two. What each takes, and how large a copy is, is told below.
 * - `cliff` rows are streams with unusual books, measured after the book is filled; told as a multiple of `normal`.
 * - `memory` is the peak of the whole program for days of different lengths.
 *
 * Seconds of a shared machine say little. `M/reference` counts millions of events in the time of the reference loop
 * just then, which noise and a faster machine cancel from; it is what is compared with the last saved result. A
 * difference within the tolerance, which the measured spread gives, is `same`. `--save` keeps the result in
 * test/bench/results/DATE-MACHINE.json; `--json` prints it.
 */
import { buildProgram } from '../support/built-program.ts';
import { parseBenchArguments } from './arguments.ts';
import { warmCompileCache } from './child.ts';
import { thisCommit, thisMachine } from './machine.ts';
import { REFERENCE_NAME } from './reference-loop.ts';
import { type BenchResult, compareResults, lastResult, rowOf, saveResult } from './result.ts';
import { runRounds } from './rounds.ts';
import { planRows } from './rows.ts';
import { spreadOf } from './statistics.ts';
import { tableOf } from './table.ts';

const given = parseBenchArguments(process.argv.slice(2));
const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

buildProgram();
const { rows, notAvailable } = await planRows(given);
await warmCompileCache();

const { measured, references } = await runRounds(rows, given.runs, tell);
const machine = thisMachine();
const result: BenchResult = {
  savedAt: new Date().toISOString(),
  commit: thisCommit(),
  node: process.version,
  machine,
  reference: { name: REFERENCE_NAME, seconds: spreadOf(references) },
  rounds: given.runs,
  rows: measured.map(({ row, rounds }) => rowOf(row.key, row.dataSha256, rounds)),
  notAvailable,
};
const last = lastResult(machine);
const compared = compareResults(result, last);
const beforeText =
  last === undefined
    ? 'no result was saved before'
    : `compared with ${last.savedAt.slice(0, 10)}, commit ${last.commit ?? 'unknown'}${last.machine.id === machine.id ? '' : ', another machine'}`;
const table = tableOf(result, compared, beforeText);
if (given.isJson) {
  tell(table);
  process.stdout.write(`${JSON.stringify({ ...result, compared }, null, 2)}\n`);
} else process.stdout.write(table);
if (given.isSaved) {
  const name = `${result.savedAt.slice(0, 10)}-${machine.id}.json`;
  tell(`saved as test/bench/results/${saveResult(name, result)}`);
}
