import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ReportFormat } from '../../app/report-formats.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { findData } from '../find-data.ts';
import { type Progress, ProgressLine } from '../progress-line.ts';
import { REPORT_OPTIONS, reportOutputOf } from '../report-output.ts';
import { readSettings, SETTINGS_OPTIONS } from '../settings-options.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { logsFolderOf } from './runs.ts';

/** Decisions this far apart may still be the same, seconds. */
const USUAL_WITHIN_SECS = 2;

/** What the command is asked for. */
export interface ShadowQuestion {
  readonly logsFolder: string;
  readonly run: string;
  readonly settings: ReturnType<typeof readSettings>;
  /** The files of a day that were named. */
  readonly namedData: (symbol: string, day: number) => readonly string[] | undefined;
  /** Those that lie where data are looked for. */
  readonly findData: (symbol: string, day: number) => readonly string[] | undefined;
  readonly ordersFile: string | undefined;
  readonly cassetteFile: string | undefined;
  readonly withinSecs: number;
  readonly environment: Terminal['environment'];
  readonly onProgress: (progress: Progress) => void;
}

export interface ShadowHandlers {
  /** Resolves with how to write the report, or why there is none. */
  shadow(
    question: ShadowQuestion,
  ): Promise<{ render(format: ReportFormat): string } | { readonly problem: string }>;
}

export function shadowCommand(handlers: ShadowHandlers): Command {
  return {
    name: 'shadow',
    help: 'A run beside a backtest of its day with the latencies that it had: what agrees, and why the rest does not',
    positionals: [{ name: 'run', isRequired: true, help: 'its id, the beginning of it, or last' }],
    options: {
      data: {
        type: 'list',
        help: 'files or a folder of the run’s day, as a run has them',
        otherwise: 'where the run had them; else FSD_DATA, then ./BacktestData',
      },
      orders: { type: 'text', help: 'the orders that the run played, of the provider script' },
      cassette: { type: 'text', help: 'the recording of the model that decided in the run' },
      within: {
        type: 'text',
        help: 'how far apart the same decision may be in the two, seconds',
        otherwise: String(USUAL_WITHIN_SECS),
      },
      ...REPORT_OPTIONS,
      ...SETTINGS_OPTIONS,
    },
    async run(given, terminal) {
      const output = reportOutputOf(given, terminal);
      const settings = readSettings(given, terminal);
      const line = new ProgressLine(terminal.stderr, () => performance.now());
      const shown = await handlers.shadow({
        logsFolder: logsFolderOf(given, terminal),
        run: given.required('run'),
        settings,
        ...dataFinders(given, terminal),
        ordersFile: fileOf(given, terminal, 'orders'),
        cassetteFile: fileOf(given, terminal, 'cassette'),
        withinSecs: given.parsed('within', 'seconds above 0', parseSeconds) ?? USUAL_WITHIN_SECS,
        environment: terminal.environment,
        onProgress: (progress) => line.show(progress),
      });
      line.end();
      if ('problem' in shown) throw new UsageError(shown.problem);
      output.write(shown.render(output.format));
      return EXIT.done;
    },
  };
}

function dataFinders(
  given: Arguments,
  terminal: Terminal,
): Pick<ShadowQuestion, 'namedData' | 'findData'> {
  const named = given.list('data').map((path) => resolve(terminal.workingFolder, path));
  const search = {
    fromEnvironment: terminal.environment['FSD_DATA'],
    workingFolder: terminal.workingFolder,
    isSymbolChosen: true,
  };
  return {
    namedData: (symbol, date) =>
      named.length === 0 ? undefined : findData({ ...search, given: named, symbol, date }),
    findData: (symbol, date) => findData({ ...search, given: [], symbol, date }),
  };
}

function fileOf(
  given: Arguments,
  terminal: Terminal,
  option: 'orders' | 'cassette',
): string | undefined {
  const path = given.text(option);
  if (path === undefined) return undefined;
  const file = resolve(terminal.workingFolder, path);
  if (!existsSync(file)) throw new UsageError(`--${option}: there is no file ${path}`);
  return file;
}

function parseSeconds(text: string): number | undefined {
  const value = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : undefined;
}
