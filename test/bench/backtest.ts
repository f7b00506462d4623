/**
 * node bin/with-node.mjs test/bench/backtest.ts [EVENTS] [RUNS]
 *
 * What a backtest costs: a generated day (15 million events unless told) through the built program, headless, RUNS times
 * (3). Prints events a second, the whole process's wall time and its peak memory, a line a run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram, PROGRAM, runProgram } from '../support/built-program.ts';

const [events = '15000000', runs = '3'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'fsd-bench-'));
const day = join(folder, 'day.dbn');

/** Runs the program in this process's child and tells the most memory that it had. */
const measured = join(folder, 'measured.mjs');
writeFileSync(
  measured,
  `process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'));\nawait import(${JSON.stringify(PROGRAM)});\n`,
);

buildProgram();
process.stdout.write(`generating ${Number(events).toLocaleString('en-US')} events\n`);
runProgram(['data', 'generate', '--out', day, '--events', events], folder);
for (let i = 0; i < Number(runs); i++) {
  const startedMs = performance.now();
  const args = ['--backtest', '--data', day, '--headless', '--json'];
  const { stdout, stderr } = runProgram(args, folder, measured);
  const wallMs = performance.now() - startedMs;
  const report = JSON.parse(stdout) as { events: { perSecond: number }; journalSha256: string };
  const peakMb = Number(/PEAK (\d+)/.exec(stderr)?.[1]) / 1024;
  process.stdout.write(
    `${(report.events.perSecond / 1e6).toFixed(2)} M events/s  process ${(wallMs / 1000).toFixed(2)} s  peak ${peakMb.toFixed(0)} MB  journal ${report.journalSha256.slice(0, 12)}\n`,
  );
}
rmSync(folder, { recursive: true });
