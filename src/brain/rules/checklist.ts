import type { ConditionCounts } from '../../domain/decision.ts';
import type { DomWall, MarketState } from '../../domain/market-state.ts';
import { NANOS_PER_UNIT, toPriceNumber } from '../../domain/price.ts';
import type { ProfileSettings } from '../../domain/settings.ts';
import type { ConditionRule, Question } from '../port.ts';

/** An entry that the checklist would make, prices in dollars on the grid. */
export interface EntryPlan {
  readonly limit: number;
  readonly stop: number;
  readonly target: number;
  /** What the stop stands behind, in words. */
  readonly support: string;
}

/** One side's conditions at one snapshot, in the order of its rules, and the entry that they allow. */
interface SideReading {
  readonly holds: readonly boolean[];
  readonly plan: EntryPlan | undefined;
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
  #long: Record<string, number> = {};
  #short: Record<string, number> = {};
  #longPlan: EntryPlan | undefined;
  #shortPlan: EntryPlan | undefined;
  #distanceToHigh: number | null = null;
  #distanceToLow: number | null = null;

  constructor(profile: ProfileSettings) {
    this.#profile = profile;
    this.rules = { long: rulesOf(profile, 1), short: rulesOf(profile, -1) };
  }

  /** Takes in the next snapshot. */
  observe(question: Question): ConditionCounts {
    const long = this.#read(question, 1);
    const short = this.#read(question, -1);
    this.#long = counted(this.#long, this.rules.long, long.holds);
    this.#short = counted(this.#short, this.rules.short, short.holds);
    this.#longPlan = long.plan;
    this.#shortPlan = short.plan;
    this.#distanceToHigh = question.market.DISTANCE_TO_HOD_PCT;
    this.#distanceToLow = question.market.DISTANCE_TO_LOD_PCT;
    return { long: this.#long, short: this.#short };
  }

  /** The entry of a side whose every condition has held long enough, or `undefined`. */
  planOf(sign: 1 | -1): EntryPlan | undefined {
    const counts = sign === 1 ? this.#long : this.#short;
    for (const [name, held] of Object.entries(counts)) {
      // support and reward say where the stop and the target go now; they need no past
      if (held < (name === 'STOP_SUPPORT' || name === 'REWARD' ? 1 : this.#profile.heldSnapshots))
        return undefined;
    }
    return sign === 1 ? this.#longPlan : this.#shortPlan;
  }

  #read(question: Question, sign: 1 | -1): SideReading {
    const found = this.#plan(question, sign);
    const holds =
      this.#profile.kind === 'momentum'
        ? this.#momentum(question.market, sign)
        : this.#breakout(question.market, sign);
    holds.push(found.hasSupport, found.plan !== undefined);
    return { holds, plan: found.plan };
  }

  #momentum(market: MarketState, sign: 1 | -1): boolean[] {
    return [
      market.CVD_TREND === (sign === 1 ? 'RISING' : 'FALLING'),
      market.LAST !== null && market.VWAP !== null && (market.LAST - market.VWAP) * sign > 0,
      this.#isImbalanced(market, sign),
      market.TAPE_SENTIMENT === (sign === 1 ? 'AGGRESSIVE_BUYING' : 'AGGRESSIVE_SELLING'),
      market.TAPE_VELOCITY !== 'LOW',
    ];
  }

  #breakout(market: MarketState, sign: 1 | -1): boolean[] {
    const places =
      sign === 1
        ? ['TESTING_HOD', 'NEAR_HOD', 'BREAKOUT']
        : ['TESTING_LOD', 'NEAR_LOD', 'BREAKDOWN'];
    const { minRvol, wallClearancePct, chasePct } = this.#profile;
    const distance = sign === 1 ? market.DISTANCE_TO_HOD_PCT : market.DISTANCE_TO_LOD_PCT;
    const before = sign === 1 ? this.#distanceToHigh : this.#distanceToLow;
    const isChasing =
      distance !== null && before !== null && distance > chasePct && distance > before;
    const { LAST: last } = market;
    const clearance = last === null ? 0 : (last * wallClearancePct) / 100;
    const isClear =
      last !== null &&
      !wallsAhead(market, sign).some((wall) => Math.abs(wall.price - last) <= clearance);
    return [
      this.#isImbalanced(market, sign),
      market.RVOL_DAY !== null && market.RVOL_DAY > minRvol,
      market.HOD_LOD_LOC !== null && places.includes(market.HOD_LOD_LOC),
      market.TAPE_SENTIMENT === (sign === 1 ? 'AGGRESSIVE_BUYING' : 'AGGRESSIVE_SELLING'),
      isClear,
      market.CVD_TREND === (sign === 1 ? 'RISING' : 'FALLING'),
      market.FOOTPRINT_CURR_BAR.delta * sign > 0,
      !isChasing,
    ];
  }

