import type { MarketState } from '../../domain/market-state.ts';
import { NANOS_PER_UNIT, toPriceNumber } from '../../domain/price.ts';
import type { ProfileSettings } from '../../domain/settings.ts';
import type { Question } from '../port.ts';

/** An entry that the checklist would make, prices in dollars on the grid. */
export interface EntryPlan {
  readonly limit: number;
  readonly stop: number;
  readonly target: number;
  /** What the stop stands behind, in words. */
  readonly support: string;
}

/**
 * Where an entry of one side at the touch would put its stop and target. Worked in ticks, so that no cent is lost.
 *
 * It looks at every snapshot, so it keeps numbers; the plan is made when one is asked for.
 */
export class EntryPlanner {
  /** Whether the stop finds a support, at the snapshot last looked at. */
  hasSupport = false;
  /** Whether the target, with that stop, is worth the risk. */
  hasReward = false;

  readonly #profile: ProfileSettings;
  readonly #sign: 1 | -1;
  /** The side that supports this entry, and the one whose walls stand in its way. */
  readonly #ownSide: 'BID' | 'ASK';
  readonly #otherSide: 'BID' | 'ASK';
  #tickNanos = Number.NaN;
  /** The profile's distances in ticks. */
  #least = 0;
  #most = 0;
  #farthest = 0;
  /** Of the snapshot last looked at, in ticks. */
  #entry = 0;
  #risk = 0;
  #reward = 0;
  #support = '';

  constructor(profile: ProfileSettings, sign: 1 | -1) {
    this.#profile = profile;
    this.#sign = sign;
    this.#ownSide = sign === 1 ? 'BID' : 'ASK';
    this.#otherSide = sign === 1 ? 'ASK' : 'BID';
  }

  /** Takes in the next snapshot. */
  look(question: Question): void {
    const { market, tickNanos } = question;
    this.hasSupport = false;
    this.hasReward = false;
    const touch = this.#sign === 1 ? question.ask : question.bid;
    if (touch === null) return;
    if (tickNanos !== this.#tickNanos) this.#measureIn(tickNanos);
    this.#entry = Math.round(ticksOf(touch, tickNanos));
    this.#findSupport(question);
    if (this.#support === '') {
      if (this.#profile.kind !== 'breakout') return;
      this.#risk = this.#most;
      this.#support = 'widest stop';
    }
    this.hasSupport = true;
    const wanted = Math.ceil(this.#risk * this.#profile.rewardRisk);
    this.#reward = this.#rewardTicks(market, wanted);
    this.hasReward = this.#reward >= wanted;
  }

  /** The entry at the snapshot last looked at, or `undefined` where support or reward are missing. */
  plan(): EntryPlan | undefined {
    if (!this.hasReward) return undefined;
    return {
      limit: this.#dollars(this.#entry),
      stop: this.#dollars(this.#entry - this.#sign * this.#risk),
      target: this.#dollars(this.#entry + this.#sign * this.#reward),
      support: this.#support,
    };
  }

  /** The level nearest to the entry that leaves a stop, one tick behind it, within the profile's distances. */
  #findSupport({ market, swingLow, swingHigh, valueArea }: Question): void {
    const isLong = this.#sign === 1;
    this.#risk = this.#most + 1;
    this.#support = '';
    for (const wall of market.DOM_WALLS) {
      if (wall.side === this.#ownSide) this.#consider(wall.price, 'wall');
    }
    // of levels equally far the earlier counts: walls, value area, POC and so on
    if (this.#risk === this.#least) return;
    // an edge as far away as what is known, or farther, is not worth finding
    const limit = this.#entry - this.#sign * (this.#risk - 2);
    if (valueArea?.isAreaPast(this.#sign, limit) !== true) {
      if (isLong) this.#consider(market.VP_VAL, 'VP_VAL');
      else this.#consider(market.VP_VAH, 'VP_VAH');
    }
    this.#consider(market.VP_POC, 'VP_POC');
    this.#consider(market.VWAP, 'VWAP');
    if (isLong) this.#consider(swingLow, 'swing low');
    else this.#consider(swingHigh, 'swing high');
    if (market.ABSORPTION_SIDE === this.#ownSide)
      this.#consider(market.ABSORPTION_PRICE, 'absorption');
  }

  /** Takes a level as the support if it is nearer than what is known. */
  #consider(price: number | null, what: string): void {
    if (price === null) return;
    const distance = (this.#entry - ticksOf(price, this.#tickNanos)) * this.#sign;
    const risk = Math.floor(distance) + 1;
    if (distance > 0 && risk >= this.#least && risk < this.#risk) {
      this.#risk = risk;
      this.#support = what;
    }
  }

  /** How far the target may be: just before what stands in the way; of momentum no farther than the reward that is asked. */
  #rewardTicks(market: MarketState, wanted: number): number {
    const isBreakout = this.#profile.kind === 'breakout';
    let reward = isBreakout ? Math.max(wanted, this.#farthest) : wanted;
    for (const wall of market.DOM_WALLS) {
      if (wall.side !== this.#otherSide) continue;
      // a wall at the touch itself leaves no room at all
      const ahead = this.#aheadOf(wall.price);
      if (ahead >= 0) reward = Math.min(reward, Math.ceil(ahead) - 1);
    }
    if (!isBreakout) return reward;
    for (const level of [market.VP_VAH, market.VP_VAL, market.VP_POC, market.VWAP]) {
      const ahead = level === null ? 0 : this.#aheadOf(level);
      if (ahead > 0) reward = Math.min(reward, Math.ceil(ahead) - 1);
    }
    return reward;
  }

  /** Ticks from the entry to a level, in the direction of the target. */
  #aheadOf(price: number): number {
    return (ticksOf(price, this.#tickNanos) - this.#entry) * this.#sign;
  }

  #dollars(tick: number): number {
    return toPriceNumber(tick * this.#tickNanos);
  }

  #measureIn(tickNanos: number): void {
    const { minStop, maxStop, maxTarget } = this.#profile;
    this.#tickNanos = tickNanos;
    this.#least = Math.round(ticksOf(minStop, tickNanos));
    this.#most = Math.round(ticksOf(maxStop, tickNanos));
    this.#farthest = Math.round(ticksOf(maxTarget, tickNanos));
  }
}

/** A price in ticks: whole where it lies on the grid, as 128.05 * 1e9 / 1e7 is not. */
function ticksOf(dollars: number, tickNanos: number): number {
  return Math.round(dollars * NANOS_PER_UNIT) / tickNanos;
}
