import type { Random } from '../../../src/domain/random.ts';
import type { MatchingOracle, OracleAction, OracleOrder } from './matching-oracle.ts';

/** How often what comes, in shares of all actions; what is left are new limit orders. */
export interface FlowHabits {
  readonly cancels: number;
  readonly modifies: number;
  readonly takers: number;
  /** Of the new limit orders: with a peak, and hidden whole. */
  readonly icebergs: number;
  readonly hidden: number;
  /** Of the takers: those whose rest is cancelled, unseen. */
  readonly immediate: number;
  /** Of cancels and changes: those that come too late, for an order that is gone. */
  readonly late: number;
}

const LEVELS = 10;
const START_TICK = 10_000;
/** Fewer orders than this on a side get company first. */
const FEW = 12;

/**
 * A flow of orders that knows the market without us, and nothing of us: the same list of actions is played with and without
 * our orders. Ids count up from 1.
 */
export class OrderFlow {
  readonly #random: Random;
  readonly #habits: FlowHabits;
  #ids = 0;
  readonly #gone: number[] = [];

  constructor(random: Random, habits: FlowHabits) {
    this.#random = random;
    this.#habits = habits;
  }

  /** The orders that the book begins with. */
  opening(): OracleAction[] {
    const actions: OracleAction[] = [];
    for (let level = 1; level <= LEVELS; level++) {
      for (let n = 1 + this.#random.below(4); n > 0; n--) {
        actions.push(this.#limit(true, START_TICK - level));
        actions.push(this.#limit(false, START_TICK + level));
      }
    }
    return actions;
  }

  /** What comes next in a market that stands like this. */
  next(market: MatchingOracle): OracleAction {
    for (const one of market.happened)
      if (one.kind === 'executed' && one.left === 0) this.#gone.push(one.makerId);
    const { cancels, modifies, takers } = this.#habits;
    const draw = this.#random.float();
    const isBid = this.#random.below(2) === 0;
    const { bids, asks } = market;
    const ask = asks[0]?.tick ?? (bids[0]?.tick ?? START_TICK) + 2;
    const bid = bids[0]?.tick ?? ask - 2;
    if ((isBid ? bids : asks).length < FEW) return this.#passive(isBid, bid, ask);
    if (draw < cancels) return this.#cancel(market);
    if (draw < cancels + modifies) return this.#modify(market);
    if (draw < cancels + modifies + takers) return this.#taker(isBid, bid, ask);
    return this.#passive(isBid, bid, ask);
  }

  /** A limit order that rests: most near the best price, now and then a better one. */
  #passive(isBid: boolean, bid: number, ask: number): OracleAction {
    const away = Math.min(LEVELS, Math.floor(this.#random.exponential(2.2)));
    const better = this.#random.below(8) === 0 && ask - bid > 1 ? 1 : 0;
    return this.#limit(isBid, isBid ? bid + better - away : ask - better + away);
  }

  #limit(isBid: boolean, tick: number): OracleAction {
    const { icebergs, hidden } = this.#habits;
    const id = ++this.#ids;
    const draw = this.#random.float();
    const size = this.#size();
    const terms = { id, isBid, tick, size, tif: 'day' } as const;
    if (draw < icebergs) return { kind: 'new', terms: { ...terms, size: size * 4, peak: size } };
    if (draw < icebergs + hidden) return { kind: 'new', terms: { ...terms, isHidden: true } };
    return { kind: 'new', terms };
  }

  /** Some take a part of the best level, some walk the book; of a limit order the rest comes to stand there. */
  #taker(isBid: boolean, bid: number, ask: number): OracleAction {
    const walk = Math.floor(this.#random.exponential(0.8));
    const tick = isBid ? ask + walk : bid - walk;
    const size = this.#size() * (1 + this.#random.below(5));
    const terms = { id: ++this.#ids, isBid, size };
    if (this.#random.float() >= this.#habits.immediate)
      return { kind: 'new', terms: { ...terms, tick, tif: 'day' } };
    const which = this.#random.below(4);
    if (which === 0) return { kind: 'new', terms: { ...terms, tick: undefined, tif: 'ioc' } };
    return { kind: 'new', terms: { ...terms, tick, tif: which === 1 ? 'fok' : 'ioc' } };
  }

  #cancel(market: MatchingOracle): OracleAction {
    const order = this.#pick(market);
    if (order === undefined) return { kind: 'cancel', id: this.#late() };
    if (this.#random.below(4) > 0) {
      this.#gone.push(order.id);
      return { kind: 'cancel', id: order.id };
    }
    return { kind: 'cancel', id: order.id, size: 1 + this.#random.below(order.shown) };
  }

  #modify(market: MatchingOracle): OracleAction {
    const order = this.#pick(market);
    if (order === undefined) {
      const tick = START_TICK + this.#random.below(7) - 3;
      return { kind: 'modify', id: this.#late(), tick, total: this.#size() };
    }
    const { id, tick, shown, reserve, filled, peak } = order;
    const total = filled + shown + reserve;
    // of one that may hold size back only the price: it could lose its place and show the same, which no feed tells
    const which = Number.isFinite(peak) ? 2 : this.#random.below(4);
    if (which === 0) return { kind: 'modify', id, tick, total: total + this.#size() };
    if (which === 1) return { kind: 'modify', id, tick, total: total - this.#random.below(shown) };
    return { kind: 'modify', id, tick: tick + this.#random.below(7) - 3, total };
  }

  /** An order of the book, near the best price rather than far; `undefined` for one that is gone. */
  #pick({ bids, asks }: MatchingOracle): OracleOrder | undefined {
    if (this.#gone.length > 0 && this.#random.float() < this.#habits.late) return undefined;
    const side = this.#random.below(2) === 0 ? bids : asks;
    const index = Math.floor(this.#random.float() * this.#random.float() * side.length);
    return side[index] ?? bids[0] ?? asks[0];
  }

  #late(): number {
    return this.#gone[this.#random.below(Math.max(1, this.#gone.length))] ?? 1;
  }

  /** Round lots mostly. */
  #size(): number {
    const lots = 1 + Math.floor(this.#random.exponential(2));
    return this.#random.below(3) === 0 ? 1 + this.#random.below(30) : lots * 10;
  }
}
