import {
  ACTION_CLEAR,
  EVENT_WORDS,
  FLAG_LAST,
  packTags,
  SIDE_NONE,
  WORD_TAGS,
} from '../../../src/domain/event.ts';
import { Random } from '../../../src/domain/random.ts';
import type { OrderBook } from '../../../src/market/book/order-book.ts';
import { MatchingOracle, type OracleAction } from '../../support/oracle/matching-oracle.ts';
import { type FlowHabits, OrderFlow } from '../../support/oracle/order-flow.ts';
import { type FeedStyle, PublicFeed } from '../../support/oracle/public-feed.ts';
import { OwnCase } from './own-case.ts';
import { type OwnPlan, planOwn } from './own-plan.ts';
import { ACTION_NS } from './own-venue.ts';

/** An action and its number: numbers grow, and may leave some out. */
export interface NumberedAction {
  readonly stamp: number;
  readonly action: OracleAction;
}

/** How long an episode's flow is, and how often an experiment begins. */
const ACTIONS = 500;
const EVERY = 2;

/**
 * One stretch of a market: a flow of orders is played without us, its public feed is shown to the simulated exchange, and next to it
 * it is played once more for each experiment, with our orders.
 */
export class Episode {
  readonly style: FeedStyle;
  /** All that was played. */
  readonly actions: NumberedAction[] = [];
  readonly #book: OrderBook;
  readonly #market = new MatchingOracle();
  readonly #feed: PublicFeed;
  readonly #startTs: number;
  #live: OwnCase[] = [];

  /**
   * @param book Any book; what it has is cleared away.
   * @param startTs A time that is not before the book's.
   */
  constructor(style: FeedStyle, book: OrderBook, startTs: number) {
    this.style = style;
    this.#book = book;
    this.#startTs = startTs;
    this.#feed = new PublicFeed(style);
    const words = new Int32Array(EVENT_WORDS);
    words[WORD_TAGS] = packTags(ACTION_CLEAR, SIDE_NONE, FLAG_LAST);
    book.apply(words, 0, startTs);
  }

  get endTs(): number {
    return this.#tsOf(this.actions.at(-1)?.stamp ?? 0) + 10 * ACTION_NS;
  }

  /** Plays a new flow, and hands over each experiment when it is over. */
  play(seed: number, habits: FlowHabits, onDone: (one: OwnCase) => void): void {
    const random = new Random(seed);
    const flow = new OrderFlow(random.fork(1), habits);
    const own = random.fork(2);
    const opening = flow.opening();
    let stamp = 0;
    for (const action of opening) this.#step({ stamp: ++stamp, action }, [], onDone);
    for (let n = 0; n < ACTIONS; n++) {
      const plans = n % EVERY === 0 ? [planOwn(own, this.#market, stamp + 1)] : [];
      this.#step({ stamp: ++stamp, action: flow.next(this.#market) }, plans, onDone);
    }
    this.#finishAll(onDone);
  }

  /** Plays a list of actions with one experiment, and returns that. */
  replay(actions: readonly NumberedAction[], plan: OwnPlan): OwnCase | undefined {
    let done: OwnCase | undefined;
    const onDone = (one: OwnCase): void => {
      done = one;
    };
    for (const [index, one] of actions.entries()) {
      const next = actions[index + 1]?.stamp ?? Number.POSITIVE_INFINITY;
      const after = plan.orders[0]?.after ?? 0;
      this.#step(one, one.stamp <= after && next > after ? [plan] : [], onDone);
    }
    this.#finishAll(onDone);
    return done;
  }

  #step(one: NumberedAction, plans: readonly OwnPlan[], onDone: (one: OwnCase) => void): void {
    const { stamp, action } = one;
    this.actions.push(one);
    const market = this.#market;
    for (const own of this.#live) own.before(market, action);
    market.step(action, stamp);
    this.#feed.tell(market.happened);
    const { words, count } = this.#feed;
    const ts = this.#tsOf(stamp);
    for (let offset = 0; offset < count * EVENT_WORDS; offset += EVENT_WORDS) {
      for (const { exchange } of this.#live)
        if (exchange.isWatching) exchange.onEvent(words, offset, ts);
      this.#book.apply(words, offset, ts);
    }
    const sequences = { first: this.#feed.sequence - count + 1, last: this.#feed.sequence };
    for (const own of this.#live) own.after(market, action, stamp, sequences);
    for (const plan of plans) {
      const own = new OwnCase(plan, market, this.#book, this.style, (n) => this.#tsOf(n));
      own.start(market, stamp, sequences);
      this.#live.push(own);
    }
    let isAnyOver = false;
    for (const own of this.#live) {
      if (!own.isOver && stamp < own.plan.until && own.wrong.length === 0) continue;
      own.finish(market);
      onDone(own);
      isAnyOver = true;
      own.isFinished = true;
    }
    if (isAnyOver) this.#live = this.#live.filter((own) => !own.isFinished);
  }

  #finishAll(onDone: (one: OwnCase) => void): void {
    for (const own of this.#live) {
      own.finish(this.#market);
      onDone(own);
    }
    this.#live = [];
  }

  #tsOf(stamp: number): number {
    return this.#startTs + stamp * ACTION_NS;
  }
}
