import { ACTION_STATUS, WORD_TAGS } from '../../domain/event.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type MoneyMicros, notionalOf, toDollars } from '../../domain/money.ts';
import type { ClientOrderId, OrderReport } from '../../domain/order.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { AssumedResult } from '../../domain/run.ts';
import type { ExecutionSettings, LatencySettings } from '../../domain/settings.ts';
import { signOf } from '../../domain/side.ts';
import type { DayNumber, SessionTime } from '../../domain/time.ts';
import type { ExecutionVenue, VenueNotice } from '../../execution/venue.ts';
import type { StreamState } from '../../market/book/stream-state.ts';
import type { ApprovedChange, ApprovedOrder } from '../../risk/approved-order.ts';
import type { ExchangeState } from '../exchange/exchange-state.ts';
import type { SimulatedExchange } from '../exchange/simulated-exchange.ts';
import { ShadowExchange, type ShadowState } from './shadow-exchange.ts';
import { type Variant, variantsOf } from './variants.ts';

interface ShadowedState {
  readonly run: ExchangeState;
  readonly shadows: readonly ShadowState[];
  readonly position: number;
  readonly takerQuantity: number;
}

/**
 * The run's exchange, and beside it one for each other assumption (`variantsOf`), shown the same events and the same requests.
 * The run hears its own exchange alone, so that its journal is the same with them and without. While no order lives anywhere
 * they see no event.
 */
export class ShadowedExchange implements ExecutionVenue {
  readonly #run: SimulatedExchange;
  readonly #shadows: readonly ShadowExchange[];
  readonly #instrument: Instrument;
  /** The run's position and what its takers traded, by the reports taken. */
  #position = 0;
  #takerQuantity = 0;

