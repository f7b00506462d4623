import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { type BookSideName, ExchangeRig } from '../../support/exchange-rig.ts';
import { NaiveExchange } from '../../support/naive-exchange.ts';

/** Ticks of a cent around 100.00. */
const tick = fc.integer({ min: 9_996, max: 10_004 });
const size = fc.integer({ min: 1, max: 12 });
const side = fc.constantFrom<BookSideName>('bid', 'ask');
const pick = fc.nat({ max: 1_000 });
const pause = fc.constantFrom(0, 0, 1, 5, 20, 21);

const feedStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add'), pause, side, tick, size }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), pause, pick, size }) },
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
    arbitrary: fc.record({ kind: fc.constant('execute'), pause, pick, size, isBest: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('print'), pause, tick }) },
);

const ownStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('place'),
      pause,
      sign: fc.constantFrom<1 | -1>(1, -1),
      type: fc.constantFrom('limit', 'limit', 'limit', 'market', 'stop', 'stop-limit'),
      tif: fc.constantFrom<'day' | 'ioc' | 'fok'>('day', 'day', 'day', 'ioc', 'fok'),
      tick,
      stopTick: tick,
      quantity: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('change'),
      pause,
      pick,
      tick: fc.option(tick, { nil: undefined }),
      quantity: fc.option(fc.integer({ min: 1, max: 25 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), pause, pick }) },
);

type Step =
  | { kind: 'add'; pause: number; side: BookSideName; tick: number; size: number }
  | { kind: 'cancel'; pause: number; pick: number; size: number }
  | { kind: 'modify'; pause: number; pick: number; tick: number; size: number; keepsPrice: boolean }
  | { kind: 'execute'; pause: number; pick: number; size: number; isBest: boolean }
  | { kind: 'print'; pause: number; tick: number }
  | {
      kind: 'place';
      pause: number;
      sign: 1 | -1;
      type: 'limit' | 'market' | 'stop' | 'stop-limit';
      tif: 'day' | 'ioc' | 'fok';
      tick: number;
      stopTick: number;
      quantity: number;
    }
  | {
      kind: 'change';
      pause: number;
      pick: number;
      tick: number | undefined;
      quantity: number | undefined;
    }
  | { kind: 'withdraw'; pause: number; pick: number };

const steps = fc.array(
  fc.oneof({ weight: 3, arbitrary: feedStep }, { weight: 1, arbitrary: ownStep }),
  {
    minLength: 5,
    maxLength: 60,
  },
) as fc.Arbitrary<Step[]>;

/** Plays the steps to the real exchange and the naive one at once. */
class Duel {
  readonly real = new ExchangeRig();
  readonly naive = new NaiveExchange();
  readonly #placed: string[] = [];
  #ids = 0;

  play(list: readonly Step[]): void {
    let ms = 0;
    for (const step of list) {
      ms += step.pause;
      this.naive.passUpTo(ms);
      this.#playOne(step, ms);
    }
    this.naive.passUpTo(Number.POSITIVE_INFINITY);
    this.real.wait(ms + 100);
  }

