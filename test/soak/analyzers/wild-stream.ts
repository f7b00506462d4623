import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_CLEAR,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_CROSS,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  STATUS_HALTED,
  STATUS_QUOTING,
  STATUS_TRADING,
  WORD_SEQUENCE,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../../src/domain/event.ts';
import type { Random } from '../../../src/domain/random.ts';
import { type DayNumber, toEpochWords } from '../../../src/domain/time.ts';
import { eventWords } from '../../support/exchange-rig.ts';

const SECOND = 1e9;
const MOST_SIZE = 4_294_967_295;

export interface WildOptions {
  readonly day: DayNumber;
  readonly begin: number;
  readonly count: number;
  readonly tickNanos: number;
  /** The tick that the market begins at. */
  readonly middle: number;
  /** Nothing is below this tick. */
  readonly lowest: number;
  /** Hours of the longest silences. */
  readonly silenceHours: number;
}

/**
 * A market that no exchange has, as a function of the random numbers alone: ties, times that run back, silences, levels at
 * which one side is stuck, sides that are emptied, locked and crossed books, prints off the grid, far away and without a
 * side, auctions, halts, sizes from 0 to 2^32 − 1, ids that are used again, cancels and changes of orders that nobody added.
 */
export function wildStream(random: Random, options: WildOptions): EventBatch {
  const { day, count, tickNanos, lowest } = options;
  const below = (most: number): number => random.below(most);
  const words = new Int32Array(count * EVENT_WORDS);
  const isFast = below(2) === 0;
  const isHuge = below(4) === 0;
  // every time and size a round one, so that limits are met exactly
  const isRound = below(3) === 0;
  const width = [1, 1, 2, 4, 8, 40, 300][below(7)] ?? 8;
  // some are so busy that windows and bars hold hundreds of trades
  const pauses = [985, 998][below(2)] ?? 985;
  let ts = options.begin;
  let middle = options.middle;
  let ids = 0;
  let stuck = 0;
  let status: number = STATUS_TRADING;
  let tradedTs = Number.NaN;
  let sequence = 0;
  const size = (): number => {
    const kind = below(40);
    if (isRound && kind > 1) return 50 * (1 + below(kind < 10 ? 20 : 3));
    if (kind === 0) return isHuge ? MOST_SIZE - below(3) : 1;
    if (kind === 1) return isHuge ? 2_147_483_647 + below(3) : 0;
    if (kind < 7) return [50, 100, 149, 150, 151, 299, 300, 301, 900, 901][below(10)] ?? 1;
    return 1 + below(kind < 10 ? 1500 : 150);
  };
  const near = (reach: number): number => Math.max(lowest, middle + below(2 * reach + 1) - reach);
  for (let i = 0; i < count; i++) {
    const pause = below(1000);
    let stamp = ts;
    if (isRound && pause >= 350 && pause < pauses)
      ts += [5e8, SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND][below(pause < 940 ? 2 : 5)] ?? 0;
    else if (pause < 350) stamp -= pause < 8 ? below(5) * SECOND : 0;
    else if (pause < 900) ts += below(isFast ? 3_000_000 : 250_000_000);
    else if (pause < 975)
      ts += [1, SECOND, 5 * SECOND, 5 * SECOND - 1, 10 * SECOND, 999_999_999][below(6)] ?? 1;
    else if (pause < pauses) ts += below(3_000_000);
    else if (pause < 998) ts += below(80) * SECOND;
    else if (pause < 999) ts += below(30) * 60 * SECOND;
    else if (below(6) === 0)
      ts += below(Math.ceil(options.silenceHours * 3600)) * SECOND + below(1000);
    if (pause >= 350) stamp = ts;
    if (below(120) === 0) stuck = below(4) - 1;
    if (stuck === 0 && below(width < 8 ? 40 : 5) === 0) middle = near(width);
    const kind = below(1000);
    const isBid = below(2) === 0;
    let event: Int32Array;
    const flags = below(30) === 0 ? FLAG_LAST | FLAG_SNAPSHOT : FLAG_LAST;
    if (kind < 330 || ids < 4) {
      // mostly beside the middle, now and then across it
      const away =
        below(14) === 0 ? -below(4) : 1 + below(isBid ? 6 : 9) * (below(4) === 0 ? 9 : 1);
      const id = below(50) === 0 ? 1 + below(ids + 1) : ++ids;
      const tick = Math.max(lowest, isBid ? middle - away : middle + away);
      const price = tick * tickNanos + (below(90) === 0 ? 1 + below(tickNanos - 1) : 0);
      const side = below(200) === 0 ? SIDE_NONE : isBid ? SIDE_BID : SIDE_ASK;
      event = eventWords({ action: ACTION_ADD, side, price, size: size(), id: BigInt(id), flags });
    } else if (kind < 560) {
      const id = 1 + below(ids + 2);
      const all = below(2) === 0 ? MOST_SIZE : size();
      event = eventWords({
        action: ACTION_CANCEL,
        side: SIDE_BID,
        size: all,
        id: BigInt(id),
        flags,
      });
    } else if (kind < 610) {
      const id = below(10) === 0 ? ++ids : 1 + below(ids + 1);
      const price = near(6) * tickNanos;
      const side = isBid ? SIDE_BID : SIDE_ASK;
      event = eventWords({ action: ACTION_MODIFY, side, price, size: size(), id: BigInt(id) });
    } else if (kind < 650) {
      const id = BigInt(1 + below(ids + 1));
      event = eventWords({
        action: ACTION_FILL,
        side: isBid ? SIDE_BID : SIDE_ASK,
        price: middle * tickNanos,
        size: size(),
        id,
      });
    } else if (kind < 990 || ts === tradedTs || stamp < ts) {
      const isFar = below(250) === 0;
      const far = isFar ? (below(12) === 0 ? 300_000 : 5_000) : 0;
      const tick =
        stuck === 0
          ? near(width) + far
          : Math.max(lowest, middle + (below(15) === 0 ? below(9) - 4 : 0));
      const price = tick * tickNanos + (below(9) === 0 ? 1 + below(tickNanos - 1) : 0);
      const told = stuck === 0 ? below(5) : stuck > 0 ? 0 : 1;
      const side =
        told < 1 || told === 3 ? SIDE_BID : told === 1 || told === 4 ? SIDE_ASK : SIDE_NONE;
      const cross = below(60) === 0 ? FLAG_CROSS : 0;
      event = eventWords({
        action: ACTION_TRADE,
        side,
        price,
        size: size(),
        flags: FLAG_LAST | cross,
      });
      tradedTs = ts;
    } else if (kind < 998) {
      // not after a print of its own time stamp: whether that was the auction's, the specification does not say
      status = [STATUS_TRADING, STATUS_HALTED, STATUS_QUOTING][below(3)] ?? status;
      event = eventWords({ action: ACTION_STATUS, side: SIDE_NONE, size: status });
    } else event = eventWords({ action: ACTION_CLEAR, side: SIDE_NONE });
    [event[WORD_TS_EVENT_LOW], event[WORD_TS_EVENT_HIGH]] = toEpochWords(day, stamp);
    event[WORD_SEQUENCE] = ++sequence;
    words.set(event, i * EVENT_WORDS);
  }
  return { words, count };
}
