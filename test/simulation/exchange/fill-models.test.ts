import { describe, expect, test } from 'vitest';
import type { FillModel } from '../../../src/simulation/exchange/fill-rule.ts';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/** A bid at 100 of 50 (id 1), ours of 30 behind it and ours of 10 behind that, one bid of 40 at 99.99 and an ask at 101. */
function rigOf(fillModel: FillModel, levels?: number): ExchangeRig {
  const rig = new ExchangeRig({ fillModel, ...(levels === undefined ? {} : { levels }) });
  rig.add(0, 1, 'bid', 100, 50);
  rig.add(0, 2, 'bid', 99.99, 40);
  rig.add(0, 9, 'ask', 101, 70);
  rig.buy(0, 'A', 30, { price: 100 });
  rig.buy(0, 'B', 10, { price: 100 });
  rig.wait(20);
  return rig;
}

const ALL = ['A 30', 'B 10'];
const filledIn = (rig: ExchangeRig): string[] =>
  ['A', 'B'].map((id) => `${id} ${rig.filledOf(id)}`).filter((line) => !line.endsWith(' 0'));

describe('what fills a resting order, by fill model', () => {
  test.for<[string, (rig: ExchangeRig) => void, Readonly<Record<FillModel, string[]>>]>([
    [
      'an execution of those ahead at its price',
      (rig) => rig.execute(30, 'bid', 100, [1, 20]),
      { touch: ALL, queue: [], pessimistic: [] },
    ],
    [
      'an execution behind it at its price',
      (rig) => {
        rig.add(25, 3, 'bid', 100, 35);
        rig.execute(30, 'bid', 100, [1, 50], [3, 35]);
      },
      { touch: ALL, queue: ['A 30', 'B 5'], pessimistic: [] },
    ],
    [
      'an execution at a worse price',
      (rig) => rig.execute(30, 'bid', 99.99, [2, 35]),
      { touch: ALL, queue: ['A 30', 'B 5'], pessimistic: ['A 30', 'B 5'] },
    ],
    [
      'an execution at a better price',
      (rig) => {
        rig.add(25, 3, 'bid', 100.01, 35);
        rig.execute(30, 'bid', 100.01, [3, 35]);
      },
      { touch: [], queue: [], pessimistic: [] },
    ],
    [
      'an order of the other side displayed at its price',
      (rig) => {
        rig.cancel(25, 1, 50);
        rig.add(30, 3, 'ask', 100, 35);
      },
      { touch: ['A 30', 'B 5'], queue: ['A 30', 'B 5'], pessimistic: [] },
    ],
    [
      'an order of the other side displayed beyond its price',
      (rig) => {
        rig.cancel(25, 1, 50);
        rig.cancel(26, 2, 40);
        rig.add(30, 3, 'ask', 99.99, 35);
      },
      { touch: ['A 30', 'B 5'], queue: ['A 30', 'B 5'], pessimistic: ['A 30', 'B 5'] },
    ],
  ])('%s', ([, happens, expected]) => {
    const found = Object.fromEntries(
      (['touch', 'queue', 'pessimistic'] as const).map((model) => {
        const rig = rigOf(model);
        happens(rig);
        return [model, filledIn(rig)];
      }),
    );
    expect(found).toEqual(expected);
  });

  test('with levels alone the models differ in the same way', () => {
    const found = (['touch', 'queue', 'pessimistic'] as const).map((model) => {
      const rig = rigOf(model, 5);
      rig.execute(30, 'bid', 100, [1, 20]);
      const first = filledIn(rig);
      rig.execute(31, 'bid', 100, [1, 30]);
      rig.execute(32, 'bid', 99.99, [2, 35]);
      return [first, filledIn(rig)];
    });
    expect(found).toEqual([
      [ALL, ALL],
      [[], ['A 30', 'B 5']],
      [[], ['A 30', 'B 5']],
    ]);
  });
});
