import type { ConditionCounts, Denial } from '../../domain/decision.ts';
import type { BrainSettings, ProfileSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import { buildContext } from '../context/build-context.ts';
import { DecisionMemory, type DecisionMemoryState } from '../context/decision-memory.ts';
import type { Answer, Brain, DecisionOutcome, Question } from '../port.ts';
import { RulesBrain, type RulesBrainState } from '../rules/rules-brain.ts';
import { unaskedAnswer } from '../unasked-answer.ts';
import { Budget, type BudgetState } from './budget.ts';
import { type BreakerState, CircuitBreaker } from './circuit-breaker.ts';
import { costOf, type ModelPrice } from './model-price.ts';
import type { ModelClient, ModelReply, ModelRequest } from './port.ts';
import { readReply } from './read-reply.ts';
import { RememberingClient } from './remembering-client.ts';

const RULES = Object.freeze({ provider: 'rules', model: null });

export interface ModelBrainOptions {
  readonly provider: string;
  readonly model: string;
  readonly settings: BrainSettings;
  readonly profile: ProfileSettings;
  /** The engine's cadence, ms: rules in the model's place are asked at every snapshot. */
  readonly snapshotMs: number;
  /** The prompt with its figures filled in, and the SHA-256 of its file. */
  readonly prompt: { readonly system: string; readonly sha256: string };
  readonly price: ModelPrice | null;
  /** One that remembers its answers lets a run go back without asking again. */
  readonly client: ModelClient | RememberingClient;
}

/** A copy of what the brain remembers, as `restore` takes it. */
interface ModelBrainState {
  readonly rules: RulesBrainState;
  readonly memory: DecisionMemoryState;
  readonly breaker: BreakerState;
  readonly budget: BudgetState;
  readonly trouble: string | null;
  /** Questions put. */
  readonly asked: number;
}

/**
 * A language model that decides. It is asked only when there is something to decide, while its provider answers and its
 * budget lasts; whatever else happens is a wait with its code. The rules watch beside it: their conditions are the gate, their
 * exits the guard, and where configured they decide while the provider is left alone.
 */
export class ModelBrain implements Brain {
  readonly provider: string;
  readonly model: string;
  readonly intervalMs: number;
  readonly #options: ModelBrainOptions;
  readonly #rules: RulesBrain;
  readonly #memory = new DecisionMemory();
  readonly #breaker: CircuitBreaker;
  readonly #budget: Budget;
  readonly #remembering: RememberingClient | undefined;
  #trouble: string | null = null;
  /** What was paid for in this run, on ways that were left, too. */
  #paidUsd = 0;
  /** There where the client remembers: what another one answered would be asked and paid for again. */
  readonly capture?: () => ModelBrainState;
  readonly restore?: (memory: unknown) => void;

  constructor(options: ModelBrainOptions) {
    const { settings, profile, snapshotMs } = options;
    this.#options = options;
    this.provider = options.provider;
    this.model = options.model;
    this.intervalMs = settings.intervalMs;
    this.#rules = new RulesBrain(profile, settings.size, snapshotMs);
    this.#breaker = new CircuitBreaker(settings.breakerFailures, settings.breakerSecs);
    this.#budget = new Budget(settings);
    const { client } = options;
    if (!(client instanceof RememberingClient)) return;
    this.#remembering = client;
    this.capture = () => this.#capture(client);
    // what `capture` gave
    this.restore = (memory) => this.#restore(client, memory as ModelBrainState);
  }

  get rules(): Brain['rules'] {
    return this.#rules.rules;
  }

  get conditions(): ConditionCounts {
    return this.#rules.conditions;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  get paidUsd(): number {
    return this.#paidUsd;
  }

  startSession(): void {
    this.#budget.startSession();
  }

  observe(question: Question): void {
    this.#rules.observe(question);
    this.#memory.observe(question);
  }

  onOutcome(outcome: DecisionOutcome): void {
    this.#memory.onOutcome(outcome);
  }

  /** The exits by rule, while a position is open. */
  guard(question: Question): Answer | undefined {
    if (!this.#options.settings.guard || question.account.POSITION === 0) return undefined;
    const answer = this.#rules.ask(question);
    return answer.calls[0]?.tool === 'wait' ? undefined : byRules(answer);
  }

  ask(question: Question, id: string): Answer | Promise<Answer> {
    const held = this.#blocked(question);
    const { settings } = this.#options;
    if (held === undefined) {
      const request = this.#requestOf(question, id);
      return this.#unpaid(request) ?? this.#put(request, question.ts);
    }
    return this.#breaker.isOpen && settings.fallback === 'rules'
      ? byRules(this.#rules.ask(question))
      : held;
  }

  /** Why no question is put at this snapshot; `undefined`: one is. */
  #blocked(question: Question): Answer | undefined {
    const { ts } = question;
    const { settings } = this.#options;
    if (!this.#hasSomethingToDecide(question)) return notPut('GATE', this.#gateFigures());
    if (!this.#breaker.mayAsk(ts)) {
      const { failures, nextTryAt } = this.#breaker;
      const nextTrySecs = Math.ceil((nextTryAt - ts) / NS_PER_SECOND);
      return notPut('BREAKER', { failures, nextTrySecs, most: settings.breakerFailures });
    }
    const limit = this.#budget.reachedAt(ts);
    if (limit === undefined) return undefined;
    this.#trouble = `budget of the ${limit.span} is spent`;
    return notPut('BUDGET', { ...limit });
  }

  #hasSomethingToDecide({ account, orders }: Question): boolean {
    const { gate } = this.#options.settings;
    if (gate === 0 || account.POSITION !== 0 || orders.length > 0) return true;
    const { long, short } = this.#gateFigures();
    return Math.max(long, short) >= gate;
  }

  #gateFigures(): { readonly long: number; readonly short: number; readonly least: number } {
    const { long, short } = this.conditions;
    return { long: heldOf(long), short: heldOf(short), least: this.#options.settings.gate };
  }

  #capture(client: RememberingClient): ModelBrainState {
    return {
      rules: this.#rules.capture(),
      memory: this.#memory.capture(),
      breaker: this.#breaker.capture(),
      budget: this.#budget.capture(),
      trouble: this.#trouble,
      asked: client.capture(),
    };
  }

  #restore(client: RememberingClient, state: ModelBrainState): void {
    this.#rules.restore(state.rules);
    this.#memory.restore(state.memory);
    this.#breaker.restore(state.breaker);
    this.#budget.restore(state.budget);
    this.#trouble = state.trouble;
    client.restore(state.asked);
  }

  /** The budget of the run counts what was paid for on ways that were left: what is not known yet is not asked then. */
  #unpaid(request: ModelRequest): Answer | undefined {
    const { budgetRunUsd } = this.#options.settings;
    if (budgetRunUsd === null || this.#paidUsd < budgetRunUsd) return undefined;
    if (this.#remembering === undefined || this.#remembering.knows(request)) return undefined;
    this.#trouble = 'budget of the run is spent';
    return notPut('BUDGET', { span: 'run', spentUsd: this.#paidUsd, limitUsd: budgetRunUsd });
  }

  /** What is asked; built at once: what the question shows is valid only until the engine goes on. */
  #requestOf(question: Question, id: string): ModelRequest {
    const { model, prompt, settings } = this.#options;
    const { system, user } = buildContext({
      system: prompt.system,
      question,
      conditions: this.conditions,
      history: this.#memory.at(question),
    });
    return { decisionId: id, model, system, user, answers: settings.answers };
  }

  async #put(request: ModelRequest, ts: SessionTime): Promise<Answer> {
    const isPaid = this.#remembering?.knows(request) !== true;
    const reply = await this.#options.client.ask(request);
    const answer = this.#answerOf(reply);
    if (isPaid) this.#paidUsd += answer.costUsd ?? 0;
    this.#breaker.onReply(reply.code, ts);
    this.#budget.spend(ts, answer.costUsd);
    const { isOpen, failures } = this.#breaker;
    this.#trouble = isOpen ? `${failures} failures in a row: ${reply.code}` : null;
    return answer;
  }

  #answerOf(reply: ModelReply): Answer {
    const { settings } = this.#options;
    const { attempts, latencyMs, requestSha256, answerSha256, tokens } = reply;
    return {
      ...readReply(reply, settings.answers, settings.size),
      attempts,
      latencyMs,
      promptSha256: this.#options.prompt.sha256,
      requestSha256,
      answerSha256,
      tokens,
      costUsd: costOf(tokens, this.#options.price),
    };
  }
}

function heldOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).filter((count) => count > 0).length;
}

function byRules(answer: Answer): Answer {
  return { ...answer, isAsked: false, decidedBy: RULES };
}

function notPut(code: string, figures: Denial['figures']): Answer {
  return { ...unaskedAnswer([]), code, figures, isAsked: false };
}
