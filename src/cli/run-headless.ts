import { performance } from 'node:perf_hooks';
import { renderReport } from '../app/report-formats.ts';
import type { RunHandle } from '../app/run.ts';
import type { RunOptions } from '../app/run-options.ts';
import { concludeRun } from './conclude-run.ts';
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
  return concludeRun(outcome, options, terminal, (result) => renderReport(result, options.output));
}
