import type { Random } from '../../domain/random.ts';
import { NS_PER_HOUR, NS_PER_SECOND, NS_PER_US, type SessionTime } from '../../domain/time.ts';
import type { Activity } from './activity.ts';
import type { MarketProfile } from './market-profile.ts';
import type { Phase } from './phase.ts';
import { EXPONENTIAL, logNormalDraws, QUANTILE_SHIFT, QUANTILES } from './quantiles.ts';

/** Share of the day's events before the open, as TSLA on Nasdaq has it. */
const SHARE_BEFORE_OPEN = 0.04;
/** Quick gaps of a profile that has no median of its own: machines answering each other. */
const EVEN_MIN_NS = 1.5 * NS_PER_US;
const EVEN_SPAN_NS = 38.5 * NS_PER_US;
const FULL_SESSION_NS = 6.5 * NS_PER_HOUR;
/** Messages over which the records that one brings are averaged. */
const YIELD_MEMORY = 4000;

export interface ArrivalClockOptions {
  readonly begin: SessionTime;
  readonly open: SessionTime;
  readonly end: SessionTime;
  readonly phases: readonly Phase[];
  readonly profile: MarketProfile;
  readonly activity: Activity;
  readonly random: Random;
}

/**
 * When the next message comes: runs of quick messages within waits, in the measure of the day's U, the phase's pace and
 * the market's liveliness, so that the records asked for are used up when the session ends.
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

  /** Quick gaps at their equally likely quantiles, and their mean. */
  readonly #quick: Float64Array;
  readonly #quickMean: number;
  readonly #quickShare: number;
  /** Of 256: the next gap is quick after a quick one, and after a slow one. */
  readonly #quickAgain: number;
  readonly #quickAnew: number;
  #wasQuick = false;

  constructor({ begin, open, end, phases, profile, activity, random }: ArrivalClockOptions) {
    const { quickShare, quickAgain, quickMedianNs, quickSigma } = profile.gaps;
    this.#quick =
      quickMedianNs === 0
        ? Float64Array.from(
            { length: QUANTILES },
            (_, n) => EVEN_MIN_NS + (n * EVEN_SPAN_NS) / QUANTILES,
          )
        : Float64Array.from(logNormalDraws(quickMedianNs, quickSigma));
    this.#quickMean = this.#quick.reduce((sum, gap) => sum + gap, 0) / QUANTILES;
    this.#quickShare = quickShare;
    this.#quickAgain = Math.round(256 * quickAgain);
    // so that the share of quick gaps is what it should be
    this.#quickAnew = Math.round((256 * quickShare * (1 - quickAgain)) / (1 - quickShare));
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
          dayCurve((at - open) / Math.max(FULL_SESSION_NS, end - open), profile.dayCurve) *
          (phases[phaseIndex]?.pace ?? 1) *
          activity.paceAt(at);
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

  /** Goes on by a gap of this mean, in nanoseconds, clustered where there is room for quick ones. */
  wait(mean: number): void {
    const draw = this.#random.uint32();
    // the low bits choose, the high ones measure
    const index = draw >>> QUANTILE_SHIFT;
    const rest = mean - this.#quickShare * this.#quickMean;
    let gap: number;
    if (rest <= 0) gap = mean * (EXPONENTIAL[index] ?? 1);
    else {
      this.#wasQuick = (draw & 0xff) < (this.#wasQuick ? this.#quickAgain : this.#quickAnew);
      gap = this.#wasQuick
        ? (this.#quick[index] ?? 0)
        : (rest / (1 - this.#quickShare)) * (EXPONENTIAL[index] ?? 1);
    }
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
function dayCurve(progress: number, { open, close }: MarketProfile['dayCurve']): number {
  const fromOpen = 1 - progress;
  const square = fromOpen * fromOpen;
  const toClose = progress * progress * progress * progress;
  return 0.7 + open * square * square * square + close * toClose * toClose;
}
