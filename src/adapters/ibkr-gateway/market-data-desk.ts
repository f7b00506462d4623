import { type PriceNanos, toPriceNumber } from '../../domain/price.ts';
import { type GatewayContract, isContract, minTickOf, readContract } from './contract.ts';
import { depthChanges } from './depth-changes.ts';
import type { FaultBoard } from './fault-board.ts';
import { FieldReader } from './field-reader.ts';
import type { FieldValue } from './frames.ts';
import type { DepthLevel, GatewayMarket, MarketTop, TapeTrade } from './market-port.ts';
import { errorMessage } from './order-messages.ts';

/** How many subscriptions of each kind a client may have. */
export interface MarketDataLimits {
  /** Quotes of reqMktData. */
  readonly lines: number;
  readonly depth: number;
  readonly tickByTick: number;
}

/** A day of the past: `date` as YYYYMMDD, prices in dollars. */
export interface DailyBar {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What the gateway knows of earlier days; empty and `undefined` where it knows nothing. */
export interface DailyHistory {
  readonly bars: readonly DailyBar[];
  readonly averageVolume: number | undefined;
}

interface DepthSubscription {
  readonly rows: number;
  readonly isSmart: boolean;
  bids: readonly DepthLevel[];
  asks: readonly DepthLevel[];
}

interface QuoteSubscription {
  readonly generic: readonly string[];
  told: MarketTop | undefined;
}

interface TickSubscription {
  readonly type: 'Last' | 'AllLast' | 'BidAsk' | 'MidPoint';
  told: MarketTop | undefined;
}

const TICK_TYPES = ['Last', 'AllLast', 'BidAsk', 'MidPoint'] as const;
/** Numbers of L1 ticks. */
const TICK = {
  bidSize: 0,
  bid: 1,
  ask: 2,
  askSize: 3,
  last: 4,
  lastSize: 5,
  volume: 8,
  averageVolume: 21,
  shortable: 46,
  tradeStream: 48,
  halted: 49,
  shortableShares: 89,
} as const;
/** Easy to borrow. */
const EASY_TO_BORROW = 3;
const SHARES_TO_BORROW = 10_000_000;

const RESET_TEXT =
  'Market depth data has been RESET. Please empty deep book contents before applying any new entries.';

/** The market data that one client has asked for. */
export class MarketDataDesk {
  readonly #send: (fields: readonly FieldValue[]) => void;
  readonly #contract: GatewayContract;
  readonly #market: GatewayMarket;
  readonly #faults: FaultBoard;
  readonly #limits: MarketDataLimits;
  readonly #history: DailyHistory;
  readonly #quotes = new Map<number, QuoteSubscription>();
  readonly #depths = new Map<number, DepthSubscription>();
  readonly #ticks = new Map<number, TickSubscription>();
  #dataType = 1;

  constructor(
    send: (fields: readonly FieldValue[]) => void,
    parts: {
      readonly contract: GatewayContract;
      readonly market: GatewayMarket;
      readonly faults: FaultBoard;
      readonly limits: MarketDataLimits;
      readonly history: DailyHistory;
    },
  ) {
    this.#send = send;
    this.#contract = parts.contract;
    this.#market = parts.market;
    this.#faults = parts.faults;
    this.#limits = parts.limits;
    this.#history = parts.history;
  }

  /** Takes a message about market data. False: it is none. */
  onMessage(id: number, fields: readonly string[]): boolean {
    const versioned = new FieldReader(fields, 2);
    const plain = new FieldReader(fields, 1);
    switch (id) {
      case 1:
        this.#addQuotes(versioned);
        return true;
      case 2:
        this.#remove(this.#quotes, versioned.integer() ?? -1, 300);
        return true;
      case 10:
        this.#addDepth(versioned);
        return true;
      case 11:
        this.#remove(this.#depths, versioned.integer() ?? -1, 310);
        return true;
      case 97:
        this.#addTicks(plain);
        return true;
      case 98:
        this.#remove(this.#ticks, plain.integer() ?? -1, 300);
        return true;
      case 20:
        this.#tellHistory(plain);
        return true;
      case 25:
        // bars are told at once: none is left to cancel
        return true;
      case 59:
        this.#dataType = versioned.integer() ?? 1;
        return true;
      default:
        return false;
    }
  }

