import type {
  Answer,
  Brain,
  EffectFacts,
  Question,
  QuestionFacts,
  RawCall,
  Validator,
  Verdict,
} from '../brain/port.ts';
import type { ConditionCounts, DecisionRecord, Denial, ToolCall } from '../domain/decision.ts';
import { NANOS_PER_UNIT, type PriceNanos } from '../domain/price.ts';
import { type DayNumber, formatTimestamp, NS_PER_MS, type SessionTime } from '../domain/time.ts';
import type { OrderDesk, TouchedOrder } from '../execution/order-desk.ts';
import type { RunRecorder } from './run-recorder.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Characters of unfit arguments that the log keeps. */
const MOST_TEXT = 2000;

/** An answer on its way to take effect. */
interface Pending {
  /** Number of its question, from 1 over the run. */
  readonly number: number;
  readonly answer: Answer;
  readonly facts: QuestionFacts;
  readonly conditions: ConditionCounts;
  readonly latencyMs: number;
  readonly effectAt: SessionTime;
}

/** A copy of what the decisions stand at, as `restore` takes it. */
export interface DecisionState {
  readonly count: number;
  readonly nextAskAt: SessionTime;
  readonly pending: Pending | undefined;
  readonly lastLatencyMs: number | null;
  readonly hasObserved: boolean;
}

/** The market when a question is put, and when a decision takes effect. */
export interface DecisionMarket {
  questionFacts(ts: SessionTime): QuestionFacts;
  effectFacts(ts: SessionTime): EffectFacts;
}

/**
 * Puts the questions and carries the answers out: one at a time, at the brain's cadence, each taking effect its latency
 * after its snapshot, through gate 1 and the order desk, and each recorded with what became of it.
 */
export class DecisionMaker {
  readonly #brain: Brain;
  readonly #validator: Validator;
  readonly #desk: OrderDesk;
  readonly #recorder: RunRecorder;
  readonly #market: DecisionMarket;
  readonly #runId: string;
  readonly #day: DayNumber;
  readonly #fixedLatencyMs: number | null;
  readonly #marketWaits: boolean;
  #count = 0;
  #nextAskAt = Number.NEGATIVE_INFINITY;
  #pending: Pending | undefined;
  /** What the answer of an asynchronous brain resolves; the engine waits for it. */
  #waiting: Promise<void> | undefined;
  #lastLatencyMs: number | null = null;
  #hasObserved = false;
  /** A frozen answer that waits and passed: the same object passes again, and takes nothing but counting. */
  #passedWait: Answer | undefined;

  constructor(options: {
    readonly brain: Brain;
    readonly validator: Validator;
    readonly desk: OrderDesk;
    readonly recorder: RunRecorder;
    readonly market: DecisionMarket;
    readonly runId: string;
    readonly day: DayNumber;
    /** Latency charged to every decision, ms; `null`: the brain's own. */
    readonly fixedLatencyMs: number | null;
    /** Whether market time stands still while the brain thinks; false in the present, where it cannot. */
    readonly marketWaits?: boolean;
  }) {
    this.#brain = options.brain;
    this.#validator = options.validator;
    this.#desk = options.desk;
    this.#recorder = options.recorder;
    this.#market = options.market;
    this.#runId = options.runId;
    this.#day = options.day;
    this.#fixedLatencyMs = options.fixedLatencyMs;
    this.#marketWaits = options.marketWaits ?? true;
  }

  get brain(): Brain {
    return this.#brain;
  }

  /** How long each entry condition has held, at the last snapshot. */
  get conditions(): ConditionCounts | undefined {
    return this.#hasObserved ? this.#brain.conditions : undefined;
  }

  get lastLatencyMs(): number | null {
    return this.#lastLatencyMs;
  }

  get isInFlight(): boolean {
    return this.#waiting !== undefined || this.#pending !== undefined;
  }

  /** When the pending decision takes effect; infinite when there is none. */
  get nextEffect(): SessionTime {
    return this.#pending?.effectAt ?? NEVER;
  }

  /** Settles when the brain has answered, while it thinks and the market stands still until then. */
  get waiting(): Promise<void> | undefined {
    return this.#marketWaits ? this.#waiting : undefined;
  }