  #playOne(step: Step, ms: number): void {
    switch (step.kind) {
      case 'add': {
        const id = ++this.#ids;
        this.real.add(ms, id, step.side, step.tick / 100, step.size);
        this.naive.onDisplayed(ms, id, step.side, step.tick, step.size);
        break;
      }
      case 'cancel': {
        const order = this.#feedOrder(step.pick);
        if (order === undefined) return;
        const taken = Math.min(step.size, order.size);
        this.real.cancel(ms, order.id, taken);
        this.naive.onCancel(order.id, taken);
        break;
      }
      case 'modify': {
        const order = this.#feedOrder(step.pick);
        if (order === undefined) return;
        const price = step.keepsPrice ? order.price : step.tick;
        this.real.modify(ms, order.id, order.side, price / 100, step.size);
        this.naive.onDisplayed(ms, order.id, order.side, price, step.size);
        break;
      }
      case 'execute':
        this.#execute(
          ms,
          step.isBest ? this.#bestOf(step.pick) : this.#feedOrder(step.pick),
          step.size,
        );
        break;
      case 'print':
        this.real.print(ms, step.tick / 100, 1);
        this.naive.onPrint(ms, step.tick);
        break;
      case 'place':
        this.#place(ms, step);
        break;
      case 'change': {
        const id = this.#placed[step.pick % Math.max(1, this.#placed.length)];
        if (id === undefined || (step.tick === undefined && step.quantity === undefined)) return;
        const price = step.tick === undefined ? {} : { price: step.tick / 100 };
        this.real.change(ms, id, {
          ...price,
          ...(step.quantity === undefined ? {} : { quantity: step.quantity }),
        });
        this.naive.change(ms, id, step.tick, step.quantity);
        break;
      }
      case 'withdraw': {
        const id = this.#placed[step.pick % Math.max(1, this.#placed.length)];
        if (id === undefined) return;
        this.real.withdraw(ms, id);
        this.naive.cancel(ms, id);
        break;
      }
    }
  }

  #place(ms: number, step: Extract<Step, { kind: 'place' }>): void {
    const id = `O${this.#placed.length}`;
    this.#placed.push(id);
    const { sign, tif, type, quantity } = step;
    const price = type === 'limit' || type === 'stop-limit' ? step.tick : undefined;
    const stopPrice = type === 'stop' || type === 'stop-limit' ? step.stopTick : undefined;
    const terms = {
      type,
      tif,
      ...(price === undefined ? {} : { price: price / 100 }),
      ...(stopPrice === undefined ? {} : { stopPrice: stopPrice / 100 }),
    };
    if (sign === 1) this.real.buy(ms, id, quantity, terms);
    else this.real.sell(ms, id, quantity, terms);
    this.naive.place(ms, { id, sign, tif, price, stopPrice, quantity });
  }

  #execute(ms: number, order: ReturnType<Duel['bestOrder']>, most: number): void {
    if (order === undefined) return;
    const { id, price, side: resting } = order;
    const part = Math.min(most, order.size);
    this.real.execute(ms, resting, price / 100, [id, part]);
    this.naive.onPrint(ms, price);
    this.naive.onFill(ms, id, resting, price, part);
    this.naive.onCancel(id, part);
  }

  #feedOrder(index: number): NaiveExchange['feedOrders'][number] | undefined {
    const { feedOrders } = this.naive;
    return feedOrders[index % Math.max(1, feedOrders.length)];
  }

  /** The first order at the best price of a side, as a real aggressor would meet it. */
  bestOrder(resting: BookSideName): NaiveExchange['feedOrders'][number] | undefined {
    const sign = resting === 'bid' ? 1 : -1;
    return this.naive.feedOrders
      .filter((order) => order.side === resting)
      .sort((a, b) => (b.price - a.price) * sign)[0];
  }

  #bestOf(index: number): NaiveExchange['feedOrders'][number] | undefined {
    return this.bestOrder(index % 2 === 0 ? 'bid' : 'ask');
  }
}

property.prop([steps], { numRuns: 3_000 })(
  'fills what the rules of the specification give, played slowly and obviously',
  (list) => {
    const duel = new Duel();
    duel.play(list);
    const real = duel.real.fills.map((line) => line.replace(/@(\d+)\.(\d\d)/, '@$1$2'));
    expect(real).toEqual(duel.naive.fills);
  },
);

property.prop([steps])(
  'no order fills for more than its quantity, and no fill is empty',
  (list) => {
    const duel = new Duel();
    duel.play(list);
    const filled = new Map<string, number>();
    for (const report of duel.real.all()) {
      if (report.type === 'order-filled') {
        const { orderId, quantity } = report.fill;
        expect(quantity).toBeGreaterThan(0);
        filled.set(orderId, (filled.get(orderId) ?? 0) + quantity);
      } else if (report.type === 'order-modified') {
        expect(report.quantity).toBeGreaterThanOrEqual(filled.get(report.orderId) ?? 0);
      }
    }
    for (const total of filled.values()) expect(total).toBeLessThanOrEqual(25);
  },
);
