import type { PlainEvent } from '../../support/market-replay.ts';
import type {
  ReferenceBook,
  ReferenceHistory,
  ReferenceTrade,
} from '../../support/reference-state.ts';
import { CLOSE, OPEN, TICK_NANOS } from './planted-day.ts';

const SECOND = 1_000_000_000;
const MINUTE = 60 * SECOND;
/** What the rules about the last seconds look back to. */
const KEPT_NS = 75 * SECOND;
const BOOKS_NS = 45 * SECOND;
/** Ticks on each side of the middle that a book of the past is told for. */
const REACH = 120;

interface Change {
  readonly ts: number;
  readonly side: 'A' | 'B';
  readonly tick: number;
  readonly delta: number;
  readonly kind: 'added' | 'pulled' | 'traded';
}

interface SessionTrade {
  readonly ts: number;
  readonly price: number;
  readonly highBefore: number | undefined;
  readonly highSince: number;
  readonly lowBefore: number | undefined;
  readonly lowSince: number;
}

/**
 * A second reader of the feed, written without looking at src/market: an order map, the sizes by price, every trade, and
 * the rules of the specification as they read. Slow where that is simpler.
 */
export class NaiveMarket {
  readonly trades: ReferenceTrade[] = [];
  readonly resumptions: number[] = [];
  isHalted = false;

  readonly #orders = new Map<bigint, { side: 'A' | 'B'; tick: number; size: number }>();
  readonly #sizes = { A: new Map<number, number>(), B: new Map<number, number>() };
  readonly #changes: Change[] = [];
  readonly #fills = new Map<bigint, number>();
  readonly #session: SessionTrade[] = [];
  readonly #delta: number[] = [];
  readonly #volume: number[] = [];
  #high: number | undefined;
  #highSince = 0;
  #low: number | undefined;
  #lowSince = 0;
  #now = Number.NEGATIVE_INFINITY;
  #bid: number | null = null;
  #ask: number | null = null;

