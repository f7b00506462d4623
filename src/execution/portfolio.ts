import type { Instrument } from '../domain/instrument.ts';
import { MICROS_PER_UNIT, type MoneyMicros, notionalOf, toDollars } from '../domain/money.ts';
import type { Fill } from '../domain/order.ts';
import { formatPrice, type PriceNanos, roundRatio } from '../domain/price.ts';
import type { ExitReason, RoundTrip } from '../domain/run.ts';
import { type DayNumber, formatTimestamp, type SessionTime } from '../domain/time.ts';

interface OpenTrip {
  readonly sign: 1 | -1;
  readonly entryTs: SessionTime;
  entered: number;
  exited: number;
  /** Value bought and sold over the trip; their difference is its gross result. */
  entryMicros: MoneyMicros;
  exitMicros: MoneyMicros;
  commissionMicros: MoneyMicros;
  maeMicros: MoneyMicros;
  mfeMicros: MoneyMicros;
}

/** A copy of a portfolio, as `restore` takes it. */
export interface PortfolioState {
  readonly trips: readonly RoundTrip[];
  readonly trip: Readonly<OpenTrip> | undefined;
  readonly position: number;
  readonly realizedMicros: MoneyMicros;
  readonly commissionMicros: MoneyMicros;
  readonly slippageMicros: MoneyMicros;
  readonly costMicros: MoneyMicros;
  readonly opened: number;
}

/**
 * Position, money and round trips, from fills alone. Whole micros throughout: realized + unrealized - commission is the
 * change of equity to the last unit, because what is realized of a position's cost and what stays always add up to it.
 */
export class Portfolio {
  readonly trips: RoundTrip[] = [];
  position = 0;
  realizedMicros: MoneyMicros = 0;
  commissionMicros: MoneyMicros = 0;
  /** Paid by taking, against the touch when the order was sent; positive is a cost. */
  slippageMicros: MoneyMicros = 0;
  /** Round trips opened. */
  opened = 0;

  readonly #instrument: Instrument;
  readonly #day: DayNumber;
  /** What the open position cost: positive for a long, negative for what a short brought in. */
  #costMicros: MoneyMicros = 0;
  #trip: OpenTrip | undefined;

  constructor(instrument: Instrument, day: DayNumber) {
    this.#instrument = instrument;
    this.#day = day;
  }

