import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseReportFormat, renderReport } from '../app/report-formats.ts';
import type { RunHandle } from '../app/run.ts';
import type { RunOptions } from '../app/run-options.ts';
import { EXIT } from './exit-codes.ts';
import { ProgressLine } from './progress-line.ts';
import type { Terminal } from './terminal.ts';

/** Follows a run without a screen: progress and alarms on stderr, the report on stdout. Resolves with the exit code. */
export async function runHeadless(
  handle: RunHandle,
  options: Pick<RunOptions, 'output' | 'reportFile'>,
  terminal: Terminal,
): Promise<number> {
  const line = new ProgressLine(terminal.stderr, () => performance.now());
  handle.subscribe((message) => {
    if (message.type === 'progress') line.show(message);
    if (message.type === 'alarm' && message.level !== 'info') {
      line.end();
      terminal.stderr.write(`${message.clock}  ${message.level}: ${message.text}\n`);
    }
  });
  const stop = () => void handle.send({ name: 'stop' });
  terminal.signal.addEventListener('abort', stop, { once: true });
  const outcome = await handle.finished;
  terminal.signal.removeEventListener('abort', stop);
  line.end();
  if ('kind' in outcome) {
    terminal.stderr.write(`fsd-tui: ${outcome.text}\n`);
    return outcome.kind === 'data' ? EXIT.badData : EXIT.failed;
  }
  if (options.reportFile !== undefined) {
    writeFileSync(
      options.reportFile,
      renderReport(outcome, parseReportFormat(options.reportFile) ?? 'text'),
    );
  }
  terminal.stdout.write(renderReport(outcome, options.output));
  return outcome.halted === null ? EXIT.done : EXIT.halted;
}
