import { exponentialOf, type Random } from '../../domain/random.ts';
import { BUY } from '../../domain/side.ts';
import { EXPONENTIAL, QUANTILE_SHIFT } from './quantiles.ts';

/** Levels from the touch that the flow's lean changes in full, and at which it no longer shows. */
const LEAN_FULL = 5;
const LEAN_NONE = 10;
/** Beyond this distance only some ticks hold orders. */
const DENSE_LEVELS = 500;

const ODD_LOTS = [1, 2, 5, 10, 10, 15, 20, 20, 25, 30, 40, 50, 50, 60, 75, 80];

/** What levels hold and how large orders are: about 180 shares at the touch, growing to 600 far from it. */
export class BookShape {
  readonly #targets = new Float64Array(DENSE_LEVELS);
  readonly #leanShare = new Float64Array(LEAN_NONE);
  readonly #orderSizes = new Uint16Array(256);

  constructor() {
    for (let distance = 0; distance < DENSE_LEVELS; distance += 1) {
      this.#targets[distance] =
        130 + 250 * (1 - exponentialOf(-distance / 16)) + 220 * Math.min(1, distance / 120);
    }
    for (let distance = 0; distance < LEAN_NONE; distance += 1) {
      this.#leanShare[distance] = Math.min(1, (LEAN_NONE - distance) / (LEAN_NONE - LEAN_FULL));
    }
    for (let n = 0; n < 256; n += 1) {
      // 60 % odd lots, 36 % a round lot, the rest two and three
      const odd = ODD_LOTS[n % ODD_LOTS.length] ?? 1;
      this.#orderSizes[n] = n < 154 ? odd : n < 246 ? 100 : n < 253 ? 200 : 300;
    }
  }

  /** Shares wanted at a tick this far from its side's touch; `lean` is the factor on the best levels. */
  targetOf(tick: number, distance: number, lean: number): number {
    const hash = Math.imul(tick, 0x9e3779b1) >>> 24;
    if (distance >= DENSE_LEVELS) return hash < 12 ? 500 : 0;
    const wanted = (this.#targets[distance] ?? 0) * (0.8 + hash / 640);
    return distance < LEAN_NONE
      ? wanted * (1 + (lean - 1) * (this.#leanShare[distance] ?? 0))
      : wanted;
  }

  /** The size of a resting order, by the high bits of a random word. */
  orderSize(draw: number): number {
    return this.#orderSizes[draw >>> 24] ?? 1;
  }

  /** How far from the touch a new order is placed, in ticks: most of them near, a few very far. */
  distance(random: Random): number {
    const draw = random.uint32();
    const kind = draw & 0xff;
    if (kind < 154) return Math.floor((EXPONENTIAL[draw >>> QUANTILE_SHIFT] ?? 0) * 7);
    const part = (draw >>> 8) / (1 << 24);
    if (kind < 226) return 6 + Math.floor(part * 74);
    return kind < 253 ? 60 + Math.floor(part * part * 460) : 500 + Math.floor(part * part * 2500);
  }

  /** The size of an aggressive order: now and then a large one. */
  aggressorSize(random: Random): number {
    const draw = random.uint32() >>> 20;
    if (draw < 48) return 300 + 50 * random.below(13);
    if (draw < 320) return 100 * (2 + random.below(3));
    if (draw < 1800) return 100;
    return 1 + random.below(99);
  }
}

/** The price that is `distance` ticks behind the touch of a side. */
export function behind(side: number, touch: number, distance: number): number {
  return side === BUY ? touch - distance : touch + distance;
}
