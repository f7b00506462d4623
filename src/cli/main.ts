import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { readEnvironment } from '../platform/environment.ts';
import { ALL_COMMANDS } from './all-commands.ts';
import { runProgram } from './program.ts';
import type { Output } from './terminal.ts';

const WIDTH_WITHOUT_TERMINAL = 100;

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

/** A launcher passes on what a terminal has already sent to both: signals this close are one. */
const SAME_SIGNAL_MS = 500;

const interrupted = new AbortController();
let interruptedMs: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const now = performance.now();
    // the second one ends the process at once
    if (interruptedMs !== undefined && now - interruptedMs > SAME_SIGNAL_MS) process.exit(130);
    interruptedMs ??= now;
    interrupted.abort();
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader of a pipe has seen enough
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runProgram(
  process.argv.slice(2),
  {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    isInteractive: process.stdin.isTTY === true,
    streams:
      process.stdout.isTTY === true ? { stdin: process.stdin, stdout: process.stdout } : undefined,
    environment: readEnvironment(),
    workingFolder: process.cwd(),
    signal: interrupted.signal,
  },
  ALL_COMMANDS,
  manifest.version,
);

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    async drained(text) {
      if (!stream.write(text)) await once(stream, 'drain');
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns ?? WIDTH_WITHOUT_TERMINAL;
    },
  };
}