  onTrade(trade: TapeTrade): void {
    if (this.#faults.isLineLost) return;
    const price = toPriceNumber(trade.price);
    const seconds = Math.floor(trade.at / 1000);
    for (const [id, { type }] of this.#ticks) {
      if (type !== 'Last' && type !== 'AllLast') continue;
      const number = type === 'Last' ? 1 : 2;
      const exchange = this.#contract.primaryExchange;
      this.#send([99, id, number, seconds, price, trade.size, 0, exchange, '']);
    }
    for (const [id, { generic }] of this.#quotes) {
      if (!generic.includes('233')) continue;
      const { volume } = this.#market.top;
      const text = `${price};${trade.size};${trade.at};${volume};${price};true`;
      this.#send([46, 6, id, TICK.tradeStream, text]);
    }
  }

  onBook(): void {
    if (this.#faults.isLineLost) return;
    const { top } = this.#market;
    for (const [id, quotes] of this.#quotes) this.#tellQuotes(id, quotes, top);
    for (const [id, ticks] of this.#ticks) this.#tellTick(id, ticks, top);
    for (const [id, depth] of this.#depths) this.#tellDepth(id, depth);
  }

  /** Every book is told to be reset, and comes anew. */
  resetDepth(): void {
    for (const [id, depth] of this.#depths) {
      this.#send(errorMessage(id, 317, RESET_TEXT));
      depth.bids = [];
      depth.asks = [];
      this.#tellDepth(id, depth);
    }
  }

  /** Every subscription is lost, without a word to the client. */
  forget(): void {
    this.#quotes.clear();
    this.#depths.clear();
    this.#ticks.clear();
  }

  #addQuotes(fields: FieldReader): void {
    const id = fields.integer() ?? -1;
    const query = readContract(fields);
    // no legs, as the contract is no combination; whether a delta-neutral contract follows
    fields.skip(1);
    const generic = fields.text().split(',');
    const isSnapshot = fields.flag();
    if (!this.#mayAdd(id, isContract(this.#contract, query))) return;
    if (this.#quotes.size >= this.#limits.lines) {
      this.#send(errorMessage(id, 101, 'Max number of tickers has been reached'));
      return;
    }
    const quotes: QuoteSubscription = { generic, told: undefined };
    this.#send([81, id, minTickOf(this.#contract), '9c0001', 3]);
    this.#send([58, 1, id, this.#dataType]);
    if (generic.includes('236')) {
      this.#send([45, 6, id, TICK.shortable, EASY_TO_BORROW]);
      this.#send([2, 6, id, TICK.shortableShares, SHARES_TO_BORROW]);
    }
    const { averageVolume } = this.#history;
    if (generic.includes('165') && averageVolume !== undefined)
      this.#send([2, 6, id, TICK.averageVolume, averageVolume]);
    this.#tellQuotes(id, quotes, this.#market.top);
    if (isSnapshot) this.#send([57, 1, id]);
    else this.#quotes.set(id, quotes);
  }

  #addDepth(fields: FieldReader): void {
    const id = fields.integer() ?? -1;
    const query = readContract(fields);
    const rows = fields.integer() ?? 5;
    const isSmart = fields.flag();
    if (!this.#mayAdd(id, isContract(this.#contract, query))) return;
    if (this.#depths.size >= this.#limits.depth) {
      const text = 'Max number of market depth requests has been reached';
      this.#send(errorMessage(id, 309, text));
      return;
    }
    const depth: DepthSubscription = { rows, isSmart, bids: [], asks: [] };
    this.#depths.set(id, depth);
    this.#tellDepth(id, depth);
  }

  #addTicks(fields: FieldReader): void {
    const id = fields.integer() ?? -1;
    const query = readContract(fields);
    const name = fields.text();
    const type = TICK_TYPES.find((it) => it === name);
    if (!this.#mayAdd(id, isContract(this.#contract, query))) return;
    if (type === undefined) {
      const text = `Error validating request.-'bE' : cause - Invalid tick type: ${name}`;
      this.#send(errorMessage(id, 321, text));
      return;
    }
    if (this.#ticks.size >= this.#limits.tickByTick) {
      const text = 'Max number of tick-by-tick requests has been reached.';
      this.#send(errorMessage(id, 10_190, text));
      return;
    }
    const ticks: TickSubscription = { type, told: undefined };
    this.#ticks.set(id, ticks);
    this.#tellTick(id, ticks, this.#market.top);
  }

  /** Whether a request may begin: its id is free, and its contract is known. */
  #mayAdd(id: number, isKnown: boolean): boolean {
    if (this.#quotes.has(id) || this.#depths.has(id) || this.#ticks.has(id)) {
      this.#send(errorMessage(id, 102, 'Duplicate ticker id'));
      return false;
    }
    if (!isKnown)
      this.#send(errorMessage(id, 200, 'No security definition has been found for the request'));
    return isKnown;
  }

  #remove(list: Map<number, unknown>, id: number, code: number): void {
    if (list.delete(id)) return;
    const text =
      code === 310
        ? "Can't find the subscribed market depth"
        : `Can't find EId with tickerId:${id}`;
    this.#send(errorMessage(id, code, text));
  }

  #tellQuotes(id: number, quotes: QuoteSubscription, top: MarketTop): void {
    const { told } = quotes;
    quotes.told = top;
    const price = (type: number, sizeType: number, now?: DepthLevel, before?: DepthLevel): void => {
      const isPrice = now?.price !== before?.price;
      const isSize = now?.size !== before?.size;
      if (isPrice) this.#send([1, 6, id, type, dollarsOf(now), now?.size ?? 0, 1]);
      if (isPrice || isSize) this.#send([2, 6, id, sizeType, now?.size ?? 0]);
    };
    price(TICK.bid, TICK.bidSize, top.bid, told?.bid);
    price(TICK.ask, TICK.askSize, top.ask, told?.ask);
    price(TICK.last, TICK.lastSize, top.last, told?.last);
    if (top.volume !== told?.volume) this.#send([2, 6, id, TICK.volume, top.volume]);
    if (top.isHalted !== told?.isHalted) this.#send([45, 6, id, TICK.halted, top.isHalted]);
  }

  #tellTick(id: number, ticks: TickSubscription, top: MarketTop): void {
    const { type, told } = ticks;
    if (type !== 'BidAsk' && type !== 'MidPoint') return;
    const { bid, ask } = top;
    if (bid === undefined || ask === undefined) return;
    if (isSame(bid, told?.bid) && isSame(ask, told?.ask)) return;
    ticks.told = top;
    const seconds = Math.floor(this.#market.now / 1000);
    const [bidPrice, askPrice] = [dollarsOf(bid), dollarsOf(ask)];
    if (type === 'BidAsk')
      this.#send([99, id, 3, seconds, bidPrice, askPrice, bid.size, ask.size, 0]);
    else this.#send([99, id, 4, seconds, (bidPrice + askPrice) / 2]);
  }

  #tellDepth(id: number, depth: DepthSubscription): void {
    for (const side of ['bid', 'ask'] as const) {
      const key = side === 'bid' ? 'bids' : 'asks';
      const after = this.#market.depth(side, depth.rows);
      const sign = side === 'bid' ? 1 : -1;
      for (const change of depthChanges(depth[key], after, depth.rows, sign)) {
        const { position, operation, level } = change;
        const tail: FieldValue[] = [
          operation,
          side === 'bid' ? 1 : 0,
          toPriceNumber(level.price),
          level.size,
        ];
        this.#send(
          depth.isSmart
            ? [13, 1, id, position, this.#contract.primaryExchange, ...tail, true]
            : [12, 1, id, position, ...tail],
        );
      }
      depth[key] = after;
    }
  }

  #tellHistory(fields: FieldReader): void {
    const id = fields.integer() ?? -1;
    const query = readContract(fields);
    // includeExpired, endDateTime
    fields.skip(2);
    const barSize = fields.text();
    const duration = fields.text();
    if (!isContract(this.#contract, query)) {
      this.#send(errorMessage(id, 200, 'No security definition has been found for the request'));
      return;
    }
    const [count = '0', unit = 'D'] = duration.split(' ');
    const days = Number(count) * (unit === 'D' ? 1 : unit === 'W' ? 5 : unit === 'M' ? 21 : 252);
    const bars = barSize === '1 day' ? this.#history.bars.slice(-days) : [];
    const [first] = bars;
    const last = bars.at(-1);
    if (first === undefined || last === undefined) {
      const text =
        'Historical Market Data Service error message:HMDS query returned no data: none is kept here';
      this.#send(errorMessage(id, 162, text));
      return;
    }
    this.#send([
      17,
      id,
      `${first.date} 00:00:00 US/Eastern`,
      `${last.date} 23:59:59 US/Eastern`,
      bars.length,
      ...bars.flatMap(({ date, open, high, low, close, volume }): FieldValue[] => [
        date,
        open,
        high,
        low,
        close,
        volume,
        close,
        0,
      ]),
    ]);
  }
}

function dollarsOf(level: { readonly price: PriceNanos } | undefined): number {
  // the broker tells a price that there is not as -1
  return level === undefined ? -1 : toPriceNumber(level.price);
}

function isSame(one: DepthLevel, other: DepthLevel | undefined): boolean {
  return one.price === other?.price && one.size === other.size;
}
