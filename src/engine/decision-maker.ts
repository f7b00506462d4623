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
  readonly id: string;
  readonly answer: Answer;
  readonly facts: QuestionFacts;
  readonly conditions: ConditionCounts;
  readonly latencyMs: number;
  readonly effectAt: SessionTime;
}

/** The market at the moment that a decision takes effect. */
export interface DecisionMarket {
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
  #count = 0;
  #nextAskAt = Number.NEGATIVE_INFINITY;
  #pending: Pending | undefined;
  /** What the answer of an asynchronous brain resolves; the engine waits for it. */
  #waiting: Promise<void> | undefined;
  #lastLatencyMs: number | null = null;
  #conditions: ConditionCounts | undefined;

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
  }) {
    this.#brain = options.brain;
    this.#validator = options.validator;
    this.#desk = options.desk;
    this.#recorder = options.recorder;
    this.#market = options.market;
    this.#runId = options.runId;
    this.#day = options.day;
    this.#fixedLatencyMs = options.fixedLatencyMs;
  }

  get brain(): Brain {
    return this.#brain;
  }

  /** How long each entry condition has held, at the last snapshot. */
  get conditions(): ConditionCounts | undefined {
    return this.#conditions;
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

  /** Settles when the brain has answered, while it thinks: the market stands still until then. */
  get waiting(): Promise<void> | undefined {
    return this.#waiting;
  }

  /** The snapshot at `question.ts`: the checklist takes it in, and the brain is asked when it is its turn. */
  onSnapshot(question: Question, facts: QuestionFacts, isPaused: boolean): void {
    const conditions = this.#brain.observe(question);
    this.#conditions = conditions;
    if (isPaused || this.isInFlight || question.ts < this.#nextAskAt) return;
    this.#nextAskAt = question.ts + this.#brain.intervalMs * NS_PER_MS;
    this.#count++;
    const id = `D${this.#count}`;
    const answer = this.#brain.ask(question);
    if (answer instanceof Promise) {
      this.#waiting = answer.then((settled) => {
        this.#waiting = undefined;
        this.#onAnswer(id, settled, facts, conditions);
      });
    } else {
      this.#onAnswer(id, answer, facts, conditions);
    }
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

  #onAnswer(id: string, answer: Answer, facts: QuestionFacts, conditions: ConditionCounts): void {
    const latencyMs = this.#fixedLatencyMs ?? answer.latencyMs ?? 0;
    this.#lastLatencyMs = latencyMs;
    const effectAt = facts.ts + Math.round(latencyMs * NS_PER_MS);
    const pending = { id, answer, facts, conditions, latencyMs, effectAt };
    if (effectAt === facts.ts) this.#carryOut(pending);
    else this.#pending = pending;
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
    const id = role === 'STOP' ? bracket.stopId : bracket.targetId;
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
    const { answer, facts, conditions, id, latencyMs } = pending;
    const code = denial?.code ?? null;
    this.#recorder.count(tool, code);
    if (!this.#recorder.isNews(this.#brain.model, tool, code)) return;
    this.#recorder.onDecision(
      {
        run: this.#runId,
        id,
        ts: formatTimestamp(this.#day, facts.ts),
        effectTs: effectTs === null ? null : formatTimestamp(this.#day, effectTs),
        provider: this.#brain.provider,
        model: this.#brain.model,
        asked: true,
        attempts: answer.attempts,
        latencyMs,
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
      },
      now,
    );
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
