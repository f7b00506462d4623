import type { SessionTime } from '../../domain/time.ts';
import { NS_PER_SECOND } from '../../domain/time.ts';

/** What an entry wanted, dollars. */
export interface WantedEntry {
  readonly side: 'long' | 'short';
  readonly limit: number;
  readonly stop: number;
  readonly target: number;
}

/** A position with the exits that stand, dollars; `null` where one stands not. */
export interface HeldPosition {
  readonly side: WantedEntry['side'];
  readonly entryPrice: number;
  readonly stop: number | null;
  readonly target: number | null;
}

/** What would have become of an entry by the touch alone. Dollars a share. */
export interface EntryOutcome {
  /** `unfilled`: the touch never came to the limit; `open`: the quotes end before anything happened. */
  readonly end: 'target' | 'stop' | 'time' | 'unfilled' | 'open';
  readonly entryTs: SessionTime | null;
  readonly entryPrice: number | null;
  readonly endTs: SessionTime | null;
  /** Before commission; 0 where nothing filled. */
  readonly result: number;
  /** Worst and best open result; mae is 0 or negative, mfe 0 or positive. */
  readonly mae: number;
  readonly mfe: number;
}

export interface OutcomeLimits {
  /** How long the entry's order stands. */
  readonly entryTimeoutSecs: number;
  readonly maxHoldSecs: number;
}

const UNFILLED: EntryOutcome = {
  end: 'unfilled',
  entryTs: null,
  entryPrice: null,
  endTs: null,
  result: 0,
  mae: 0,
  mfe: 0,
};

/**
 * The touch over time, as a brain is shown it, to tell what came after a decision. It knows no queue and nothing between two
 * snapshots: an entry fills when the other side's touch is at its limit or better, a stop goes at the touch that passed it, a
 * target at its own price.
 */
export class QuotePath {
  readonly #times: SessionTime[] = [];
  readonly #bids: number[] = [];
  readonly #asks: number[] = [];

  /** Takes in the next snapshot; one without both sides is passed over. */
  add(ts: SessionTime, bid: number | null, ask: number | null): void {
    if (bid === null || ask === null) return;
    this.#times.push(ts);
    this.#bids.push(bid);
    this.#asks.push(ask);
  }

  get length(): number {
    return this.#times.length;
  }

  /** Middle of the touch at the last snapshot up to `ts`; `null` before the first, and after the last one has gone by. */
  middleAt(ts: SessionTime): number | null {
    const at = this.#firstAfter(ts) - 1;
    const last = this.#times.at(-1);
    if (at < 0 || last === undefined || ts > last) return null;
    return ((this.#bids[at] ?? 0) + (this.#asks[at] ?? 0)) / 2;
  }

  /** What becomes of an entry that is sent at `from`. */
  outcomeOf(wanted: WantedEntry, from: SessionTime, limits: OutcomeLimits): EntryOutcome {
    const sign = wanted.side === 'long' ? 1 : -1;
    const other = sign === 1 ? this.#asks : this.#bids;
    const first = this.#firstAfter(from - 1);
    const entryEnd = from + limits.entryTimeoutSecs * NS_PER_SECOND;
    let at = first;
    while (at < this.length && ((other[at] ?? 0) - wanted.limit) * sign > 0) {
      if ((this.#times[at] ?? 0) > entryEnd) return UNFILLED;
      at++;
    }
    const entryTs = this.#times[at];
    if (entryTs === undefined) return { ...UNFILLED, end: 'open' };
    if (entryTs > entryEnd) return UNFILLED;
    const entryPrice = other[at] ?? wanted.limit;
    const held = { side: wanted.side, stop: wanted.stop, target: wanted.target, entryPrice };
    return this.#follow(held, entryTs, at, limits.maxHoldSecs);
  }

  /**
   * What becomes of a position that is open since `openedTs`, from `from` on; `stop` and `target` are where they stand then.
   * mae and mfe are those from then on.
   */
  outcomeOfHeld(
    held: HeldPosition,
    openedTs: SessionTime,
    from: SessionTime,
    maxHoldSecs: number,
  ): EntryOutcome {
    return this.#follow(held, openedTs, this.#firstAfter(from - 1), maxHoldSecs);
  }

  /** What a position could be left at from `from` on: a long at the bid, a short at the ask; `null` after the last quote. */
  touchAt(side: WantedEntry['side'], from: SessionTime): number | null {
    return (side === 'long' ? this.#bids : this.#asks)[this.#firstAfter(from - 1)] ?? null;
  }

  #follow(
    { side, stop, target, entryPrice }: HeldPosition,
    entryTs: SessionTime,
    first: number,
    maxHoldSecs: number,
  ): EntryOutcome {
    const sign = side === 'long' ? 1 : -1;
    const own = sign === 1 ? this.#bids : this.#asks;
    let mae = 0;
    let mfe = 0;
    for (let at = first; at < this.length; at++) {
      const ts = this.#times[at] ?? 0;
      const touch = own[at] ?? 0;
      const open = dust((touch - entryPrice) * sign);
      const ended = { entryTs, entryPrice, endTs: ts };
      mae = Math.min(mae, open);
      if (target !== null && (touch - target) * sign >= 0) {
        const result = dust((target - entryPrice) * sign);
        return { ...ended, end: 'target', result, mae, mfe: Math.max(mfe, result) };
      }
      mfe = Math.max(mfe, open);
      if (stop !== null && (touch - stop) * sign <= 0)
        return { ...ended, end: 'stop', result: open, mae, mfe };
      if (ts - entryTs >= maxHoldSecs * NS_PER_SECOND)
        return { ...ended, end: 'time', result: open, mae, mfe };
    }
    const result = dust(((own.at(-1) ?? entryPrice) - entryPrice) * sign);
    return { end: 'open', entryTs, entryPrice, endTs: null, result, mae, mfe };
  }

  /** Index of the first snapshot after `ts`. */
  #firstAfter(ts: SessionTime): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) <= ts) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Differences of exact prices, without the dust of binary fractions. */
function dust(dollars: number): number {
  return Math.round(dollars * 1e9) / 1e9;
}
