import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextClosingStep } from '../../../src/app/guard/closing-plan.ts';
import type { Side } from '../../../src/domain/side.ts';

interface Living {
  readonly side: Side;
  remaining: number;
}

const LIVING = fc.record({
  side: fc.constantFrom<Side>('buy', 'sell'),
  remaining: fc.integer({ min: 1, max: 300 }),
});

/**
 * An account in which orders of ours fill and end at random while it is closed by the plan's steps, each on facts that are true.
 */
test('ends flat whatever fills meanwhile, never turns a position round, and never sells what is not ours', () => {
  const steps = fc.infiniteStream(fc.nat(1_000_000));
  fc.assert(
    fc.property(
      fc.integer({ min: -300, max: 300 }),
      fc.array(LIVING, { maxLength: 4 }),
      steps,
      (opened, orders, random) => {
        const alive: Living[] = orders.map((order) => ({ ...order }));
        const sent: Living[] = [];
        let ours = opened;
        const draw = (most: number): number => Number(random.next().value) % most;
        const fill = (order: Living, quantity: number): void => {
          order.remaining -= quantity;
          ours += order.side === 'buy' ? quantity : -quantity;
        };
        for (let turn = 0; turn < 500; turn++) {
          const working = [...alive, ...sent].filter(({ remaining }) => remaining > 0);
          const step = nextClosingStep({
            ours,
            held: ours,
            alive: working,
            isFresh: true,
            isSettled: true,
          });
          if (step.type === 'flat') {
            expect([ours, working.length]).toEqual([0, 0]);
            return;
          }
          expect(step.type).not.toBe('gone');
          if (step.type === 'close') {
            const closers = working.filter(({ side }) => side === step.side);
            const worst = closers.reduce((sum, { remaining }) => sum + remaining, step.quantity);
            expect(worst).toBeLessThanOrEqual(Math.abs(ours));
            expect(step.side).toBe(ours > 0 ? 'sell' : 'buy');
            sent.push({ side: step.side, remaining: step.quantity });
          }
          const order = working[draw(Math.max(1, working.length))];
          if (order === undefined) continue;
          // it fills, or its cancel gets there
          if (draw(2) === 0) fill(order, 1 + draw(order.remaining));
          else if (alive.includes(order)) order.remaining = 0;
        }
        throw new Error('it does not end');
      },
    ),
    { numRuns: 300 },
  );
});

test('waits for facts that are fresh and settled', () => {
  const facts = { ours: 100, held: 100, alive: [], isFresh: true, isSettled: true };
  expect(nextClosingStep({ ...facts, isFresh: false })).toEqual({ type: 'ask' });
  expect(nextClosingStep({ ...facts, isSettled: false })).toEqual({ type: 'ask' });
});

test('closes no more than the account still holds of what is ours', () => {
  const facts = { ours: -100, alive: [], isFresh: true, isSettled: true };
  expect(nextClosingStep({ ...facts, held: -40 })).toEqual({
    type: 'close',
    side: 'buy',
    quantity: 40,
  });
  expect(nextClosingStep({ ...facts, held: 20 })).toEqual({ type: 'gone' });
});
