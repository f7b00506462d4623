import type { ConditionCounts, ToolCall } from '../../domain/decision.ts';
import type { ActiveOrder, MarketState } from '../../domain/market-state.ts';
import { NANOS_PER_UNIT, toPriceNumber } from '../../domain/price.ts';
import type { ProfileSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { Answer, Brain, Question } from '../port.ts';
import { Checklist } from './checklist.ts';

/** Ticks within which absorption counts as standing at the target. */
const AT_TARGET_TICKS = 2;

/** The waits, the same objects each time. */
const ENTRY_WORKS = waitFor('an entry works');
const NOT_MET = waitFor('conditions not met');
const IN_POSITION = waitFor('in position');

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

  observe(question: Question): ConditionCounts {
    if (question.account.POSITION === 0) this.#openedTs = undefined;
    else this.#openedTs ??= question.ts;
    return this.#checklist.observe(question);
  }

  ask(question: Question): Answer {
    const call = question.account.POSITION === 0 ? this.#entry(question) : this.#exit(question);
    return {
      calls: [call],
      code: null,
      figures: null,
      attempts: 0,
      latencyMs: null,
      promptSha256: null,
      requestSha256: null,
      answerSha256: null,
      tokens: null,
      costUsd: null,
    };
  }

  #entry(question: Question): ToolCall {
    if (question.orders.some((order) => order.role === 'ENTRY')) return ENTRY_WORKS;
    for (const sign of [1, -1] as const) {
      const plan = this.#checklist.planOf(sign);
      if (plan === undefined) continue;
      return {
        tool: sign === 1 ? 'enter_long' : 'enter_short',
        arguments: {
          limit_price: plan.limit,
          stop_loss: plan.stop,
          profit_target: plan.target,
          size: this.#size,
          conviction: null,
          reasoning: `every ${this.#profile.name} condition holds; stop behind ${plan.support}`,
        },
      };
    }
    return NOT_MET;
  }

  #exit(question: Question): ToolCall {
    const sign = question.account.POSITION > 0 ? 1 : -1;
    const reason = this.#exitReason(question, sign);
    if (reason !== undefined) return { tool: 'exit_position', arguments: { reasoning: reason } };
    return (
      this.#targetBeforeWall(question, sign) ?? this.#tighterStop(question, sign) ?? IN_POSITION
    );
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
  #targetBeforeWall(
    { market, account, orders, tickNanos }: Question,
    sign: 1 | -1,
  ): ToolCall | undefined {
    const target = priceOf(orders, 'TARGET');
    const touch = touchOf(market, sign);
    const entry = account.AVG_ENTRY;
    if (target === undefined || touch === undefined || entry === null) return undefined;
    const walls = market.DOM_WALLS.filter((wall) => wall.side === (sign === 1 ? 'ASK' : 'BID'));
    for (const wall of walls) {
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
  #tighterStop({ market, orders, tickNanos }: Question, sign: 1 | -1): ToolCall | undefined {
    const target = priceOf(orders, 'TARGET');
    const stop = priceOf(orders, 'STOP');
    const touch = touchOf(market, sign);
    const { ABSORPTION_PRICE: price, ABSORPTION_SIDE: side } = market;
    if (target === undefined || stop === undefined || touch === undefined || price === null)
      return undefined;
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
function touchOf(market: MarketState, sign: 1 | -1): number | undefined {
  return (sign === 1 ? market.BID_STACK : market.ASK_STACK)[0]?.[0];
}

function priceOf(orders: readonly ActiveOrder[], role: 'STOP' | 'TARGET'): number | undefined {
  return orders.find((order) => order.role === role)?.price ?? undefined;
}

function stepped(price: number, ticks: number, tickNanos: number): number {
  return toPriceNumber(
    Math.round((price * NANOS_PER_UNIT) / tickNanos) * tickNanos + ticks * tickNanos,
  );
}

function waitFor(reasoning: string): ToolCall {
  return Object.freeze({ tool: 'wait', arguments: Object.freeze({ reasoning }) });
}
