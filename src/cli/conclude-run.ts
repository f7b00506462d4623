import { writeFileSync } from 'node:fs';
import { parseReportFormat, renderReport } from '../app/report-formats.ts';
import type { RunFailure } from '../app/run.ts';
import type { RunOptions } from '../app/run-options.ts';
import { LEFT_AT_BROKER, type RunResult } from '../domain/run.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

const FAILED = {
  data: EXIT.badData,
  unreachable: EXIT.unreachable,
  internal: EXIT.failed,
} as const;

/** Tells how a run ended, on stdout and in the report file, or on stderr why it failed. Returns the exit code. */
export function concludeRun(
  outcome: RunResult | RunFailure,
  { reportFile }: Pick<RunOptions, 'reportFile'>,
  terminal: Terminal,
  render: (result: RunResult) => string,
): number {
  if ('kind' in outcome) {
    terminal.stderr.write(`fsd-tui: ${outcome.text}\n`);
    return FAILED[outcome.kind];
  }
  if (reportFile !== undefined) {
    writeFileSync(reportFile, renderReport(outcome, parseReportFormat(reportFile) ?? 'text'));
  }
  terminal.stdout.write(render(outcome));
  return outcome.halted === null ? EXIT.done : EXIT.halted;
}

/** What is left on the terminal when the screen is gone. */
export function farewell({ run, trades, account, halted, warnings }: RunResult): string {
  const net = `${account.netPl < 0 ? '-' : '+'}${Math.abs(account.netPl).toFixed(2)} $`;
  const halt = halted === null ? '' : `  halted: ${halted}`;
  const count = trades.length === 1 ? '1 trade' : `${trades.length} trades`;
  const left = warnings.find((warning) => warning.startsWith(LEFT_AT_BROKER));
  // a run that leaves something is not over, and has no report yet
  const next =
    left === undefined
      ? `fsd-tui report ${run.id} shows the report again`
      : `What is open stays there! ${left}`;
  return `${run.symbol} ${run.session}  ${count}  net ${net}${halt}\n${next}\n`;
}
