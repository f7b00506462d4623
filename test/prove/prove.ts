/**
 * npm run prove -- NAME [--count N] [--seed N] [--only N] [--list]
 *
 * Proofs that are too long for the test suite, or that print figures. Every one ends with a line that is one JSON object with
 * `violations`; the exit code is 1 when there are any. A smaller run of each is kept as a test.
 */
import { parseArgs } from 'node:util';
import type { Proof } from './proof.ts';

/** Each proof, loaded when it is asked for, and the count it takes by itself. */
const PROOFS: Readonly<Record<string, { readonly count: number; load(): Promise<Proof> }>> = {
  brain: {
    count: 100_000,
    load: async () => (await import('./brain/prove-brain.ts')).proveBrain,
  },
  analyzers: {
    count: 1000,
    load: async () => (await import('./analyzers/prove-analyzers.ts')).proveAnalyzers,
  },
  risk: {
    count: 10_000_000,
    load: async () => (await import('./risk/prove-risk.ts')).proveRisk,
  },
  brackets: {
    count: 1_000_000,
    load: async () => (await import('./brackets/prove-brackets.ts')).proveBrackets,
  },
  queue: {
    count: 1_000_000,
    load: async () => (await import('./queue/prove-queue.ts')).proveQueue,
  },
  replay: {
    count: 300,
    load: async () => (await import('./replay/prove-replay.ts')).proveReplay,
  },
  crash: {
    count: 1000,
    load: async () => (await import('./crash/prove-crash.ts')).proveCrash,
  },
  gateway: {
    count: 10_000,
    load: async () => (await import('./gateway/prove-gateway.ts')).proveGateway,
  },
  guard: {
    count: 40,
    load: async () => (await import('./guard/prove-guard.ts')).proveGuard,
  },
  session: {
    count: 20,
    load: async () => (await import('./session/prove-session.ts')).proveSession,
  },
  screen: {
    count: 5_000,
    load: async () => (await import('./screen/prove-screen.ts')).proveScreen,
  },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const entry = Object.hasOwn(PROOFS, name) ? PROOFS[name] : undefined;
const count = Number(values.count ?? entry?.count);
const seed = Number(values.seed);
const only = values.only === undefined ? undefined : Number(values.only);
if (
  entry === undefined ||
  positionals.length > 1 ||
  !isWhole(count) ||
  !isWhole(seed) ||
  !isWhole(only ?? 0)
) {
  process.stderr.write(
    `prove -- NAME [--count N] [--seed N], where NAME is one of: ${Object.keys(PROOFS).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  const prove = await entry.load();
  const beganMs = performance.now();
  const result = await prove({
    count,
    seed,
    lists: values.list,
    ...(only === undefined ? {} : { only }),
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  const seconds = Math.round((performance.now() - beganMs) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ name, count, seed, seconds, ...result })}\n`);
  if (result.violations > 0) process.exitCode = 1;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
