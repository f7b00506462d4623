import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Fill } from '../../../src/domain/order.ts';
import { type BookSideName, ExchangeRig } from '../../support/exchange-rig.ts';
import { NaiveExchange } from '../../support/naive-exchange.ts';

const LEVELS = 3;
const pause = fc.constantFrom(0, 0, 1, 7, 20, 21);
const tick = fc.integer({ min: 9_995, max: 10_005 });
const side = fc.constantFrom<BookSideName>('bid', 'ask');
const size = fc.integer({ min: 1, max: 60 });
const pick = fc.nat(1_000);

type Step =
  | { kind: 'add'; pause: number; side: BookSideName; tick: number; size: number }
  | { kind: 'cancel'; pause: number; pick: number; size: number }
  | { kind: 'modify'; pause: number; pick: number; tick: number; size: number; keepsPrice: boolean }
  | { kind: 'execute'; pause: number; pick: number; size: number; isBest: boolean }
  | { kind: 'sweep'; pause: number; side: BookSideName; size: number }
  | { kind: 'change'; pause: number; tick: number | undefined; less: number }
  | { kind: 'withdraw'; pause: number };

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('add'), pause, side, tick, size }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel'), pause, pick, size }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('modify'),
        pause,
        pick,
        tick,
        size,
        keepsPrice: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('execute'),
        pause,
        pick,
        size,
        isBest: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep'), pause, side, size }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('change'),
        pause,
        tick: fc.option(tick, { nil: undefined }),
        less: fc.integer({ min: 0, max: 10 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), pause }) },
  ),
  { minLength: 10, maxLength: 80 },
) as fc.Arbitrary<Step[]>;

const own = fc.record({
  sign: fc.constantFrom(1 as const, -1 as const),
  type: fc.constantFrom(
    'limit' as const,
    'limit' as const,
    'limit' as const,
    'market' as const,
    'stop' as const,
  ),
  tick,
  quantity: fc.integer({ min: 10, max: 80 }),
  /** Steps of the feed before it. */
  after: fc.integer({ min: 0, max: 30 }),
});

/** One market played to exchanges that know every order and to ones that know levels, with the same orders of ours. */
class Market {
  readonly rigs: readonly ExchangeRig[];
  readonly #feed = new NaiveExchange();
  #ms = 0;
  #ids = 0;
  /** A change never asks for more than the one before: what the exact exchange has ended cannot grow again. */
  #asked = Number.POSITIVE_INFINITY;

  constructor(...rigs: readonly ExchangeRig[]) {
    this.rigs = rigs;
  }

  get ms(): number {
    return this.#ms;
  }

