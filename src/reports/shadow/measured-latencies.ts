import type { RunTrace, TracedOrder } from '../../domain/run-trace.ts';
import type { MeasuredTimes } from './shadow-report.ts';

/** How long things took in a run, by its journal. */
export interface MeasuredLatencies {
  /** From a decision's snapshot to its order's sending. */
  readonly decision: MeasuredTimes;
  /** From an order's sending to when we knew of its acknowledgement. */
  readonly roundTrip: MeasuredTimes;
  /** To the venue and back. */
  readonly order: MeasuredTimes;
  readonly report: MeasuredTimes;
  /** `venue`: by the venue's own stamps; `halves`: it stamps nothing finer than arrival, so each is half of the way. */
  readonly legs: 'venue' | 'halves';
}

/** Median and 95th percentile of what a run's journal shows. */
export function measureLatencies({ episodes }: RunTrace): MeasuredLatencies {
  const orders = episodes.flatMap(({ orders: each }) => each);
  const answered = orders.flatMap((order) => {
    const { acknowledged } = order;
    return acknowledged === undefined ? [] : [{ order, ...acknowledged }];
  });
  const roundTrips = answered.map(({ order, knownAt }) => knownAt - order.sentAt);
  const isStamped =
    answered.every(({ order, ts, knownAt }) => order.sentAt <= ts && ts <= knownAt) &&
    answered.some(({ ts, knownAt }) => ts < knownAt);
  const roundTrip = timesOf(roundTrips);
  const half = timesOf(roundTrips.map((each) => Math.round(each / 2)));
  return {
    decision: timesOf(
      episodes.flatMap(({ decision, orders: [first] }) =>
        decision === undefined || first === undefined ? [] : [first.sentAt - decision.ts],
      ),
    ),
    roundTrip,
    order: isStamped ? timesOf(answered.map(({ order, ts }) => ts - order.sentAt)) : half,
    report: isStamped ? timesOf(answered.map(({ ts, knownAt }) => knownAt - ts)) : half,
    legs: isStamped ? 'venue' : 'halves',
  };
}

export function timesOf(values: readonly number[]): MeasuredTimes {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number | null =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { count: sorted.length, medianNs: at(0.5), p95Ns: at(0.95) };
}

/** What an order would have taken when it was sent, and when. */
export interface SeenTouch {
  readonly sentAt: number;
  readonly side: TracedOrder['side'];
  readonly touch: number;
}

/** The orders of a run that were sent with a touch in sight. */
export function seenTouches({ episodes }: RunTrace): readonly SeenTouch[] {
  return episodes
    .flatMap(({ orders }) => orders)
    .flatMap(({ sentAt, side, touch, end }) =>
      touch === null || end === 'denied' ? [] : [{ sentAt, side, touch }],
    )
    .sort((a, b) => a.sentAt - b.sentAt);
}

/** When the touch of one side was at a price, half-open, times of the data. */
export interface TouchSpan {
  readonly from: number;
  readonly to: number;
}

/** How much later than the data tell a run saw them by its own clock: their way, and what the two clocks differ by. */
export interface MeasuredDelay {
  readonly ns: number;
  /** Every delay in between agrees as well. */
  readonly atLeastNs: number;
  readonly atMostNs: number;
  /** Touches that the data had so long before, of how many. */
  readonly agreeing: number;
  readonly count: number;
}

/** Fewer touches agree with many delays by chance. */
const LEAST_TOUCHES = 8;

/**
 * The delay at which most of the touches that a run saw are those of the data, of several the smallest; `undefined` where they are too few to
 * tell.
 *
 * @param spans Of each touch seen: when the data had it, as how long before it was seen, negative after.
 */
export function measureDelay(spans: readonly (readonly TouchSpan[])[]): MeasuredDelay | undefined {
  if (spans.length < LEAST_TOUCHES) return undefined;
  const edges = spans
    .flat()
    .flatMap(({ from, to }) => [
      { at: from, step: 1 },
      { at: to, step: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.step - b.step);
  let agreeing = 0;
  let best: { count: number; from: number; to: number } | undefined;
  for (const [index, { at, step }] of edges.entries()) {
    agreeing += step;
    const next = edges[index + 1]?.at;
    if (next === undefined || next === at) continue;
    if (best !== undefined && agreeing === best.count && best.to === at) best.to = next;
    else if (best === undefined || agreeing > best.count || isNearer(agreeing, at, next, best))
      best = { count: agreeing, from: at, to: next };
  }
  if (best === undefined || best.count === 0) return undefined;
  return {
    // times are whole nanoseconds
    ns: Math.round((best.from + best.to) / 2),
    atLeastNs: best.from,
    atMostNs: best.to,
    agreeing: best.count,
    count: spans.length,
  };
}

/** Whether a delay that as many agree with is smaller, whatever its sign. */
function isNearer(
  agreeing: number,
  from: number,
  to: number,
  best: { readonly count: number; readonly from: number; readonly to: number },
): boolean {
  return agreeing === best.count && Math.abs(from + to) < Math.abs(best.from + best.to);
}
