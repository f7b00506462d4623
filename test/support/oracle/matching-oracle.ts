/**
 * A small exchange of its own, to ask what would have happened: price-time priority and nothing clever. It shares no code with
 * the simulated exchange nor with the book that the program keeps. Prices are whole ticks, sizes whole units.
 *
 * - An order that arrives takes what stands against it within its limit, best price first, at one price displayed before hidden,
 *   then the one that came first. What is left rests (`day`) or is gone (`ioc`); `fok` takes all or nothing.
 * - A change to a smaller total at the same price keeps the place; any other change gives the place up and the order arrives anew.
 *   A total has the filled part in it.
 * - An order with a `peak` shows no more than that; when what it shows has traded, the next slice joins the back.
 * - A post-only order that would take is refused.
 * - A stop waits for a trade at or through its price; a touched order for one at or beyond it on the other side; a trailing stop's
 *   price follows the trades at a distance, never back.
 */
export interface OracleTerms {
  /** Ours are negative. */
  readonly id: number;
  readonly isBid: boolean;
  /** Limit; `undefined`: at market. */
  readonly tick: number | undefined;
  readonly size: number;
  readonly tif: 'day' | 'ioc' | 'fok';
  /** Most that it shows; everything, where it is left out. */
  readonly peak?: number;
  readonly isHidden?: boolean;
  readonly postOnly?: boolean;
}

/** One thing that somebody asks of the exchange. */
export type OracleAction =
  | { readonly kind: 'new'; readonly terms: OracleTerms }
  | { readonly kind: 'cancel'; readonly id: number; readonly size?: number }
  | { readonly kind: 'modify'; readonly id: number; readonly tick: number; readonly total: number };

/** An order in the book. `shown` and `reserve` are what is left of it. */
export interface OracleOrder {
  readonly id: number;
  readonly isBid: boolean;
  readonly isHidden: boolean;
  readonly peak: number;
  /** Its name in the feed: another one for each slice. */
  slice: number;
  tick: number;
  shown: number;
  reserve: number;
  filled: number;
  /** The action by which it joined its queue: what came before it at its price is ahead. */
  stamp: number;
}

/** What one action did, in the order of happening. */
export type Happening =
  | {
      /** Displayed anew. */
      readonly kind: 'added';
      readonly id: number;
      readonly slice: number;
      readonly isBid: boolean;
      readonly tick: number;
      readonly size: number;
    }
  | {
      readonly kind: 'executed';
      readonly makerId: number;
      readonly takerId: number;
      readonly slice: number;
      readonly isBid: boolean;
      readonly isHidden: boolean;
      readonly tick: number;
      readonly size: number;
      /** What the slice still shows. */
      readonly left: number;
    }
  | {
      /** `moved`: it left its place, and shows itself again if `added` follows. */
      readonly kind: 'reduced' | 'moved';
      readonly id: number;
      readonly slice: number;
      readonly isBid: boolean;
      readonly tick: number;
      /** Displayed size that went away, and that is left there. */
      readonly size: number;
      readonly left: number;
    };

/** Size of an action that the public never sees: cancelled unfilled, or held back behind a peak. */
export interface Unseen {
  rest: number;
  reserve: number;
}

/** An order that waits for a trade. */
interface ArmedStop {
  readonly id: number;
  readonly isBid: boolean;
  readonly tick: number;
  readonly wants?: 'stop' | 'touch';
  /** Of a trailing stop: `tick` is no less than this from the last trade. */
  readonly trail?: number;
}

export class MatchingOracle {
  bids: OracleOrder[] = [];
  asks: OracleOrder[] = [];
  happened: Happening[] = [];
  readonly unseen: Unseen = { rest: 0, reserve: 0 };
  lastTick: number | undefined;
  #stops: ArmedStop[] = [];
  #stamp = 0;
  /** Names of slices that came after an order's first; odd, and the first ones even. */
  #slices = 1;

  /** The same exchange once more, from now on by itself. */
  fork(): MatchingOracle {
    const copy = new MatchingOracle();
    copy.bids = this.bids.map((order) => ({ ...order }));
    copy.asks = this.asks.map((order) => ({ ...order }));
    copy.#stops = this.#stops.slice();
    copy.#slices = this.#slices;
    copy.lastTick = this.lastTick;
    return copy;
  }

  /** Does what is asked. `stamp`: the number of the action, never smaller than before. */
  step(action: OracleAction, stamp: number): void {
    this.#stamp = stamp;
    this.happened = [];
    this.unseen.rest = 0;
    this.unseen.reserve = 0;
    if (action.kind === 'new') this.#arrive(action.terms);
    else if (action.kind === 'cancel') this.#cancel(action.id, action.size);
    else this.#modify(action.id, action.tick, action.total);
  }

  arm(stop: ArmedStop): void {
    this.#stops.push(stop);
  }

  /** Ids of the stops that the last action's trades reached, in the order of arming; they wait no longer. */
  takeTriggered(): number[] {
    const triggered: number[] = [];
    for (const one of this.happened) {
      if (one.kind !== 'executed') continue;
      const waiting: ArmedStop[] = [];
      for (const stop of this.#stops) {
        if (isReached(stop, one.tick)) triggered.push(stop.id);
        else waiting.push(followed(stop, one.tick));
      }
      this.#stops = waiting;
    }
    return triggered;
  }

  find(id: number): OracleOrder | undefined {
    return this.bids.find((order) => order.id === id) ?? this.asks.find((order) => order.id === id);
  }

