import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_MODIFY,
  ACTION_STATUS,
  ACTION_TRADE,
  FLAG_CROSS,
  SIDE_ASK,
  SIDE_BID,
  STATUS_TRADING,
} from '../../../src/domain/event.ts';
import type {
  ReferenceBook,
  ReferenceHistory,
  ReferenceTrade,
} from '../../support/reference-state.ts';

/** What an absorption at a moment can rest on: 30 s that it lasts, 10 s before, and a little more. */
const BOOKS_NS = 45e9;

interface Order {
  readonly side: number;
  readonly tick: number;
  size: number;
}

/**
 * Follows a stream of events with a map of orders and two maps of levels, and writes down what the slow reading of the
 * specification needs: every trade, and the whole book at the end of every time stamp near a moment that will be asked for.
 */
export class ReferenceMarket implements ReferenceHistory {
  readonly symbol: string;
  readonly tickNanos: number;
  readonly trades: ReferenceTrade[] = [];
  books: ReferenceBook[] = [];
  readonly resumptions: number[] = [];
  readonly dayAt: ReferenceHistory['dayAt'];
  readonly sessions: readonly (readonly number[])[];
  /** The time reached. */
  now = Number.NEGATIVE_INFINITY;
  readonly #orders = new Map<bigint, Order>();
  readonly #levels = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  #before: readonly [bid: number | null, ask: number | null] = [null, null];
  #status = Number.NaN;

  constructor(
    options: Pick<ReferenceHistory, 'symbol' | 'tickNanos' | 'dayAt'> & {
      readonly sessions: readonly (readonly number[])[];
    },
  ) {
    this.symbol = options.symbol;
    this.tickNanos = options.tickNanos;
    this.dayAt = options.dayAt;
    this.sessions = options.sessions;
  }

  /** Takes the record at byte `at`, by the documented offsets. `isWanted`: the time stamp before it is near a moment. */
  take(view: DataView, at: number, midnightNs: bigint): void {
    const stamp = Number(view.getBigUint64(at + 8, true) - midnightNs);
    if (stamp > this.now) {
      this.#before = [this.#bestOf('bid'), this.#bestOf('ask')];
      this.now = stamp;
    }
    const action = view.getUint8(at + 38);
    const side = view.getUint8(at + 39);
    const size = view.getUint32(at + 32, true);
    const id = view.getBigUint64(at + 16, true);
    const price = Number(view.getBigInt64(at + 24, true));
    if (action === ACTION_TRADE) this.#onTrade(price, size, side, view.getUint8(at + 36));
    else if (action === ACTION_STATUS) {
      if (size === STATUS_TRADING && this.#status !== STATUS_TRADING)
        this.resumptions.push(this.now);
      this.#status = size;
    } else if (action === ACTION_CLEAR) {
      this.#orders.clear();
      this.#levels.bid.clear();
      this.#levels.ask.clear();
    } else if (action === ACTION_CANCEL) this.#shrink(id, size);
    else if (action === ACTION_ADD || action === ACTION_MODIFY) {
      const isRefused =
        (side !== SIDE_BID && side !== SIDE_ASK) || size === 0 || price % this.tickNanos !== 0;
      if (isRefused) return;
      this.#shrink(id, Number.POSITIVE_INFINITY);
      const tick = price / this.tickNanos;
      this.#orders.set(id, { side, tick, size });
      const levels = this.#levelsOf(side);
      levels.set(tick, (levels.get(tick) ?? 0) + size);
    }
  }

  /** The time stamp reached is over: its book is written down, and what no later moment can need is dropped. */
  endTimeStamp(): void {
    const last = this.books.at(-1);
    if (last?.ts === this.now) this.books.pop();
    this.books.push({ ts: this.now, bids: this.#sorted('bid'), asks: this.#sorted('ask') });
    if (this.books.length % 64 !== 0) return;
    const first = this.books.findIndex(({ ts }) => ts > this.now - BOOKS_NS);
    // the one before the first still stood then
    if (first > 1) this.books = this.books.slice(first - 1);
  }

  #onTrade(price: number, size: number, side: number, flags: number): void {
    if (size === 0 || price > 9e18) return;
    const [bid, ask] = this.#before;
    this.trades.push({
      ts: this.now,
      price,
      size,
      told: side === SIDE_BID ? 1 : side === SIDE_ASK ? -1 : 0,
      isCross: (flags & FLAG_CROSS) !== 0,
      bid,
      ask,
    });
  }

  #shrink(id: bigint, by: number): void {
    const order = this.#orders.get(id);
    if (order === undefined) return;
    const lost = Math.min(order.size, by);
    order.size -= lost;
    if (order.size === 0) this.#orders.delete(id);
    const levels = this.#levelsOf(order.side);
    const left = (levels.get(order.tick) ?? 0) - lost;
    if (left === 0) levels.delete(order.tick);
    else levels.set(order.tick, left);
  }

  #levelsOf(side: number): Map<number, number> {
    return side === SIDE_BID ? this.#levels.bid : this.#levels.ask;
  }

  #bestOf(side: 'bid' | 'ask'): number | null {
    let best: number | null = null;
    for (const tick of this.#levels[side].keys())
      if (best === null || (side === 'bid' ? tick > best : tick < best)) best = tick;
    return best;
  }

  #sorted(side: 'bid' | 'ask'): [number, number][] {
    return [...this.#levels[side]].sort(([a], [b]) => (side === 'bid' ? b - a : a - b));
  }
}
