import { Random } from '../../../src/domain/random.ts';
import { NS_PER_MS } from '../../../src/domain/time.ts';
import type { OrderBook } from '../../../src/market/book/order-book.ts';
import type { ApprovedChange, ApprovedOrder } from '../../../src/risk/approved-order.ts';
import { SimulatedExchange } from '../../../src/simulation/exchange/simulated-exchange.ts';
import { STOCK } from '../../support/market-rig.ts';
import { TICK_NANOS } from '../../support/oracle/public-feed.ts';
import type { OwnOrderPlan } from './own-plan.ts';

/** Actions of the flow are this far apart. */
export const ACTION_NS = NS_PER_MS;
/** How many of them our orders travel. */
export const LATENCY_ACTIONS = 3;

/** The simulated exchange as an experiment uses it: what is sent arrives LATENCY_ACTIONS later. */
export function ownExchange(book: OrderBook): SimulatedExchange {
  return new SimulatedExchange({
    book,
    instrument: STOCK,
    execution: {
      entryTimeoutSecs: 5,
      queueModel: 'risk-averse',
      stopTrigger: 'last',
      commission: 'none',
    },
    latency: {
      orderMs: (LATENCY_ACTIONS * ACTION_NS) / NS_PER_MS,
      reportMs: 0,
      model: 'constant',
      sigma: 0,
    },
    random: new Random(1),
    day: 20_000,
  });
}

/** Sends what arrives at `ts`. */
export function sendOwn(
  exchange: SimulatedExchange,
  kind: 'place' | 'cancel' | 'modify',
  plan: OwnOrderPlan,
  ts: number,
): void {
  const sentAt = ts - LATENCY_ACTIONS * ACTION_NS;
  const id = nameOf(plan);
  const { type, size, tif, tick, change } = plan;
  if (kind === 'cancel') {
    exchange.cancel(id, sentAt);
  } else if (kind === 'modify') {
    const terms = change && { price: change.tick * TICK_NANOS, quantity: change.total };
    exchange.modify({ id, ...terms } as ApprovedChange, sentAt);
  } else {
    const request = {
      id,
      side: plan.isBid ? 'buy' : 'sell',
      type,
      quantity: size,
      tif,
      role: 'ENTRY',
      reduceOnly: false,
      ...(type === 'limit' ? { price: tick * TICK_NANOS } : {}),
      ...(type === 'stop' || type === 'market-if-touched' ? { stopPrice: tick * TICK_NANOS } : {}),
      ...(type === 'trailing-stop' ? { trailAmount: tick * TICK_NANOS } : {}),
      ...(plan.postOnly === true ? { postOnly: true } : {}),
    };
    exchange.submit(request as unknown as ApprovedOrder, sentAt);
  }
}

/** An order's name at the exchange. */
export function nameOf({ id }: OwnOrderPlan): string {
  return id === -1 ? 'A' : 'B';
}
