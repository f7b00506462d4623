import type { ConditionCounts } from '../../domain/decision.ts';
import type { MarketState } from '../../domain/market-state.ts';
import type { ProfileSettings } from '../../domain/settings.ts';
import type { ConditionRule, Question } from '../port.ts';
import { type EntryPlan, EntryPlanner } from './entry-planner.ts';

const LONG_PLACES: readonly unknown[] = ['TESTING_HOD', 'NEAR_HOD', 'BREAKOUT'];
const SHORT_PLACES: readonly unknown[] = ['TESTING_LOD', 'NEAR_LOD', 'BREAKDOWN'];

/** A copy of a checklist, as `restore` takes it. */
export interface ChecklistState {
  readonly long: readonly number[];
  readonly short: readonly number[];
  readonly distanceToHigh: number | null;
  readonly distanceToLow: number | null;
}

/** One side: for how many snapshots each of its rules has held, in their order, and the entry that they allow. */
interface Side {
  readonly rules: readonly ConditionRule[];
  readonly counts: number[];
  readonly planner: EntryPlanner;
}

/**
 * The entry conditions of a profile for both sides, and for how many snapshots each has held. A short is a long in the
 * mirror, but that L2_IMBALANCE, being a ratio, has its own threshold.
 */
export class Checklist {
  /** Names and rules, the same at every snapshot. */
  readonly rules: {
    readonly long: readonly ConditionRule[];
    readonly short: readonly ConditionRule[];
  };
  readonly #profile: ProfileSettings;
  readonly #long: Side;
  readonly #short: Side;
  #distanceToHigh: number | null = null;
  #distanceToLow: number | null = null;

