import { resolve } from 'node:path';
import { findPastRun, type PastRun, pastRuns } from '../../app/past-runs.ts';
import { renderReport } from '../../app/report-formats.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { REPORT_OPTIONS, reportOutputOf } from '../report-output.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export const runsCommand: Command = {
  name: 'runs',
  help: 'Past runs, the latest first',
  positionals: [],
  options: { ...SETTINGS_OPTIONS, json: { type: 'flag', help: 'as a JSON array' } },
  async run(given, terminal) {
    const runs = pastRuns(logsFolderOf(given, terminal));
    terminal.stdout.write(given.flag('json') ? `${JSON.stringify(runs, null, 2)}\n` : table(runs));
    return EXIT.done;
  },
};

export const reportCommand: Command = {
  name: 'report',
  help: 'The report of a past run',
  positionals: [{ name: 'run', isRequired: true, help: 'its id, the beginning of it, or last' }],
  options: {
    ...SETTINGS_OPTIONS,
    ...REPORT_OPTIONS,
  },
  async run(given, terminal) {
    const output = reportOutputOf(given, terminal);
    const name = given.required('run');
    const run = findPastRun(logsFolderOf(given, terminal), name);
    if (run === undefined)
      throw new UsageError(`there is no run ${name}, or more than one; fsd-tui runs lists them`);
    const result = run.readResult();
    if (result === undefined)
      throw new UsageError(`the run ${run.id} did not come to its end: it has no report`);
    output.write(renderReport(result, output.format));
    return EXIT.done;
  },
};

/** The folder of journals and logs that the settings name. */
export function logsFolderOf(given: Arguments, terminal: Terminal): string {
  return resolve(terminal.workingFolder, readSettings(given, terminal).config.paths.logs);
}

function table(runs: readonly PastRun[]): string {
  if (runs.length === 0) return 'No runs yet.\n';
  const rows = runs.map((run) => [
    run.id,
    run.mode ?? '–',
    run.symbol ?? '–',
    run.session ?? '–',
    run.trades?.toString() ?? '–',
    run.netPl?.toFixed(2) ?? '–',
    run.state === 'finished' ? (run.halted ?? '') : run.state,
  ]);
  const header = ['run', 'mode', 'symbol', 'session', 'trades', 'net', ''];
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isNumber = (column: number) => column === 4 || column === 5;
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
