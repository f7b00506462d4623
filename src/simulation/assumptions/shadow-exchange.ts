import type { Instrument } from '../../domain/instrument.ts';
import type { ClientOrderId, Fill } from '../../domain/order.ts';
import { type DayNumber, NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import { Portfolio, type PortfolioState } from '../../execution/portfolio.ts';
import type { ApprovedChange, ApprovedOrder } from '../../risk/approved-order.ts';
import type { ExchangeState } from '../exchange/exchange-state.ts';
import type { SimulatedExchange } from '../exchange/simulated-exchange.ts';
import type { NamedVariant } from './variants.ts';

const NEVER = Number.POSITIVE_INFINITY;

interface Timeout {
  readonly at: SessionTime;
  readonly id: ClientOrderId;
}

/** A copy of a shadow, as `restore` takes it. */
export interface ShadowState {
  readonly exchange: ExchangeState;
  readonly portfolio: PortfolioState;
  readonly timeouts: readonly Timeout[];
  readonly entries: readonly (readonly [group: string, id: ClientOrderId])[];
  readonly exits: readonly ClientOrderId[];
}

/**
 * The run's requests at an exchange with another assumption, and what they make there. Nobody decides anew: what the run
 * asks for happens here, too, as far as there is something to do.
 *
 * A bracket lives its own life: its stop and target work until one of them closes it, also when the run's has long ended, and
 * its entry is given up after the desk's time-out, also when the run's was filled. An exit that the run decides on closes what
 * is open here, never more, and gives up an entry that still works. A plain order that only closes the run's position, or
 * says that it only reduces, counts here as far as there is a position to close.
 */
export class ShadowExchange {
  readonly variant: NamedVariant;
  readonly exchange: SimulatedExchange;
  readonly portfolio: Portfolio;
  readonly #entryTimeoutNs: number;
  #timeouts: Timeout[] = [];
  readonly #entries = new Map<string, ClientOrderId>();
  readonly #exits = new Set<ClientOrderId>();

  constructor(
    variant: NamedVariant,
    exchange: SimulatedExchange,
    options: {
      readonly instrument: Instrument;
      readonly day: DayNumber;
      readonly entryTimeoutSecs: number;
    },
  ) {
    this.variant = variant;
    this.exchange = exchange;
    this.portfolio = new Portfolio(options.instrument, options.day);
    this.#entryTimeoutNs = options.entryTimeoutSecs * NS_PER_SECOND;
  }

  /** When something is due here: an arrival, or an entry's time-out. */
  get nextDue(): SessionTime {
    return Math.min(this.exchange.nextArrival, this.#timeouts[0]?.at ?? NEVER);
  }

  submit(order: ApprovedOrder, now: SessionTime, isExit: boolean): void {
    const { ocoGroup, id } = order;
    if (ocoGroup === undefined) {
      if (isExit) this.#exits.add(id);
    } else if (!order.reduceOnly) {
      this.#entries.set(ocoGroup, id);
      this.#timeouts.push({ at: now + this.#entryTimeoutNs, id });
    } else if (order.role === 'EXIT') {
      const entry = this.#entries.get(ocoGroup);
      if (entry !== undefined) this.exchange.cancel(entry, now);
    }
    this.exchange.submit(order, now);
  }

  modify(change: ApprovedChange, now: SessionTime): void {
    this.exchange.modify(change, now);
  }

  cancel(id: ClientOrderId, now: SessionTime): void {
    this.exchange.cancel(id, now);
  }

  /** Does the first thing that is due. */
  handleDue(sequence: number, last: number | null): void {
    const [timeout] = this.#timeouts;
    if (timeout !== undefined && timeout.at < this.exchange.nextArrival) {
      this.#timeouts.shift();
      this.exchange.cancel(timeout.id, timeout.at);
      return;
    }
    this.exchange.handleArrival(sequence, last);
    this.takeFills();
  }

  /** Counts what has filled. */
  takeFills(): void {
    for (
      let report = this.exchange.takeReport(NEVER);
      report !== undefined;
      report = this.exchange.takeReport(NEVER)
    )
      if (report.type === 'order-filled') this.#onFill(report.fill, report.commissionMicros);
  }

  capture(): ShadowState {
    return {
      exchange: this.exchange.capture(),
      portfolio: this.portfolio.capture(),
      timeouts: this.#timeouts.slice(),
      entries: [...this.#entries],
      exits: [...this.#exits],
    };
  }

  restore(state: ShadowState): void {
    this.exchange.restore(state.exchange);
    this.portfolio.restore(state.portfolio);
    this.#timeouts = state.timeouts.slice();
    this.#entries.clear();
    for (const [group, id] of state.entries) this.#entries.set(group, id);
    this.#exits.clear();
    for (const id of state.exits) this.#exits.add(id);
  }

  #onFill(fill: Fill, commissionMicros: number): void {
    if (!this.#exits.has(fill.orderId)) {
      this.portfolio.onFill(fill, commissionMicros, 'order');
      return;
    }
    const open = this.portfolio.position * (fill.side === 'buy' ? -1 : 1);
    const quantity = Math.min(fill.quantity, Math.max(0, open));
    if (quantity === 0) return;
    const commission = Math.round((commissionMicros * quantity) / fill.quantity);
    this.portfolio.onFill({ ...fill, quantity }, commission, 'order');
  }
}
