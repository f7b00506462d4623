/**
 * npm run soak -- NAME [--events N] [--seed N]
 *
 * Long comparisons that no test suite has the time for. Every one ends with a line that is one JSON object with `violations`;
 * the exit code is 1 when there are any. A smaller run of each is kept as a test.
 */
import { parseArgs } from 'node:util';
import type { Soak } from './analyzers/soak-analyzers.ts';

const SOAKS: Readonly<Record<string, () => Promise<Soak>>> = {
  analyzers: async () => (await import('./analyzers/soak-analyzers.ts')).soakAnalyzers,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const [name = ''] = positionals;
const load = Object.hasOwn(SOAKS, name) ? SOAKS[name] : undefined;
const events = Number(values.events);
const seed = Number(values.seed);
if (load === undefined || positionals.length > 1 || !isWhole(events) || !isWhole(seed)) {
  process.stderr.write(
    `soak -- NAME [--events N] [--seed N], where NAME is one of: ${Object.keys(SOAKS).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  const soak = await load();
  const result = await soak({
    events,
    seed,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify({ soak: name, seed, ...result })}\n`);
  if (result.violations > 0) process.exitCode = 1;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
