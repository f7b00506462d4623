import { createInterface } from 'node:readline/promises';
import type { ResumableRun } from '../app/resumable-run.ts';
import type { RunHandle } from '../app/run.ts';
import { formatClock } from '../domain/time.ts';
import type { Terminal } from './terminal.ts';

/** Shows how a run stands that stopped, and asks whether to go on with it. Anything but yes is no. */
export async function askToResume(run: ResumableRun, terminal: Terminal): Promise<boolean> {
  terminal.stderr.write(`${describe(run)}\n`);
  const { streams } = terminal;
  if (streams === undefined) return false;
  const lines = createInterface({ input: streams.stdin, output: streams.stdout });
  try {
    const answer = await lines.question('Go on with it? [y/N] ', { signal: terminal.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** One line that says whether a run is gone on with. */
export function resumedText({ runId, resumed }: RunHandle): string {
  return resumed === undefined
    ? `No run is gone on with: ${runId} begins.\n`
    : `${describe(resumed)} It goes on.\n`;
}

function describe({ id, entries, until, position, halted }: ResumableRun): string {
  const held = position === 0 ? 'flat' : `${position > 0 ? 'long' : 'short'} ${Math.abs(position)}`;
  const halt = halted === null ? '' : `, halted (${halted})`;
  return `The run ${id} stopped at ${formatClock(until, 3)} UTC after ${entries} entries: ${held}${halt}.`;
}
