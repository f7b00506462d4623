import { Random } from '../../../src/domain/random.ts';
import { LatencyHistogram } from '../latency-histogram.ts';
import { type Proof, Violations } from '../proof.ts';
import { RandomAccount } from './random-account.ts';

/** Orders that an account sends: then a new one begins, with other limits. */
const ORDERS_AN_ACCOUNT = 50;
/** The gate's budget at p99, µs. */
const GATE_P99_US = 20;
const SAY_EVERY = 1_000_000;

/**
 * `count` random orders of random accounts, with changes, cancels and fills in between, through the real desk and gate. Every
 * verdict's code equals that of a slow reference, and after every step the venue could do whatever it likes with all that works
 * and all that is on its way, and no limit of position or value would be passed. Prints how long the gate takes an order.
 */
export const proveRisk: Proof = ({ count, seed, say }) => {
  const violations = new Violations(say);
  const gateTime = new LatencyHistogram();
  const verdicts = new Map<string, number>();
  const random = new Random(seed);
  let orders = 0;
  let changes = 0;
  let accounts = 0;
  let said = 0;
  while (orders < count) {
    accounts++;
    const account = new RandomAccount(random.fork(accounts), {
      note: (text) => violations.note(`account ${accounts}: ${text}`),
      gateTime,
      verdicts,
    });
    const most = Math.min(ORDERS_AN_ACCOUNT, count - orders);
    while (account.orders < most) account.step();
    orders += account.orders;
    changes += account.changes;
    if (orders - said >= SAY_EVERY) {
      said = orders;
      say(`${orders} orders, ${violations.count} violations`);
    }
  }
  const gateP50Us = gateTime.quantileUs(0.5);
  const gateP99Us = gateTime.quantileUs(0.99);
  if (gateP99Us >= GATE_P99_US) violations.note(`the gate takes ${gateP99Us} µs at p99`);
  say(`the gate takes ${gateP50Us} µs at p50, ${gateP99Us} µs at p99`);
  const byVerdict = Object.fromEntries([...verdicts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    violations: violations.count,
    orders,
    changes,
    accounts,
    verdicts: byVerdict,
    gateP50Us,
    gateP99Us,
  };
};
