import type { FeedDescription } from '../../feeds/port.ts';
import { RTYPE_MBO, RTYPE_MBP_1, RTYPE_MBP_10, RTYPE_TRADES } from './dbn-format.ts';

/** What a file's events are made of. */
export interface EventSource {
  /** Type and words of the records that are wanted. */
  readonly rtype: number;
  readonly words: number;
  readonly depth: FeedDescription['depth'];
  /** Levels a side that a record holds, where it is about levels. */
  readonly levels: number;
}

const ORDERS: EventSource = { rtype: RTYPE_MBO, words: 14, depth: 'orders', levels: 0 };
const BEST_10: EventSource = { rtype: RTYPE_MBP_10, words: 92, depth: 'levels', levels: 10 };
const BEST: EventSource = { rtype: RTYPE_MBP_1, words: 20, depth: 'levels', levels: 1 };
const TRADES: EventSource = { rtype: RTYPE_TRADES, words: 12, depth: 'trades', levels: 0 };
/**
 * Trades in records of mbp-1: each with the quote that it met, and nothing of what became of the quote afterwards. So there is
 * no book that could be true at any other moment, and the quotes are left out.
 */
const QUOTED_TRADES: EventSource = { rtype: RTYPE_MBP_1, words: 20, depth: 'trades', levels: 0 };

/** By schema: the public specification names these. */
const BY_SCHEMA: ReadonlyMap<string, EventSource> = new Map([
  ['mbo', ORDERS],
  ['mbp-10', BEST_10],
  ['mbp-1', BEST],
  ['tbbo', QUOTED_TRADES],
  ['trades', TRADES],
]);

/** Schemas that events can be made of, the one that tells most first. */
export const PLAYABLE_SCHEMAS: readonly string[] = [...BY_SCHEMA.keys()];

/** What the events of a file of one schema are made of; `undefined` where it has none. */
export function sourceOfSchema(schema: string): EventSource | undefined {
  return BY_SCHEMA.get(schema);
}

/**
 * Of a file that doesn't tell its schema, or mixes several: the record type that tells most.
 *
 * @param types Record types that are there. @param hasQuotes Whether a record of type mbp-1 is about something else than a trade.
 */
export function sourceAmong(types: ReadonlySet<number>, hasQuotes: boolean): EventSource {
  const best = hasQuotes ? BEST : QUOTED_TRADES;
  return [ORDERS, BEST_10, best, TRADES].find(({ rtype }) => types.has(rtype)) ?? ORDERS;
}
