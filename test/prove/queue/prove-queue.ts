import { OrderBook } from '../../../src/market/book/order-book.ts';
import type { FlowHabits } from '../../support/oracle/order-flow.ts';
import { type FeedStyle, TICK_NANOS } from '../../support/oracle/public-feed.ts';
import type { ProofOptions, ProofResult } from '../proof.ts';
import type { Cause } from './determination.ts';
import { Episode } from './episode.ts';
import type { OwnCase } from './own-case.ts';
import type { PlanKind } from './own-plan.ts';
import { smallestFailure } from './smallest-failure.ts';

/** Markets that the experiments are made in, in turn. */
const MARKETS: readonly { readonly style: FeedStyle; readonly habits: FlowHabits }[] = [
  ...(['cme', 'itch'] as const).flatMap((style) => [
    { style, habits: habitsWith({}) },
    { style, habits: habitsWith({ hidden: 0.03, icebergs: 0.05, immediate: 0.4, late: 0.05 }) },
  ]),
];

function habitsWith(some: Partial<FlowHabits>): FlowHabits {
  return {
    cancels: 0.33,
    modifies: 0.08,
    takers: 0.12,
    icebergs: 0,
    hidden: 0,
    immediate: 0.1,
    late: 0,
    ...some,
  };
}

interface KindTally {
  orders: number;
  determined: number;
  filled: number;
  filledInPart: number;
  /** Of the undetermined: units that they wanted, and by how much the prediction was off. */
  units: number;
  low: number;
  high: number;
}

/**
 * Sends orders of ours into markets that a second, obvious exchange runs, once with them and once without, and asks the simulated
 * exchange, which sees only the public feed of the run without, what became of them. `count`: orders that rest.
 */
export function proveQueue({ count, seed, say }: ProofOptions): ProofResult {
  const book = new OrderBook(TICK_NANOS);
  const kinds = new Map<PlanKind, KindTally>();
  const causes = new Map<Cause, number>();
  let violations = 0;
  let passive = 0;
  let ts = 0;
  for (let n = 0; passive < count; n++) {
    const market = MARKETS[n % MARKETS.length];
    if (market === undefined) break;
    const episode = new Episode(market.style, book, ts);
    episode.play(seed * 1_000_000 + n, market.habits, (one) => {
      if (passive >= count) return;
      tally(one, kinds, causes);
      if (one.plan.kind === 'passive' || one.plan.kind === 'pair') passive += one.orders.length;
      if (one.wrong.length === 0) return;
      violations++;
      if (violations <= 3) say(`VIOLATION seed ${seed}, episode ${n}, ${market.style}:`);
      if (violations <= 3) for (const line of smallestFailure(episode, one)) say(`  ${line}`);
    });
    ts = episode.endTs;
    if (n % 1000 === 999) say(`${passive} orders, ${violations} violations so far`);
  }
  return { violations, ...figuresOf(kinds, causes) };
}

function tally(one: OwnCase, kinds: Map<PlanKind, KindTally>, causes: Map<Cause, number>): void {
  const { kind } = one.plan;
  const sums = kinds.get(kind) ?? {
    orders: 0,
    determined: 0,
    filled: 0,
    filledInPart: 0,
    units: 0,
    low: 0,
    high: 0,
  };
  kinds.set(kind, sums);
  if (one.doubt !== undefined)
    causes.set(one.doubt.cause, (causes.get(one.doubt.cause) ?? 0) + one.orders.length);
  for (const own of one.orders) {
    sums.orders++;
    if (own.filled > 0 && own.rest === 0) sums.filled++;
    else if (own.filled > 0) sums.filledInPart++;
    if (one.doubt === undefined) {
      sums.determined++;
      continue;
    }
    sums.units += own.plan.size;
    sums.low += Math.max(0, own.filled - own.predicted);
    sums.high += Math.max(0, own.predicted - own.filled);
  }
}

function figuresOf(kinds: Map<PlanKind, KindTally>, causes: Map<Cause, number>) {
  const share = (part: number, whole: number): number =>
    whole === 0 ? 0 : Number((part / whole).toFixed(4));
  return {
    orders: Object.fromEntries(
      [...kinds].map(([kind, sums]) => [
        kind,
        {
          orders: sums.orders,
          determined: sums.determined,
          determinedShare: share(sums.determined, sums.orders),
          filled: sums.filled,
          filledInPart: sums.filledInPart,
          undeterminedUnits: sums.units,
          toldTooLittle: share(sums.low, sums.units),
          toldTooMuch: share(sums.high, sums.units),
        },
      ]),
    ),
    undetermined: Object.fromEntries([...causes].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