  place(
    id: string,
    order: { sign: 1 | -1; type: 'limit' | 'market' | 'stop'; tick: number; quantity: number },
  ): void {
    const { sign, type, quantity } = order;
    const price = order.tick / 100;
    const terms =
      type === 'limit' ? { type, price } : type === 'stop' ? { type, stopPrice: price } : { type };
    for (const rig of this.rigs) {
      if (sign === 1) rig.buy(this.#ms, id, quantity, terms);
      else rig.sell(this.#ms, id, quantity, terms);
    }
  }

  /**
   * What levels cannot tell, and what would sell the same size to us twice, is left out: that an order which we took size
   * from shows itself to us again, at another price or larger. Orders of the other side are only ever made smaller.
   */
  play(step: Step, id: string, { sign, quantity }: { sign: 1 | -1; quantity: number }): void {
    this.#ms += step.pause;
    const ms = this.#ms;
    const orders = this.#feed.feedOrders;
    switch (step.kind) {
      case 'add': {
        const added = ++this.#ids;
        for (const rig of this.rigs) rig.add(ms, added, step.side, step.tick / 100, step.size);
        this.#feed.onDisplayed(ms, added, step.side, step.tick, step.size);
        break;
      }
      case 'cancel': {
        const order = orders[step.pick % Math.max(1, orders.length)];
        if (order === undefined) return;
        const taken = Math.min(step.size, order.size);
        for (const rig of this.rigs) rig.cancel(ms, order.id, taken);
        this.#feed.onCancel(order.id, taken);
        break;
      }
      case 'modify': {
        const order = orders[step.pick % Math.max(1, orders.length)];
        if (order === undefined) return;
        const isOpposite = order.side === (sign === 1 ? 'ask' : 'bid');
        const price = step.keepsPrice || isOpposite ? order.price : step.tick;
        const size = isOpposite ? Math.min(order.size, step.size) : step.size;
        for (const rig of this.rigs) rig.modify(ms, order.id, order.side, price / 100, size);
        this.#feed.onDisplayed(ms, order.id, order.side, price, size);
        break;
      }
      case 'execute': {
        const order = step.isBest
          ? this.#best(step.pick % 2 === 0 ? 'bid' : 'ask')
          : orders[step.pick % Math.max(1, orders.length)];
        if (order !== undefined) this.#execute(order, Math.min(step.size, order.size));
        break;
      }
      case 'sweep':
        this.#sweep(step.side, step.size);
        break;
      case 'change':
        this.#asked = Math.min(this.#asked, Math.max(1, quantity - step.less));
        for (const rig of this.rigs)
          rig.change(ms, id, {
            ...(step.tick === undefined ? {} : { price: step.tick / 100 }),
            quantity: this.#asked,
          });
        break;
      case 'withdraw':
        for (const rig of this.rigs) rig.withdraw(ms, id);
        break;
    }
  }

  finish(): void {
    for (const rig of this.rigs) rig.wait(this.#ms + 100);
  }

  /** One aggressor goes through the book from its best order on, level after level, each execution with its own records. */
  #sweep(resting: BookSideName, size: number): void {
    for (let left = size; left > 0; ) {
      const order = this.#best(resting);
      if (order === undefined) return;
      const part = Math.min(left, order.size);
      this.#execute(order, part);
      left -= part;
    }
  }

  #execute(order: NaiveExchange['feedOrders'][number], part: number): void {
    for (const rig of this.rigs)
      rig.execute(this.#ms, order.side, order.price / 100, [order.id, part]);
    this.#feed.onCancel(order.id, part);
  }

  #best(resting: BookSideName): NaiveExchange['feedOrders'][number] | undefined {
    const sign = resting === 'bid' ? 1 : -1;
    return this.#feed.feedOrders
      .filter((order) => order.side === resting)
      .sort((a, b) => (b.price - a.price) * sign)[0];
  }
}

function fillsOf(rig: ExchangeRig, id: string): Fill[] {
  return rig
    .all()
    .flatMap((report) =>
      report.type === 'order-filled' && report.orderId === id ? [report.fill] : [],
    );
}

/** What was filled up to and with a time. */
function filledBy(fills: readonly Fill[], ts: number): number {
  return fills.reduce((sum, fill) => sum + (fill.ts <= ts ? fill.quantity : 0), 0);
}

describe('against the exchange that knows every order', () => {
  property.prop([steps, own, fc.constantFrom(1, LEVELS, 10)], { numRuns: 300 })(
    'a risk-averse order has at no time filled more, whatever the market does and however it is changed',
    (list, order, levels) => {
      const exact = new ExchangeRig();
      const estimated = new ExchangeRig({ levels });
      const market = new Market(exact, estimated);
      for (const [index, step] of list.entries()) {
        if (index === order.after) market.place('O', order);
        market.play(step, 'O', order);
      }
      market.finish();
      const [truth, estimate] = [fillsOf(exact, 'O'), fillsOf(estimated, 'O')];
      for (const { ts } of estimate)
        expect(filledBy(estimate, ts)).toBeLessThanOrEqual(filledBy(truth, ts));
    },
    20_000,
  );
});
