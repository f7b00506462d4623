import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { STATUS_HALTED, STATUS_TRADING } from '../../src/domain/event.ts';
import { dayOf, NS_PER_MS } from '../../src/domain/time.ts';
import { OrderDesk } from '../../src/execution/order-desk.ts';
import { Portfolio } from '../../src/execution/portfolio.ts';
import { RiskGate } from '../../src/risk/risk-gate.ts';
import { type BookSideName, ExchangeRig, nanosOf } from '../support/exchange-rig.ts';
import { STOCK } from '../support/market-rig.ts';
import { CALM, SPEC_RISK } from '../support/risk-context.ts';

const tick = fc.integer({ min: 24_980, max: 25_020 });
const pauseMs = fc.constantFrom(0, 1, 7, 20, 40, 300, 1_000);
const side = fc.constantFrom<BookSideName>('bid', 'ask');

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        pauseMs,
        side,
        tick,
        size: fc.integer({ min: 1, max: 60 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('execute' as const),
        pauseMs,
        pick: fc.nat({ max: 500 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('print' as const), pauseMs, tick }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('enter' as const),
        pauseMs,
        isLong: fc.boolean(),
        tick,
        quantity: fc.integer({ min: 1, max: 90 }),
        stopTicks: fc.integer({ min: 1, max: 10 }),
        targetTicks: fc.integer({ min: 1, max: 10 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('flatten' as const), pauseMs }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pauseMs }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('move-target' as const), pauseMs, tick }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('halt' as const), pauseMs, isHalted: fc.boolean() }),
    },
  ),
  { minLength: 5, maxLength: 80 },
);
type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

/** A desk at the simulated exchange over a random feed; time moves in milliseconds, and every one of them is lived. */
class BracketPlay {
  readonly rig = new ExchangeRig();
  readonly violations: string[] = [];
  readonly alarms: number[] = [];
  readonly desk: OrderDesk;
  /** What the bracket may hold at most, with its sign. */
  limit = 0;
  /** Since when a position stands without a working stop or an exit on its way. */
  nakedSince: number | undefined;
  readonly #feed: {
    readonly id: number;
    readonly side: BookSideName;
    readonly tick: number;
    readonly size: number;
  }[] = [];
  #ms = 0;
  #ids = 0;

  constructor() {
    this.desk = new OrderDesk({
      venue: this.rig.exchange,
      risk: new RiskGate({ ...SPEC_RISK, enabled: false }, null),
      portfolio: new Portfolio(STOCK, dayOf(2026, 6, 1)),
      market: { riskContext: () => CALM, touch: () => ({ bid: null, ask: null }) },
      listener: {
        onVerdict: () => undefined,
        onSubmit: () => true,
        onChange: () => true,
        onCancel: () => undefined,
        onReport: () => undefined,
        onFlatten: () => undefined,
        onVenue: () => undefined,
        onFill: () => undefined,
        onBracket: () => undefined,
        onTrip: () => undefined,
        onAlarm: () => this.alarms.push(this.#ms),
        onViolation: (rule, detail) => this.violations.push(`${rule}: ${detail}`),
      },
      idPrefix: '',
      entryTimeoutSecs: 5,
      multiplier: STOCK.multiplier,
    });
  }

  /** Lives on to `ms`, doing what is due on the way. */
  pass(ms: number): void {
    while (this.#ms < ms) {
      const { desk, rig } = this;
      const due =
        Math.min(desk.nextTimer, rig.exchange.nextArrival, rig.exchange.nextReport) / NS_PER_MS;
      this.#ms = Math.min(ms, Math.max(this.#ms + 1, Math.ceil(due)));
      const now = this.#ms * NS_PER_MS;
      rig.wait(this.#ms);
      desk.takeReports(now);
      if (desk.nextTimer <= now) desk.runTimers(now);
      this.#check();
    }
  }

  play(step: Step): void {
    this.pass(this.#ms + step.pauseMs);
    const now = this.#ms * NS_PER_MS;
    const { desk, rig } = this;
    switch (step.kind) {
      case 'add':
        this.#feed.push({ ...step, id: ++this.#ids });
        rig.add(this.#ms, this.#ids, step.side, step.tick / 100, step.size);
        break;
      case 'execute': {
        const [order] = this.#feed.splice(step.pick % Math.max(1, this.#feed.length), 1);
        if (order !== undefined)
          rig.execute(this.#ms, order.side, order.tick / 100, [order.id, order.size]);
        break;
      }
      case 'print':
        rig.print(this.#ms, step.tick / 100, 1);
        break;
      case 'enter': {
        if (desk.bracket !== undefined || desk.portfolio.position !== 0) return;
        const sign = step.isLong ? 1 : -1;
        const price = (ticks: number) => nanosOf((step.tick + sign * ticks) / 100);
        this.limit = sign * step.quantity;
        desk.enterBracket(
          {
            side: step.isLong ? 'buy' : 'sell',
            limitPrice: price(0),
            stopPrice: price(-step.stopTicks),
            targetPrice: price(step.targetTicks),
            quantity: step.quantity,
          },
          now,
        );
        break;
      }
      case 'flatten':
        desk.flatten(now, 'flatten');
        break;
      case 'cancel':
        desk.cancelEntries(now, 'told so');
        break;
      case 'move-target':
        if (desk.bracket?.targetId !== undefined)
          desk.change({ id: desk.bracket.targetId, price: nanosOf(step.tick / 100) }, now);
        break;
      case 'halt':
        rig.status(this.#ms, step.isHalted ? STATUS_HALTED : STATUS_TRADING);
        break;
    }
    this.#check();
  }

  #check(): void {
    const { bracket, orders, portfolio } = this.desk;
    const { position } = portfolio;
    expect(this.violations).toEqual([]);
    expect(position * Math.sign(this.limit)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(position)).toBeLessThanOrEqual(Math.abs(this.limit));
    const isCovered = position === 0 || bracket?.isProtected(orders) === true;
    this.nakedSince = isCovered ? undefined : (this.nakedSince ?? this.#ms);
    if (this.nakedSince !== undefined)
      expect(this.#ms - this.nakedSince).toBeLessThanOrEqual(1_000);
    if (this.nakedSince !== undefined) expect(this.alarms.length).toBeGreaterThan(0);
  }

  get ms(): number {
    return this.#ms;
  }
}

property.prop([steps], { numRuns: 300 })(
  'a bracket never holds more than its entry, never the other way round, and is never naked for more than a second',
  (list) => {
    const play = new BracketPlay();
    for (const step of list) play.play(step);
    play.pass(play.ms + 100);
  },
);

property.prop([steps], { numRuns: 200 })(
  'once flat, no order of a bracket works; flatten gets there when there is a market',
  (list) => {
    const play = new BracketPlay();
    for (const step of list) play.play(step);
    play.play({ kind: 'halt', pauseMs: 0, isHalted: false });
    play.play({ kind: 'flatten', pauseMs: 40 });
    // a book of its own: in a crossed one a market order finds nothing
    play.rig.clear(play.ms);
    for (const [index, sideName] of (['bid', 'ask'] as const).entries()) {
      play.rig.add(play.ms, 10_000 + index, sideName, index === 0 ? 200 : 300, 1_000);
    }
    play.pass(play.ms + 3_000);
    expect(play.desk.portfolio.position).toBe(0);
    expect(play.desk.bracket).toBeUndefined();
    expect([...play.desk.orders.working]).toEqual([]);
  },
);
