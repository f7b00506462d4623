import type {
  DepthLevel,
  GatewayMarket,
  MarketListener,
  MarketTop,
} from '../../adapters/ibkr-gateway/market-port.ts';
import {
  ACTION_STATUS,
  ACTION_TRADE,
  eventPriceOf,
  hasPrice,
  STATUS_TRADING,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../domain/event.ts';
import type { OrderChange, OrderRequest } from '../../domain/order.ts';
import type { PriceNanos } from '../../domain/price.ts';
import { type DayNumber, NS_PER_MS, type SessionTime } from '../../domain/time.ts';
import type { OrderBook } from '../../market/book/order-book.ts';
import type { SimulatedExchange } from '../../simulation/exchange/simulated-exchange.ts';

const MS_PER_DAY = 86_400_000;

/**
 * A book and the simulated exchange, driven event by event: the market behind a gateway. Whoever has the events hands them over with
 * `take` and ends each moment with `settle`; an order that arrives is worked at the time of the last event.
 */
export class MatchedMarket implements GatewayMarket {
  readonly #book: OrderBook;
  readonly #exchange: SimulatedExchange;
  readonly #day: DayNumber;
  readonly #clock: (() => SessionTime) | undefined;
  #listener: MarketListener | undefined;
  #ts: SessionTime;
  #sequence = 0;
  #last: DepthLevel | undefined;
  #volume = 0;
  #isHalted = false;
  /** Reports are being told: what the listener asks for meanwhile is done by the loop that tells them. */
  #isSettling = false;

  /**
   * @param exchange Without latency: the wire and its faults are the gateway's.
   * @param clock Where time goes on by itself; without it only `take` and `settle` move it.
   */
  constructor(options: {
    readonly book: OrderBook;
    readonly exchange: SimulatedExchange;
    readonly day: DayNumber;
    readonly from: SessionTime;
    readonly clock?: () => SessionTime;
  }) {
    this.#book = options.book;
    this.#exchange = options.exchange;
    this.#day = options.day;
    this.#ts = options.from;
    this.#clock = options.clock;
  }

  /** Market time; it never goes back, whatever the clock says. */
  get time(): SessionTime {
    if (this.#clock !== undefined) this.#ts = Math.max(this.#ts, this.#clock());
    return this.#ts;
  }

  get now(): number {
    return this.#day * MS_PER_DAY + this.time / NS_PER_MS;
  }

  get top(): MarketTop {
    const [bid] = this.depth('bid', 1);
    const [ask] = this.depth('ask', 1);
    return { bid, ask, last: this.#last, volume: this.#volume, isHalted: this.#isHalted };
  }

  depth(side: 'bid' | 'ask', most: number): readonly DepthLevel[] {
    const ticks = new Int32Array(most);
    const sizes = new Float64Array(most);
    const count = (side === 'bid' ? this.#book.bids : this.#book.asks).readBest(ticks, sizes);
    return Array.from({ length: count }, (_, row) => ({
      price: (ticks[row] ?? 0) * this.#book.tickNanos,
      size: sizes[row] ?? 0,
    }));
  }

  listen(listener: MarketListener): void {
    this.#listener = listener;
  }

  submit(order: OrderRequest): void {
    this.#exchange.submit(order, this.time);
    this.#work();
  }

  modify(change: OrderChange): void {
    this.#exchange.modify(change, this.time);
    this.#work();
  }

  cancel(id: string): void {
    this.#exchange.cancel(id, this.time);
    this.#work();
  }

  /** The event at `words[offset]` happens at `ts`, which is no earlier than the last one. */
  take(words: Int32Array, offset: number, ts: SessionTime): void {
    if (ts > this.#ts) {
      this.#exchange.onQuotes(this.#ts);
      this.#work();
      this.#ts = ts;
    }
    const action = ((words[offset + WORD_TAGS] ?? 0) >> 16) & 0xff;
    this.#sequence = words[offset + WORD_SEQUENCE] ?? 0;
    if (this.#exchange.isWatching || action === ACTION_STATUS)
      this.#exchange.onEvent(words, offset, ts);
    this.#book.apply(words, offset, ts);
    if (action === ACTION_TRADE && hasPrice(words, offset))
      this.#onTrade(eventPriceOf(words, offset), (words[offset + WORD_SIZE] ?? 0) >>> 0);
    if (action === ACTION_STATUS) this.#isHalted = words[offset + WORD_SIZE] !== STATUS_TRADING;
  }

  /** Time goes on to `ts` with nothing more to come before it: what is due is worked, and the book is told. */
  settle(ts: SessionTime): void {
    this.#exchange.onQuotes(this.#ts);
    this.#ts = Math.max(this.#ts, ts);
    this.#work();
    this.#listener?.onBook();
  }

  /** The session is over: what still works expires. */
  finish(): void {
    this.#exchange.expireAll(this.#ts);
    this.settle(this.#ts);
  }

  #onTrade(price: PriceNanos, size: number): void {
    if (size === 0) return;
    this.#last = { price, size };
    this.#volume += size;
    this.#listener?.onTrade({ price, size, at: this.now });
  }

  #work(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    try {
      for (;;) {
        const report = this.#exchange.takeReport(this.#ts);
        if (report !== undefined) this.#listener?.onReport(report);
        else if (this.#exchange.nextArrival <= this.#ts)
          this.#exchange.handleArrival(this.#sequence >>> 0, this.#last?.price ?? null);
        else return;
      }
    } finally {
      this.#isSettling = false;
    }
  }
}
