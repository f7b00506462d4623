import type { EventBatch } from '../../../src/domain/event.ts';
import { Random } from '../../../src/domain/random.ts';
import { dayOf, NS_PER_HOUR, NS_PER_MINUTE } from '../../../src/domain/time.ts';
import { GeneratedMarket } from '../../../src/simulation/generated/generated-market.ts';
import { TYPICAL_PROFILE } from '../../../src/simulation/generated/market-profile.ts';
import {
  layPlants,
  type PlantedEvent,
  type PlantKind,
} from '../../../src/simulation/generated/plant.ts';

/** A Wednesday in daylight saving time. */
export const DAY = dayOf(2025, 10, 15);
export const OPEN = 13.5 * NS_PER_HOUR;
export const CLOSE = 20 * NS_PER_HOUR;
export const TICK_NANOS = 10_000_000;

/** A generated day with the truth about what was planted. */
export interface PlantedDay {
  readonly batches: readonly EventBatch[];
  readonly planted: readonly PlantedEvent[];
}

/** A calm day of a TSLA-like stock with events planted in it; without any it is calm throughout. */
export function plantedDay(
  counts: readonly (readonly [PlantKind, number])[],
  seed: number,
  events: number,
): PlantedDay {
  const plants = layPlants(counts, OPEN, CLOSE, new Random(seed).fork(1));
  const market = new GeneratedMarket({
    symbol: 'TSLA',
    day: DAY,
    begin: OPEN - 2 * NS_PER_MINUTE,
    sessionOpen: OPEN,
    sessionClose: CLOSE,
    seed,
    events,
    startPriceNanos: TYPICAL_PROFILE.startPriceNanos,
    tickNanos: TICK_NANOS,
    // calm, and without walls, which are large orders shown and pulled, too: what is found besides is chance
    wander: 0.3,
    profile: { ...TYPICAL_PROFILE, hasWalls: false },
    scenario: [{ from: OPEN, to: CLOSE, kind: 'quiet', ticks: 0 }],
    plants,
  });
  const batches: EventBatch[] = [];
  for (let batch = market.next(16_384); batch; batch = market.next(16_384)) batches.push(batch);
  return { batches, planted: market.planted };
}
