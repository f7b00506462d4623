import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that keeps what is written to it. */
export interface CapturedTerminal extends Terminal {
  readonly written: { stdout: string; stderr: string };
}

/** Not interactive and 100 columns wide, unless said otherwise. */
export function capturedTerminal(
  workingFolder: string,
  changes: Partial<Pick<Terminal, 'environment' | 'isInteractive' | 'signal'>> & {
    readonly isTTY?: boolean;
  } = {},
): CapturedTerminal {
  const { isTTY = false, ...rest } = changes;
  const written = { stdout: '', stderr: '' };
  const outputTo = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text;
    },
    async drained(text: string) {
      written[name] += text;
    },
    isTTY,
    columns: 100,
  });
  return {
    written,
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    isInteractive: isTTY,
    streams: undefined,
    environment: {},
    workingFolder,
    signal: new AbortController().signal,
    ...rest,
  };
}
