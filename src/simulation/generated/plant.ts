import type { PriceNanos } from '../../domain/price.ts';
import type { Random } from '../../domain/random.ts';
import { BUY, SELL } from '../../domain/side.ts';
import { NS_PER_MINUTE, NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { LedgerFigures } from './trade-ledger.ts';

export const PLANT_KINDS = [
  'absorption',
  'iceberg',
  'sweep',
  'spoof',
  'breakout',
  'trend',
  'halt',
] as const;

/**
 * What can be planted. Absorption: a level takes all that hits it and is refilled. Iceberg: one order shows a little of
 * itself at a time. Sweep: one order through several levels. Spoof: large orders, shown and pulled without a trade.
 * Breakout: the session's extreme, stood for a minute, is gone through. Trend: minutes of one-sided aggression. Halt: a halt,
 * a time of quoting only, and an auction that resumes trading.
 */
export type PlantKind = (typeof PLANT_KINDS)[number];

/** An event to plant. */
export interface Plant {
  readonly kind: PlantKind;
  /** When it begins, or soon after where it needs a state of the market first. */
  readonly at: SessionTime;
  /**
   * Whose resting orders (absorption, iceberg, spoof), or whose aggression (sweep, breakout, trend); of no meaning for a
   * halt. Where it is not said: bids, buyers, and of a breakout the extreme that is nearer.
   */
  readonly side?: 1 | -1;
  /** Shares in all; drawn where it is not said. */
  readonly size?: number;
  /** How long it lasts; drawn where it is not said, and of no meaning for a sweep. */
  readonly seconds?: number;
}

/** An event to plant whose side is settled. */
export interface SidedPlant extends Plant {
  readonly side: 1 | -1;
}

/** A planted event as it happened: the truth. */
export interface PlantedEvent {
  readonly kind: PlantKind;
  readonly side: 'BUY' | 'SELL' | null;
  /** The level (absorption, iceberg, spoof), the first print (sweep, trend), the extreme gone through, the auction's price. */
  readonly price: PriceNanos;
  /** First and last moment: of its prints, of its orders; of a halt, and of the auction that ends it. */
  readonly start: SessionTime;
  readonly end: SessionTime;
  /** Shares of its prints, or of its orders when they were pulled, in their order, and the tick of each. */
  readonly sizes: readonly number[];
  readonly ticks: readonly number[];
  readonly volume: number;
  /** What its aggressors bought less what they sold. */
  readonly signedVolume: number;
  /** The exchange's books just before, and when all was done: each at a moment of its own, `ts`. */
  readonly before: LedgerFigures;
  readonly after: LedgerFigures;
}

/** Seconds of the session that an event is given, its after-effects on the analyzers' windows included. */
const ROOM_SECONDS: Readonly<Record<PlantKind, number>> = {
  absorption: 62,
  iceberg: 62,
  sweep: 45,
  spoof: 30,
  breakout: 240,
  trend: 400,
  halt: 60,
};
const FIRST_NS = 3 * NS_PER_MINUTE;
const LAST_NS = NS_PER_MINUTE;

/**
 * Lays events of the kinds asked for over a session in random order and of random sides, none within another's room.
 *
 * @throws {RangeError} If the session has no room for them.
 */
export function layPlants(
  counts: readonly (readonly [PlantKind, number])[],
  open: SessionTime,
  close: SessionTime,
  random: Random,
): Plant[] {
  const kinds = counts.flatMap(([kind, count]) => Array.from({ length: count }, () => kind));
  const needed = kinds.reduce((sum, kind) => sum + ROOM_SECONDS[kind] * NS_PER_SECOND, 0);
  const spare = close - LAST_NS - open - FIRST_NS - needed;
  if (spare < 0) {
    const minutes = Math.ceil(needed / NS_PER_MINUTE);
    throw new RangeError(`the planted events need ${minutes} minutes, more than the session has`);
  }
  shuffle(kinds, random);
  let at = open + FIRST_NS;
  return kinds.map((kind) => {
    at += Math.floor((spare / kinds.length) * random.float());
    const side = random.below(2) === 0 ? BUY : SELL;
    const plant: Plant = kind === 'breakout' ? { kind, at } : { kind, at, side };
    at += ROOM_SECONDS[kind] * NS_PER_SECOND;
    return plant;
  });
}

/** Fisher and Yates. */
function shuffle<Item>(items: Item[], random: Random): void {
  for (let n = items.length - 1; n > 0; n -= 1) {
    const other = random.below(n + 1);
    const [a, b] = [items[n], items[other]];
    if (a === undefined || b === undefined) continue;
    items[n] = b;
    items[other] = a;
  }
}
