import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { DeskRig } from '../support/desk-rig.ts';
import { SPEC_RISK } from '../support/risk-context.ts';

const pick = fc.nat({ max: 1_000 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('place' as const),
        side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
        quantity: fc.integer({ min: 1, max: 130 }),
        dollars: fc.integer({ min: 240, max: 260 }),
        pause: fc.constantFrom(0, 1, 200, 1_000),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('fill' as const),
        pick,
        quantity: fc.integer({ min: 1, max: 130 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('change' as const),
        pick,
        quantity: fc.integer({ min: 1, max: 160 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), pick }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
  ),
  { minLength: 1, maxLength: 80 },
);

/** An order as the venue has it: what it was told and has answered. */
interface VenueOrder {
  readonly id: string;
  readonly side: 'buy' | 'sell';
  /** Terms that may hold: the present one and those of changes on their way. */
  quantities: number[];
  filled: number;
}

property.prop([steps])(
  'no sequence of orders and changes can bring a position beyond the limit',
  (list) => {
    const rig = new DeskRig({ ordersPerSecond: 5, ordersPerSession: 40 });
    const live: VenueOrder[] = [];
    const approvedAt: number[] = [];
    let ms = 0;
    let position = 0;
    for (const [index, step] of list.entries()) {
      const order = step.kind === 'place' ? undefined : live[step.pick % Math.max(1, live.length)];
      if (step.kind === 'place') {
        ms += step.pause;
        const id = `O${index}`;
        const isReducing = position * (step.side === 'buy' ? 1 : -1) < 0;
        if (rig.place(ms, id, step.side, step.quantity, step.dollars) === undefined) {
          live.push({ id, side: step.side, quantities: [step.quantity], filled: 0 });
          approvedAt.push(ms);
          const recent = approvedAt.filter((at) => at > ms - 1_000).length;
          if (!isReducing) expect(recent).toBeLessThanOrEqual(5);
          if (!isReducing) expect(approvedAt.length).toBeLessThanOrEqual(40);
          expect(Math.abs(step.dollars - 250) <= 2.5 || isReducing).toBe(true);
        }
      } else if (order === undefined) {
        continue;
      } else if (step.kind === 'fill') {
        const part = Math.min(step.quantity, (order.quantities[0] ?? 0) - order.filled);
        if (part <= 0) continue;
        order.filled += part;
        position += order.side === 'buy' ? part : -part;
        rig.fill(ms, order.id, part, 250);
      } else if (step.kind === 'change') {
        const { length } = rig.venue.calls;
        rig.change(ms, order.id, { quantity: step.quantity });
        // what the desk knows to be done is not changed any more
        if (rig.venue.calls.length > length) order.quantities.push(step.quantity);
      } else if (step.kind === 'answer') {
        if (order.quantities.length < 2) continue;
        order.quantities.shift();
        const quantity = Math.max(order.quantities[0] ?? 0, order.filled);
        order.quantities[0] = quantity;
        rig.report(ms, { type: 'order-modified', orderId: order.id, ts: 0, quantity });
      } else {
        live.splice(live.indexOf(order), 1);
        rig.canceled(ms, order.id);
      }
      const worst = (side: 'buy' | 'sell') =>
        live
          .filter((other) => other.side === side)
          .reduce((sum, other) => sum + Math.max(...other.quantities) - other.filled, 0);
      expect(rig.desk.portfolio.position).toBe(position);
      expect(position + worst('buy')).toBeLessThanOrEqual(SPEC_RISK.maxPosition);
      expect(position - worst('sell')).toBeGreaterThanOrEqual(-SPEC_RISK.maxPosition);
    }
  },
);
