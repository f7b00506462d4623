import type { BookLevel, DomWall } from '../../domain/market-state.ts';
import { type PriceNanos, roundRatio, toPriceNumber } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { type BookSide, NO_TICK } from '../book/book-side.ts';
import type { OrderBook } from '../book/order-book.ts';

/** The best levels of a side, written over at every reading. */
interface BestLevels {
  readonly ticks: Int32Array;
  readonly sizes: Float64Array;
  count: number;
  /** Displayed on the levels that L2_IMBALANCE adds up. */
  near: number;
  /** Displayed on the levels among which walls are looked for: all of it, and the most at one. */
  total: number;
  most: number;
}

/** What the displayed book says: computed when asked, never on an event. */
export class OrderBookMetrics {
  readonly #book: OrderBook;
  readonly #settings: AnalyzerSettings['book'];
  readonly #bids: BestLevels;
  readonly #asks: BestLevels;

  constructor(book: OrderBook, settings: AnalyzerSettings['book']) {
    this.#book = book;
    this.#settings = settings;
    const most = Math.max(settings.imbalanceLevels, settings.wallLevels);
    this.#bids = createBestLevels(most);
    this.#asks = createBestLevels(most);
  }

  /** Looks at the best levels of the book as it stands; `imbalance` and `walls` tell of the latest look. */
  look(): void {
    this.#read(this.#book.bids, this.#bids);
    this.#read(this.#book.asks, this.#asks);
  }

  /** L2_IMBALANCE. */
  imbalance(): number | null {
    if (this.#bids.count === 0 || this.#asks.count === 0) return null;
    return roundRatio(this.#bids.near / this.#asks.near);
  }

  /** SPREAD, in dollars. */
  spread(): number | null {
    const { bids, asks, tickNanos } = this.#book;
    if (bids.best === NO_TICK || asks.best === NO_TICK) return null;
    return toPriceNumber((asks.best - bids.best) * tickNanos);
  }

  /** DOM_WALLS. */
  walls(): DomWall[] {
    const bids = this.#bids;
    const asks = this.#asks;
    const walls: DomWall[] = [];
    let bid = this.#nextWall(bids, 0);
    let ask = this.#nextWall(asks, 0);
    // nearest to its touch first, of equals the bid
    while (bid < bids.count || ask < asks.count) {
      const isBid =
        ask === asks.count || (bid < bids.count && awayOf(bids, bid) <= awayOf(asks, ask));
      walls.push(isBid ? this.#wall('BID', bids, bid) : this.#wall('ASK', asks, ask));
      if (isBid) bid = this.#nextWall(bids, bid + 1);
      else ask = this.#nextWall(asks, ask + 1);
    }
    return walls;
  }

  /** BID_STACK or ASK_STACK. */
  stack(side: 'BID' | 'ASK'): BookLevel[] {
    const levels = side === 'BID' ? this.#book.bids : this.#book.asks;
    const stack: BookLevel[] = [];
    let tick = levels.best;
    while (tick !== NO_TICK && stack.length < this.#settings.stackLevels) {
      stack.push([toPriceNumber(tick * this.#book.tickNanos), levels.sizeAt(tick)]);
      tick = levels.worseThan(tick);
    }
    return stack;
  }

  /** The touch weighed by the other side's size, not rounded to a grid; `null` while a side is empty. */
  microprice(): PriceNanos | null {
    const { bids, asks, tickNanos } = this.#book;
    if (bids.best === NO_TICK || asks.best === NO_TICK) return null;
    const bidSize = bids.sizeAt(bids.best);
    const askSize = asks.sizeAt(asks.best);
    return (
      bids.best * tickNanos + ((asks.best - bids.best) * tickNanos * bidSize) / (bidSize + askSize)
    );
  }

  #read(side: BookSide, into: BestLevels): void {
    const { imbalanceLevels, wallLevels } = this.#settings;
    const { ticks, sizes } = into;
    const count = side.readBest(ticks, sizes);
    let near = 0;
    let total = 0;
    let most = 0;
    for (let at = 0; at < count; at++) {
      const size = sizes[at] ?? 0;
      if (at < imbalanceLevels) near += size;
      if (at < wallLevels) {
        total += size;
        if (size > most) most = size;
      }
    }
    into.near = near;
    into.total = total;
    into.most = most;
    into.count = count;
  }

  /** The first level from `from` on that is a wall, or the side's count. */
  #nextWall(side: BestLevels, from: number): number {
    const { wallLevels } = this.#settings;
    const end = Math.min(wallLevels, side.count);
    // the larger a level, the nearer it is to being one
    if (from >= end || !this.#isWall(side, side.most)) return side.count;
    for (let at = from; at < end; at++) if (this.#isWall(side, side.sizes[at] ?? 0)) return at;
    return side.count;
  }

  /** Against the mean of the others, without dividing. */
  #isWall(side: BestLevels, size: number): boolean {
    const { wallLevels, wallMinSize, wallMinorRatio } = this.#settings;
    const others = Math.min(wallLevels, side.count) - 1;
    return others > 0 && size > wallMinSize && size * others > wallMinorRatio * (side.total - size);
  }

  #wall(name: 'BID' | 'ASK', side: BestLevels, at: number): DomWall {
    const { wallLevels, wallMajorRatio } = this.#settings;
    const size = side.sizes[at] ?? 0;
    const others = Math.min(wallLevels, side.count) - 1;
    const isMajor = size * others > wallMajorRatio * (side.total - size);
    return {
      side: name,
      price: toPriceNumber((side.ticks[at] ?? 0) * this.#book.tickNanos),
      size,
      tier: isMajor ? 'MAJOR' : 'MINOR',
    };
  }
}

/** Ticks from a level to the best one of its side. */
function awayOf({ ticks }: BestLevels, at: number): number {
  return Math.abs((ticks[at] ?? 0) - (ticks[0] ?? 0));
}

function createBestLevels(most: number): BestLevels {
  const ticks = new Int32Array(most);
  return { ticks, sizes: new Float64Array(most), count: 0, near: 0, total: 0, most: 0 };
}