  /** Average price of the open position in dollars, or `null` when flat. */
  get averageEntry(): number | null {
    if (this.position === 0) return null;
    return roundRatio(toDollars(this.#costMicros) / (this.position * this.#instrument.multiplier));
  }

  /** When the open position began. */
  get openedTs(): SessionTime | undefined {
    return this.#trip?.entryTs;
  }

  /** What closing at `price` would bring over the open position's cost. */
  unrealizedAt(price: PriceNanos): MoneyMicros {
    return this.position === 0
      ? 0
      : notionalOf(price, this.position, this.#instrument.multiplier) - this.#costMicros;
  }

  /** Counts a fill. `reason`: why, if it closes the position. Returns the round trip that it ended. */
  onFill(fill: Fill, commissionMicros: MoneyMicros, reason: ExitReason): RoundTrip | undefined {
    const sign = fill.side === 'buy' ? 1 : -1;
    let commissionLeft = commissionMicros;
    let left = fill.quantity;
    let ended: RoundTrip | undefined;
    this.commissionMicros += commissionMicros;
    if (this.position !== 0 && Math.sign(this.position) !== sign) {
      const closed = Math.min(left, Math.abs(this.position));
      const share = closed === left ? commissionLeft : Math.round((commissionLeft * closed) / left);
      ended = this.#close(fill, closed, share, reason);
      commissionLeft -= share;
      left -= closed;
    }
    if (left > 0) this.#open(fill, sign, left, commissionLeft);
    return ended;
  }

  /**
   * A fill of `ts` was counted with another value or commission than it had: adds the differences, to the round trip that it was of as
   * well. A difference in value is realized at once, whether the fill opened or closed.
   */
  correct(ts: SessionTime, gainMicros: MoneyMicros, commissionMicros: MoneyMicros): void {
    this.realizedMicros += gainMicros;
    this.commissionMicros += commissionMicros;
    const trip = this.#trip;
    if (trip !== undefined && ts >= trip.entryTs) {
      trip.exitMicros += trip.sign * gainMicros;
      trip.commissionMicros += commissionMicros;
      return;
    }
    const at = formatTimestamp(this.#day, ts);
    const index = this.trips.findLastIndex(({ entryTs, exitTs }) => entryTs <= at && at <= exitTs);
    const ended = this.trips[index];
    if (ended === undefined) return;
    const add = (dollars: number, micros: MoneyMicros): number =>
      toDollars(Math.round(dollars * MICROS_PER_UNIT) + micros);
    this.trips[index] = {
      ...ended,
      grossPl: add(ended.grossPl, gainMicros),
      commission: add(ended.commission, commissionMicros),
      netPl: add(ended.netPl, gainMicros - commissionMicros),
    };
  }

  /** Follows the open trip's worst and best; `price` is what the position could be closed at. */
  mark(price: PriceNanos): void {
    const trip = this.#trip;
    if (trip === undefined) return;
    const gross =
      trip.sign * (trip.exitMicros - trip.entryMicros) +
      notionalOf(price, this.position, this.#instrument.multiplier);
    if (gross < trip.maeMicros) trip.maeMicros = gross;
    if (gross > trip.mfeMicros) trip.mfeMicros = gross;
  }

  /** Counts what a taker paid away from the touch; `pricePaid` is positive where it was worse. */
  addSlippage(pricePaid: PriceNanos, quantity: number): void {
    this.slippageMicros += notionalOf(pricePaid, quantity, this.#instrument.multiplier);
  }

  /** A copy of all of it. Ended trips, which never change, are shared. */
  capture(): PortfolioState {
    return {
      trips: this.trips.slice(),
      trip: this.#trip === undefined ? undefined : { ...this.#trip },
      position: this.position,
      realizedMicros: this.realizedMicros,
      commissionMicros: this.commissionMicros,
      slippageMicros: this.slippageMicros,
      costMicros: this.#costMicros,
      opened: this.opened,
    };
  }

  /** Becomes what `capture` copied of one of the same instrument and day. */
  restore(state: PortfolioState): void {
    this.trips.length = 0;
    for (const trip of state.trips) this.trips.push(trip);
    this.#trip = state.trip === undefined ? undefined : { ...state.trip };
    this.position = state.position;
    this.realizedMicros = state.realizedMicros;
    this.commissionMicros = state.commissionMicros;
    this.slippageMicros = state.slippageMicros;
    this.#costMicros = state.costMicros;
    this.opened = state.opened;
  }

  #open(fill: Fill, sign: 1 | -1, quantity: number, commissionMicros: MoneyMicros): void {
    const value = notionalOf(fill.price, quantity, this.#instrument.multiplier);
    if (this.#trip === undefined) {
      this.opened++;
      this.#trip = {
        sign,
        entryTs: fill.ts,
        entered: 0,
        exited: 0,
        entryMicros: 0,
        exitMicros: 0,
        commissionMicros: 0,
        maeMicros: 0,
        mfeMicros: 0,
      };
    }
    this.#trip.entered += quantity;
    this.#trip.entryMicros += value;
    this.#trip.commissionMicros += commissionMicros;
    this.#costMicros += sign * value;
    this.position += sign * quantity;
  }

  #close(
    fill: Fill,
    quantity: number,
    commissionMicros: MoneyMicros,
    reason: ExitReason,
  ): RoundTrip | undefined {
    const value = notionalOf(fill.price, quantity, this.#instrument.multiplier);
    const sign = Math.sign(this.position);
    const held = Math.abs(this.position);
    const cost =
      quantity === held ? this.#costMicros : Math.round((this.#costMicros * quantity) / held);
    this.realizedMicros += sign * value - cost;
    this.#costMicros -= cost;
    this.position -= sign * quantity;
    const trip = this.#trip;
    if (trip === undefined) return undefined;
    trip.exited += quantity;
    trip.exitMicros += value;
    trip.commissionMicros += commissionMicros;
    if (this.position !== 0) return undefined;
    this.#trip = undefined;
    const ended = this.#roundTripOf(trip, fill.ts, reason);
    this.trips.push(ended);
    return ended;
  }

  #roundTripOf(trip: OpenTrip, exitTs: SessionTime, exitReason: ExitReason): RoundTrip {
    const gross = trip.sign * (trip.exitMicros - trip.entryMicros);
    return {
      side: trip.sign === 1 ? 'long' : 'short',
      quantity: trip.entered,
      entryTs: formatTimestamp(this.#day, trip.entryTs),
      entryPrice: this.#average(trip.entryMicros, trip.entered),
      exitTs: formatTimestamp(this.#day, exitTs),
      exitPrice: this.#average(trip.exitMicros, trip.exited),
      exitReason,
      grossPl: toDollars(gross),
      commission: toDollars(trip.commissionMicros),
      netPl: toDollars(gross - trip.commissionMicros),
      mae: toDollars(Math.min(trip.maeMicros, gross)),
      mfe: toDollars(Math.max(trip.mfeMicros, gross)),
    };
  }

  #average(valueMicros: MoneyMicros, quantity: number): string {
    const average = roundRatio(toDollars(valueMicros) / (quantity * this.#instrument.multiplier));
    return formatPrice(Math.round(average * 10_000) * 100_000);
  }
}
