import { GatewayAccount } from '../../adapters/ibkr-gateway/account.ts';
import type { ChildRules } from '../../adapters/ibkr-gateway/broker-orders.ts';
import { contractOf } from '../../adapters/ibkr-gateway/contract.ts';
import { FakeGateway } from '../../adapters/ibkr-gateway/fake-gateway.ts';
import type { Fault } from '../../adapters/ibkr-gateway/fault.ts';
import type { GatewayOrder } from '../../adapters/ibkr-gateway/gateway-order.ts';
import type {
  DailyHistory,
  MarketDataLimits,
} from '../../adapters/ibkr-gateway/market-data-desk.ts';
import type { GatewayMarket } from '../../adapters/ibkr-gateway/market-port.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { nanosOnGrid } from '../../domain/price.ts';
import { Random } from '../../domain/random.ts';
import type { ExecutionSettings } from '../../domain/settings.ts';
import type { Side } from '../../domain/side.ts';
import { NS_PER_MS } from '../../domain/time.ts';
import { OrderBook } from '../../market/book/order-book.ts';
import { SimulatedExchange } from '../../simulation/exchange/simulated-exchange.ts';
import { MatchedMarket } from './matched-market.ts';
import { QuotedMarket } from './quoted-market.ts';

const MS_PER_DAY = 86_400_000;
const STOCK_TICK_NANOS = 10_000_000;
const QUOTED_SIZE = 1000;
const STARTING_CASH = 100_000;

const DEFAULT_LIMITS: MarketDataLimits = { lines: 100, depth: 3, tickByTick: 3 };
const DEFAULT_RULES: ChildRules = { activation: 'filled-part', afterPartialCancel: 'work-on' };
const DEFAULT_EXECUTION: ExecutionSettings = {
  entryTimeoutSecs: 0,
  queueModel: 'risk-averse',
  stopTrigger: 'last',
  commission: 'ibkr-fixed',
};
/** The wire and its faults are the latency. */
export const NO_LATENCY = { orderMs: 0, reportMs: 0, model: 'constant', sigma: 0 } as const;

/** What a gateway's account and manners are, whatever its market. */
export interface GatewayManners {
  /** The account's name; `DU` and digits for paper. */
  readonly account?: string;
  /** Dollars, 100,000 by default. */
  readonly cash?: number | undefined;
  /** What is held from earlier days, and what it cost a share, dollars. */
  readonly position?: number;
  readonly averagePrice?: number;
  readonly firstOrderId?: number;
  readonly rules?: Partial<ChildRules>;
  readonly limits?: Partial<MarketDataLimits>;
  readonly history?: DailyHistory;
}

export interface FakeGatewayStart extends GatewayManners {
  /** Of this machine; 0, the default: any that is free. */
  readonly port?: number;
  /** A stock, TEST, in cents by default. */
  readonly instrument?: Instrument;
  /** The market's time, milliseconds since 1970; the wall clock by default. */
  readonly clock?: () => number;
  readonly execution?: Partial<ExecutionSettings>;
}

/** A gateway whose market is set by hand. */
export interface HandledGateway {
  readonly port: number;
  /** What is behind it: orders, executions, account, faults. For looking at; `fault` and the market calls change it. */
  readonly gateway: FakeGateway;
  /** Shares or contracts that the account holds, shorts negative. */
  readonly position: number;
  /** Every order of the day as the broker has it. */
  readonly orders: FakeGateway['orders']['all'];
  readonly executions: FakeGateway['orders']['executions'];
  fault(fault: Fault): void;
  /** Best bid and ask in dollars, 1000 each unless told otherwise. */
  quote(bid: number, ask: number, bidSize?: number, askSize?: number): void;
  /** A whole book: price and size of each level. */
  depth: QuotedMarket['depth'];
  /**
   * A trade in dollars; resting orders of ours at its price or better have their part of it, stops see it. Who took is told by the price
   * unless it is given.
   */
  trade(price: number, size: number, aggressor?: Side): void;
  halt(isHalted: boolean): void;
  /** A limit order of the day that somebody places in the broker's own program: of no API client, with order id 0. Dollars. */
  placeByHand(side: Side, price: number, quantity: number): GatewayOrder;
  close(): Promise<void>;
}

/** A gateway at a market; it does not listen yet. */
export function createGateway(
  market: GatewayMarket,
  instrument: Instrument,
  manners: GatewayManners,
): FakeGateway {
  return new FakeGateway({
    contract: contractOf(instrument),
    account: new GatewayAccount({
      name: manners.account ?? 'DU1234567',
      cash: manners.cash ?? STARTING_CASH,
      multiplier: instrument.multiplier,
      position: manners.position ?? 0,
      averagePrice: manners.averagePrice ?? 0,
    }),
    market,
    rules: { ...DEFAULT_RULES, ...manners.rules },
    limits: { ...DEFAULT_LIMITS, ...manners.limits },
    firstOrderId: manners.firstOrderId ?? 1,
    history: manners.history ?? { bars: [], averageVolume: undefined },
  });
}

/** Starts a gateway without data: its quotes, trades and halts are set by calls. */
export async function startFakeGateway(start: FakeGatewayStart = {}): Promise<HandledGateway> {
  const {
    clock = Date.now,
    instrument = {
      symbol: 'TEST',
      kind: 'stock',
      calendar: 'us-equities',
      tickNanos: STOCK_TICK_NANOS,
      multiplier: 1,
    },
  } = start;
  const day = Math.floor(clock() / MS_PER_DAY);
  const book = new OrderBook(instrument.tickNanos);
  const exchange = new SimulatedExchange({
    book,
    instrument,
    execution: { ...DEFAULT_EXECUTION, ...start.execution },
    latency: NO_LATENCY,
    random: new Random(1),
    day,
  });
  const sessionClock = (): number => Math.round((clock() - day * MS_PER_DAY) * NS_PER_MS);
  const from = sessionClock();
  const market = new MatchedMarket({ book, exchange, day, from, clock: sessionClock });
  const quoted = new QuotedMarket(market, instrument.tickNanos);
  const gateway = createGateway(market, instrument, start);
  const port = await gateway.listen(start.port ?? 0);
  return {
    port,
    gateway,
    get position() {
      return gateway.account.position;
    },
    orders: gateway.orders.all,
    executions: gateway.orders.executions,
    fault: (fault) => gateway.fault(fault),
    quote: (bid, ask, bidSize = QUOTED_SIZE, askSize = QUOTED_SIZE) =>
      quoted.quote(bid, ask, bidSize, askSize),
    depth: (bids, asks) => quoted.depth(bids, asks),
    trade: (price, size, aggressor) => quoted.trade(price, size, aggressor),
    halt: (isHalted) => quoted.halt(isHalted),
    placeByHand: (side, price, quantity) =>
      gateway.orders.placeByHand({
        side,
        type: 'LMT',
        quantity,
        limitPrice: nanosOnGrid(price, instrument.tickNanos),
        stopPrice: undefined,
        trailAmount: undefined,
        tif: 'DAY',
        ocaGroup: '',
        ocaType: 0,
        parentId: 0,
        orderRef: '',
        outsideRth: false,
        account: gateway.account.name,
      }),
    close: () => gateway.close(),
  };
}
