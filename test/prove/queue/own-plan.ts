import type { Random } from '../../../src/domain/random.ts';
import type { MatchingOracle } from '../../support/oracle/matching-oracle.ts';

/** An order of ours that an experiment sends. Prices in ticks, moments in numbers of the flow's actions. */
export interface OwnOrderPlan {
  /** Below 0. */
  readonly id: number;
  readonly isBid: boolean;
  readonly type: 'limit' | 'market' | 'stop' | 'trailing-stop' | 'market-if-touched';
  /** Limit of a limit order, trigger of one that waits for it, distance of a trailing stop. */
  readonly tick: number;
  readonly size: number;
  readonly tif: 'day' | 'ioc' | 'fok';
  readonly postOnly?: boolean;
  /** It arrives after this action. */
  readonly after: number;
  readonly change?: {
    readonly after: number;
    readonly kind: 'cancel' | 'modify';
    readonly tick: number;
    readonly total: number;
  };
}

export type PlanKind = 'passive' | 'pair' | 'marketable' | 'stop';

/** Orders of ours that are at the exchange together: an experiment of its own. */
export interface OwnPlan {
  readonly kind: PlanKind;
  readonly orders: readonly OwnOrderPlan[];
  /** It is over after this action. */
  readonly until: number;
}

/** In that of 1000 experiments. */
const PAIRS = 60;
const MARKETABLE = 50;
const STOPS = 20;
const LEAST_LIFE = 30;
const MORE_LIFE = 120;

/** Plans an experiment that begins after the action `after`, in a market that stands like this. */
export function planOwn(random: Random, market: MatchingOracle, after: number): OwnPlan {
  const until = after + LEAST_LIFE + random.below(MORE_LIFE);
  const draw = random.below(1000);
  const isBid = random.below(2) === 0;
  if (draw < PAIRS) {
    const first = passive(random, market, -1, isBid, after, until);
    const later = after + random.below(20);
    const second = passive(random, market, -2, isBid, later, until);
    return { kind: 'pair', orders: [first, second], until };
  }
  if (draw < PAIRS + MARKETABLE) {
    const first = marketable(random, market, -1, isBid, after);
    const later = after + random.below(6);
    const second = marketable(random, market, -2, isBid, later);
    return { kind: 'marketable', orders: [first, second], until: later + LEAST_LIFE };
  }
  if (draw < PAIRS + MARKETABLE + STOPS)
    return { kind: 'stop', orders: [stop(random, market, isBid, after)], until };
  return { kind: 'passive', orders: [passive(random, market, -1, isBid, after, until)], until };
}

function touchOf({ bids, asks }: MatchingOracle): { readonly bid: number; readonly ask: number } {
  const ask = asks[0]?.tick ?? (bids[0]?.tick ?? 10_000) + 2;
  return { bid: bids[0]?.tick ?? ask - 2, ask };
}

function passive(
  random: Random,
  market: MatchingOracle,
  id: number,
  isBid: boolean,
  after: number,
  until: number,
): OwnOrderPlan {
  const { bid, ask } = touchOf(market);
  // at the best price mostly, sometimes a better one where there is room, or one or two behind
  const better = ask - bid > 1 && random.below(6) === 0 ? 1 : 0;
  const away = Math.max(0, random.below(8) - 5) - better;
  const tick = isBid ? bid - away : ask + away;
  const size = 1 + random.below(random.below(4) === 0 ? 60 : 15);
  const postOnly = random.below(5) === 0;
  const order = { id, isBid, type: 'limit', tick, size, tif: 'day', postOnly, after } as const;
  const draw = random.below(10);
  if (draw > 2) return order;
  const kind = draw === 0 ? 'cancel' : 'modify';
  const change = {
    after: after + 1 + random.below(until - after),
    kind,
    tick: random.below(2) === 0 ? tick : tick + (isBid ? -1 : 1),
    total: 1 + random.below(size * 2),
  } as const;
  return { ...order, change };
}

function marketable(
  random: Random,
  market: MatchingOracle,
  id: number,
  isBid: boolean,
  after: number,
): OwnOrderPlan {
  const { bid, ask } = touchOf(market);
  const walk = random.below(4);
  const tick = isBid ? ask + walk : bid - walk;
  const size = 1 + random.below(120);
  const tif = (['day', 'ioc', 'fok'] as const)[random.below(3)] ?? 'day';
  const type = random.below(3) === 0 ? 'market' : 'limit';
  const postOnly = type === 'limit' && tif === 'day' && random.below(2) === 0;
  return { id, isBid, type, tick, size, tif, postOnly, after };
}

function stop(random: Random, market: MatchingOracle, isBid: boolean, after: number): OwnOrderPlan {
  const { bid, ask } = touchOf(market);
  const away = random.below(4);
  const order = { id: -1, isBid, size: 1 + random.below(40), tif: 'day', after } as const;
  const which = random.below(3);
  if (which === 0) return { ...order, type: 'trailing-stop', tick: 1 + away };
  if (which === 1)
    return { ...order, type: 'market-if-touched', tick: isBid ? bid - away : ask + away };
  return { ...order, type: 'stop', tick: isBid ? ask + away : bid - away };
}
