import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { OrderTable } from '../../../src/market/book/order-table.ts';

/** Enough ids for a small table to be crowded and to grow, in both halves of the 64 bits. */
const key = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom(0, 1, -1));
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'remove', 'clear'),
    isRare: fc.nat({ max: 20 }),
    key,
  }),
  { minLength: 1, maxLength: 150 },
);

property.prop([steps], { numRuns: 500 })(
  'finds every live order by its id and no other, however crowded',
  (list) => {
    const table = new OrderTable(4);
    const naive = new Map<string, number>();
    for (const [size, step] of list.entries()) {
      const [low, high] = step.key;
      const name = `${low}/${high}`;
      const slot = table.find(low, high);
      expect(slot >= 0).toBe(naive.has(name));
      if (step.kind === 'insert' && slot < 0) {
        table.insert(low, high, size, 0, size);
        naive.set(name, size);
      } else if (step.kind === 'remove' && slot >= 0) {
        table.remove(slot);
        naive.delete(name);
      } else if (step.kind === 'clear' && step.isRare === 0) {
        table.clear();
        naive.clear();
      }
      expect(table.count).toBe(naive.size);
      for (const [other, expected] of naive) {
        const [otherLow = 0, otherHigh = 0] = other.split('/').map(Number);
        expect(table.size(table.find(otherLow, otherHigh))).toBe(expected);
      }
    }
  },
);
