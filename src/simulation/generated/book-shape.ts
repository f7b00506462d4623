import { exponentialOf, naturalLog, type Random } from '../../domain/random.ts';
import { BUY } from '../../domain/side.ts';
import type { MarketProfile } from './market-profile.ts';
import { EXPONENTIAL, QUANTILE_SHIFT, QUANTILES } from './quantiles.ts';

/** Levels from the touch that the flow's lean changes in full, and at which it no longer shows. */
const LEAN_FULL = 5;
const LEAN_NONE = 10;
/** Beyond this distance only some ticks hold orders. */
const DENSE_LEVELS = 500;
/** The few largest orders: the share of them, and how the tail falls off (a power law, cut at 40 times the largest quantile). */
const TAIL_SHARE = 0.006;
const TAIL_EXPONENT = 1.6;
const TAIL_END = 40;

/** What levels hold, how large orders are and where they are put. */
export class BookShape {
  readonly #targets = new Float64Array(DENSE_LEVELS);
  readonly #leanShare = new Float64Array(LEAN_NONE);
  readonly #orderSizes: Uint32Array;
  readonly #aggressorSizes: Uint32Array;
  readonly #hiddenSizes: Uint32Array;
  readonly #placement: MarketProfile['placement'];
  /** Bounds of a draw of 256 for each kind of place. */
  readonly #inside: number;
  readonly #join: number;
  readonly #near: number;
  readonly #mid: number;

  constructor(profile: MarketProfile) {
    const { depth, orderSizes, aggressorSizes, hiddenSizes, placement } = profile;
    for (let distance = 0; distance < DENSE_LEVELS; distance += 1) {
      this.#targets[distance] =
        depth.touch +
        depth.near * (1 - exponentialOf(-distance / 16)) +
        depth.far * Math.min(1, distance / 120);
    }
    for (let distance = 0; distance < LEAN_NONE; distance += 1) {
      this.#leanShare[distance] = Math.min(1, (LEAN_NONE - distance) / (LEAN_NONE - LEAN_FULL));
    }
    this.#orderSizes = sizesOf(orderSizes);
    this.#aggressorSizes = sizesOf(aggressorSizes);
    this.#hiddenSizes = sizesOf(hiddenSizes);
    this.#placement = placement;
    this.#inside = Math.round(256 * placement.insideShare);
    this.#join = this.#inside + Math.round(256 * placement.joinShare);
    this.#near = this.#join + Math.round(256 * placement.nearShare);
    this.#mid = this.#near + Math.round(256 * placement.midShare);
  }

  /** Shares wanted at a tick this far from its side's touch; `lean` is the factor on the best levels. */
  targetOf(tick: number, distance: number, lean: number): number {
    const hash = Math.imul(tick, 0x9e3779b1) >>> 24;
    if (distance >= DENSE_LEVELS) return hash < 12 ? 500 : 0;
    const wanted = (this.#targets[Math.max(0, distance)] ?? 0) * (0.8 + hash / 640);
    return distance < LEAN_NONE
      ? wanted * (1 + (lean - 1) * (this.#leanShare[Math.max(0, distance)] ?? 0))
      : wanted;
  }

  /** The size of a resting order, by the high bits of a random word. */
  orderSize(draw: number): number {
    return this.#orderSizes[draw >>> QUANTILE_SHIFT] ?? 1;
  }

  /**
   * How far behind the touch a new order is placed, in ticks: most of them near, a few very far; below 0 where it goes
   * into a spread of so many ticks.
   */
  distance(random: Random, spread: number): number {
    const draw = random.uint32();
    const kind = draw & 0xff;
    const part = (draw >>> 8) / (1 << 24);
    const { nearMean, midReach } = this.#placement;
    if (kind < this.#inside) return -Math.ceil(part * 0.6 * (spread - 1));
    if (kind < this.#join) return 0;
    if (kind < this.#near) {
      return Math.floor((EXPONENTIAL[draw >>> QUANTILE_SHIFT] ?? 0) * nearMean);
    }
    if (kind < this.#mid) return Math.floor(nearMean * 0.9 + part * midReach * 0.93);
    return kind < 253
      ? Math.floor(midReach * 0.75 * (1 + part * part * 7.7))
      : 500 + Math.floor(part * part * 2500);
  }

  /** The size of an aggressive order: now and then a large one. */
  aggressorSize(random: Random): number {
    return this.#aggressorSizes[random.uint32() >>> QUANTILE_SHIFT] ?? 1;
  }

  /** The size of a print against an order that nobody sees. */
  hiddenSize(random: Random): number {
    return this.#hiddenSizes[random.uint32() >>> QUANTILE_SHIFT] ?? 1;
  }
}

/** A table of equally likely sizes: the quantiles, and a tail of a power law beyond the last one. */
function sizesOf(quantiles: readonly number[]): Uint32Array {
  const last = quantiles.at(-1) ?? 1;
  const tail = Math.max(1, Math.round(QUANTILES * TAIL_SHARE));
  return Uint32Array.from({ length: QUANTILES }, (_, n) => {
    const beyond = n - (QUANTILES - tail);
    if (beyond < 0) return quantiles[Math.floor((n * quantiles.length) / QUANTILES)] ?? 1;
    const factor = powerOf((tail - beyond) / (tail + 1), -1 / TAIL_EXPONENT);
    return 100 * Math.ceil((last * Math.min(TAIL_END, factor)) / 100);
  });
}

function powerOf(base: number, exponent: number): number {
  return exponentialOf(exponent * naturalLog(base));
}

/** The price that is `distance` ticks behind the touch of a side. */
export function behind(side: number, touch: number, distance: number): number {
  return side === BUY ? touch - distance : touch + distance;
}
