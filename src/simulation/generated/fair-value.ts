import { exponentialOf, type Random } from '../../domain/random.ts';
import { NS_PER_MS, NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { Phase } from './phase.ts';

/** Time in which the noise about the path, and that of the book's lean, forget themselves. */
const NOISE_MEMORY_NS = 15 * NS_PER_SECOND;
const LEAN_MEMORY_NS = 12 * NS_PER_SECOND;
const LEAN_NOISE = 0.18;
/** How far a push to an extreme of the session may have to go, in ticks. */
const REACH_TICKS = 80;
const STEP_NS = 10 * NS_PER_MS;

/**
 * What the stock is worth to those who quote it, in ticks, and how the flow leans: a path that the phases lay, with
 * mean-reverting noise (Uhlenbeck and Ornstein 1930) on it. Quotes and trades follow, so price, delta and book agree.
 */
export class FairValue {
  value: number;
  phase: Phase;
  /** Factors on the size wanted at the best levels of each side. */
  bidLean = 1;
  askLean = 1;

  readonly #phases: readonly Phase[];
  readonly #random: Random;
  #index = 0;
  #time: SessionTime;
  #path: number;
  #goal: number;
  #stretchBase: number;
  #noise = 0;
  #lean = 0;
  #leanNoise = 0;
  #floor = Number.NEGATIVE_INFINITY;
  #ceiling = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #low = Number.POSITIVE_INFINITY;

  /** @param phases At least one; the first begins the time. */
  constructor(startTicks: number, phases: readonly Phase[], random: Random) {
    const [first] = phases;
    if (first === undefined) throw new RangeError('a session has at least one phase');
    this.value = startTicks;
    this.phase = first;
    this.#phases = phases;
    this.#random = random;
    this.#time = first.from;
    this.#path = startTicks;
    this.#goal = startTicks;
    this.#stretchBase = startTicks;
  }

  /** Brings it up to `time`, in steps of at least 10 ms. True when another phase has begun. */
  advance(time: SessionTime): boolean {
    const passed = time - this.#time;
    if (passed < STEP_NS) return false;
    this.#time = time;
    const phase = this.phase;
    const remaining = phase.to - time;
    this.#path =
      remaining <= 0
        ? this.#goal
        : this.#path + ((this.#goal - this.#path) * passed) / (remaining + passed);
    const share = Math.min(1, passed / NOISE_MEMORY_NS);
    this.#noise +=
      -this.#noise * share + phase.noiseTicks * Math.sqrt(2 * share) * this.#random.normal();
    const leanShare = Math.min(1, passed / LEAN_MEMORY_NS);
    this.#leanNoise +=
      -this.#leanNoise * leanShare + LEAN_NOISE * Math.sqrt(2 * leanShare) * this.#random.normal();
    // the book turns within a second or two of the flow
    this.#lean += (phase.lean - this.#lean) * Math.min(1, passed / NS_PER_SECOND);
    this.bidLean = exponentialOf((this.#lean + this.#leanNoise) / 2);
    this.askLean = 1 / this.bidLean;
    this.#settle();
    return remaining <= 0 && this.#enterNext(time);
  }

  /** Moves value and path at once: what an order that takes several levels tells the market. */
  jump(ticks: number): void {
    this.#path += ticks;
    this.#settle();
  }

  /** Passing pressure of a trade, gone again with the noise. */
  nudge(ticks: number): void {
    this.#noise += ticks;
    this.#settle();
  }

  /** Keeps the value within `[floor, ceiling]` until the phase ends. */
  confine(floor: number, ceiling: number): void {
    this.#floor = floor;
    this.#ceiling = ceiling;
    this.#settle();
  }

  /** Notes a trade of the session, for its high and low. */
  noteTrade(tick: number): void {
    if (tick > this.#high) this.#high = tick;
    if (tick < this.#low) this.#low = tick;
  }

  #settle(): void {
    this.value = Math.min(this.#ceiling, Math.max(this.#floor, this.#path + this.#noise));
  }

  #enterNext(time: SessionTime): boolean {
    let entered = false;
    for (;;) {
      const next = this.#phases[this.#index + 1];
      if (next === undefined || next.from > time) return entered;
      this.#index += 1;
      this.phase = next;
      entered = true;
      // a pinned value carries on from where it was held
      this.#path = this.value - this.#noise;
      this.#floor = Number.NEGATIVE_INFINITY;
      this.#ceiling = Number.POSITIVE_INFINITY;
      if (next.startsStretch) this.#stretchBase = this.#path;
      this.#goal = this.#baseOf(next) + next.offset;
    }
  }

  #baseOf(phase: Phase): number {
    if (phase.base === 'path') return this.#stretchBase;
    const extreme = phase.base === 'high' ? this.#high : this.#low;
    // an extreme out of reach is left alone
    return Math.abs(extreme - this.#path) < REACH_TICKS ? extreme : this.#stretchBase;
  }
}
