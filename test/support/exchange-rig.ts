import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import type { Fill, OrderReport, OrderRequest } from '../../src/domain/order.ts';
import { formatPrice } from '../../src/domain/price.ts';
import { Random } from '../../src/domain/random.ts';
import type { ExecutionSettings, LatencySettings } from '../../src/domain/settings.ts';
import { type DayNumber, dayOf, NS_PER_MS, toEpochWords } from '../../src/domain/time.ts';
import { LevelTranslator } from '../../src/feeds/level-translator.ts';
import { OrderBook } from '../../src/market/book/order-book.ts';
import type { ApprovedChange, ApprovedOrder } from '../../src/risk/approved-order.ts';
import type { FillModel } from '../../src/simulation/exchange/fill-rule.ts';
import { SimulatedExchange } from '../../src/simulation/exchange/simulated-exchange.ts';
import { LevelRecorder } from './level-records.ts';
import { STOCK } from './market-rig.ts';

const WORD = 4_294_967_296;

export type BookSideName = 'bid' | 'ask';

export interface EventParts {
  readonly action: number;
  readonly side: number;
  readonly price?: number;
  readonly size?: number;
  readonly id?: bigint;
  readonly sequence?: number;
  readonly flags?: number;
}

/** An event's 14 words, field by field from the published layout; price in 1e-9. The time stamp is the caller's. */
export function eventWords(parts: EventParts): Int32Array {
  const words = new Int32Array(EVENT_WORDS);
  const price = parts.price ?? 0;
  const high = Math.floor(price / WORD);
  words[WORD_PRICE_HIGH] = high;
  words[WORD_PRICE_LOW] = price - high * WORD;
  words[WORD_SIZE] = parts.size ?? 0;
  const id = parts.id ?? 0n;
  words[WORD_ORDER_LOW] = Number(BigInt.asIntN(32, id));
  words[WORD_ORDER_HIGH] = Number(BigInt.asIntN(32, id >> 32n));
  words[WORD_TAGS] = packTags(parts.action, parts.side, parts.flags ?? FLAG_LAST);
  words[WORD_SEQUENCE] = parts.sequence ?? 0;
  return words;
}

/** Dollars as exact 1e-9 units. */
export function nanosOf(dollars: number): number {
  return Math.round(dollars * 1e6) * 1000;
}

export function sideCode(side: BookSideName | 'none'): number {
  if (side === 'none') return SIDE_NONE;
  return side === 'bid' ? SIDE_BID : SIDE_ASK;
}

/** An order of ours in dollars; a limit order of the day unless told otherwise. */
export interface PlainOrder {
  readonly type?: OrderRequest['type'];
  readonly tif?: OrderRequest['tif'];
  readonly price?: number;
  readonly stopPrice?: number;
  readonly trailAmount?: number;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  readonly group?: string;
}

export interface ExchangeRigOptions {
  readonly execution?: Partial<ExecutionSettings>;
  readonly latency?: Partial<LatencySettings>;
  readonly instrument?: Instrument;
  readonly day?: DayNumber;
  readonly seed?: number;
  /** The feed tells the best so many levels a side, and the exchange estimates the queue. */
  readonly levels?: number;
  /** The feed tells trades alone. */
  readonly tradesOnly?: boolean;
  readonly fillModel?: FillModel;
}

interface GroupOptions {
  /** False: the record does not end its event group. */
  readonly last?: boolean;
}

/**
 * A book with the simulated exchange, driven by hand as the engine drives them: the exchange sees an event before the book
 * takes it, and a message is handled when market time has passed its arrival and no event group is open. Times are
 * milliseconds, prices dollars; every event gets the next sequence number, from 1.
 */
export class ExchangeRig {
  readonly book: OrderBook;
  readonly exchange: SimulatedExchange;
  readonly reports: OrderReport[] = [];
  sequence = 0;
  #now = Number.NEGATIVE_INFINITY;
  #isGroupOpen = false;
  #last: number | null = null;
  readonly #levels:
    | { readonly recorder: LevelRecorder; readonly translator: LevelTranslator }
    | undefined;

