import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { Random } from '../../../src/domain/random.ts';
import { ValueArea } from '../../../src/market/analyzers/value-area.ts';
import { TickTable } from '../../../src/market/tick-table.ts';

/** As the specification reads: from the POC outwards, from the start each time. */
function slowArea(volumes: ReadonlyMap<number, number>, poc: number, share: number): number[] {
  const at = (tick: number): number => volumes.get(tick) ?? 0;
  const all = [...volumes.values()].reduce((sum, volume) => sum + volume, 0);
  let top = poc;
  let bottom = poc;
  let inside = at(poc);
  while (inside / all < share) {
    const above = at(top + 1) + at(top + 2);
    const below = at(bottom - 1) + at(bottom - 2);
    if (above >= below) {
      top += 2;
      inside += above;
    }
    if (below >= above) {
      bottom -= 2;
      inside += below;
    }
  }
  const traded = [...volumes.keys()].filter((tick) => tick >= bottom && tick <= top);
  return [Math.min(...traded), Math.max(...traded)];
}

property.prop(
  [
    fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    fc.constantFrom(2, 12, 60, 400),
    fc.constantFrom(3, 50, 800),
    fc.constantFrom(0.3, 0.5, 0.7, 1),
  ],
  { numRuns: 150 },
)(
  'the area found step by step is the one found anew, wherever trades come and however often it is asked for',
  (seed, spread, most, share) => {
    const random = new Random(seed);
    const table = new TickTable(1);
    const area = new ValueArea(table, share);
    const volumes = new Map<number, number>();
    let total = 0;
    let middle = 25_000;
    let poc = middle;
    for (let i = 0; i < 300; i++) {
      if (random.below(10) === 0) middle += random.below(2 * spread + 1) - spread;
      const isFar = random.below(60) === 0;
      const tick = middle + random.below(2 * spread + 1) - spread + (isFar ? 900 : 0);
      const size = 1 + random.below(most);
      const volume = (volumes.get(tick) ?? 0) + size;
      volumes.set(tick, volume);
      table.add(tick, 0, size);
      area.onTrade(tick);
      total += size;
      // a tie keeps the earlier one, or not: either is a POC
      const best = volumes.get(poc) ?? 0;
      if (volume > best || (volume === best && random.below(2) === 0)) poc = tick;
      if (random.below(3) !== 0) continue;
      const [low = 0, high = 0] = slowArea(volumes, poc, share);
      const probe = poc + random.below(6 * spread + 1) - 3 * spread;
      if (random.below(2) === 0) expect(area.isLowBelow(probe, poc, total)).toBe(low < probe);
      if (random.below(2) === 0) expect(area.isHighAbove(probe, poc, total)).toBe(high > probe);
      if (random.below(2) === 0) continue;
      area.find(poc, total);
      expect([area.low, area.high]).toEqual([low, high]);
    }
  },
);
