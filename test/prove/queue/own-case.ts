import type { OrderReport } from '../../../src/domain/order.ts';
import type { OrderBook } from '../../../src/market/book/order-book.ts';
import type { SimulatedExchange } from '../../../src/simulation/exchange/simulated-exchange.ts';
import type { MatchingOracle, OracleAction } from '../../support/oracle/matching-oracle.ts';
import { type FeedStyle, TICK_NANOS } from '../../support/oracle/public-feed.ts';
import {
  type Cause,
  offerCause,
  type Place,
  queueAt,
  type Reach,
  reachOf,
  unseenAt,
} from './determination.ts';
import type { OwnOrderPlan, OwnPlan } from './own-plan.ts';
import { LATENCY_ACTIONS, nameOf, ownExchange, sendOwn } from './own-venue.ts';

/** One order of the experiment. `true` quantities are of the run with us, `predicted` of the simulated exchange. */
export interface OwnState {
  readonly plan: OwnOrderPlan;
  /** Where it rests in the run with us, and stands in the one without. */
  place: Place | undefined;
  /** What it still wants, by the run with us. */
  rest: number;
  filled: number;
  predicted: number;
  isDone: boolean;
}

/** What became undetermined, and when. */
interface Doubt {
  readonly cause: Cause;
  readonly at: number;
  /** What our orders still wanted then: no outcome can be off by more. */
  readonly open: number;
}

interface Pending {
  readonly at: number;
  readonly kind: 'place' | 'cancel' | 'modify' | 'trigger';
  readonly own: OwnState;
}

/** What an action brings to a place of ours, by both runs. */
interface Reached {
  readonly own: OwnState;
  without: Reach;
  readonly withUs: Reach;
  /** What we are known to have taken of the order that comes. */
  readonly taken: number;
}

/** A fill as both sides tell it: id, tick and size, of one action and price together. */
type FillTally = Map<string, number>;

/**
 * One experiment: our orders in a fork of the oracle (the run with us), and in a simulated exchange that sees the public feed of
 * the run without. After every action both must have filled the same, as long as the feed determines it.
 */
export class OwnCase {
  readonly plan: OwnPlan;
  readonly orders: readonly OwnState[];
  readonly exchange: SimulatedExchange;
  doubt: Doubt | undefined;
  isFinished = false;
  /** What was wrong, in words; empty when nothing was. */
  readonly wrong: string[] = [];
  readonly #market: MatchingOracle;
  readonly #style: FeedStyle;
  readonly #pending: Pending[];
  /** Size that our orders took of others', by their id, as the feed lets it be known. */
  readonly #taken = new Map<number, number>();
  readonly #reaches: Reached[] = [];
  readonly #tsOf: (stamp: number) => number;

  constructor(
    plan: OwnPlan,
    market: MatchingOracle,
    book: OrderBook,
    style: FeedStyle,
    tsOf: (stamp: number) => number,
  ) {
    this.plan = plan;
    this.#style = style;
    this.#tsOf = tsOf;
    this.#market = market.fork();
    this.exchange = ownExchange(book);
    this.orders = plan.orders.map((order) => ({
      plan: order,
      place: undefined,
      rest: order.size,
      filled: 0,
      predicted: 0,
      isDone: false,
    }));
    this.#pending = this.orders
      .flatMap((own) => {
        const place: Pending = { at: own.plan.after, kind: 'place', own };
        const { change } = own.plan;
        return change === undefined
          ? [place]
          : [place, { at: change.after, kind: change.kind, own }];
      })
      .sort((a, b) => a.at - b.at);
  }

  get isOver(): boolean {
    return this.#pending.length === 0 && this.orders.every((own) => own.isDone);
  }

  /** Sends what arrives right after the action by which the experiment begins. */
  start(without: MatchingOracle, stamp: number, sequences: Sequences): void {
    this.#deliver(without, stamp, sequences);
  }

