import type { Denial } from '../../../src/domain/decision.ts';
import type { OrderChange, OrderReport, OrderRequest } from '../../../src/domain/order.ts';
import type { Random } from '../../../src/domain/random.ts';
import type { RiskSettings } from '../../../src/domain/settings.ts';
import { OrderDesk } from '../../../src/execution/order-desk.ts';
import { Portfolio } from '../../../src/execution/portfolio.ts';
import { RiskGate } from '../../../src/risk/risk-gate.ts';
import { STOCK } from '../../support/market-rig.ts';
import type { LatencyHistogram } from '../latency-histogram.ts';
import {
  exitCodeOf,
  type KnownOrder,
  NaiveRisk,
  pricesOf,
  type RiskMoment,
  restOf,
} from './naive-risk.ts';
import { RandomVenue } from './random-venue.ts';

const TICK = 10_000_000;
const SECOND = 1_000_000_000;
const CLOSE = 390 * 60 * SECOND;
const VENUES = ['disconnected', 'reconciling', 'disputed'] as const;

/** Finds what an account does that it must not. */
export interface AccountWatch {
  readonly note: (text: string) => void;
  readonly gateTime: LatencyHistogram;
  readonly verdicts: Map<string, number>;
}

/**
 * One account of random limits that sends random orders, changes and cancels through the real desk and gate to a venue that
 * does what it likes, in a market that does so, too. The reference judges every verdict, and after every step the venue's own
 * truth is measured: whatever is on its way and whatever fills, no limit may be passed.
 */
export class RandomAccount {
  orders = 0;
  changes = 0;
  readonly #random: Random;
  readonly #watch: AccountWatch;
  readonly #settings: RiskSettings;
  readonly #naive: NaiveRisk;
  readonly #venue: RandomVenue;
  readonly #gate: RiskGate;
  readonly #desk: OrderDesk;
  readonly #known: KnownOrder[] = [];
  readonly #approvedAt: number[] = [];
  #position = 0;
  #moment: RiskMoment;
  #denial: Denial | undefined;

