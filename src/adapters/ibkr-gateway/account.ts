import { MICROS_PER_UNIT, type MoneyMicros, notionalOf, toDollars } from '../../domain/money.ts';
import { type PriceNanos, toPriceNumber } from '../../domain/price.ts';
import type { Side } from '../../domain/side.ts';

/** An execution as the broker keeps it for the day. */
export interface GatewayExecution {
  /** The part before the last dot stays through corrections, which count that last part up. */
  readonly id: string;
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly orderRef: string;
  readonly side: Side;
  readonly price: PriceNanos;
  readonly quantity: number;
  /** Of the order, with this one. */
  readonly cumulative: number;
  readonly averagePrice: number;
  /** Market time, milliseconds since 1970. */
  readonly at: number;
  readonly liquidity: 'maker' | 'taker';
  readonly commissionMicros: MoneyMicros;
  /** What it closed made, after commission, dollars; `undefined` where it closed nothing. */
  readonly realized: number | undefined;
}

/** Cash, position and what closed trades made. A position's cost is the average of what opened it, as the broker counts it. */
export class GatewayAccount {
  readonly name: string;
  readonly #multiplier: number;
  cashMicros: MoneyMicros;
  position = 0;
  realizedMicros: MoneyMicros = 0;
  commissionMicros: MoneyMicros = 0;
  /** Money that the open position cost, without sign, commission included. */
  #costMicros: MoneyMicros = 0;

  constructor(options: {
    readonly name: string;
    readonly cash: number;
    readonly multiplier: number;
    readonly position?: number;
    /** What a share or contract of that position cost, dollars of price. */
    readonly averagePrice?: number;
  }) {
    this.name = options.name;
    this.cashMicros = Math.round(options.cash * MICROS_PER_UNIT);
    this.#multiplier = options.multiplier;
    this.position = options.position ?? 0;
    const cost = Math.abs(this.position) * (options.averagePrice ?? 0) * options.multiplier;
    this.#costMicros = Math.round(cost * MICROS_PER_UNIT);
  }

  /** Average cost of a unit in dollars, multiplier included, as the broker tells it; 0 when flat. */
  get averageCost(): number {
    return this.position === 0 ? 0 : toDollars(this.#costMicros) / Math.abs(this.position);
  }

  /** Books a fill. Returns what it closed made, in dollars after commission; `undefined` when it closed nothing. */
  book(
    side: Side,
    price: PriceNanos,
    quantity: number,
    commissionMicros: MoneyMicros,
  ): number | undefined {
    const signed = side === 'buy' ? quantity : -quantity;
    const value = notionalOf(price, quantity, this.#multiplier);
    this.cashMicros += (side === 'buy' ? -value : value) - commissionMicros;
    this.commissionMicros += commissionMicros;
    const isClosing = this.position !== 0 && Math.sign(this.position) !== Math.sign(signed);
    const closed = isClosing ? Math.min(Math.abs(this.position), quantity) : 0;
    let realized: MoneyMicros | undefined;
    if (closed > 0) {
      const cost = (this.#costMicros * closed) / Math.abs(this.position);
      const proceeds = (value * closed) / quantity;
      const gain = this.position > 0 ? proceeds - cost : cost - proceeds;
      const paid = (commissionMicros * closed) / quantity;
      // a long's cost has its commission in it, a short's proceeds have theirs taken out
      realized = gain - paid;
      this.#costMicros -= cost;
      this.realizedMicros += realized;
    }
    const opened = quantity - closed;
    if (opened > 0) {
      const paid = (commissionMicros * opened) / quantity;
      const sign = signed > 0 ? 1 : -1;
      this.#costMicros += (value * opened) / quantity + sign * paid;
    }
    this.position += signed;
    return realized === undefined ? undefined : toDollars(realized);
  }

  /** What the position is worth at a price, in dollars, with its sign. */
  valueAt(price: PriceNanos): number {
    return toPriceNumber(price) * this.position * this.#multiplier;
  }

  /** What the position would make if it were closed at a price, in dollars. */
  unrealizedAt(price: PriceNanos): number {
    if (this.position === 0) return 0;
    const cost = toDollars(this.#costMicros) * Math.sign(this.position);
    return this.valueAt(price) - cost;
  }
}