  /** Looks at what the action brings to our places, before it is done. */
  before(without: MatchingOracle, action: OracleAction): void {
    this.#reaches.length = 0;
    if (this.doubt !== undefined) return;
    for (const own of this.orders) {
      if (own.place === undefined || own.isDone) continue;
      const seen = reachOf(without, action, own.place);
      const real = reachOf(this.#market, action, own.place);
      if (seen.incoming === 0 && real.incoming === 0) continue;
      // under a new name nobody knows that it is what we took from
      const isKnown = action.kind === 'modify' && this.#style === 'cme';
      const taken = isKnown ? (this.#taken.get(action.id) ?? 0) : 0;
      this.#reaches.push({ own, without: seen, withUs: real, taken });
    }
  }

  /** The action was done without us, and shown to the exchange: now with us. */
  after(without: MatchingOracle, action: OracleAction, stamp: number, sequences: Sequences): void {
    this.#market.step(action, stamp);
    if (this.#style === 'itch')
      for (const one of without.happened) if (one.kind === 'moved') this.#taken.delete(one.id);
    this.#lessTaken(without, action);
    const cause = this.#causeOf(without);
    const most = this.#most;
    const real = this.#realFills(without);
    const told = this.#toldFills(this.#tsOf(stamp), sequences);
    if (cause !== undefined) this.#doubt(cause, stamp, real, told, without, most);
    else if (this.doubt === undefined) this.#compare(`action ${stamp}`, real, told);
    this.#trigger(stamp);
    this.#deliver(without, stamp, sequences);
  }

  /** What comes to stand there again offers us only what we did not take of it; what trades is there for everybody to see. */
  #lessTaken(without: MatchingOracle, action: OracleAction): void {
    for (const reached of this.#reaches) {
      if (reached.taken === 0 || action.kind !== 'modify') continue;
      const { incoming, ahead } = reached.without;
      const less = Math.min(reached.taken, shownOf(without, action.id));
      reached.without = { incoming: incoming - less, ahead };
    }
  }

  /** Looks once more at the end. */
  finish(without: MatchingOracle): void {
    for (const own of this.orders) {
      if (this.doubt === undefined && own.place !== undefined && !own.isDone) {
        const ahead = this.exchange.queueAhead(nameOf(own.plan));
        if (ahead !== queueAt(without, own.place))
          this.wrong.push(`${nameOf(own.plan)}: ahead ${ahead}, is ${queueAt(without, own.place)}`);
      }
    }
    const error = this.orders.reduce((sum, own) => sum + Math.abs(own.predicted - own.filled), 0);
    const bound = this.doubt?.open ?? 0;
    if (error > bound) this.wrong.push(`off by ${error} in the end, at most ${bound} is possible`);
  }

  /**
   * The reason by which the feed of this action does not determine what it did to us. What differs between the runs at any of our
   * places comes first: beside it what is unseen bounds nothing.
   */
  #causeOf(without: MatchingOracle): Cause | undefined {
    const reached = this.#reaches.filter(
      ({ own, without: seen, withUs: real }) =>
        own.place !== undefined && (seen.incoming > seen.ahead || real.incoming > real.ahead),
    );
    for (const { without: seen, withUs: real } of reached) {
      if (seen.incoming !== real.incoming)
        return without.unseen.rest > 0 ? 'unseen-rest' : 'impact-incoming';
      if (seen.ahead !== real.ahead) return 'impact-ahead';
    }
    for (const { own, without: seen } of reached) {
      if (own.place === undefined) continue;
      const unseen = unseenAt(without, own.place);
      const sum = unseen.hidden + unseen.rest + unseen.reserve;
      // what is unseen does not matter where what is seen is enough for all of ours
      if (sum === 0 || Math.max(0, seen.incoming - seen.ahead) - sum >= this.#open) continue;
      if (unseen.rest > 0) return 'unseen-rest';
      return unseen.reserve > 0 ? 'reserve' : 'hidden-orders';
    }
    return this.#isBetween ? 'impact-between' : undefined;
  }

  /** Whether the action reaches both of our orders and others stand between them. */
  get #isBetween(): boolean {
    const [first, second] = this.#reaches.filter(({ without }) => without.incoming > without.ahead);
    return second !== undefined && first?.without.ahead !== second.without.ahead;
  }

