import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { PriceVolumeSum } from '../../src/market/price-volume-sum.ts';

/** Up to a million dollars a share in 1e-9 dollars, on a grid or off it. */
const price = fc.oneof(
  fc.bigInt(1n, 10n ** 15n).map(Number),
  fc.integer({ min: 200_000_000_000, max: 300_000_000_000 }),
  fc.integer({ min: 1, max: 100_000_000 }).map((cents) => cents * 10_000_000),
  fc.integer({ min: -5_000, max: 5_000 }).map((cents) => cents * 10_000_000),
);
const size = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.constant(2 ** 32 - 1));
const trades = fc.array(fc.tuple(price, size), { minLength: 1, maxLength: 40 });

function exactMean(list: readonly (readonly [number, number])[]): number {
  const sum = list.reduce((total, [p, s]) => total + BigInt(p) * BigInt(s), 0n);
  const volume = list.reduce((total, [, s]) => total + BigInt(s), 0n);
  const magnitude = sum < 0n ? -sum : sum;
  const units = (2n * magnitude + volume * 100_000n) / (2n * volume * 100_000n);
  return Number((sum < 0n ? -units : units) * 100_000n);
}

property.prop([trades])('the mean is exact to the 4th decimal, halves away from zero', (list) => {
  const sum = new PriceVolumeSum();
  for (const [p, s] of list) sum.add(p, s);
  expect(sum.mean()).toBe(exactMean(list));
});

property.prop([trades, trades])('what was taken back leaves no trace', (stay, leave) => {
  const sum = new PriceVolumeSum();
  for (const [p, s] of [...leave, ...stay]) sum.add(p, s);
  for (const [p, s] of leave) sum.remove(p, s);
  expect(sum.mean()).toBe(exactMean(stay));
});

property.prop([trades, fc.bigInt(-(10n ** 15n), 10n ** 15n)])(
  'compares the exact mean with a price, and with its own neighbourhood',
  (list, other) => {
    const sum = new PriceVolumeSum();
    for (const [p, s] of list) sum.add(p, s);
    const total = list.reduce((all, [p, s]) => all + BigInt(p) * BigInt(s), 0n);
    const volume = list.reduce((all, [, s]) => all + BigInt(s), 0n);
    const near = (2n * total) / volume;
    for (const twice of [other, near - 1n, near, near + 1n]) {
      const difference = 2n * total - twice * volume;
      const expected = difference === 0n ? 0 : difference > 0n ? 1 : -1;
      expect(Math.sign(sum.compareMean(Number(twice)))).toBe(expected);
    }
  },
);

property.prop([fc.integer({ min: 0, max: 10 ** 9 })])('a mean on the half goes up', (units) => {
  const sum = new PriceVolumeSum();
  sum.add(units * 100_000, 1);
  sum.add((units + 1) * 100_000, 1);
  expect(sum.mean()).toBe((units + 1) * 100_000);
});

property.prop([
  price,
  fc.array(fc.integer({ min: 1000, max: 5000 }), { minLength: 20, maxLength: 60 }),
])('a mean of one price is that price, to the last unit', (p, sizes) => {
  const sum = new PriceVolumeSum();
  for (const s of sizes) sum.add(p, s);
  expect(sum.compareMean(2 * p)).toBe(0);
});

test('what is left when nearly all was taken back is compared exactly, though more than 2^53 was carried', () => {
  const sum = new PriceVolumeSum();
  const p = 250_000_000_001;
  sum.add(p, 36_029);
  sum.remove(p, 36_028);
  expect(sum.compareMean(2 * p)).toBe(0);
  // 0.00005 is half of the 4th decimal: a unit of 1e-9 below it rounds down
  const other = new PriceVolumeSum();
  other.add(250_000_049_999, 36_029);
  other.remove(250_000_049_999, 36_028);
  expect(other.mean()).toBe(250_000_000_000);
});
