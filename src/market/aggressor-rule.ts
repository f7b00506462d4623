import { STATUS_TRADING } from '../domain/event.ts';
import type { PriceNanos } from '../domain/price.ts';
import { BUY, SELL, type Sign } from '../domain/side.ts';
import { NS_PER_SECOND, type SessionTime } from '../domain/time.ts';
import { NO_TICK } from './book/book-side.ts';

/** A print without a side this soon after an open, a close or a resumption is an auction's. */
const AUCTION_NS = 5 * NS_PER_SECOND;

/** A copy of a rule's memory, as `restore` takes it. */
export interface AggressorState {
  readonly open: SessionTime;
  readonly close: SessionTime;
  readonly resumed: SessionTime;
  readonly status: number;
}

/** Who the aggressor of a print was: public specification "market state", section "Who was the aggressor". */
export class AggressorRule {
  readonly #tickNanos: number;
  #open = Number.NaN;
  #close = Number.NaN;
  #resumed = Number.NEGATIVE_INFINITY;
  #status = Number.NaN;

  constructor(tickNanos: number) {
    this.#tickNanos = tickNanos;
  }

  /** The session whose open and close have auctions; `null` on a day without one. */
  onDay(session: { readonly open: SessionTime; readonly close: SessionTime } | null): void {
    this.#open = session?.open ?? Number.NaN;
    this.#close = session?.close ?? Number.NaN;
  }

  /** Any status "trading" that does not follow another one is a resumption, the first one known included. */
  onStatus(ts: SessionTime, status: number): void {
    if (status === STATUS_TRADING && this.#status !== STATUS_TRADING) this.#resumed = ts;
    this.#status = status;
  }

  /** @param told The side that the feed tells, 0 when it tells none. */
  signOf(
    ts: SessionTime,
    price: PriceNanos,
    told: Sign,
    isCross: boolean,
    bidBefore: number,
    askBefore: number,
  ): Sign {
    if (isCross) return 0;
    if (told !== 0) return told;
    if (this.#isInAuction(ts)) return 0;
    if (bidBefore === NO_TICK || askBefore === NO_TICK || bidBefore >= askBefore) return 0;
    const beyondMiddle = 2 * price - (bidBefore + askBefore) * this.#tickNanos;
    if (beyondMiddle === 0) return 0;
    return beyondMiddle > 0 ? BUY : SELL;
  }

  /** A copy of all of it. */
  capture(): AggressorState {
    return {
      open: this.#open,
      close: this.#close,
      resumed: this.#resumed,
      status: this.#status,
    };
  }

  /** Becomes what `capture` copied. */
  restore({ open, close, resumed, status }: AggressorState): void {
    this.#open = open;
    this.#close = close;
    this.#resumed = resumed;
    this.#status = status;
  }

  #isInAuction(ts: SessionTime): boolean {
    return isWithin(ts - this.#open) || isWithin(ts - this.#close) || isWithin(ts - this.#resumed);
  }
}

function isWithin(elapsed: number): boolean {
  return elapsed >= 0 && elapsed < AUCTION_NS;
}