  /** What our orders at the exchange still want. */
  get #open(): number {
    return this.orders.reduce((sum, own) => sum + (own.isDone ? 0 : own.rest), 0);
  }

  /** What they can still fill, by all that is yet to come. */
  get #most(): number {
    return this.orders.reduce((sum, { plan, filled, isDone }) => {
      const total = Math.max(plan.size, plan.change?.total ?? 0);
      return sum + (isDone ? 0 : total - filled);
    }, 0);
  }

  /** Notes the doubt; the action that brings it can itself be off by no more than what was not seen, or differed. */
  #doubt(
    cause: Cause,
    stamp: number,
    real: FillTally,
    told: FillTally,
    without: MatchingOracle,
    open: number,
  ): void {
    if (this.doubt !== undefined) return;
    const most = this.#reaches.reduce((sum, { own, without: seen, withUs }) => {
      if (own.place === undefined) return sum;
      const { hidden, rest, reserve } = unseenAt(without, own.place);
      const differs =
        Math.abs(seen.incoming - withUs.incoming) + Math.abs(seen.ahead - withUs.ahead);
      return sum + hidden + rest + reserve + differs;
    }, 0);
    const between = this.#isBetween ? this.orders.reduce((sum, own) => sum + own.plan.size, 0) : 0;
    const off = Math.abs(sumOf(real) - sumOf(told));
    if (off > most + between)
      this.wrong.push(`action ${stamp} (${cause}): off by ${off}, at most ${most} is possible`);
    const isBlind =
      !this.#isBetween &&
      (cause === 'unseen-rest' || cause === 'reserve' || cause === 'hidden-orders');
    if (isBlind && sumOf(told) > sumOf(real))
      this.wrong.push(`action ${stamp} (${cause}): told ${textOf(told)}, is ${textOf(real)}`);
    this.doubt = { cause, at: stamp, open };
  }

  #compare(what: string, real: FillTally, told: FillTally): void {
    if (real.size === 0 && told.size === 0) return;
    const [expected, found] = [textOf(real), textOf(told)];
    if (expected !== found) this.wrong.push(`${what}: told ${found}, is ${expected}`);
  }

  #realFills(without: MatchingOracle): FillTally {
    const fills: FillTally = new Map();
    let taken = 0;
    let taker = 0;
    for (const one of this.#market.happened) {
      if (one.kind !== 'executed') continue;
      const id = Math.min(one.makerId, one.takerId);
      const own = this.orders.find((order) => order.plan.id === id);
      if (own === undefined) continue;
      own.filled += one.size;
      own.rest -= one.size;
      if (own.rest === 0) own.isDone = true;
      // what we took of an order that stood there is known; of one that came in, see below
      if (one.takerId < 0) this.#addTaken(one.makerId, one.size);
      else {
        taken += one.size;
        taker = one.takerId;
      }
      addTo(fills, `${nameOf(own.plan)}@${one.tick}`, one.size);
    }
    const reach = this.#reaches.reduce(
      (most, { without: { incoming, ahead } }) => Math.max(most, incoming - ahead),
      0,
    );
    const shown = shownOf(without, taker);
    // the feed lets it be known as taken of what came to stand there only beyond what traded with others
    if (taken > 0) this.#addTaken(taker, Math.max(0, Math.min(shown, taken - (reach - shown))));
    return fills;
  }

  #addTaken(id: number, size: number): void {
    this.#taken.set(id, (this.#taken.get(id) ?? 0) + size);
  }

  /** What the exchange says that it filled just now; wrong where it does not say when and by which event. */
  #toldFills(ts: number, { first, last }: Sequences): FillTally {
    const fills: FillTally = new Map();
    for (;;) {
      const report = this.exchange.takeReport(Number.POSITIVE_INFINITY);
      if (report === undefined) return fills;
      if (report.type !== 'order-filled') {
        this.#onReport(report, ts);
        continue;
      }
      const { fill } = report;
      const own = this.orders.find((order) => nameOf(order.plan) === fill.orderId);
      if (own === undefined) continue;
      own.predicted += fill.quantity;
      addTo(fills, `${fill.orderId}@${fill.price / TICK_NANOS}`, fill.quantity);
      if (this.doubt !== undefined) continue;
      if (fill.ts !== ts || fill.sequence < first || fill.sequence > last)
        this.wrong.push(
          `${fill.orderId}: filled at ${fill.ts} #${fill.sequence}, was ${ts} #${first} to ${last}`,
        );
    }
  }

  #onReport(report: OrderReport, ts: number): void {
    if (report.type === 'order-rejected') this.#refused = report.orderId;
    if (report.type !== 'order-triggered') return;
    if (report.ts !== ts)
      this.wrong.push(`${report.orderId}: triggered at ${report.ts}, not ${ts}`);
    this.#triggered.add(report.orderId);
  }

  readonly #triggered = new Set<string>();
  /** The order that the exchange refused last. */
  #refused = '';

  /** Stops that the action's trades reached: both sides must say so; they arrive a latency later. */
  #trigger(stamp: number): void {
    for (const id of this.#market.takeTriggered()) {
      const own = this.orders.find((order) => order.plan.id === id);
      if (own === undefined) continue;
      if (!this.#triggered.delete(nameOf(own.plan)))
        this.wrong.push(`${nameOf(own.plan)}: triggers by action ${stamp}, and was not told`);
      this.#pending.push({ at: stamp + LATENCY_ACTIONS, kind: 'trigger', own });
    }
    for (const id of this.#triggered) this.wrong.push(`${id}: does not trigger by action ${stamp}`);
  }

  /** Our messages that arrive after the action `stamp`. */
  #deliver(without: MatchingOracle, stamp: number, sequences: Sequences): void {
    while (this.#pending[0] !== undefined && this.#pending[0].at <= stamp) {
      const pending = this.#pending.shift();
      if (pending !== undefined) this.#arrive(pending, without, stamp, sequences);
    }
  }

  #arrive({ kind, own }: Pending, without: MatchingOracle, stamp: number, sequences: Sequences) {
    const ts = this.#tsOf(stamp);
    const { plan } = own;
    if (kind !== 'trigger') sendOwn(this.exchange, kind, plan, ts);
    if (kind !== 'place' && own.isDone)
      return this.#settle(undefined, without, stamp, ts, sequences);
    if (kind === 'cancel') {
      this.#market.step({ kind: 'cancel', id: plan.id }, stamp);
      own.isDone = true;
      own.place = undefined;
      return this.#settle(undefined, without, stamp, ts, sequences);
    }
    if (kind === 'place' && plan.type !== 'limit' && plan.type !== 'market') {
      this.#arm(plan);
      return this.#settle(undefined, without, stamp, ts, sequences);
    }
    const isLimit = plan.type === 'limit';
    const terms = {
      id: plan.id,
      isBid: plan.isBid,
      tick: isLimit ? plan.tick : undefined,
      size: plan.size,
      tif: plan.tif,
      postOnly: plan.postOnly ?? false,
    };
    const { change } = plan;
    if (kind === 'modify' && change !== undefined) {
      const wanted = Math.max(0, change.total - own.filled);
      const isKept = change.tick === own.place?.tick && wanted <= own.rest;
      const cause = isKept
        ? undefined
        : offerCause(
            without,
            this.#market,
            { ...terms, tick: change.tick, size: wanted },
            this.#taken,
          );
      const { tick, total } = change;
      this.#market.step({ kind: 'modify', id: plan.id, tick, total }, stamp);
      own.rest = wanted;
      own.isDone = wanted === 0;
      if (!isKept) own.place = { isBid: plan.isBid, tick, stamp };
      return this.#settle(cause, without, stamp, ts, sequences);
    }
    const cause = offerCause(without, this.#market, terms, this.#taken);
    this.#market.step({ kind: 'new', terms }, stamp);
    const rests = this.#market.find(plan.id) !== undefined;
    if (rests) own.place = { isBid: plan.isBid, tick: plan.tick, stamp };
    this.#settle(cause, without, stamp, ts, sequences);
    own.isDone ||= !rests;
    const isRefused = plan.postOnly === true && !rests && own.filled === 0;
    if (this.doubt === undefined && isRefused !== (this.#refused === nameOf(plan)))
      this.wrong.push(`${nameOf(plan)}: told refused ${!isRefused}, is ${isRefused}`);
  }

  /** An order arrives that waits for a trade; a trailing stop before any trade is nowhere yet. */
  #arm({ id, isBid, type, tick }: OwnOrderPlan): void {
    const last = this.#market.lastTick ?? (isBid ? 1 : -1) * Number.POSITIVE_INFINITY;
    if (type === 'trailing-stop')
      this.#market.arm({ id, isBid, tick: isBid ? last + tick : last - tick, trail: tick });
    else this.#market.arm({ id, isBid, tick, wants: type === 'stop' ? 'stop' : 'touch' });
  }

  /** Compares what the arrival filled. */
  #settle(
    cause: Cause | undefined,
    without: MatchingOracle,
    stamp: number,
    ts: number,
    { last }: Sequences,
  ): void {
    const { lastTick } = without;
    this.exchange.handleArrival(last, lastTick === undefined ? null : lastTick * TICK_NANOS);
    const before = this.#most;
    const real = this.#market.happened.length > 0 ? this.#ownArrivalFills(without) : new Map();
    const told = this.#toldFills(ts, { first: last, last });
    if (this.doubt !== undefined) return;
    if (cause !== undefined) this.doubt = { cause, at: stamp, open: before };
    else this.#compare(`arrival after ${stamp}`, real, told);
  }

  /** Fills of the last step, where it was a message of ours. */
  #ownArrivalFills(without: MatchingOracle): FillTally {
    const isOurs = this.#market.happened.some((one) => one.kind === 'executed' && one.takerId < 0);
    return isOurs ? this.#realFills(without) : new Map();
  }
}

/** The sequences of the events that told an action. */
export interface Sequences {
  readonly first: number;
  readonly last: number;
}

/** What an order came to show by the last action. */
function shownOf(market: MatchingOracle, id: number): number {
  const shown = market.happened.find((one) => one.kind === 'added' && one.id === id);
  return shown?.size ?? 0;
}

function addTo(fills: FillTally, key: string, size: number): void {
  fills.set(key, (fills.get(key) ?? 0) + size);
}

function sumOf(fills: FillTally): number {
  let sum = 0;
  for (const size of fills.values()) sum += size;
  return sum;
}

function textOf(fills: FillTally): string {
  const parts = [...fills].map(([key, size]) => `${key} ${size}`);
  return parts.length === 0 ? 'nothing' : parts.sort().join(', ');
}