  apply(event: PlainEvent): void {
    const { action, side, orderId, price, size, ts } = event;
    if (ts > this.#now) {
      this.#now = ts;
      this.#bid = this.#best('B');
      this.#ask = this.#best('A');
      this.#fills.clear();
      while ((this.#changes[0]?.ts ?? ts) < ts - KEPT_NS) this.#changes.shift();
    }
    const tick = Math.floor(price / TICK_NANOS);
    if (action === 'A' && (side === 'A' || side === 'B')) {
      this.#orders.set(orderId, { side, tick, size });
      this.#change(side, tick, size, 'added');
    } else if (action === 'F') {
      this.#fills.set(orderId, (this.#fills.get(orderId) ?? 0) + size);
    } else if (action === 'C') {
      this.#cancel(orderId, size);
    } else if (action === 'T') {
      this.#trade(price, size, side === 'B' ? 1 : side === 'A' ? -1 : 0);
    } else if (action === 'S') {
      this.isHalted = size !== 0;
      if (size === 0) this.resumptions.push(ts);
    }
  }

  /** What was added to and pulled from a level later than `since`. */
  changedSince(side: 'A' | 'B', tick: number, since: number): { added: number; pulled: number } {
    const sum = (kind: Change['kind']): number =>
      this.#changes
        .filter((change) => change.ts > since && change.side === side && change.tick === tick)
        .filter((change) => change.kind === kind)
        .reduce((total, { delta }) => total + Math.abs(delta), 0);
    return { added: sum('added'), pulled: sum('pulled') };
  }

  /** BREAKOUT or BREAKDOWN by the rule, or neither. */
  breakoutAt(now: number): 'BREAKOUT' | 'BREAKDOWN' | null {
    const last = this.#session.at(-1)?.price;
    if (last === undefined) return null;
    const recent = this.#session.filter(({ ts }) => ts > now - 5 * SECOND);
    const up = recent.some(
      ({ price, ts, highBefore, highSince }) =>
        highBefore !== undefined &&
        price > highBefore &&
        ts - highSince >= MINUTE &&
        last > highBefore,
    );
    if (up) return 'BREAKOUT';
    const down = recent.some(
      ({ price, ts, lowBefore, lowSince }) =>
        lowBefore !== undefined && price < lowBefore && ts - lowSince >= MINUTE && last < lowBefore,
    );
    return down ? 'BREAKDOWN' : null;
  }

  /** CVD_TREND by the rule. */
  trendAt(now: number): 'RISING' | 'FALLING' | 'FLAT' {
    const current = Math.floor((Math.min(now, CLOSE - 1) - OPEN) / MINUTE);
    const first = Math.max(0, current - 4);
    const bars = Array.from({ length: current - first + 1 }, (_, n) => first + n);
    const closes = bars.map((bar) => sum(this.#delta.slice(0, bar + 1)));
    const volume = sum(bars.map((bar) => this.#volume[bar] ?? 0));
    const n = bars.length;
    if (n < 2 || volume === 0) return 'FLAT';
    const meanX = (n - 1) / 2;
    const meanY = sum(closes) / n;
    const top = sum(closes.map((close, x) => (x - meanX) * (close - meanY)));
    const bottom = sum(closes.map((_, x) => (x - meanX) ** 2));
    const slope = top / bottom / (volume / n);
    return slope > 0.15 ? 'RISING' : slope < -0.15 ? 'FALLING' : 'FLAT';
  }

  /** What rules about the last minute need; `isWhole` for those of the session. */
  historyAt(now: number, isWhole: boolean): ReferenceHistory {
    const kept = isWhole ? this.trades : this.trades.slice(this.#firstAfter(now - KEPT_NS));
    return {
      symbol: 'TSLA',
      tickNanos: TICK_NANOS,
      trades: kept,
      books: isWhole ? this.#booksSince(now, 0) : this.#booksSince(now, BOOKS_NS),
      resumptions: this.resumptions,
      dayAt: () => ({
        start: 0,
        end: 1e15,
        open: OPEN,
        close: CLOSE,
        midnight: OPEN - 9.5 * 3600e9,
        isShort: false,
      }),
    };
  }

  #firstAfter(since: number): number {
    let at = this.trades.length;
    while (at > 0 && (this.trades[at - 1]?.ts ?? 0) > since) at -= 1;
    return at;
  }

  #cancel(id: bigint, size: number): void {
    const order = this.#orders.get(id);
    if (order === undefined) return;
    const taken = Math.min(size, order.size);
    const traded = Math.min(taken, this.#fills.get(id) ?? 0);
    this.#fills.set(id, (this.#fills.get(id) ?? 0) - traded);
    order.size -= taken;
    if (order.size === 0) this.#orders.delete(id);
    if (traded > 0) this.#change(order.side, order.tick, -traded, 'traded');
    if (taken > traded) this.#change(order.side, order.tick, traded - taken, 'pulled');
  }

  #change(side: 'A' | 'B', tick: number, delta: number, kind: Change['kind']): void {
    const sizes = this.#sizes[side];
    const size = (sizes.get(tick) ?? 0) + delta;
    if (size === 0) sizes.delete(tick);
    else sizes.set(tick, size);
    this.#changes.push({ ts: this.#now, side, tick, delta, kind });
    const best = this.#bests[side];
    if (best === undefined) return;
    const isBetter = best === null || (side === 'B' ? tick > best : tick < best);
    if (size > 0 && isBetter) this.#bests[side] = tick;
    else if (size === 0 && tick === best) this.#bests[side] = undefined;
  }

  /** Best prices; looked for again where one is not known. */
  readonly #bests: { A: number | null | undefined; B: number | null | undefined } = {
    A: undefined,
    B: undefined,
  };

  #best(side: 'A' | 'B'): number | null {
    const known = this.#bests[side];
    if (known !== undefined) return known;
    let best: number | null = null;
    for (const tick of this.#sizes[side].keys()) {
      if (best === null || (side === 'B' ? tick > best : tick < best)) best = tick;
    }
    this.#bests[side] = best;
    return best;
  }

  #trade(price: number, size: number, told: number): void {
    const trade: ReferenceTrade = {
      ts: this.#now,
      price,
      size,
      told,
      isCross: false,
      bid: this.#bid,
      ask: this.#ask,
    };
    this.trades.push(trade);
    if (this.#now < OPEN || this.#now >= CLOSE) return;
    this.#session.push({
      ts: this.#now,
      price,
      highBefore: this.#high,
      highSince: this.#highSince,
      lowBefore: this.#low,
      lowSince: this.#lowSince,
    });
    if (this.#high === undefined || price > this.#high) {
      this.#high = price;
      this.#highSince = this.#now;
    }
    if (this.#low === undefined || price < this.#low) {
      this.#low = price;
      this.#lowSince = this.#now;
    }
    const minute = Math.floor((this.#now - OPEN) / MINUTE);
    while (this.#volume.length <= minute) {
      this.#volume.push(0);
      this.#delta.push(0);
    }
    this.#volume[minute] = (this.#volume[minute] ?? 0) + size;
    this.#delta[minute] = (this.#delta[minute] ?? 0) + this.#signOf(trade) * size;
  }

  #signOf({ told, bid, ask, price, ts }: ReferenceTrade): number {
    if (told !== 0) return told;
    const auctions = [OPEN, CLOSE, ...this.resumptions];
    if (auctions.some((moment) => ts >= moment && ts < moment + 5 * SECOND)) return 0;
    if (bid === null || ask === null || bid >= ask) return 0;
    return Math.sign(2 * price - (bid + ask) * TICK_NANOS);
  }

  /** The books at the end of every time stamp of the last `ns`, found by undoing the changes since; at least the last one. */
  #booksSince(now: number, ns: number): ReferenceBook[] {
    const bid = this.#best('B') ?? 0;
    const ask = this.#best('A') ?? bid + 1;
    const low = Math.floor((bid + ask) / 2) - REACH;
    const sizes = { A: new Float64Array(2 * REACH), B: new Float64Array(2 * REACH) };
    for (const side of ['A', 'B'] as const) {
      for (const [tick, size] of this.#sizes[side])
        if (tick >= low && tick < low + 2 * REACH) sizes[side][tick - low] = size;
    }
    const books: ReferenceBook[] = [];
    const told = (ts: number): ReferenceBook => ({
      ts,
      bids: levelsOf(sizes.B, low, -1),
      asks: levelsOf(sizes.A, low, 1),
    });
    books.push(told(this.#now));
    for (let n = this.#changes.length - 1; n >= 0; n -= 1) {
      const change = this.#changes[n];
      if (change === undefined || change.ts <= now - ns) break;
      const at = change.tick - low;
      const list = sizes[change.side];
      if (at >= 0 && at < 2 * REACH) list[at] = (list[at] ?? 0) - change.delta;
      const before = this.#changes[n - 1]?.ts;
      if (before !== undefined && before < change.ts) books.push(told(before));
    }
    // a time stamp at which only a hidden order traded has a book, too
    const stamps = new Set(books.map(({ ts }) => ts));
    const known = books.toReversed();
    const quiet: ReferenceBook[] = [];
    for (let n = this.#firstAfter(now - ns); n < this.trades.length; n += 1) {
      const ts = this.trades[n]?.ts ?? 0;
      const same = known.findLast((book) => book.ts <= ts);
      if (stamps.has(ts) || same === undefined) continue;
      stamps.add(ts);
      quiet.push({ ...same, ts });
    }
    return [...known, ...quiet].toSorted((a, b) => a.ts - b.ts);
  }
}

function levelsOf(sizes: Float64Array, low: number, direction: 1 | -1): [number, number][] {
  const levels: [number, number][] = [];
  for (let n = 0; n < sizes.length; n += 1) {
    const at = direction > 0 ? n : sizes.length - 1 - n;
    const size = sizes[at] ?? 0;
    if (size > 0) levels.push([low + at, size]);
  }
  return levels;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