  /** The snapshot at `question.ts`: the checklist takes it in, and the brain is asked when it is its turn. */
  onSnapshot(question: Question, isPaused: boolean): void {
    this.#brain.observe(question);
    this.#hasObserved = true;
    if (isPaused) return;
    const guarding = this.#brain.guard?.(question);
    if (guarding !== undefined) {
      // what may not wait: a question about the same snapshot would be about another market
      const facts = this.#market.questionFacts(question.ts);
      this.#carryOut(this.#pendingOf(++this.#count, guarding, facts, this.#brain.conditions));
      return;
    }
    if (this.isInFlight || question.ts < this.#nextAskAt) return;
    const number = ++this.#count;
    const answer = this.#brain.ask(question, `D${number}`);
    // the next question is put an interval after the last one that was put
    if (answer instanceof Promise || answer.isAsked !== false)
      this.#nextAskAt = question.ts + this.#brain.intervalMs * NS_PER_MS;
    if (answer === this.#passedWait && !this.#recorder.isNews(this.#brain.model, 'wait', null)) {
      this.#lastLatencyMs = this.#latencyOf(answer);
      this.#recorder.count('wait', null);
      return;
    }
    const facts = this.#market.questionFacts(question.ts);
    const { conditions } = this.#brain;
    if (answer instanceof Promise) {
      this.#waiting = answer.then((settled) => {
        this.#waiting = undefined;
        this.#onAnswer(number, settled, facts, conditions);
      });
      // whoever waits is told of a failure; until then nobody may have looked
      this.#waiting.catch((error: unknown) => this.#onBrainFailed(error, question.ts));
    } else {
      this.#onAnswer(number, answer, facts, conditions);
    }
  }

  /**
   * A copy of all of it but the brain's own memory.
   *
   * @throws {Error} While the brain thinks: what it will answer cannot be copied.
   */
  capture(): DecisionState {
    if (this.#waiting !== undefined) throw new Error('a brain that thinks cannot be copied');
    return {
      count: this.#count,
      nextAskAt: this.#nextAskAt,
      pending: this.#pending,
      lastLatencyMs: this.#lastLatencyMs,
      hasObserved: this.#hasObserved,
    };
  }

  /** Becomes what `capture` copied; an answer that a brain still owes must have come before. */
  restore(state: DecisionState): void {
    this.#count = state.count;
    this.#nextAskAt = state.nextAskAt;
    this.#pending = state.pending;
    this.#lastLatencyMs = state.lastLatencyMs;
    this.#hasObserved = state.hasObserved;
    this.#passedWait = undefined;
  }

  /** The pending decision takes effect. */
  onEffectTime(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#carryOut(pending);
  }

  /** The data ended while a decision was on its way: it does nothing. */
  onSessionEnd(ts: SessionTime): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    this.#record(pending, null, ts, 'wait', { code: 'SESSION_END', figures: {} }, []);
  }

  /** Where nobody waits a failure of the brain is told, and the next question is put as ever. */
  #onBrainFailed(error: unknown, ts: SessionTime): void {
    if (this.#marketWaits) return;
    this.#waiting = undefined;
    this.#recorder.observer.onAlarm('critical', `the brain failed: ${String(error)}`, ts);
  }

  #onAnswer(
    number: number,
    answer: Answer,
    facts: QuestionFacts,
    conditions: ConditionCounts,
  ): void {
    const pending = this.#pendingOf(number, answer, facts, conditions);
    if (answer.isAsked !== false) this.#lastLatencyMs = pending.latencyMs;
    if (pending.effectAt === facts.ts) this.#carryOut(pending);
    else this.#pending = pending;
  }

  #pendingOf(
    number: number,
    answer: Answer,
    facts: QuestionFacts,
    conditions: ConditionCounts,
  ): Pending {
    const latencyMs = this.#latencyOf(answer);
    const effectAt = facts.ts + Math.round(latencyMs * NS_PER_MS);
    return { number, answer, facts, conditions, latencyMs, effectAt };
  }

  /** What was not asked takes no time, whatever is charged to an answer. */
  #latencyOf(answer: Answer): number {
    return answer.isAsked === false ? 0 : (this.#fixedLatencyMs ?? answer.latencyMs ?? 0);
  }

  #carryOut(pending: Pending): void {
    const { answer, facts, effectAt } = pending;
    if (answer.code !== null) {
      this.#record(
        pending,
        effectAt,
        effectAt,
        'wait',
        { code: answer.code, figures: answer.figures ?? {} },
        [],
      );
      return;
    }
    const verdict = this.#validator.onAnswer(answer.calls, facts);
    if ('denial' in verdict) {
      this.#record(pending, effectAt, effectAt, 'wait', verdict.denial, []);
      return;
    }
    const { call } = verdict;
    const denial = this.#validator.onEffect(call, facts, this.#market.effectFacts(effectAt));
    if (denial !== undefined) {
      this.#record(pending, effectAt, effectAt, 'wait', denial, []);
      return;
    }
    // where an answer takes time it has to be on its way for as long
    if (call.tool === 'wait' && effectAt === facts.ts && Object.isFrozen(answer))
      this.#passedWait = answer;
    const done = this.#act(call, facts.tickNanos, effectAt);
    const refused = 'denial' in done ? done.denial : undefined;
    const touched = 'denial' in done ? [] : done.touched;
    this.#record(
      pending,
      effectAt,
      effectAt,
      refused === undefined ? call.tool : 'wait',
      refused,
      touched,
    );
  }

  #act(
    call: ToolCall,
    tickNanos: number,
    now: SessionTime,
  ): { readonly touched: readonly TouchedOrder[] } | { readonly denial: Denial } {
    switch (call.tool) {
      case 'enter_long':
      case 'enter_short': {
        const { limit_price, stop_loss, profit_target, size } = call.arguments;
        const request = {
          side: call.tool === 'enter_long' ? 'buy' : 'sell',
          limitPrice: onGrid(limit_price, tickNanos),
          stopPrice: onGrid(stop_loss, tickNanos),
          targetPrice: onGrid(profit_target, tickNanos),
          quantity: size,
        } as const;
        return this.#desk.enterBracket(request, now);
      }
      case 'update_stop':
      case 'update_target':
        return this.#move(
          call.tool === 'update_stop' ? 'STOP' : 'TARGET',
          onGrid(call.arguments.new_price, tickNanos),
          now,
        );
      case 'exit_position':
        return { touched: this.#desk.flatten(now, 'exit') };
      case 'cancel_all':
        return { touched: this.#desk.cancelEntries(now, 'cancel_all') };
      case 'wait':
        return { touched: [] };
    }
  }

  #move(
    role: 'STOP' | 'TARGET',
    price: PriceNanos,
    now: SessionTime,
  ): { readonly touched: readonly TouchedOrder[] } | { readonly denial: Denial } {
    const { bracket } = this.#desk;
    if (bracket === undefined) return { touched: [] };
    const id = (role === 'STOP' ? bracket.stopId : bracket.targetId) ?? '';
    const denial = this.#desk.change(
      role === 'STOP' ? { id, stopPrice: price } : { id, price },
      now,
    );
    return denial === undefined ? { touched: [{ id, role }] } : { denial };
  }

  #record(
    pending: Pending,
    effectTs: SessionTime | null,
    now: SessionTime,
    tool: DecisionRecord['tool'],
    denial: Denial | undefined,
    orders: readonly TouchedOrder[],
  ): void {
    const { answer, facts, conditions, number, latencyMs } = pending;
    const code = denial?.code ?? null;
    const asked = answer.isAsked !== false;
    const { provider, model } = answer.decidedBy ?? this.#brain;
    this.#recorder.count(tool, code, asked);
    if (!this.#recorder.isNews(asked ? model : null, tool, code)) return;
    const record: DecisionRecord = {
      run: this.#runId,
      id: `D${number}`,
      ts: formatTimestamp(this.#day, facts.ts),
      effectTs: effectTs === null ? null : formatTimestamp(this.#day, effectTs),
      provider,
      model,
      asked,
      attempts: answer.attempts,
      latencyMs: asked ? latencyMs : null,
      promptSha256: answer.promptSha256,
      requestSha256: answer.requestSha256,
      answerSha256: answer.answerSha256,
      tokens: answer.tokens,
      costUsd: answer.costUsd,
      answer: loggedCall(answer.calls, this.#validator.onAnswer(answer.calls, facts)),
      tool,
      code,
      figures: denial?.figures ?? null,
      orders,
      conditions,
    };
    this.#recorder.onDecision(record, now);
    this.#brain.onOutcome?.({ ts: facts.ts, effectTs, record });
  }
}

/** The tick that gate 1 took the price for: it may be 1e-9 away from it. */
function onGrid(dollars: number, tickNanos: number): PriceNanos {
  return Math.round((dollars * NANOS_PER_UNIT) / tickNanos) * tickNanos;
}

/** A call as the log has it: arguments that do not fit the schema as text. */
function loggedCall(
  calls: readonly RawCall[],
  verdict: Verdict,
): { readonly tool: string; readonly arguments: unknown } | null {
  const [call] = calls;
  if (call === undefined || calls.length > 1) return null;
  const isUnfit =
    'denial' in verdict && ['UNKNOWN_TOOL', 'BAD_ARGUMENTS'].includes(verdict.denial.code);
  if (!isUnfit) return { tool: call.tool, arguments: call.arguments };
  const text =
    typeof call.arguments === 'string' ? call.arguments : (JSON.stringify(call.arguments) ?? '');
  return { tool: call.tool, arguments: text.slice(0, MOST_TEXT) };
}
