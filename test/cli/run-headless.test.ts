import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderReport } from '../../src/app/report-formats.ts';
import type { RunHandle } from '../../src/app/run.ts';
import { runHeadless } from '../../src/cli/run-headless.ts';
import type { EngineMessage } from '../../src/engine/protocol.ts';
import { capturedTerminal } from '../support/captured-terminal.ts';
import { runResult } from '../support/run-result.builder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A run that tells the given messages as soon as someone listens, and ends as told, or when it is stopped. */
function handleOf(
  outcome: Awaited<RunHandle['finished']>,
  messages: readonly EngineMessage[] = [],
  endsAlone = true,
): RunHandle {
  const finished = Promise.withResolvers<typeof outcome>();
  if (endsAlone) finished.resolve(outcome);
  return {
    runId: 'r',
    symbol: 'TSLA',
    source: 'x.dbn',
    market: 'TSLA-2025-10-15',
    subscribe(listener) {
      for (const message of messages) listener(message);
      return () => undefined;
    },
    send(command) {
      if (command.name === 'stop') finished.resolve(outcome);
      return 1;
    },
    view: () => undefined,
    finished: finished.promise,
  };
}

const TEXT = { output: 'text', reportFile: undefined } as const;

test('the report goes to stdout, progress and alarms to stderr', async () => {
  const terminal = capturedTerminal('.');
  const handle = handleOf(runResult(), [
    {
      type: 'progress',
      percent: 5,
      ts: 0,
      clock: '09:31:00',
      events: 10,
      eventsPerSecond: 5,
      netPl: 0,
    },
    {
      type: 'alarm',
      sequence: 1,
      level: 'critical',
      text: 'no stop at the exchange',
      clock: '09:31:01',
    },
    { type: 'alarm', sequence: 2, level: 'info', text: 'hello', clock: '09:31:02' },
  ]);
  expect([await runHeadless(handle, TEXT, terminal), terminal.written]).toEqual([
    0,
    {
      stdout: renderReport(runResult(), 'text'),
      stderr:
        '  5 %  09:31:00  10 events  5/s  P&L +0.00 $\n09:31:01  critical: no stop at the exchange\n',
    },
  ]);
});

test('a halt ends with code 5, and still reports', async () => {
  const terminal = capturedTerminal('.');
  const halted = runResult({ halted: 'daily loss' });
  expect([
    await runHeadless(handleOf(halted), { output: 'json', reportFile: undefined }, terminal),
    terminal.written.stdout,
  ]).toEqual([5, renderReport(halted, 'json')]);
});

test.for([
  ['data', 3],
  ['internal', 1],
] as const)('a failure of kind %s ends with code %d and no report', async ([kind, code]) => {
  const terminal = capturedTerminal('.');
  expect([
    await runHeadless(handleOf({ kind, text: 'x.dbn: byte 9' }), TEXT, terminal),
    terminal.written,
  ]).toEqual([code, { stdout: '', stderr: 'fsd-tui: x.dbn: byte 9\n' }]);
});

test('the report file has the form of its ending', async () => {
  const reportFile = join(temporaryFolder(), 'r.md');
  await runHeadless(handleOf(runResult()), { output: 'text', reportFile }, capturedTerminal('.'));
  expect(readFileSync(reportFile, 'utf8')).toBe(renderReport(runResult(), 'md'));
});

test('an interrupt stops the run, which then reports', async () => {
  const interrupted = new AbortController();
  const terminal = capturedTerminal('.', { signal: interrupted.signal });
  const ended = runHeadless(handleOf(runResult(), [], false), TEXT, terminal);
  interrupted.abort();
  expect([await ended, terminal.written.stdout]).toEqual([0, renderReport(runResult(), 'text')]);
});
