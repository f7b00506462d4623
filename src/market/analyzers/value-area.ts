import { NO_TICK } from '../book/book-side.ts';
import type { TickTable } from '../tick-table.ts';

/** Steps that are remembered; what grows farther is walked anew from there. */
const MOST_STEPS = 8192;
/** Empty pairs that are walked; more at once are leapt over, and not remembered. */
const MOST_EMPTY = 64;

/**
 * The value area: from the POC outwards, two ticks at a time, the pair above or the pair below, whichever holds more
 * (both when they hold the same), until the area holds its share of the volume.
 *
 * Which way a step goes rests on the two pairs that are next at that moment alone. So the steps are remembered, and a
 * trade undoes only those from the first on that looked at its pair: mostly the last few, as price is seldom at the POC.
 */
export class ValueArea {
  /** Highest and lowest traded tick of the area last found. */
  high = 0;
  low = 0;

  readonly #totals: TickTable;
  readonly #share: number;
  #poc = Number.NaN;
  /** The steps known to be right. After n steps so many pairs are taken above and below, with that volume in them. */
  #known = 0;
  readonly #above = new Int32Array(MOST_STEPS + 1);
  readonly #below = new Int32Array(MOST_STEPS + 1);
  readonly #taken = new Float64Array(MOST_STEPS + 1);
  /** After how many steps a pair, counted from the POC, was next for the first time. */
  readonly #nextAbove = new Int32Array(MOST_STEPS + 1);
  readonly #nextBelow = new Int32Array(MOST_STEPS + 1);

  /**
   * @param totals The session's volume by tick, in its first column.
   * @param share Of the volume that the area has to hold.
   */
  constructor(totals: TickTable, share: number) {
    this.#totals = totals;
    this.#share = share;
  }

  /** Forgets what it knows. */
  clear(): void {
    this.#poc = Number.NaN;
  }

  /** The volume at a tick has grown. */
  onTrade(tick: number): void {
    const away = tick - this.#poc;
    const pair = Math.floor((Math.abs(away) - 1) / 2);
    const taken = away > 0 ? this.#above : this.#below;
    // the POC's own volume is in every step, and changes no comparison
    if (!(pair >= 0) || pair > (taken[this.#known] ?? 0)) return;
    const next = away > 0 ? this.#nextAbove : this.#nextBelow;
    this.#known = Math.min(this.#known, next[pair] ?? 0);
  }

  /** Finds the area around `poc` in a session of `volume`, which has to be in the table. */
  find(poc: number, volume: number): void {
    this.#walk(poc, volume, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** Whether the area's lowest tick lies below `tick`: it is found only as far as that takes. */
  isLowBelow(tick: number, poc: number, volume: number): boolean {
    return this.#walk(poc, volume, tick, Number.POSITIVE_INFINITY) || this.low < tick;
  }

  /** Whether the area's highest tick lies above `tick`: it is found only as far as that takes. */
  isHighAbove(tick: number, poc: number, volume: number): boolean {
    return this.#walk(poc, volume, Number.NEGATIVE_INFINITY, tick) || this.high > tick;
  }

  /** Walks on. True when it stopped because a traded tick below `floor` or above `ceiling` is inside, false at the end. */
  #walk(poc: number, volume: number, floor: number, ceiling: number): boolean {
    const table = this.#totals;
    const enough = leastWithShare(this.#share, volume);
    const own = table.at(poc, 0);
    if (poc !== this.#poc) {
      this.#poc = poc;
      this.#known = 0;
    }
    let step = this.#known;
    while (step > 0 && own + (this.#taken[step - 1] ?? 0) >= enough) step--;
    let above = this.#above[step] ?? 0;
    let below = this.#below[step] ?? 0;
    let inside = own + (this.#taken[step] ?? 0);
    let isRemembered = true;
    let upper = table.pairAt(poc + 1 + 2 * above);
    let lower = table.pairAt(poc - 2 - 2 * below);
    while (inside < enough) {
      const top = poc + 2 * above;
      const bottom = poc - 2 * below;
      if (
        (bottom < floor && table.above(bottom - 1) < floor) ||
        (top > ceiling && table.below(top + 1) > ceiling)
      ) {
        if (isRemembered) this.#known = step;
        return true;
      }
      if (upper === 0 && lower === 0) {
        const leap = this.#emptyPairs(top, bottom);
        if (leap > MOST_EMPTY) {
          isRemembered = false;
          above += leap;
          below += leap;
          upper = table.pairAt(poc + 1 + 2 * above);
          lower = table.pairAt(poc - 2 - 2 * below);
          continue;
        }
      }
      const isUp = upper >= lower;
      const isDown = lower >= upper;
      if (isUp) {
        inside += upper;
        above++;
        upper = table.pairAt(poc + 1 + 2 * above);
      }
      if (isDown) {
        inside += lower;
        below++;
        lower = table.pairAt(poc - 2 - 2 * below);
      }
      if (!isRemembered) continue;
      step++;
      this.#above[step] = above;
      this.#below[step] = below;
      this.#taken[step] = inside - own;
      if (isUp) this.#nextAbove[above] = step;
      if (isDown) this.#nextBelow[below] = step;
      isRemembered = step < MOST_STEPS;
    }
    this.#known = step;
    this.high = table.below(poc + 2 * above + 1);
    this.low = table.above(poc - 2 * below - 1);
    return false;
  }

  /** How many times two empty ticks follow on both sides at once. */
  #emptyPairs(high: number, low: number): number {
    const above = this.#totals.above(high);
    const below = this.#totals.below(low);
    const pairsAbove =
      above === NO_TICK ? Number.POSITIVE_INFINITY : Math.floor((above - high - 1) / 2);
    const pairsBelow =
      below === NO_TICK ? Number.POSITIVE_INFINITY : Math.floor((low - below - 1) / 2);
    return Math.min(pairsAbove, pairsBelow);
  }
}

/** The least whole volume that is at least this share of `total`. */
function leastWithShare(share: number, total: number): number {
  let least = Math.ceil(share * total);
  // the product is rounded, and it is the quotient that decides
  while (least > 0 && (least - 1) / total >= share) least--;
  while (least / total < share) least++;
  return least;
}
