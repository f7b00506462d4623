import type { Random } from '../../domain/random.ts';
import { BUY, SELL } from '../../domain/side.ts';

const KEPT = 16;
/** Which of the last signs is taken up again: most often the latest. Sixteen equally likely places. */
const BACK = [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 7, 12] as const;

/**
 * Sides of aggressive orders with a memory, since large orders come in parts: a discrete autoregression, each sign a copy of
 * an earlier one or drawn anew (Jacobs and Lewis 1978). The share of buyers in the long run is that of the draws.
 */
export class SignHabit {
  readonly #memory: number;
  readonly #random: Random;
  readonly #last = new Int8Array(KEPT);
  #count = 0;

  /** @param memory Share of signs that are copies. */
  constructor(memory: number, random: Random) {
    this.#memory = memory;
    this.#random = random;
  }

  next(buyShare: number): number {
    const draw = this.#random.uint32();
    let sign = (draw >>> 8) / (1 << 24) < buyShare ? BUY : SELL;
    if (this.#random.float() < this.#memory) {
      const back = BACK[draw & 15] ?? 1;
      const earlier = this.#last[(this.#count - back) & (KEPT - 1)] ?? 0;
      if (earlier !== 0) sign = earlier > 0 ? BUY : SELL;
    }
    this.#last[this.#count & (KEPT - 1)] = sign;
    this.#count += 1;
    return sign;
  }
}
