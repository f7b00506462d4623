import { exponentialOf, type Random } from '../../domain/random.ts';
import { BUY } from '../../domain/side.ts';
import { NS_PER_MS, NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { Activity } from './activity.ts';
import type { MarketProfile } from './market-profile.ts';
import { NONE } from './matching-book.ts';
import type { Phase } from './phase.ts';

/** Time in which the noise about the path, and that of the book's lean, forget themselves. */
const NOISE_MEMORY_NS = 15 * NS_PER_SECOND;
const LEAN_MEMORY_NS = 12 * NS_PER_SECOND;
const LEAN_NOISE = 0.18;
/** How far a push to an extreme of the session may have to go, in ticks. */
const REACH_TICKS = 80;
const STEP_NS = 10 * NS_PER_MS;
/** Time in which the spread forgets how wide it was, and how much of the volatility it takes on. */
const SPREAD_MEMORY_SECONDS = 12;
const SPREAD_OF_VOLATILITY = 0.3;

export interface FairValueOptions {
  readonly startTicks: number;
  /** At least one; the first begins the time. */
  readonly phases: readonly Phase[];
  readonly profile: MarketProfile;
  readonly activity: Activity;
  /** Whether the path is where its phases say at the end of each, or goes on from wherever it wandered. */
  readonly isLaid: boolean;
  readonly random: Random;
}

/**
 * What the stock is worth to those who quote it, in ticks, how far from it they quote, and how the flow leans: a path that
 * the phases lay, a random walk of changing volatility, and mean-reverting noise (Uhlenbeck and Ornstein 1930) on it.
 * Quotes and trades follow, so price, delta and book agree.
 */
export class FairValue {
  value: number;
  phase: Phase;
  /** Factors on the size wanted at the best levels of each side. */
  bidLean = 1;
  askLean = 1;
  /** Distance of the quotes from the value, in ticks. */
  half = 0;
  /** The tick whose best quotes stand whatever hits them; NONE where there is none. */
  heldTick = NONE;

  readonly #profile: MarketProfile;
  readonly #activity: Activity;
  readonly #isLaid: boolean;
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
  #spreadNoise = 0;
  #spreadFactor = 1;
  #secondEnd: SessionTime;
  #floor = Number.NEGATIVE_INFINITY;
  #ceiling = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #low = Number.POSITIVE_INFINITY;

  constructor(options: FairValueOptions) {
    const { startTicks, phases, random } = options;
    const [first] = phases;
    if (first === undefined) throw new RangeError('a session has at least one phase');
    this.value = startTicks;
    this.phase = first;
    this.#profile = options.profile;
    this.#activity = options.activity;

    this.#isLaid = options.isLaid;
    this.#phases = phases;
    this.#random = random;
    this.#time = first.from;
    this.#secondEnd = first.from;
    this.#path = startTicks;
    this.#goal = startTicks;
    this.#stretchBase = startTicks;
    this.#quote();
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
    const volatility = this.#activity.volatilityAt(time);
    this.#walk(
      this.#profile.wanderTicks *
        volatility *
        Math.sqrt(passed / NS_PER_SECOND) *
        this.#random.normal(),
    );
    const share = Math.min(1, passed / NOISE_MEMORY_NS);
    const noiseTicks = phase.noiseTicks * this.#profile.noiseFactor;
    this.#noise += -this.#noise * share + noiseTicks * Math.sqrt(2 * share) * this.#random.normal();
    if (time >= this.#secondEnd) this.#breathe(time, volatility);
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

  /** Keeps the value within `[floor, ceiling]` until it is released, or the phase ends. */
  confine(floor: number, ceiling: number): void {
    this.#floor = floor;
    this.#ceiling = ceiling;
    this.#settle();
  }

  /** Keeps the value where the best price of `side` stays at `tick`, whose orders are not taken away. */
  hold(side: number, tick: number): void {
    this.heldTick = tick;
    this.#quote();
    const { half } = this;
    if (side === BUY) this.confine(tick + half + 0.3, tick + half + 0.75);
    else this.confine(tick - half - 0.75, tick - half - 0.3);
  }

  /** Ends `confine` and `hold`: the path goes on from where the value was kept. */
  release(): void {
    this.#path = this.value - this.#noise;
    this.#floor = Number.NEGATIVE_INFINITY;
    this.#ceiling = Number.POSITIVE_INFINITY;
    this.heldTick = NONE;
  }

  /** Notes a trade of the session, for its high and low. */
  noteTrade(tick: number): void {
    if (tick > this.#high) this.#high = tick;
    if (tick < this.#low) this.#low = tick;
  }

  /** The random walk: where the path is laid, its phase's end stays where it is. */
  #walk(ticks: number): void {
    this.#path += ticks;
    if (this.#isLaid) return;
    this.#goal += ticks;
    this.#stretchBase += ticks;
  }

  /** Once a second: the spread's own noise, wider where the volatility is high. */
  #breathe(time: SessionTime, volatility: number): void {
    const passed = Math.min(60, 1 + (time - this.#secondEnd) / NS_PER_SECOND);
    this.#secondEnd = time - (time % NS_PER_SECOND) + NS_PER_SECOND;
    const share = Math.min(1, passed / SPREAD_MEMORY_SECONDS);
    const { sigma } = this.#profile.spread;
    this.#spreadNoise +=
      -this.#spreadNoise * share + sigma * Math.sqrt(2 * share) * this.#random.normal();
    this.#spreadFactor =
      exponentialOf(this.#spreadNoise) *
      (1 - SPREAD_OF_VOLATILITY + SPREAD_OF_VOLATILITY * volatility);
    this.#quote();
  }

  #quote(): void {
    const { halfSpread, absorber } = this.phase;
    // an absorbing level keeps its quotes at a distance that stands
    this.half = halfSpread * this.#profile.spread.half * (absorber === 0 ? this.#spreadFactor : 1);
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
      this.#quote();
      entered = true;
      this.release();
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
