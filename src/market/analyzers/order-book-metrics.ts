import type { BookLevel, DomWall } from '../../domain/market-state.ts';
import { type PriceNanos, roundRatio, toPriceNumber } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { type BookSide, NO_TICK } from '../book/book-side.ts';
import type { OrderBook } from '../book/order-book.ts';

/** What the displayed book says: computed when asked, never on an event. */
export class OrderBookMetrics {
  readonly #book: OrderBook;
  readonly #settings: AnalyzerSettings['book'];

  constructor(book: OrderBook, settings: AnalyzerSettings['book']) {
    this.#book = book;
    this.#settings = settings;
  }

  /** L2_IMBALANCE. */
  imbalance(): number | null {
    const levels = this.#settings.imbalanceLevels;
    const { bids, asks } = this.#book;
    if (bids.best === NO_TICK || asks.best === NO_TICK) return null;
    return roundRatio(sumOfBest(bids, levels) / sumOfBest(asks, levels));
  }

  /** SPREAD, in dollars. */
  spread(): number | null {
    const { bids, asks, tickNanos } = this.#book;
    if (bids.best === NO_TICK || asks.best === NO_TICK) return null;
    return toPriceNumber((asks.best - bids.best) * tickNanos);
  }

  /** DOM_WALLS. */
  walls(): DomWall[] {
    const found = [...this.#wallsOf('BID'), ...this.#wallsOf('ASK')];
    // the sort is stable, so the bids stay first among equals
    found.sort((a, b) => a.distance - b.distance);
    return found.map((entry) => entry.wall);
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

  #wallsOf(side: 'BID' | 'ASK'): { wall: DomWall; distance: number }[] {
    const { wallLevels, wallMinSize, wallMinorRatio, wallMajorRatio } = this.#settings;
    const levels = side === 'BID' ? this.#book.bids : this.#book.asks;
    const total = sumOfBest(levels, wallLevels);
    const others = Math.min(wallLevels, levels.levels) - 1;
    const found: { wall: DomWall; distance: number }[] = [];
    let tick = levels.best;
    for (let seen = 0; seen <= others && others > 0; seen++, tick = levels.worseThan(tick)) {
      const size = levels.sizeAt(tick);
      const rest = total - size;
      // against the mean of the others, without dividing
      if (size <= wallMinSize || size * others <= wallMinorRatio * rest) continue;
      const tier = size * others > wallMajorRatio * rest ? 'MAJOR' : 'MINOR';
      const price = toPriceNumber(tick * this.#book.tickNanos);
      found.push({ wall: { side, price, size, tier }, distance: Math.abs(tick - levels.best) });
    }
    return found;
  }
}

/** Displayed size on the best `levels` levels, fewer where there are fewer. */
export function sumOfBest(side: BookSide, levels: number): number {
  let sum = 0;
  let tick = side.best;
  for (let i = 0; i < levels && tick !== NO_TICK; i++) {
    sum += side.sizeAt(tick);
    tick = side.worseThan(tick);
  }
  return sum;
}