  #isImbalanced({ L2_IMBALANCE: imbalance }: MarketState, sign: 1 | -1): boolean {
    if (imbalance === null) return false;
    return sign === 1
      ? imbalance > this.#profile.longImbalance
      : imbalance < this.#profile.shortImbalance;
  }

  /** Where an entry at the touch would put its stop and target. Worked in ticks, so that no cent is lost. */
  #plan(
    question: Question,
    sign: 1 | -1,
  ): { readonly hasSupport: boolean; readonly plan: EntryPlan | undefined } {
    const { market, tickNanos } = question;
    const touch = (sign === 1 ? market.ASK_STACK : market.BID_STACK)[0];
    if (touch === undefined) return { hasSupport: false, plan: undefined };
    const ticks = (dollars: number): number => ticksOf(dollars, tickNanos);
    const dollars = (tick: number): number => toPriceNumber(tick * tickNanos);
    const entry = Math.round(ticks(touch[0]));
    const least = Math.round(ticks(this.#profile.minStop));
    const most = Math.round(ticks(this.#profile.maxStop));
    const support = nearestSupport(question, sign, entry, least, most);
    const fallback =
      this.#profile.kind === 'breakout' ? { risk: most, what: 'widest stop' } : undefined;
    const stop = support ?? fallback;
    if (stop === undefined) return { hasSupport: false, plan: undefined };
    const wanted = Math.ceil(stop.risk * this.#profile.rewardRisk);
    const reward = this.#rewardTicks(market, sign, entry, wanted, ticks);
    if (reward < wanted) return { hasSupport: true, plan: undefined };
    const plan = {
      limit: dollars(entry),
      stop: dollars(entry - sign * stop.risk),
      target: dollars(entry + sign * reward),
      support: stop.what,
    };
    return { hasSupport: true, plan };
  }

  /** How far the target may be: just before what stands in the way; of momentum no farther than the reward that is asked. */
  #rewardTicks(
    market: MarketState,
    sign: 1 | -1,
    entry: number,
    wanted: number,
    ticks: (dollars: number) => number,
  ): number {
    const isBreakout = this.#profile.kind === 'breakout';
    let reward = isBreakout ? Math.max(wanted, Math.round(ticks(this.#profile.maxTarget))) : wanted;
    for (const { price } of wallsAhead(market, sign)) {
      // a wall at the touch itself leaves no room at all
      const ahead = (ticks(price) - entry) * sign;
      if (ahead >= 0) reward = Math.min(reward, Math.ceil(ahead) - 1);
    }
    if (!isBreakout) return reward;
    for (const level of [market.VP_VAH, market.VP_VAL, market.VP_POC, market.VWAP]) {
      const ahead = level === null ? 0 : (ticks(level) - entry) * sign;
      if (ahead > 0) reward = Math.min(reward, Math.ceil(ahead) - 1);
    }
    return reward;
  }
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

function counted(
  before: Readonly<Record<string, number>>,
  rules: readonly ConditionRule[],
  holds: readonly boolean[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [i, { name }] of rules.entries())
    counts[name] = holds[i] === true ? (before[name] ?? 0) + 1 : 0;
  return counts;
}

/** A price in ticks: whole where it lies on the grid, as 128.05 * 1e9 / 1e7 is not. */
function ticksOf(dollars: number, tickNanos: number): number {
  return Math.round(dollars * NANOS_PER_UNIT) / tickNanos;
}

/** Walls of the other side, which price would have to get through. */
function wallsAhead(market: MarketState, sign: 1 | -1): DomWall[] {
  const side = sign === 1 ? 'ASK' : 'BID';
  return market.DOM_WALLS.filter((wall) => wall.side === side);
}

/** The level nearest to the entry that leaves a stop, one tick behind it, within the profile's distances. */
function nearestSupport(
  { market, tickNanos, swingLow, swingHigh }: Question,
  sign: 1 | -1,
  entry: number,
  least: number,
  most: number,
): { readonly risk: number; readonly what: string } | undefined {
  const ownSide = sign === 1 ? 'BID' : 'ASK';
  const levels: (readonly [number | null, string])[] = [
    ...market.DOM_WALLS.filter((wall) => wall.side === ownSide).map(
      (wall) => [wall.price, 'wall'] as const,
    ),
    sign === 1 ? [market.VP_VAL, 'VP_VAL'] : [market.VP_VAH, 'VP_VAH'],
    [market.VP_POC, 'VP_POC'],
    [market.VWAP, 'VWAP'],
    sign === 1 ? [swingLow, 'swing low'] : [swingHigh, 'swing high'],
    [market.ABSORPTION_SIDE === ownSide ? market.ABSORPTION_PRICE : null, 'absorption'],
  ];
  let nearest: { readonly risk: number; readonly what: string } | undefined;
  for (const [price, what] of levels) {
    if (price === null) continue;
    const distance = (entry - ticksOf(price, tickNanos)) * sign;
    const risk = Math.floor(distance) + 1;
    if (
      distance > 0 &&
      risk >= least &&
      risk <= most &&
      (nearest === undefined || risk < nearest.risk)
    )
      nearest = { risk, what };
  }
  return nearest;
}
