import type { ConditionCounts, ToolCall } from '../../domain/decision.ts';
import type { ActiveOrder } from '../../domain/market-state.ts';
import { NANOS_PER_UNIT, toPriceNumber } from '../../domain/price.ts';
import type { ProfileSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { Answer, Brain, Question } from '../port.ts';
import { unaskedAnswer } from '../unasked-answer.ts';
import { Checklist, type ChecklistState } from './checklist.ts';

/** Ticks within which absorption counts as standing at the target. */
const AT_TARGET_TICKS = 2;

/** The waits, the same objects each time. */
const ENTRY_WORKS = waitFor('an entry works');
const NOT_MET = waitFor('conditions not met');
const IN_POSITION = waitFor('in position');

/** A copy of the brain's memory, as `restore` takes it. */
export interface RulesBrainState {
  readonly checklist: ChecklistState;
  readonly openedTs: SessionTime | undefined;
}

/** The deterministic brain: the checklist for entries, five rules for exits. It takes no time and asks nobody. */
export class RulesBrain implements Brain {
  readonly provider = 'rules';
  readonly model = null;
  readonly intervalMs: number;
  readonly #profile: ProfileSettings;
  readonly #checklist: Checklist;
  readonly #size: number;
  #openedTs: SessionTime | undefined;

  /** @param snapshotMs The engine's cadence: rules are asked at every snapshot. */
  constructor(profile: ProfileSettings, size: number, snapshotMs: number) {
    this.#profile = profile;
    this.#checklist = new Checklist(profile);
    this.#size = size;
    this.intervalMs = snapshotMs;
  }

  get rules(): Checklist['rules'] {
    return this.#checklist.rules;
  }

  get conditions(): ConditionCounts {
    return this.#checklist.conditions;
  }

  observe(question: Question): void {
    if (question.account.POSITION === 0) this.#openedTs = undefined;
    else this.#openedTs ??= question.ts;
    this.#checklist.observe(question);
  }

  ask(question: Question): Answer {
    return question.account.POSITION === 0 ? this.#entry(question) : this.#exit(question);
  }

  /** A copy of all of it. */
  capture(): RulesBrainState {
    return { checklist: this.#checklist.capture(), openedTs: this.#openedTs };
  }

  /** Becomes what `capture` copied of a brain of the same profile. */
  restore({ checklist, openedTs }: RulesBrainState): void {
    this.#checklist.restore(checklist);
    this.#openedTs = openedTs;
  }

  #entry(question: Question): Answer {
    for (const { role } of question.orders) if (role === 'ENTRY') return ENTRY_WORKS;
    const long = this.#checklist.planOf(1);
    const plan = long ?? this.#checklist.planOf(-1);
    if (plan === undefined) return NOT_MET;
    return answerOf({
      tool: plan === long ? 'enter_long' : 'enter_short',
      arguments: {
        limit_price: plan.limit,
        stop_loss: plan.stop,
        profit_target: plan.target,
        size: this.#size,
        conviction: null,
        reasoning: `every ${this.#profile.name} condition holds; stop behind ${plan.support}`,
      },
    });
  }

  #exit(question: Question): Answer {
    const sign = question.account.POSITION > 0 ? 1 : -1;
    const reason = this.#exitReason(question, sign);
    if (reason !== undefined)
      return answerOf({ tool: 'exit_position', arguments: { reasoning: reason } });
    const change = this.#targetBeforeWall(question, sign) ?? this.#tighterStop(question, sign);
    return change === undefined ? IN_POSITION : answerOf(change);
  }

  #exitReason({ ts, market }: Question, sign: 1 | -1): string | undefined {
    const { exitLongImbalance, exitShortImbalance, maxHoldSecs } = this.#profile;
    const { L2_IMBALANCE: imbalance, CVD_TREND: trend } = market;
    if (
      imbalance !== null &&
      (sign === 1 ? imbalance < exitLongImbalance : imbalance > exitShortImbalance)
    ) {
      return `L2_IMBALANCE ${imbalance} against the position`;
    }
    if (trend === (sign === 1 ? 'FALLING' : 'RISING'))
      return `CVD_TREND ${trend} against the position`;
    if (this.#openedTs !== undefined && ts - this.#openedTs >= maxHoldSecs * NS_PER_SECOND) {
      return `held for ${maxHoldSecs} s`;
    }
    return undefined;
  }

  /** A wall between here and the target: one tick before it, as long as that still is a profit. */
  #targetBeforeWall(question: Question, sign: 1 | -1): ToolCall | undefined {
    const { market, account, orders, tickNanos } = question;
    const target = priceOf(orders, 'TARGET');
    const touch = touchOf(question, sign);
    const entry = account.AVG_ENTRY;
    if (target === undefined || touch === null || entry === null) return undefined;
    const side = sign === 1 ? 'ASK' : 'BID';
    for (const wall of market.DOM_WALLS) {
      if (wall.side !== side) continue;
      const before = stepped(wall.price, -sign, tickNanos);
      if (
        (before - touch) * sign > 0 &&
        (before - entry) * sign > 0 &&
        (target - before) * sign > 0
      ) {
        return {
          tool: 'update_target',
          arguments: { new_price: before, reasoning: `wall of ${wall.size} at ${wall.price}` },
        };
      }
    }
    return undefined;
  }

  /** Absorption at the target: the move may end there, so the stop comes to a least distance behind the touch. */
  #tighterStop(question: Question, sign: 1 | -1): ToolCall | undefined {
    const { market, orders, tickNanos } = question;
    const { ABSORPTION_PRICE: price, ABSORPTION_SIDE: side } = market;
    if (price === null) return undefined;
    const target = priceOf(orders, 'TARGET');
    const stop = priceOf(orders, 'STOP');
    const touch = touchOf(question, sign);
    if (target === undefined || stop === undefined || touch === null) return undefined;
    if (side !== (sign === 1 ? 'ASK' : 'BID')) return undefined;
    if (Math.abs(price - target) > toPriceNumber(tickNanos) * AT_TARGET_TICKS + 1e-9)
      return undefined;
    const tighter = stepped(
      touch,
      -sign * Math.round((this.#profile.minStop * NANOS_PER_UNIT) / tickNanos),
      tickNanos,
    );
    if ((tighter - stop) * sign <= 0) return undefined;
    return {
      tool: 'update_stop',
      arguments: { new_price: tighter, reasoning: `absorption at ${price}, near the target` },
    };
  }
}

/** What the position could be closed at: a long at the bid, a short at the ask. */
function touchOf({ bid, ask }: Question, sign: 1 | -1): number | null {
  return sign === 1 ? bid : ask;
}

function priceOf(orders: readonly ActiveOrder[], role: 'STOP' | 'TARGET'): number | undefined {
  return orders.find((order) => order.role === role)?.price ?? undefined;
}

function stepped(price: number, ticks: number, tickNanos: number): number {
  return toPriceNumber(
    Math.round((price * NANOS_PER_UNIT) / tickNanos) * tickNanos + ticks * tickNanos,
  );
}

function waitFor(reasoning: string): Answer {
  const call: ToolCall = Object.freeze({ tool: 'wait', arguments: Object.freeze({ reasoning }) });
  return Object.freeze({ ...answerOf(call), calls: Object.freeze([call]) });
}

/** What costs nothing and takes no time. */
function answerOf(call: ToolCall): Answer {
  return unaskedAnswer([call]);
}
