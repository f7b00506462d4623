import type {
  MatchingOracle,
  OracleAction,
  OracleOrder,
} from '../../support/oracle/matching-oracle.ts';

/**
 * When the public feed of the run without us determines what happens to an order of ours in the run with us.
 *
 * An action can fill our resting order only by coming in on the other side, within our price. What reaches us then is what comes in
 * less what stands ahead of us, both in whole size. So what happens is determined when, in both runs, the same comes in and the
 * same stands ahead, and when the feed shows where all of what came in went: to displayed orders, or to a display of its own.
 * Where one of these fails, the feed cannot know, and the failure is the cause. The test reads what goes into the matching of an
 * action and nothing of what became of our order by it.
 */
export type Cause =
  /** Hidden orders at our price or behind it traded, who would have come after us. */
  | 'hidden-orders'
  /** The rest of a taker was cancelled, and nobody saw how large it was. */
  | 'unseen-rest'
  /** An order came to rest that shows only a part of itself. */
  | 'reserve'
  /** What we took before changed who stands ahead of us. */
  | 'impact-ahead'
  /** What we took before changed what comes in. */
  | 'impact-incoming'
  /** What our first order took others would have had who stand between it and our second. */
  | 'impact-between'
  /** When we take: hidden size stands within our limit. */
  | 'hidden-offer'
  /** When we take: what we took before changed what stands there. */
  | 'impact-offer';

/** A place in a queue: before all that joins after the action `stamp`. */
export interface Place {
  readonly isBid: boolean;
  readonly tick: number;
  readonly stamp: number;
}

/** What an action brings to a place in one of the runs. */
export interface Reach {
  readonly incoming: number;
  readonly ahead: number;
}

const NOTHING: Reach = { incoming: 0, ahead: 0 };

/** What the action, about to be done, brings to the place. */
export function reachOf(market: MatchingOracle, action: OracleAction, place: Place): Reach {
  const incoming = incomingOf(market, action, place);
  return incoming === 0 ? NOTHING : { incoming, ahead: aheadOf(market, place) };
}

function incomingOf(market: MatchingOracle, action: OracleAction, place: Place): number {
  if (action.kind === 'cancel') return 0;
  if (action.kind === 'new') {
    const { isBid, tick, size, tif } = action.terms;
    if (isBid === place.isBid || !isAcross(tick, place)) return 0;
    return tif === 'fok' && market.available(isBid, tick) < size ? 0 : size;
  }
  if (!isAcross(action.tick, place)) return 0;
  const order = market.find(action.id);
  if (order === undefined || order.isBid === place.isBid) return 0;
  const wanted = Math.max(0, action.total - order.filled);
  const isKept = action.tick === order.tick && wanted <= order.shown + order.reserve;
  return isKept ? 0 : wanted;
}

/** Whether an order of the other side may trade at our price. */
function isAcross(tick: number | undefined, place: Place): boolean {
  return tick === undefined || (place.isBid ? tick <= place.tick : tick >= place.tick);
}

/** Size of others that trades before us: at better prices all of it, at ours what is displayed and came before. */
export function aheadOf(market: MatchingOracle, place: Place): number {
  let sum = 0;
  for (const order of place.isBid ? market.bids : market.asks) {
    if (order.id < 0) continue;
    if (order.tick === place.tick) {
      if (!order.isHidden && order.stamp <= place.stamp) sum += order.shown;
    } else if (order.tick > place.tick === place.isBid) {
      sum += order.shown + order.reserve;
    } else return sum;
  }
  return sum;
}

/** Displayed size ahead at our own price alone. */
export function queueAt(market: MatchingOracle, place: Place): number {
  let sum = 0;
  for (const order of place.isBid ? market.bids : market.asks)
    if (order.tick === place.tick && !order.isHidden && order.stamp <= place.stamp && order.id >= 0)
      sum += order.shown;
  return sum;
}

/** Of what the action, just done, brought in: the size that the feed does not show at our price or behind it. */
export function unseenAt(
  market: MatchingOracle,
  place: Place,
): { readonly hidden: number; readonly rest: number; readonly reserve: number } {
  let hidden = 0;
  for (const one of market.happened)
    if (one.kind === 'executed' && one.isHidden && isAcross(one.tick, place)) hidden += one.size;
  return { hidden, rest: market.unseen.rest, reserve: market.unseen.reserve };
}

/**
 * Whether what is displayed in the run without us, less what we took of it, is what an order of ours meets in the run with us:
 * the same orders in the same order, as far as it can reach.
 */
export function offerCause(
  without: MatchingOracle,
  withUs: MatchingOracle,
  order: { readonly isBid: boolean; readonly tick: number | undefined; readonly size: number },
  taken: ReadonlyMap<number, number>,
): 'hidden-offer' | 'impact-offer' | undefined {
  const { isBid, tick: limit } = order;
  const isWithin = (other: OracleOrder): boolean =>
    limit === undefined || (isBid ? other.tick <= limit : other.tick >= limit);
  const shown = (isBid ? without.asks : without.bids).filter(
    (other) => isWithin(other) && !other.isHidden && other.shown > (taken.get(other.id) ?? 0),
  );
  const real = (isBid ? withUs.asks : withUs.bids).filter(isWithin);
  if (real.some((other) => other.isHidden || other.reserve > 0)) return 'hidden-offer';
  let left = order.size;
  for (let i = 0; i < Math.max(shown.length, real.length) && left > 0; i++) {
    const [one, other] = [shown[i], real[i]];
    if (one === undefined || other === undefined || one.id !== other.id) return 'impact-offer';
    if (one.tick !== other.tick || one.shown - (taken.get(one.id) ?? 0) !== other.shown)
      return 'impact-offer';
    left -= other.shown;
  }
  return undefined;
}