  constructor(profile: ProfileSettings) {
    this.#profile = profile;
    this.#long = createSide(profile, 1);
    this.#short = createSide(profile, -1);
    this.rules = { long: this.#long.rules, short: this.#short.rules };
  }

  /** For how many snapshots each condition has held, at the one last observed. */
  get conditions(): ConditionCounts {
    return { long: countsOf(this.#long), short: countsOf(this.#short) };
  }

  /** Takes in the next snapshot. */
  observe(question: Question): void {
    this.#long.planner.look(question);
    this.#short.planner.look(question);
    if (this.#profile.kind === 'momentum') this.#momentum(question.market);
    else this.#breakout(question.market, question.barDelta);
  }

  /** The entry of a side whose every condition has held long enough, or `undefined`. */
  planOf(sign: 1 | -1): EntryPlan | undefined {
    const { counts, planner } = sign === 1 ? this.#long : this.#short;
    const { heldSnapshots } = this.#profile;
    // support and reward, the last two, say where the stop and the target go now; they need no past
    const past = counts.length - 2;
    for (let i = 0; i < counts.length; i++) {
      if ((counts[i] ?? 0) < (i < past ? heldSnapshots : 1)) return undefined;
    }
    return planner.plan();
  }

  /** A copy of all of it but the entries, which belong to one snapshot. */
  capture(): ChecklistState {
    return {
      long: [...this.#long.counts],
      short: [...this.#short.counts],
      distanceToHigh: this.#distanceToHigh,
      distanceToLow: this.#distanceToLow,
    };
  }

  /** Becomes what `capture` copied of a checklist of the same profile; the next call has to be `observe`. */
  restore({ long, short, distanceToHigh, distanceToLow }: ChecklistState): void {
    this.#long.counts.splice(0, Number.POSITIVE_INFINITY, ...long);
    this.#short.counts.splice(0, Number.POSITIVE_INFINITY, ...short);
    this.#distanceToHigh = distanceToHigh;
    this.#distanceToLow = distanceToLow;
  }

  /** In the order of the rules. */
  #momentum(market: MarketState): void {
    const long = this.#long.counts;
    const short = this.#short.counts;
    const { LAST: last, VWAP: vwap, CVD_TREND: trend, TAPE_SENTIMENT: sentiment } = market;
    const beyond = last === null || vwap === null ? 0 : last - vwap;
    const isMoving = market.TAPE_VELOCITY !== 'LOW';
    note(long, 0, trend === 'RISING');
    note(short, 0, trend === 'FALLING');
    note(long, 1, beyond > 0);
    note(short, 1, beyond < 0);
    this.#noteImbalance(2, market.L2_IMBALANCE);
    note(long, 3, sentiment === 'AGGRESSIVE_BUYING');
    note(short, 3, sentiment === 'AGGRESSIVE_SELLING');
    note(long, 4, isMoving);
    note(short, 4, isMoving);
    this.#notePlans(5);
  }

  #breakout(market: MarketState, barDelta: number | undefined): void {
    const long = this.#long.counts;
    const short = this.#short.counts;
    const { TAPE_SENTIMENT: sentiment, CVD_TREND: trend, HOD_LOD_LOC: place } = market;
    const { DISTANCE_TO_HOD_PCT: toHigh, DISTANCE_TO_LOD_PCT: toLow } = market;
    const isBusy = market.RVOL_DAY !== null && market.RVOL_DAY > this.#profile.minRvol;
    const delta = barDelta ?? market.FOOTPRINT_CURR_BAR.delta;
    this.#noteImbalance(0, market.L2_IMBALANCE);
    note(long, 1, isBusy);
    note(short, 1, isBusy);
    note(long, 2, LONG_PLACES.includes(place));
    note(short, 2, SHORT_PLACES.includes(place));
    note(long, 3, sentiment === 'AGGRESSIVE_BUYING');
    note(short, 3, sentiment === 'AGGRESSIVE_SELLING');
    note(long, 4, this.#isClear(market, 'ASK'));
    note(short, 4, this.#isClear(market, 'BID'));
    note(long, 5, trend === 'RISING');
    note(short, 5, trend === 'FALLING');
    note(long, 6, delta > 0);
    note(short, 6, delta < 0);
    note(long, 7, !this.#isChasing(toHigh, this.#distanceToHigh));
    note(short, 7, !this.#isChasing(toLow, this.#distanceToLow));
    this.#notePlans(8);
    this.#distanceToHigh = toHigh;
    this.#distanceToLow = toLow;
  }

  #noteImbalance(at: number, imbalance: number | null): void {
    const { longImbalance, shortImbalance } = this.#profile;
    note(this.#long.counts, at, imbalance !== null && imbalance > longImbalance);
    note(this.#short.counts, at, imbalance !== null && imbalance < shortImbalance);
  }

  #notePlans(at: number): void {
    notePlan(this.#long, at);
    notePlan(this.#short, at);
  }

  /** Whether no wall of `side` stands near. */
  #isClear({ LAST: last, DOM_WALLS: walls }: MarketState, side: 'BID' | 'ASK'): boolean {
    if (last === null) return false;
    const clearance = (last * this.#profile.wallClearancePct) / 100;
    return !walls.some((wall) => wall.side === side && Math.abs(wall.price - last) <= clearance);
  }

  /** Whether price is running away from the extreme: farther than allowed, and farther than before. */
  #isChasing(distance: number | null, before: number | null): boolean {
    if (distance === null || before === null) return false;
    return distance > this.#profile.chasePct && distance > before;
  }
}

function createSide(profile: ProfileSettings, sign: 1 | -1): Side {
  const rules = rulesOf(profile, sign);
  return { rules, counts: rules.map(() => 0), planner: new EntryPlanner(profile, sign) };
}

/** Counts the rule at `at` up if it holds, else from 0 again. */
function note(counts: number[], at: number, holds: boolean): void {
  counts[at] = holds ? (counts[at] ?? 0) + 1 : 0;
}

function notePlan({ counts, planner }: Side, at: number): void {
  note(counts, at, planner.hasSupport);
  note(counts, at + 1, planner.hasReward);
}

function countsOf({ rules, counts }: Side): Record<string, number> {
  const named: Record<string, number> = {};
  for (const [i, { name }] of rules.entries()) named[name] = counts[i] ?? 0;
  return named;
}

function rulesOf(profile: ProfileSettings, sign: 1 | -1): ConditionRule[] {
  const imbalance = {
    name: 'L2_IMBALANCE',
    rule:
      sign === 1
        ? `L2_IMBALANCE > ${profile.longImbalance}`
        : `L2_IMBALANCE < ${profile.shortImbalance}`,
  };
  const sentiment = {
    name: 'TAPE_SENTIMENT',
    rule: sign === 1 ? 'aggressive buying' : 'aggressive selling',
  };
  const trend = { name: 'CVD_TREND', rule: sign === 1 ? 'CVD rising' : 'CVD falling' };
  const plan = [
    {
      name: 'STOP_SUPPORT',
      rule: `stop ${profile.minStop.toFixed(2)} to ${profile.maxStop.toFixed(2)} behind a level`,
    },
    { name: 'REWARD', rule: `target ${profile.rewardRisk} x risk before the next wall` },
  ];
  if (profile.kind === 'momentum') {
    const vwap = { name: 'LAST_VS_VWAP', rule: sign === 1 ? 'last above VWAP' : 'last below VWAP' };
    return [
      trend,
      vwap,
      imbalance,
      sentiment,
      { name: 'TAPE_VELOCITY', rule: 'tape at least medium' },
      ...plan,
    ];
  }
  return [
    imbalance,
    { name: 'RVOL_DAY', rule: `RVOL > ${profile.minRvol}` },
    { name: 'HOD_LOD_LOC', rule: sign === 1 ? 'at the high of day' : 'at the low of day' },
    sentiment,
    { name: 'NO_WALL', rule: `no wall within ${profile.wallClearancePct} %` },
    trend,
    {
      name: 'BAR_DELTA',
      rule: sign === 1 ? "this bar's delta above 0" : "this bar's delta below 0",
    },
    { name: 'NOT_CHASING', rule: `not running away beyond ${profile.chasePct} %` },
    ...plan,
  ];
}