  constructor(options: {
    /** Makes the exchange of a variant; of the empty one the run's. */
    readonly create: (variant: Variant) => SimulatedExchange;
    readonly instrument: Instrument;
    readonly day: DayNumber;
    readonly execution: ExecutionSettings;
    readonly latency: LatencySettings;
  }) {
    const { create, instrument, day, execution, latency } = options;
    this.#run = create({});
    this.#instrument = instrument;
    const { entryTimeoutSecs } = execution;
    this.#shadows = variantsOf(latency).map(
      (variant) =>
        new ShadowExchange(variant, create(variant), { instrument, day, entryTimeoutSecs }),
    );
  }

  get isWatching(): boolean {
    if (this.#run.isWatching) return true;
    for (const { exchange } of this.#shadows) if (exchange.isWatching) return true;
    return false;
  }

  get needsEveryEvent(): boolean {
    if (this.#run.needsEveryEvent) return true;
    for (const { exchange } of this.#shadows) if (exchange.needsEveryEvent) return true;
    return false;
  }

  get watchesQuotes(): boolean {
    return this.#run.watchesQuotes || this.#shadows.some(({ exchange }) => exchange.watchesQuotes);
  }

  watchOn(stream: StreamState): void {
    let { askFrom, bidFrom, hasOrders } = this.#run;
    for (const { exchange } of this.#shadows) {
      if (!exchange.hasOrders) continue;
      hasOrders = true;
      const ask = exchange.askFrom;
      const bid = exchange.bidFrom;
      if (ask !== undefined && (askFrom === undefined || ask > askFrom)) askFrom = ask;
      if (bid !== undefined && (bidFrom === undefined || bid < bidFrom)) bidFrom = bid;
    }
    stream.watch(hasOrders, askFrom !== undefined || bidFrom !== undefined, askFrom, bidFrom);
  }

  get nextArrival(): SessionTime {
    let next = this.#run.nextArrival;
    for (const { nextDue } of this.#shadows) if (nextDue < next) next = nextDue;
    return next;
  }

  get nextReport(): SessionTime {
    return this.#run.nextReport;
  }

  setOpen(isOpen: boolean, ts: SessionTime): void {
    this.#run.setOpen(isOpen, ts);
    for (const { exchange } of this.#shadows) exchange.setOpen(isOpen, ts);
  }

  submit(order: ApprovedOrder, now: SessionTime): void {
    this.#run.submit(order, now);
    const open = -this.#position * signOf(order.side);
    const isExit = order.reduceOnly || (open > 0 && order.quantity <= open);
    for (const shadow of this.#shadows) shadow.submit(order, now, isExit);
  }

  requestTruth(now: SessionTime): void {
    this.#run.requestTruth(now);
  }

  takeNotice(now: SessionTime): VenueNotice | undefined {
    return this.#run.takeNotice(now);
  }

  modify(change: ApprovedChange, now: SessionTime): void {
    this.#run.modify(change, now);
    for (const shadow of this.#shadows) shadow.modify(change, now);
  }

  cancel(id: ClientOrderId, now: SessionTime): void {
    this.#run.cancel(id, now);
    for (const shadow of this.#shadows) shadow.cancel(id, now);
  }

  takeReport(now: SessionTime): OrderReport | undefined {
    const report = this.#run.takeReport(now);
    if (report?.type === 'order-filled') {
      const { side, quantity, liquidity } = report.fill;
      this.#position += signOf(side) * quantity;
      if (liquidity === 'taker') this.#takerQuantity += quantity;
    }
    return report;
  }

  queueAhead(id: ClientOrderId): number | null {
    return this.#run.queueAhead(id);
  }

  estimatedAhead(id: ClientOrderId): number | null {
    return this.#run.estimatedAhead(id);
  }

  /** Handles what is due first; the run's before the others'. */
  handleArrival(sequence: number, last: PriceNanos | null): void {
    const due = this.nextArrival;
    if (this.#run.nextArrival <= due) {
      this.#run.handleArrival(sequence, last);
      return;
    }
    for (const shadow of this.#shadows) {
      if (shadow.nextDue > due) continue;
      shadow.handleDue(sequence, last);
      return;
    }
  }

  onEvent(words: Int32Array, offset: number, ts: SessionTime): void {
    const isForAll = (((words[offset + WORD_TAGS] ?? 0) >> 16) & 0xff) === ACTION_STATUS;
    if (isForAll || this.#run.isWatching) this.#run.onEvent(words, offset, ts);
    for (const shadow of this.#shadows) {
      const { exchange } = shadow;
      if (!isForAll && !exchange.isWatching) continue;
      exchange.onEvent(words, offset, ts);
      if (exchange.nextReport !== Number.POSITIVE_INFINITY) shadow.takeFills();
    }
  }

  onQuotes(ts: SessionTime): void {
    this.#run.onQuotes(ts);
    for (const { exchange } of this.#shadows) exchange.onQuotes(ts);
  }

  expireAll(ts: SessionTime): void {
    this.#run.expireAll(ts);
    for (const shadow of this.#shadows) {
      shadow.exchange.expireAll(ts);
      shadow.takeFills();
    }
  }

  /** The run first, then every other assumption. */
  assumptions(
    {
      micros: runMicros,
      trades: runTrades,
    }: { readonly micros: MoneyMicros; readonly trades: number },
    closing: (position: number) => PriceNanos | null,
  ): readonly AssumedResult[] {
    const tick = notionalOf(
      this.#instrument.tickNanos,
      this.#takerQuantity,
      this.#instrument.multiplier,
    );
    const resultOf = (
      name: AssumedResult['name'],
      meaning: string,
      micros: MoneyMicros,
      trades = runTrades,
      position = this.#position,
    ): AssumedResult => ({
      name,
      meaning,
      netPl: toDollars(micros),
      trades,
      position,
      changesSign: Math.sign(micros) !== Math.sign(runMicros),
    });
    const others = this.#shadows.map(({ variant, portfolio }) => {
      const { position, realizedMicros, commissionMicros, trips } = portfolio;
      const price = position === 0 ? null : closing(position);
      const open = price === null ? 0 : portfolio.unrealizedAt(price);
      const micros = realizedMicros - commissionMicros + open;
      return resultOf(variant.name, variant.meaning, micros, trips.length, position);
    });
    const isFill = ({ name }: AssumedResult): boolean => name === 'touch' || name === 'pessimistic';
    return [
      resultOf('queue', 'as simulated: by place in the queue', runMicros),
      ...others.filter(isFill),
      resultOf('slippage-better', 'takers pay one tick less', runMicros + tick),
      resultOf('slippage-worse', 'takers pay one tick more', runMicros - tick),
      ...others.filter((other) => !isFill(other)),
    ];
  }

  capture(): ShadowedState {
    return {
      run: this.#run.capture(),
      shadows: this.#shadows.map((shadow) => shadow.capture()),
      position: this.#position,
      takerQuantity: this.#takerQuantity,
    };
  }

  restore(state: ShadowedState): void {
    this.#run.restore(state.run);
    for (const [index, shadow] of this.#shadows.entries()) {
      const copy = state.shadows[index];
      if (copy !== undefined) shadow.restore(copy);
    }
    this.#position = state.position;
    this.#takerQuantity = state.takerQuantity;
  }
}