  constructor(random: Random, watch: AccountWatch) {
    this.#random = random;
    this.#watch = watch;
    const pick = (...values: readonly number[]): number => values[random.below(values.length)] ?? 0;
    this.#settings = {
      enabled: true,
      dailyLossUsd: 500,
      dailyTrades: pick(3, 10, 1000),
      maxPosition: pick(1, 50, 100, 100, 1000),
      maxNotionalUsd: pick(10_000, 25_000, 25_100, 250_000),
      ordersPerSecond: pick(2, 5, 1000),
      ordersPerSession: pick(5, 40, 1000),
      maxSpreadOpenDrive: 0.15,
      maxSpread: 0.08,
      staleSecs: 3,
      priceCollarPct: 1,
      noEntryLastMins: 5,
      flattenAt: '15:55',
    };
    this.#naive = new NaiveRisk(this.#settings);
    this.#venue = new RandomVenue(random);
    this.#gate = new RiskGate(this.#settings, null);
    this.#timeGate();
    this.#moment = this.#nextMoment(random.below(CLOSE));
    const nothing = (): void => undefined;
    this.#desk = new OrderDesk({
      venue: this.#venue,
      risk: this.#gate,
      portfolio: new Portfolio(STOCK, 20_000),
      market: {
        riskContext: () => ({
          ...this.#moment,
          position: this.#desk.portfolio.position,
          ...this.#desk.workingOrders,
        }),
        touch: () => ({ bid: this.#moment.bestBid, ask: this.#moment.bestAsk }),
      },
      listener: {
        onVerdict: (_order, denial) => {
          this.#denial = denial;
        },
        onSubmit: () => true,
        onChange: () => true,
        onCancel: nothing,
        onReport: (report) => this.#onReport(report),
        onFill: nothing,
        onBracket: nothing,
        onTrip: nothing,
        onFlatten: nothing,
        onVenue: nothing,
        onAlarm: nothing,
        onViolation: (rule, detail) => watch.note(`${rule}: ${detail}`),
      },
      idPrefix: 'P',
      multiplier: 1,
      entryTimeoutSecs: 5,
    });
  }

  /** Does one thing, and measures what may come of it. */
  step(): void {
    const random = this.#random;
    const dice = random.below(100);
    if (dice < 45) this.#place();
    else if (dice < 55) this.#change();
    else if (dice < 62) this.#cancel();
    else if (dice < 85) this.#venue.happen(this.#moment.last ?? 250 * 100 * TICK);
    else this.#deliver();
    this.#measure();
  }

  /** Lets the gate's own time be taken, without anything around it. */
  #timeGate(): void {
    const gate = this.#gate;
    const review = gate.review.bind(gate);
    const { gateTime } = this.#watch;
    gate.review = (order, context) => {
      const begin = performance.now();
      const verdict = review(order, context);
      gateTime.addMs(performance.now() - begin);
      return verdict;
    };
  }

  #place(): void {
    const random = this.#random;
    this.orders++;
    this.#moment = this.#nextMoment(this.#moment.now);
    this.#turnSwitches();
    const side = random.below(2) === 0 ? 'buy' : 'sell';
    const isFree = !this.#hasOpener(side);
    const reduceOnly = isFree && random.below(4) === 0;
    const hasGroup = random.below(4) === 0;
    const type =
      (['limit', 'limit', 'limit', 'market', 'stop'] as const)[random.below(5)] ?? 'limit';
    const price = this.#somePrice();
    const order: OrderRequest = {
      id: String(this.orders),
      side,
      type,
      quantity: this.#someQuantity(),
      tif: 'day',
      // an entry of a group would be a bracket, which sends orders of its own
      role: reduceOnly || hasGroup ? 'EXIT' : 'ENTRY',
      reduceOnly,
      ...(type === 'limit' ? { price } : {}),
      ...(type === 'stop' ? { stopPrice: price } : {}),
      ...(hasGroup ? { ocoGroup: `G${random.below(3)}` } : {}),
    };
    const { halt, isPaused } = this.#gate;
    const memory = { isHalted: halt !== undefined, isPaused, approvedAt: this.#approvedAt };
    const expected = this.#naive.judge(order, this.#moment, this.#known, this.#position, memory);
    const found = this.#desk.place(order, this.#moment.now)?.code;
    this.#compare('order', found, expected, order);
    if (found !== undefined) return;
    this.#approvedAt.push(this.#moment.now);
    const touch = side === 'buy' ? this.#moment.bestAsk : this.#moment.bestBid;
    this.#known.push({
      request: order,
      quantity: order.quantity,
      price: order.price,
      touch,
      filled: 0,
      unanswered: [],
      isDone: false,
    });
  }

  #change(): void {
    const random = this.#random;
    const order = this.#someLive();
    if (order === undefined) return;
    const { request, price } = order;
    if (request.reduceOnly && this.#hasOpener(request.side)) return;
    this.changes++;
    this.#moment = this.#nextMoment(this.#moment.now);
    const isRepriced = price !== undefined && random.below(2) === 0;
    const change: OrderChange = {
      id: request.id,
      ...(isRepriced ? { price: this.#somePrice() } : {}),
      ...(!isRepriced || random.below(2) === 0 ? { quantity: this.#someQuantity() } : {}),
    };
    const most = restOf(order) + order.filled;
    const quantity = change.quantity ?? most;
    const asked: OrderRequest = {
      ...request,
      ...(change.price === undefined
        ? price === undefined
          ? {}
          : { price }
        : { price: change.price }),
      quantity: request.reduceOnly ? quantity - order.filled : Math.max(0, quantity - most),
    };
    const { halt, isPaused } = this.#gate;
    const memory = { isHalted: halt !== undefined, isPaused, approvedAt: this.#approvedAt };
    const asksMore = quantity > most || change.price !== undefined;
    const expected = asksMore
      ? this.#naive.judge(asked, this.#moment, this.#known, this.#position, memory)
      : exitCodeOf(this.#moment.venue);
    this.#denial = undefined;
    const found = this.#desk.change(change, this.#moment.now)?.code;
    this.#compare('change', found, expected, change);
    if (found === undefined) order.unanswered.push(change);
  }

  #cancel(): void {
    const order = this.#someLive();
    if (order !== undefined) this.#desk.cancel(order.request.id, this.#moment.now, 'by chance');
  }

  #deliver(): void {
    this.#venue.deliverable = this.#random.below(this.#venue.reports.length + 1);
    this.#desk.takeReports(this.#moment.now);
    this.#venue.deliverable = 0;
    if (this.#desk.portfolio.position !== this.#position)
      this.#watch.note(`position ${this.#desk.portfolio.position}, told ${this.#position}`);
  }

  #onReport(report: OrderReport): void {
    const order = this.#known.find(({ request }) => request.id === report.orderId);
    if (order === undefined) return;
    if (report.type === 'order-filled') {
      order.filled += report.fill.quantity;
      this.#position += report.fill.side === 'buy' ? report.fill.quantity : -report.fill.quantity;
      if (order.filled >= order.quantity) order.isDone = true;
    } else if (report.type === 'order-modified') {
      order.unanswered.shift();
      order.quantity = report.quantity;
      order.price = report.price ?? order.price;
      if (order.filled >= order.quantity && order.filled > 0) order.isDone = true;
    } else if (report.type === 'order-canceled') {
      order.isDone = true;
    }
  }

  #compare(
    what: string,
    found: string | undefined,
    expected: string | undefined,
    of: unknown,
  ): void {
    const { verdicts, note } = this.#watch;
    const key = found ?? 'approved';
    verdicts.set(key, (verdicts.get(key) ?? 0) + 1);
    if (found !== expected)
      note(`${what} ${JSON.stringify(of)}: ${key}, the reference says ${expected ?? 'approved'}`);
    if (found !== undefined && this.#denial?.code !== found)
      note(`${what}: the journal was told otherwise`);
  }

  /** What the venue may still make of everything: no limit is passed on either side. */
  #measure(): void {
    const { maxPosition, maxNotionalUsd } = this.#settings;
    const { position, orders } = this.#venue;
    for (const side of ['buy', 'sell'] as const) {
      const sign = side === 'buy' ? 1 : -1;
      const held = position * sign;
      let openers = 0;
      let exits = 0;
      let dearest = 0;
      for (const order of orders) {
        if (order.isDone || order.request.side !== side) continue;
        const most = this.#venue.mostOf(order);
        if (order.request.reduceOnly) exits += most;
        else {
          openers += most;
          const touch = this.#known.find(({ request }) => request === order.request)?.touch ?? null;
          const { request, price, onTheWay: unanswered, quantity, filled } = order;
          const terms = { request, price, touch, unanswered, quantity, filled, isDone: false };
          dearest = Math.max(dearest, ...pricesOf(terms));
        }
      }
      if (openers === 0) continue;
      const worst = held + Math.min(exits, Math.max(0, -held)) + openers;
      if (worst > maxPosition) this.#watch.note(`${side}: ${worst} possible, limit ${maxPosition}`);
      const value = (dearest / 1000) * worst * this.#moment.multiplier;
      if (worst > 0 && value > maxNotionalUsd * 1_000_000)
        this.#watch.note(`${side}: worth ${value} micros possible, limit ${maxNotionalUsd}`);
    }
    if (Math.abs(position) > maxPosition)
      this.#watch.note(`a position of ${position}, limit ${maxPosition}`);
  }

  #hasOpener(side: 'buy' | 'sell'): boolean {
    return this.#venue.orders.some(
      ({ request, isDone }) => !isDone && request.side === side && !request.reduceOnly,
    );
  }

  #someLive(): KnownOrder | undefined {
    const live = this.#known.filter(({ isDone }) => !isDone);
    return live[this.#random.below(Math.max(1, live.length))];
  }

  #someQuantity(): number {
    const random = this.#random;
    const { maxPosition } = this.#settings;
    // around the limit and what is left to it as often as anywhere
    const near = [maxPosition, Math.abs(this.#position), maxPosition - Math.abs(this.#position)];
    if (random.below(3) === 0)
      return Math.max(1, (near[random.below(3)] ?? 1) + random.below(3) - 1);
    return 1 + random.below(Math.max(2, Math.ceil(maxPosition * 0.6)));
  }

  #somePrice(): number {
    const { last } = this.#moment;
    const middle = last ?? 250 * 100 * TICK;
    const far = Math.round(middle / 100 / TICK);
    const random = this.#random;
    if (random.below(6) > 0) return middle + (random.below(2 * far + 1) - far) * TICK;
    return middle + (random.below(2) === 0 ? -1 : 1) * (far + random.below(3) - 1) * TICK;
  }

  #turnSwitches(): void {
    const random = this.#random;
    if (random.below(40) === 0) this.#gate.setPaused(random.below(3) === 0);
    if (random.below(60) === 0) this.#gate.haltTrading({ code: 'KILL', reason: '' });
    else if (random.below(8) === 0) this.#gate.resetHalt();
  }

  /** The market a little later; now and then with something out of order. */
  #nextMoment(before: number): RiskMoment {
    const random = this.#random;
    const rare = (): boolean => random.below(40) === 0;
    const now = before + (random.below(3) === 0 ? random.below(3) : random.below(2 * SECOND));
    const last = (25_000 + random.below(41) - 20) * TICK;
    const bestBid = last - random.below(5) * TICK;
    const width = rare() ? random.below(20) - 2 : random.below(9);
    return {
      now,
      dailyPlMicros: rare() ? -500_000_000 + random.below(3) - 1 : random.below(1000) * 1000,
      dailyTrades: rare() ? this.#settings.dailyTrades + random.below(3) - 1 : 0,
      buyingPowerMicros: rare() ? random.below(26_000) * 1_000_000 : 1e12,
      multiplier: 1,
      last: rare() ? null : last,
      bestBid: rare() ? null : bestBid,
      bestAsk: rare() ? null : bestBid + width * TICK,
      eventAgeNs: rare() ? 3 * SECOND + random.below(3) - 1 : random.below(SECOND),
      isOpeningDrive: random.below(10) === 0,
      session: rare() ? null : { open: 60 * SECOND, close: CLOSE },
      isVenueHalted: rare(),
      isRebuilding: rare(),
      feedFault: rare() ? 'gap' : null,
      venue: rare() ? (VENUES[random.below(VENUES.length)] ?? 'connected') : 'connected',
      isArmed: !rare(),
    };
  }
}
