import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';
import { playHistory, randomHistory } from './gateway-history.ts';
import { playScenario, SCENARIOS } from './scenarios/scenarios.ts';
import { VirtualTime } from './virtual-time.ts';

const SAY_EVERY = 500;
/** Histories of different seeds have nothing in common. */
const SEED_STRIDE = 1_000_000;

/** Plays every named scenario; `say` takes each with its outcome. Returns how many they are. */
async function playScenarios(
  time: VirtualTime,
  violations: Violations,
  say?: (line: string) => void,
): Promise<number> {
  time.install();
  try {
    for (const [index, scenario] of SCENARIOS.entries()) {
      const found = await playScenario(time, scenario);
      for (const text of found) violations.note(`${scenario.name}: ${text}`);
      say?.(`${index + 1}. ${found.length === 0 ? 'holds' : 'FAILS'}: ${scenario.name}`);
    }
  } finally {
    time.uninstall();
  }
  return SCENARIOS.length;
}

/**
 * Plays `count` random histories of a day at the broker's gateway that goes wrong: the desk, the adapter and the real client library against
 * the fake gateway, over loopback and in the wire protocol, in virtual time with the adapter's own patience. At every moment: no order came
 * twice, no order that only reduces has opened anything, no position is without a stop or an exit for more than a second of
 * market time while the broker can be reached, all agrees within five seconds once it can. At the end, when all has come to rest: every fill
 * is counted, and the position and the money are the broker's, to the micro. `only`: that history alone, told step by step. Before
 * them every named scenario is played; `lists`: those alone, each with its outcome.
 */
export async function proveGateway(
  options: ProofOptions & { readonly playsTable?: boolean },
): Promise<ProofResult> {
  const { count, seed, only, lists = false, playsTable = only === undefined, say } = options;
  const violations = new Violations(say);
  const time = new VirtualTime();
  if (playsTable) {
    const scenarios = await playScenarios(time, violations, lists ? say : undefined);
    if (lists) return { violations: violations.count, scenarios };
  }
  const longest = { nakedMs: 0, nakedCutMs: 0, backMs: 0 };
  const sums = { fills: 0, orders: 0, cuts: 0, starts: 0 };
  const steps: Record<string, number> = {};
  const failed: number[] = [];
  const numbers = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [only];
  time.install();
  try {
    for (const [index, number] of numbers.entries()) {
      const history = randomHistory(seed * SEED_STRIDE + number);
      for (const { kind } of history.steps) steps[kind] = (steps[kind] ?? 0) + 1;
      if (only !== undefined) say(`${history.side}, ${JSON.stringify(history.rules)}`);
      const { violations: found, figures } = await playHistory(
        time,
        history,
        only === undefined ? undefined : say,
      );
      if (found.length > 0) failed.push(number);
      for (const text of found) violations.note(`history ${number}: ${text}`);
      for (const name of ['nakedMs', 'nakedCutMs', 'backMs'] as const)
        longest[name] = Math.max(longest[name], figures[name]);
      for (const name of ['fills', 'orders', 'cuts', 'starts'] as const)
        sums[name] += figures[name];
      if ((index + 1) % SAY_EVERY === 0)
        say(`${index + 1} histories, ${violations.count} violations`);
    }
  } finally {
    time.uninstall();
  }
  if (failed.length > 0)
    say(`to play one again: prove -- gateway --seed ${seed} --only ${failed[0]}`);
  return {
    violations: violations.count,
    scenarios: playsTable ? SCENARIOS.length : 0,
    histories: numbers.length,
    ...longest,
    ...sums,
    failed: failed.slice(0, 20),
    steps,
  };
}
