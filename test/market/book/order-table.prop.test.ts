import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { BookMemory } from '../../../src/market/book/book-memory.ts';
import { OrderTable } from '../../../src/market/book/order-table.ts';

/** Ids that meet again, in both halves of the 64 bits. */
const key = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom(0, 1, -1));
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'remove', 'clear'),
    isRare: fc.nat({ max: 20 }),
    key,
  }),
  { minLength: 1, maxLength: 150 },
);

/** How many others are in the table: none, or so many that it is about to grow. */
const crowds = fc.constantFrom(0, 2_030, 16_370);

property.prop([steps, crowds], { numRuns: 60 })(
  'finds every live order by its id and no other, however crowded',
  (list, crowd) => {
    const table = new OrderTable(new BookMemory());
    for (let i = 0; i < crowd; i++) {
      table.find(1_000_000 + i, 7);
      table.insertUnfound(1_000_000 + i, 7);
    }
    let others = crowd;
    const live = new Map<string, number>();
    for (const step of list) {
      const [low, high] = step.key;
      const name = `${low}/${high}`;
      const record = table.find(low, high);
      expect(record).toBe(live.get(name) ?? -1);
      if (step.kind === 'insert' && record < 0) {
        live.set(name, table.insertUnfound(low, high));
      } else if (step.kind === 'remove' && record >= 0) {
        table.removeFound(record);
        live.delete(name);
      } else if (step.kind === 'clear' && step.isRare === 0) {
        table.clear();
        live.clear();
        others = 0;
      }
      expect(table.count).toBe(live.size + others);
      for (const [other, expected] of live) {
        const [otherLow = 0, otherHigh = 0] = other.split('/').map(Number);
        expect(table.find(otherLow, otherHigh)).toBe(expected);
        expect([table.idLow(expected), table.idHigh(expected)]).toEqual([otherLow, otherHigh]);
      }
    }
    for (let i = 0; i < others; i += 331) expect(table.find(1_000_000 + i, 7)).toBeGreaterThan(-1);
  },
);
