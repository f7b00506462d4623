import type { OrderChange, OrderRequest } from '../../../src/domain/order.ts';
import type { RiskSettings } from '../../../src/domain/settings.ts';
import type { RiskContext } from '../../../src/risk/risk-context.ts';

/** Everything of the market and the day that the gate is shown: what works is the reference's own to know. */
export type RiskMoment = Omit<
  RiskContext,
  | 'position'
  | 'workingBuys'
  | 'workingSells'
  | 'exitBuys'
  | 'exitSells'
  | 'dearestBuy'
  | 'dearestSell'
>;

/** An order as we may know it: its terms as last told by the venue, and every change that it has not answered. */
export interface KnownOrder {
  readonly request: OrderRequest;
  quantity: number;
  price: number | undefined;
  /** What a market order was to take when it was sent. */
  readonly touch: number | null;
  filled: number;
  unanswered: OrderChange[];
  isDone: boolean;
}

/** Who halts and pauses, and when orders were approved. */
export interface NaiveMemory {
  isHalted: boolean;
  isPaused: boolean;
  approvedAt: number[];
}

/**
 * Gate 2 judged slowly and anew from the words of the specification, from all orders one by one. It shares no code with the
 * gate: every breach is collected, and the first in the specification's order counts. Amounts in whole micros.
 */
export class NaiveRisk {
  readonly #settings: RiskSettings;

  constructor(settings: RiskSettings) {
    this.#settings = settings;
  }

  /** The code of a denial, or `undefined`. */
  judge(
    order: OrderRequest,
    moment: RiskMoment,
    known: readonly KnownOrder[],
    position: number,
    memory: NaiveMemory,
  ): string | undefined {
    const { venue } = moment;
    if (this.isExit(order, known, position)) return exitCodeOf(venue);
    const s = this.#settings;
    const sameSide = known.filter((other) => !other.isDone && other.request.side === order.side);
    const openers = sameSide.filter((other) => !other.request.reduceOnly);
    const exits = sameSide.filter((other) => other.request.reduceOnly);
    const isBuy = order.side === 'buy';
    const opposite = isBuy ? Math.max(0, -position) : Math.max(0, position);
    // one unit after the other: exits until nothing is left to close, then the openers, then the order
    let worst = position;
    let exitUnits = Math.min(opposite, sum(exits.map(restOf)));
    while (exitUnits > 0) {
      worst += isBuy ? 1 : -1;
      exitUnits--;
    }
    for (const units of [...openers.map(restOf), order.quantity]) worst += isBuy ? units : -units;
    const touch = isBuy ? moment.bestAsk : moment.bestBid;
    const prices = [
      order.price ?? order.stopPrice ?? touch ?? moment.last ?? 0,
      ...openers.flatMap(pricesOf),
    ];
    const dearest = Math.max(...prices);
    const exposure = isBuy ? Math.max(0, worst) : Math.max(0, -worst);
    const microsOf = (units: number) => (dearest / 1000) * units * moment.multiplier;
    const { bestBid, bestAsk, last, now, session } = moment;
    const spread = bestBid === null || bestAsk === null ? undefined : bestAsk - bestBid;
    const maxSpread = moment.isOpeningDrive ? s.maxSpreadOpenDrive : s.maxSpread;
    const second = memory.approvedAt.filter((at) => at > now - 1_000_000_000).length;
    const minute = 60_000_000_000;
    const breaches: readonly (readonly [string, boolean])[] = [
      ['HALTED', memory.isHalted],
      ['PAUSED', memory.isPaused],
      ['DAILY_LOSS', moment.dailyPlMicros <= -s.dailyLossUsd * 1_000_000],
      ['DAILY_TRADES', moment.dailyTrades >= s.dailyTrades],
      ['MAX_POSITION', worst > s.maxPosition || worst < -s.maxPosition],
      ['ORDER_RATE', second >= s.ordersPerSecond || memory.approvedAt.length >= s.ordersPerSession],
      ['SPREAD', spread !== undefined && spread > Math.round(maxSpread * 1e9)],
      [
        'STALE_DATA',
        moment.eventAgeNs > s.staleSecs * 1e9 ||
          moment.feedFault !== null ||
          moment.isRebuilding ||
          spread === undefined ||
          spread < 0,
      ],
      [
        'PRICE_COLLAR',
        order.price !== undefined &&
          last !== null &&
          Math.abs(order.price - last) * 100 > last * s.priceCollarPct,
      ],
      ['MAX_NOTIONAL', microsOf(exposure) > s.maxNotionalUsd * 1_000_000],
      [
        'BUYING_POWER',
        microsOf(Math.max(0, exposure - Math.abs(position))) > moment.buyingPowerMicros,
      ],
      [
        'SESSION',
        moment.isVenueHalted ||
          session === null ||
          now < session.open ||
          now >= session.close - s.noEntryLastMins * minute,
      ],
      ['NOT_CONNECTED', venue === 'disconnected'],
      ['RECONCILING', venue === 'reconciling' || (venue === 'disputed' && order.quantity > 0)],
      ['LIVE_NOT_ARMED', !moment.isArmed],
    ];
    return breaches.find(([, isBroken]) => isBroken)?.[0];
  }

  /** Whether the order can only make the position smaller, whatever of the others fills before it. */
  isExit(order: OrderRequest, known: readonly KnownOrder[], position: number): boolean {
    if (order.reduceOnly && order.ocoGroup !== undefined) return true;
    const open = order.side === 'buy' ? -position : position;
    if (open <= 0) return false;
    if (order.reduceOnly) return order.quantity <= open;
    const live = known.filter((other) => !other.isDone && other.request.side === order.side);
    const openers = sum(live.filter((other) => !other.request.reduceOnly).map(restOf));
    const exits = sum(live.filter((other) => other.request.reduceOnly).map(restOf));
    return openers + Math.min(exits, open) + order.quantity <= open;
  }
}

/** The most that an order may still fill, whichever changes have arrived. */
export function restOf({ quantity, unanswered, filled }: KnownOrder): number {
  return Math.max(quantity, ...unanswered.map((change) => change.quantity ?? 0)) - filled;
}

/** Every price that a unit of the order may be worth. */
export function pricesOf({ request, price, touch, unanswered }: KnownOrder): number[] {
  const asked = price === undefined ? [] : unanswered.flatMap((change) => change.price ?? []);
  return [price ?? request.stopPrice ?? touch ?? 0, ...asked];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What holds an exit back. */
export function exitCodeOf(venue: RiskMoment['venue']): string | undefined {
  if (venue === 'disconnected') return 'NOT_CONNECTED';
  return venue === 'reconciling' ? 'RECONCILING' : undefined;
}