  /** All that an order of a side could take within its limit, hidden size too. */
  available(isBid: boolean, limit: number | undefined): number {
    let sum = 0;
    for (const maker of isBid ? this.asks : this.bids) {
      if (!isWithin(maker.tick, isBid, limit)) break;
      sum += maker.shown + maker.reserve;
    }
    return sum;
  }

  #arrive(terms: OracleTerms): void {
    const { isBid, tick, size } = terms;
    if (terms.tif === 'fok' && this.available(isBid, tick) < size) {
      this.unseen.rest = size;
      return;
    }
    if (terms.postOnly === true && this.available(isBid, tick) > 0) return;
    const order: OracleOrder = {
      id: terms.id,
      isBid,
      isHidden: terms.isHidden ?? false,
      peak: terms.peak ?? Number.POSITIVE_INFINITY,
      slice: terms.id * 2,
      tick: tick ?? 0,
      shown: size,
      reserve: 0,
      filled: 0,
      stamp: this.#stamp,
    };
    this.#take(order, tick);
    if (order.shown === 0) return;
    if (tick === undefined || terms.tif !== 'day') this.unseen.rest = order.shown;
    else this.#rest(order);
  }

  /** Takes what is there within the limit; what is left stays in `shown`. */
  #take(taker: OracleOrder, limit: number | undefined): void {
    const makers = taker.isBid ? this.asks : this.bids;
    while (taker.shown > 0) {
      const maker = makers[0];
      if (maker === undefined || !isWithin(maker.tick, taker.isBid, limit)) return;
      const size = Math.min(taker.shown, maker.shown);
      taker.shown -= size;
      taker.filled += size;
      maker.shown -= size;
      maker.filled += size;
      this.lastTick = maker.tick;
      this.happened.push({
        kind: 'executed',
        makerId: maker.id,
        takerId: taker.id,
        slice: maker.slice,
        isBid: maker.isBid,
        isHidden: maker.isHidden,
        tick: maker.tick,
        size,
        left: maker.shown,
      });
      if (maker.shown > 0) return;
      makers.shift();
      if (maker.reserve > 0) {
        maker.shown = maker.reserve;
        maker.reserve = 0;
        maker.slice = this.#nextSlice();
        maker.stamp = this.#stamp;
        const { reserve } = this.unseen;
        this.#rest(maker);
        // what a slice holds back is none of the taker's
        this.unseen.reserve = reserve;
      }
    }
  }

  /** Joins the back of its price. */
  #rest(order: OracleOrder): void {
    if (order.isHidden) this.unseen.reserve += order.shown;
    else if (order.shown > order.peak) {
      order.reserve = order.shown - order.peak;
      order.shown = order.peak;
      this.unseen.reserve += order.reserve;
    }
    const side = order.isBid ? this.bids : this.asks;
    let at = side.length;
    while (at > 0 && isBefore(order, side[at - 1])) at--;
    side.splice(at, 0, order);
    const { id, slice, isBid, tick, shown } = order;
    if (!order.isHidden) this.happened.push({ kind: 'added', id, slice, isBid, tick, size: shown });
  }

  #cancel(id: number, size: number | undefined): void {
    const order = this.find(id);
    if (order !== undefined) this.#reduce(order, size ?? order.shown + order.reserve);
  }

  /** Takes size away where it is not seen first; the order keeps its place. */
  #reduce(order: OracleOrder, size: number): void {
    const unseen = Math.min(size, order.reserve);
    const seen = Math.min(size - unseen, order.shown);
    order.reserve -= unseen;
    order.shown -= seen;
    if (order.shown === 0) this.#remove(order);
    if (seen > 0) this.#tell('reduced', order, seen, order.shown);
  }

  #tell(kind: 'reduced' | 'moved', order: OracleOrder, size: number, left: number): void {
    const { id, slice, isBid, tick } = order;
    if (!order.isHidden) this.happened.push({ kind, id, slice, isBid, tick, size, left });
  }

  #modify(id: number, tick: number, total: number): void {
    const order = this.find(id);
    if (order === undefined) return;
    const now = order.shown + order.reserve;
    const wanted = Math.max(0, total - order.filled);
    if (wanted === 0 || (tick === order.tick && wanted <= now)) {
      this.#reduce(order, now - wanted);
      return;
    }
    this.#remove(order);
    this.#tell('moved', order, order.shown, 0);
    order.tick = tick;
    order.shown = wanted;
    order.reserve = 0;
    order.stamp = this.#stamp;
    this.#take(order, tick);
    if (order.shown > 0) this.#rest(order);
  }

  #remove(order: OracleOrder): void {
    const side = order.isBid ? this.bids : this.asks;
    side.splice(side.indexOf(order), 1);
  }

  #nextSlice(): number {
    this.#slices += 2;
    return this.#slices;
  }
}

function isWithin(tick: number, isBid: boolean, limit: number | undefined): boolean {
  return limit === undefined || (isBid ? tick <= limit : tick >= limit);
}

/** Whether an order that joins just now goes before one that stands there. */
function isBefore(order: OracleOrder, other: OracleOrder | undefined): boolean {
  if (other === undefined) return false;
  if (order.tick !== other.tick) return order.isBid === order.tick > other.tick;
  return other.isHidden && !order.isHidden;
}

function isReached({ isBid, tick, wants }: ArmedStop, price: number): boolean {
  return isBid === (wants !== 'touch') ? price >= tick : price <= tick;
}

/** The same order after a trade that did not trigger it. */
function followed(stop: ArmedStop, price: number): ArmedStop {
  const { isBid, tick, trail } = stop;
  if (trail === undefined) return stop;
  return { ...stop, tick: isBid ? Math.min(tick, price + trail) : Math.max(tick, price - trail) };
}
