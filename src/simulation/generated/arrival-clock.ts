import type { Random } from '../../domain/random.ts';
import { NS_PER_HOUR, NS_PER_SECOND, NS_PER_US, type SessionTime } from '../../domain/time.ts';
import type { Phase } from './phase.ts';
import { EXPONENTIAL, QUANTILE_SHIFT, QUANTILES } from './quantiles.ts';

/** Share of the day's events before the open, as TSLA on Nasdaq has it. */
const SHARE_BEFORE_OPEN = 0.04;
/** Share of the gaps that are machines answering each other, 1.5 to 40 microseconds. */
const BURST_SHARE = 0.6;
const BURST_MIN_NS = 1.5 * NS_PER_US;
const BURST_SPAN_NS = 38.5 * NS_PER_US;
const BURST_MEAN_NS = BURST_MIN_NS + BURST_SPAN_NS / 2;
const BURST_STEP_NS = BURST_SPAN_NS / QUANTILES;
const FULL_SESSION_NS = 6.5 * NS_PER_HOUR;
/** Messages over which the records that one brings are averaged. */
const YIELD_MEMORY = 4000;

/**
 * When the next message comes: bursts within waits, in the measure of the day's U and the phase's pace, so that the
 * records asked for are used up when the session ends.
 */
export class ArrivalClock {
  time: SessionTime;

  readonly #begin: SessionTime;
  readonly #end: SessionTime;
  readonly #random: Random;
  /** Weight of each second from `begin`, and of that second and all after it. */
  readonly #weight: Float64Array;
  readonly #weightLeft: Float64Array;
  /** End of the second that the mean gap was worked out for. */
  #secondEnd = Number.NEGATIVE_INFINITY;
  #meanGap = 0;
  #messages = 0;
  #leftBefore = 0;
  /** Records a message, as lately seen; some messages come to nothing. */
  #yield = 1;

  constructor(
    begin: SessionTime,
    open: SessionTime,
    end: SessionTime,
    phases: readonly Phase[],
    random: Random,
  ) {
    const seconds = Math.ceil((end - begin) / NS_PER_SECOND);
    this.time = begin;
    this.#begin = begin;
    this.#end = end;
    this.#random = random;
    this.#weight = new Float64Array(seconds);
    this.#weightLeft = new Float64Array(seconds + 1);
    let phaseIndex = 0;
    let early = 0;
    let regular = 0;
    for (let second = 0; second < seconds; second += 1) {
      const at = begin + second * NS_PER_SECOND;
      while ((phases[phaseIndex + 1]?.from ?? end) <= at && phaseIndex < phases.length - 1)
        phaseIndex += 1;
      if (at < open) {
        const progress = (at - begin) / (open - begin);
        const weight = 0.3 + progress * progress;
        this.#weight[second] = weight;
        early += weight;
      } else {
        const weight =
          dayCurve((at - open) / Math.max(FULL_SESSION_NS, end - open)) *
          (phases[phaseIndex]?.pace ?? 1);
        this.#weight[second] = weight;
        regular += weight;
      }
    }
    const earlyScale =
      early > 0 ? (regular * SHARE_BEFORE_OPEN) / (1 - SHARE_BEFORE_OPEN) / early : 1;
    for (let second = seconds - 1; second >= 0; second -= 1) {
      const at = begin + second * NS_PER_SECOND;
      const weight = (this.#weight[second] ?? 0) * (at < open ? earlyScale : 1);
      this.#weight[second] = weight;
      this.#weightLeft[second] = (this.#weightLeft[second + 1] ?? 0) + weight;
    }
  }

  /** Goes on to the next message; `recordsLeft` are still to be written until the end. */
  advance(recordsLeft: number): void {
    if (this.time >= this.#secondEnd) {
      const second = Math.floor((this.time - this.#begin) / NS_PER_SECOND);
      this.#secondEnd = this.#begin + (second + 1) * NS_PER_SECOND;
      this.#learn(recordsLeft);
      const share = (this.#weight[second] ?? 0) / (this.#weightLeft[second] ?? 1);
      this.#meanGap = (NS_PER_SECOND * this.#yield) / (share * recordsLeft);
    }
    this.#messages += 1;
    this.wait(this.#meanGap);
  }

  /** Goes on by a gap of this mean, in nanoseconds, clustered where there is room for bursts. */
  wait(mean: number): void {
    const draw = this.#random.uint32();
    // the low bits choose, the high ones measure
    const wait = EXPONENTIAL[draw >>> QUANTILE_SHIFT] ?? 1;
    const rest = mean - BURST_SHARE * BURST_MEAN_NS;
    let gap: number;
    if (rest <= 0) gap = mean * wait;
    else if ((draw & 0xff) < BURST_SHARE * 256)
      gap = BURST_MIN_NS + (draw >>> QUANTILE_SHIFT) * BURST_STEP_NS;
    else gap = (rest / (1 - BURST_SHARE)) * wait;
    this.time = Math.min(this.#end - 1, this.time + 1 + Math.floor(gap));
  }

  #learn(recordsLeft: number): void {
    if (this.#messages > 0) {
      const seen = (this.#leftBefore - recordsLeft) / this.#messages;
      this.#yield += (seen - this.#yield) * Math.min(0.5, this.#messages / YIELD_MEMORY);
    }
    this.#leftBefore = recordsLeft;
    this.#messages = 0;
  }
}

/** Activity over the session's progress, 0 to 1: lively at the open, calm at noon, lively again at the close. */
function dayCurve(progress: number): number {
  const fromOpen = 1 - progress;
  const square = fromOpen * fromOpen;
  const toClose = progress * progress * progress * progress;
  return 0.7 + 0.9 * square * square * square + 0.8 * toClose * toClose;
}
