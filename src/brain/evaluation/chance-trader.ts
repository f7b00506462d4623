import { NANOS_PER_UNIT, toPriceNumber } from '../../domain/price.ts';
import type { Random } from '../../domain/random.ts';
import type { EngineSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import { DecisionMemory } from '../context/decision-memory.ts';
import type { DecisionOutcome, Question, RawCall } from '../port.ts';
import { holdingOf, type Situation } from './situation.ts';

/** Snapshots between two trades, on average. */
const PAUSE_SNAPSHOTS = 25;
/**
 * Positions are left after seconds to minutes, each order of magnitude as likely as another, and at most so many times as late as a
 * profile allows: what is held too long has to be seen, too.
 */
const SHORTEST_SECS = 2;
const OVERSTAY = 1.2;

/** What the account is shown as at a moment at which something is open. */
export type OpenMoment = Pick<Situation, 'history' | 'openedTs'> &
  Pick<Question, 'account' | 'orders'> & {
    /** The same for all moments of one trade. */
    readonly trade: number;
  };

/**
 * Enters by chance, so that moments with a position or a working entry can be drawn from a day: either side, half of the entries at
 * the touch across and half at the own one, stops and targets as gate 1 demands. Exits are the bracket's, or chance's. Every
 * trade is shown as the first one of its day.
 */
export class ChanceTrader {
  readonly #settings: EngineSettings;
  readonly #random: Random;
  #memory = new DecisionMemory();
  #openedTs: SessionTime | null = null;
  #holdSecs = SHORTEST_SECS;
  #trades = 0;
  #first: Question['account'] | undefined;
  #before: Question['account'] | undefined;

  constructor(settings: EngineSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  /** The account before anything was traded. */
  get untouched(): Question['account'] | undefined {
    return this.#first;
  }

  /** Takes in the next snapshot; tells how it is to be shown where something is open. */
  observe(question: Question): OpenMoment | undefined {
    const { account, orders, ts } = question;
    // what it may lose here is no limit of anybody's
    this.#first ??= { ...account, DAILY_LOSS_REMAINING: this.#settings.risk.dailyLossUsd };
    if (account.POSITION === 0 && orders.length === 0) {
      this.#before = { ...account };
      this.#openedTs = null;
      this.#memory = new DecisionMemory();
      this.#trades++;
      return undefined;
    }
    if (account.POSITION === 0) this.#openedTs = null;
    else this.#openedTs ??= ts;
    const shown = { account: this.#shown(account), orders };
    this.#memory.observe(shown);
    return {
      ...shown,
      history: this.#memory.at({ ts, account: shown.account }),
      openedTs: this.#openedTs,
      trade: this.#trades,
    };
  }

  onOutcome(outcome: DecisionOutcome): void {
    if (outcome.record.tool !== 'wait') this.#memory.onOutcome(outcome);
  }

  /** What it does at this snapshot, if anything. */
  decide(question: Question): RawCall | undefined {
    switch (holdingOf(question)) {
      case 'nothing':
        return this.#random.below(PAUSE_SNAPSHOTS) === 0 ? this.#entry(question) : undefined;
      case 'entry':
        return undefined;
      case 'position': {
        const heldSecs = (question.ts - (this.#openedTs ?? question.ts)) / NS_PER_SECOND;
        return heldSecs >= this.#holdSecs
          ? { tool: 'exit_position', arguments: { reasoning: 'time is up' } }
          : undefined;
      }
    }
  }

  #entry({ bid, ask, tickNanos }: Question): RawCall | undefined {
    if (bid === null || ask === null) return undefined;
    const random = this.#random;
    const longest = this.#settings.profile.maxHoldSecs * OVERSTAY;
    this.#holdSecs = SHORTEST_SECS * (longest / SHORTEST_SECS) ** random.float();
    const { minStop, maxStop, minRewardRisk } = this.#settings.validation;
    const ticksOf = (dollars: number) => (dollars * NANOS_PER_UNIT) / tickNanos;
    const sign = random.below(2) === 0 ? 1 : -1;
    const isAcross = random.below(2) === 0;
    const least = Math.ceil(ticksOf(minStop) - 1e-6);
    const most = Math.floor(ticksOf(maxStop) + 1e-6);
    const risk = least + random.below(Math.max(1, most - least + 1));
    const limit = Math.round(ticksOf((sign === 1) === isAcross ? ask : bid));
    const price = (ticks: number) => toPriceNumber((limit + sign * ticks) * tickNanos);
    return {
      tool: sign === 1 ? 'enter_long' : 'enter_short',
      arguments: {
        limit_price: price(0),
        stop_loss: price(-risk),
        profit_target: price(Math.ceil(risk * minRewardRisk)),
        size: this.#settings.brain.size,
        conviction: null,
        reasoning: 'entry',
      },
    };
  }

  #shown(account: Question['account']): Question['account'] {
    const before = this.#before ?? account;
    const first = this.#first ?? account;
    const dailyPl = cents(account.DAILY_PL - before.DAILY_PL);
    const { dailyLossUsd } = this.#settings.risk;
    return {
      ...account,
      DAILY_PL: dailyPl,
      DAILY_TRADES: account.DAILY_TRADES - before.DAILY_TRADES,
      BUYING_POWER: cents(account.BUYING_POWER - before.BUYING_POWER + first.BUYING_POWER),
      DAILY_LOSS_REMAINING: cents(Math.max(0, dailyLossUsd + Math.min(0, dailyPl))),
    };
  }
}

/** Without the dust of binary fractions. */
function cents(dollars: number): number {
  return Math.round(dollars * 1e6) / 1e6;
}
