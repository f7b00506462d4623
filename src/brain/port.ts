import type { ConditionCounts, DecisionRecord, Denial, ToolCall } from '../domain/decision.ts';
import type { AccountState, ActiveOrder, MarketState } from '../domain/market-state.ts';
import type { SessionTime } from '../domain/time.ts';

/** Tells of the value area what costs less than its edges. */
export interface ValueAreaBounds {
  /** True when VP_VAL lies below `tick` (`sign` 1) or VP_VAH above it (`sign` -1), or there is none. */
  isAreaPast(sign: 1 | -1, tick: number): boolean;
}

/** What a brain is asked: the state at one moment of market time. `market` is valid only until the engine goes on. */
export interface Question {
  readonly ts: SessionTime;
  readonly market: MarketState;
  readonly account: AccountState;
  readonly orders: readonly ActiveOrder[];
  /** Best bid and ask, dollars: what of the stacks is wanted at every snapshot. */
  readonly bid: number | null;
  readonly ask: number | null;
  readonly tickNanos: number;
  /** Extremes of the last confirmed swing on completed one-minute bars, dollars. */
  readonly swingLow: number | null;
  readonly swingHigh: number | null;
  /** FOOTPRINT_CURR_BAR's delta, which costs less than the bar; without it the bar is read. */
  readonly barDelta?: number;
  /** The same value area as in `market`; without it the edges themselves are read. */
  readonly valueArea?: ValueAreaBounds;
}

/** A call as it was made, before anybody looked at it. */
export interface RawCall {
  readonly tool: string;
  readonly arguments: unknown;
}

/** What a brain answered. `code` tells why there is no answer to judge (TIMEOUT, REFUSED, …). */
export interface Answer {
  readonly calls: readonly RawCall[];
  readonly code: string | null;
  readonly figures: Denial['figures'] | null;
  readonly attempts: number;
  /** Measured or recorded; `null` where the brain takes no time of its own. */
  readonly latencyMs: number | null;
  readonly promptSha256: string | null;
  readonly requestSha256: string | null;
  readonly answerSha256: string | null;
  readonly tokens: DecisionRecord['tokens'];
  readonly costUsd: number | null;
  /** False where no question was put: GATE, BREAKER, BUDGET, a rule exit beside a model. Left out: it was put. */
  readonly isAsked?: boolean;
  /** Who decided, where it was not the brain itself: the rules beside a model, or in its place. */
  readonly decidedBy?: { readonly provider: string; readonly model: string | null };
}

/** What became of a decision: its line of the log, and the market times of its snapshot and its effect. */
export interface DecisionOutcome {
  readonly ts: SessionTime;
  /** `null` after SESSION_END. */
  readonly effectTs: SessionTime | null;
  readonly record: Omit<DecisionRecord, 'run' | 'id' | 'ts' | 'effectTs'> & { readonly id: string };
}

/** An entry condition of the checklist, in words for the screen. */
export interface ConditionRule {
  readonly name: string;
  readonly rule: string;
}

/**
 * Who decides. `observe` is called at every snapshot, in order, whether a question follows or not; `ask` at the brain's
 * cadence and never while another question is open.
 */
export interface Brain {
  readonly provider: string;
  readonly model: string | null;
  /** Market time between questions, ms. */
  readonly intervalMs: number;
  readonly rules: {
    readonly long: readonly ConditionRule[];
    readonly short: readonly ConditionRule[];
  };
  /** For how many snapshots each condition has held, at the one last observed; built anew when asked for. */
  readonly conditions: ConditionCounts;
  /** Why it does not decide as it should, in words; `null` where it does. */
  readonly trouble?: string | null;
  /** What its answers cost on all ways that a run has played, $; a run that went back counts its own way alone. */
  readonly paidUsd?: number;
  observe(question: Question): void;
  /** `id`: the decision's, unique in the run. */
  ask(question: Question, id: string): Answer | Promise<Answer>;
  /**
   * What may not wait for an answer: a decision beside the questions, called at every snapshot after `observe`, also while
   * an answer is on its way. It takes effect at once. `undefined`: nothing to do.
   */
  guard?(question: Question): Answer | undefined;
  /** Another session begins. */
  startSession?(): void;
  /** Tells what became of every decision that was recorded, its own and the guard's, in the log's order. */
  onOutcome?(outcome: DecisionOutcome): void;
  /**
   * A copy of all that it remembers, plain data, as `restore` takes it. Only a brain that decides the same again has the
   * two; without them a run cannot go back.
   */
  capture?(): unknown;
  restore?(memory: unknown): void;
}

/** What gate 1 needs of the question once the market has moved on. Prices in 1e-9 units. */
export interface QuestionFacts {
  readonly ts: SessionTime;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly last: number | null;
  readonly position: number;
  readonly tickNanos: number;
}

/** The moment that a decision takes effect. */
export interface EffectFacts {
  readonly ts: SessionTime;
  readonly last: number | null;
  readonly position: number;
  readonly hasWorkingEntry: boolean;
  /** Trigger price of the working stop, 1e-9 units. */
  readonly stopPrice: number | null;
}

/** Gate 1: what of an answer may go on to the risk gate. */
export type Verdict = { readonly call: ToolCall } | { readonly denial: Denial };

/**
 * Judges an answer in two steps: by the question when it comes, and by the market when it takes effect. A `wait` rests
 * on its schema alone: what passed once may be taken for passed again.
 */
export interface Validator {
  onAnswer(calls: readonly RawCall[], question: QuestionFacts): Verdict;
  onEffect(call: ToolCall, question: QuestionFacts, effect: EffectFacts): Denial | undefined;
}