  constructor(options: ExchangeRigOptions = {}) {
    const instrument = options.instrument ?? STOCK;
    const { levels = 0 } = options;
    this.book = new OrderBook(instrument.tickNanos);
    this.#levels =
      levels > 0
        ? {
            recorder: new LevelRecorder(instrument.tickNanos, levels),
            translator: new LevelTranslator(levels),
          }
        : undefined;
    this.exchange = new SimulatedExchange({
      book: this.book,
      instrument,
      execution: {
        entryTimeoutSecs: 5,
        queueModel: 'risk-averse',
        stopTrigger: 'last',
        commission: 'none',
        ...options.execution,
      },
      latency: { orderMs: 20, reportMs: 20, model: 'constant', sigma: 0.5, ...options.latency },
      random: new Random(options.seed ?? 7),
      day: options.day ?? dayOf(2026, 6, 1),
      depth: levels > 0 ? 'levels' : options.tradesOnly === true ? 'trades' : 'orders',
      knownLevels: levels,
      ...(options.fillModel === undefined ? {} : { fillModel: options.fillModel }),
    });
  }

  /** Adds an order to the feed's book. */
  add(
    ms: number,
    id: number | bigint,
    side: BookSideName,
    price: number,
    size: number,
    options?: GroupOptions,
  ): void {
    this.#event(
      ms,
      { action: ACTION_ADD, side: sideCode(side), price: nanosOf(price), size, id: BigInt(id) },
      options,
    );
  }

  modify(
    ms: number,
    id: number | bigint,
    side: BookSideName,
    price: number,
    size: number,
    options?: GroupOptions,
  ): void {
    this.#event(
      ms,
      { action: ACTION_MODIFY, side: sideCode(side), price: nanosOf(price), size, id: BigInt(id) },
      options,
    );
  }

  cancel(ms: number, id: number | bigint, size: number, options?: GroupOptions): void {
    this.#event(ms, { action: ACTION_CANCEL, side: SIDE_BID, size, id: BigInt(id) }, options);
  }

  /** A print alone, as hidden executions come. */
  print(
    ms: number,
    price: number,
    size: number,
    aggressor: BookSideName | 'none' = 'none',
    options?: GroupOptions,
  ): void {
    this.#event(
      ms,
      { action: ACTION_TRADE, side: sideCode(aggressor), price: nanosOf(price), size },
      options,
    );
  }

  /** A resting order's execution, without print or cancel: only to say more than `execute` can. */
  fill(
    ms: number,
    id: number | bigint,
    side: BookSideName | 'none',
    price: number,
    size: number,
    options?: GroupOptions,
  ): void {
    this.#event(
      ms,
      { action: ACTION_FILL, side: sideCode(side), price: nanosOf(price), size, id: BigInt(id) },
      options,
    );
  }

  /** Resting orders of one side execute, each as print, fill and cancel, in one event group. */
  execute(
    ms: number,
    side: BookSideName,
    price: number,
    ...parts: readonly (readonly [id: number | bigint, size: number])[]
  ): void {
    for (const [index, [id, size]] of parts.entries()) {
      this.print(ms, price, size, side === 'bid' ? 'ask' : 'bid', { last: false });
      this.fill(ms, id, side, price, size, { last: false });
      this.cancel(ms, id, size, { last: index === parts.length - 1 });
    }
  }

  clear(ms: number): void {
    this.#event(ms, { action: ACTION_CLEAR, side: SIDE_NONE });
  }

  status(ms: number, status: number): void {
    this.#event(ms, { action: ACTION_STATUS, side: SIDE_NONE, size: status });
  }

  /** The feed of levels misses what happens until its next record. */
  gap(): void {
    this.#levels?.translator.onGap();
  }

  buy(ms: number, id: string, quantity: number, terms: PlainOrder): void {
    this.#submit(ms, id, 'buy', quantity, terms);
  }

  sell(ms: number, id: string, quantity: number, terms: PlainOrder): void {
    this.#submit(ms, id, 'sell', quantity, terms);
  }

  /** Sends a change of one of our orders. */
  change(
    ms: number,
    id: string,
    terms: { readonly price?: number; readonly stopPrice?: number; readonly quantity?: number },
  ): void {
    this.#passUpTo(ms * NS_PER_MS);
    const { price, stopPrice, quantity } = terms;
    const change = {
      id,
      ...(price === undefined ? {} : { price: nanosOf(price) }),
      ...(stopPrice === undefined ? {} : { stopPrice: nanosOf(stopPrice) }),
      ...(quantity === undefined ? {} : { quantity }),
    };
    this.exchange.modify(change as ApprovedChange, ms * NS_PER_MS);
  }

  /** Sends a cancel of one of our orders. */
  withdraw(ms: number, id: string): void {
    this.#passUpTo(ms * NS_PER_MS);
    this.exchange.cancel(id, ms * NS_PER_MS);
  }

  /** Lets market time pass up to and with `ms`, without an event. */
  wait(ms: number): void {
    this.#passUpTo(ms * NS_PER_MS + 1);
  }

  /** Reports known by `ms`, taken in. */
  known(ms: number): readonly OrderReport[] {
    for (;;) {
      const report = this.exchange.takeReport(ms * NS_PER_MS);
      if (report === undefined) return this.reports;
      this.reports.push(report);
    }
  }

  /** Every report there is, in the order reported. */
  all(): readonly OrderReport[] {
    return this.known(Number.POSITIVE_INFINITY);
  }

  /** Our fills: `id quantity@price ms #sequence liquidity`. */
  get fills(): string[] {
    const lines: string[] = [];
    for (const report of this.all())
      if (report.type === 'order-filled') lines.push(fillLine(report.fill));
    return lines;
  }

  /** Everything else that was reported: `id what ms`. */
  get states(): string[] {
    return this.all()
      .filter((report) => report.type !== 'order-filled')
      .map(
        (report) =>
          `${report.orderId} ${report.type.replace('order-', '')} ${report.ts / NS_PER_MS}`,
      );
  }

  /** Our live quantity filled so far, by id. */
  filledOf(id: string): number {
    return this.all().reduce(
      (sum, report) =>
        sum + (report.type === 'order-filled' && report.orderId === id ? report.fill.quantity : 0),
      0,
    );
  }

  #submit(ms: number, id: string, side: 'buy' | 'sell', quantity: number, terms: PlainOrder): void {
    this.#passUpTo(ms * NS_PER_MS);
    const { price, stopPrice, trailAmount, group } = terms;
    const reduceOnly = terms.reduceOnly ?? false;
    const request: OrderRequest = {
      id,
      side,
      type: terms.type ?? 'limit',
      quantity,
      tif: terms.tif ?? 'day',
      role: reduceOnly ? 'EXIT' : 'ENTRY',
      reduceOnly,
      ...(price === undefined ? {} : { price: nanosOf(price) }),
      ...(stopPrice === undefined ? {} : { stopPrice: nanosOf(stopPrice) }),
      ...(trailAmount === undefined ? {} : { trailAmount: nanosOf(trailAmount) }),
      ...(terms.postOnly === true ? { postOnly: true } : {}),
      ...(group === undefined ? {} : { ocoGroup: group }),
    };
    this.exchange.submit(request as ApprovedOrder, ms * NS_PER_MS);
  }

  #event(ms: number, parts: EventParts, options: GroupOptions = {}): void {
    const ts = ms * NS_PER_MS;
    if (ts > this.#now) this.#passUpTo(ts);
    this.#now = Math.max(this.#now, ts);
    if (parts.action === ACTION_TRADE && parts.size !== 0) this.#last = parts.price ?? this.#last;
    const isLast = options.last ?? true;
    const words = eventWords({
      ...parts,
      sequence: ++this.sequence,
      flags: isLast ? FLAG_LAST : 0,
    });
    this.#isGroupOpen = !isLast;
    if (this.#levels === undefined || parts.action === ACTION_STATUS) {
      this.#deliver({ words, count: 1 }, ts);
      return;
    }
    [words[WORD_TS_EVENT_LOW], words[WORD_TS_EVENT_HIGH]] = toEpochWords(0, ts);
    const { recorder, translator } = this.#levels;
    const record = recorder.record(words, 0, ts);
    if (record !== undefined) translator.onRecord(record, 0);
    this.#deliver(translator.takeBatch(), ts);
  }

  #deliver({ words, count }: EventBatch, ts: number): void {
    for (let offset = 0; offset < count * EVENT_WORDS; offset += EVENT_WORDS) {
      const action = ((words[offset + WORD_TAGS] ?? 0) >> 16) & 0xff;
      if (this.exchange.isWatching || action === ACTION_STATUS)
        this.exchange.onEvent(words, offset, ts);
      this.book.apply(words, offset, ts);
    }
  }

  /** Handles what arrives before `limit`. */
  #passUpTo(limit: number): void {
    if (this.#isGroupOpen) return;
    // a group whose last event is beyond the levels told is over when time goes on
    if (this.#levels !== undefined)
      this.#deliver(this.#levels.translator.takeBatch(true), this.#now);
    if (this.exchange.isWatching) this.exchange.onQuotes(this.#now);
    while (this.exchange.nextArrival < limit)
      this.exchange.handleArrival(this.sequence, this.#last);
  }
}

function fillLine(fill: Fill): string {
  return `${fill.orderId} ${fill.quantity}@${formatPrice(fill.price, 2)} ${fill.ts / NS_PER_MS} #${fill.sequence} ${fill.liquidity}`;
}
