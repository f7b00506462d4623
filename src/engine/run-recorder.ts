import type { DecisionRecord } from '../domain/decision.ts';
import type { Fill } from '../domain/order.ts';
import type { EquityPoint, RoundTrip } from '../domain/run.ts';
import type { SessionTime } from '../domain/time.ts';
import type { TrackedOrder } from '../execution/order-tracker.ts';
import type { Journal, JournalEntryBody } from '../journal/entry.ts';
import { JournalError } from '../journal/journal-error.ts';

/** Who listens to what happened, besides the journal: the decision log, the trade log, the front ends. */
export interface RunObserver {
  onDecision(decision: DecisionRecord, ts: SessionTime): void;
  onFill(fill: Fill, order: TrackedOrder, ts: SessionTime): void;
  onTrip(trip: RoundTrip, ts: SessionTime): void;
  /** Something of an order that a person wants to see: denied, rejected, cancelled, triggered. */
  onOrderEvent(orderId: string, what: string, detail: string, ts: SessionTime): void;
  onAlarm(level: 'info' | 'warning' | 'critical', text: string, ts: SessionTime): void;
}

interface TokenSums {
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

/** A copy of a recorder, as `restore` takes it. */
export interface RunRecorderState {
  /** Entries of the journal so far. */
  readonly sequence: number;
  readonly lastCode: string | null | undefined;
  readonly asked: number;
  readonly decisions: number;
  readonly lastDecision: DecisionRecord | null;
  readonly byTool: Readonly<Record<string, number>>;
  readonly denied: Readonly<Record<string, number>>;
  readonly tokens: Readonly<TokenSums>;
  readonly costUsd: number | null;
  readonly equity: readonly EquityPoint[];
}

/** Passes on what an observer is to know, but not while the recorder is silent. */
function unlessSilent(observer: RunObserver, isSilent: () => boolean): RunObserver {
  return {
    onDecision: (decision, ts) => {
      if (!isSilent()) observer.onDecision(decision, ts);
    },
    onFill: (fill, order, ts) => {
      if (!isSilent()) observer.onFill(fill, order, ts);
    },
    onTrip: (trip, ts) => {
      if (!isSilent()) observer.onTrip(trip, ts);
    },
    onOrderEvent: (orderId, what, detail, ts) => {
      if (!isSilent()) observer.onOrderEvent(orderId, what, detail, ts);
    },
    onAlarm: (level, text, ts) => {
      if (!isSilent()) observer.onAlarm(level, text, ts);
    },
  };
}

/** Numbers and keeps what a run does: the journal's entries, the counts of its decisions, the curve of its equity. */
export class RunRecorder {
  readonly observer: RunObserver;
  readonly equity: EquityPoint[] = [];
  readonly byTool: Record<string, number> = {};
  readonly denied: Record<string, number> = {};
  readonly tokens: TokenSums = { input: 0, cached: 0, output: 0, reasoning: 0 };
  asked = 0;
  /** Decisions that the log has a line of, and the last of them. */
  decisions = 0;
  lastDecision: DecisionRecord | null = null;
  /** Nobody is told what happens: it happened before, and a replay only passes it by. The journal is written as ever. */
  isSilent = false;
  costUsd: number | null = 0;

  /** Called once when the journal can no longer be written: trading has to stop opening. */
  onJournalFailure: ((problem: string) => void) | undefined;

  readonly #journal: Journal;
  readonly #isDurable: boolean;
  /** Why the journal could not be written at the last try. */
  #journalProblem: string | undefined;
  #sequence = 0;
  /** Code of the decision log's last line; `undefined` before the first. */
  #lastCode: string | null | undefined;

  /**
   * @param isDurable Whether an intent must be on disk before it is sent: wherever something outside this process depends on it.
   * In a backtest nothing does: the venue dies with the process, and the same input gives the same entries again.
   */
  constructor(journal: Journal, observer: RunObserver, isDurable: boolean) {
    this.#journal = journal;
    this.observer = unlessSilent(observer, () => this.isSilent);
    this.#isDurable = isDurable;
  }

  /**
   * Writes one entry. Intents, fills and halts are durable at once where it matters, commands by hand everywhere, as no replay can
   * give them again; the rest may be batched. Returns false when it was to be durable and is not: what opens must not be sent then.
   *
   * @param isFollowed Another entry that is durable comes at once, and this one is kept with it.
   */
  write(ts: SessionTime, body: JournalEntryBody, isFollowed = false): boolean {
    this.#sequence++;
    const isDurable =
      !isFollowed && ((this.#isDurable && DURABLE.has(body.type)) || body.type === 'command');
    const isTriedAgain = this.#journalProblem !== undefined && this.#sequence % RETRY_ENTRIES === 0;
    const entry = { sequence: this.#sequence, ts, body };
    if (!this.#try(ts, () => this.#journal.append(entry, isDurable || isTriedAgain))) return false;
    if (isDurable || isTriedAgain) this.#onWritten(ts);
    return true;
  }

  /** Makes durable what was written with `isFollowed` and was not followed. */
  keep(ts: SessionTime): void {
    this.#try(ts, () => this.#journal.flush?.());
  }

  /** Lets the journal write what has waited for long, where no entry comes that would take it along. */
  flushOverdue(ts: SessionTime): void {
    this.#try(ts, () => {
      if (this.#journal.flushOverdue?.() === true) this.#onWritten(ts);
    });
  }

  /** Has the journal do something. False when it could not be written, which is told. */
  #try(ts: SessionTime, write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      this.#onJournalError(error, ts);
      return false;
    }
  }

  /** Nothing waits in the journal any more. */
  #onWritten(ts: SessionTime): void {
    if (this.#journalProblem === undefined) return;
    this.#journalProblem = undefined;
    const text = 'the journal is written again, with all that was missing; the halt stays';
    this.observer.onAlarm('warning', text, ts);
  }

  /** The journal keeps what it could not write and tries again: told once, until it could. */
  #onJournalError({ message }: JournalError, ts: SessionTime): void {
    const isNew = this.#journalProblem === undefined;
    this.#journalProblem = message;
    if (!isNew) return;
    const text = `${message}; nothing new is opened, stops and exits still go out`;
    this.observer.onAlarm('critical', text, ts);
    this.onJournalFailure?.(message);
  }

  /** True when a decision would be a line of the log: a rule that waits says nothing new, five times a second. */
  isNews(model: string | null, tool: string, code: string | null): boolean {
    return model !== null || tool !== 'wait' || code !== this.#lastCode;
  }

  /** Counts a question that was put and what became of it; of one that was not put (`isAsked`) only why. */
  count(tool: string, code: string | null, isAsked = true): void {
    if (isAsked) {
      this.asked++;
      this.byTool[tool] = (this.byTool[tool] ?? 0) + 1;
    }
    if (code !== null) this.denied[code] = (this.denied[code] ?? 0) + 1;
  }

  /** Writes a decision, with what it cost. */
  onDecision(decision: DecisionRecord, ts: SessionTime): void {
    const { tokens } = decision;
    if (tokens !== null) {
      for (const key of ['input', 'cached', 'output', 'reasoning'] as const)
        this.tokens[key] += tokens[key];
    }
    if (decision.model !== null && decision.asked) {
      this.costUsd =
        this.costUsd === null || decision.costUsd === null ? null : this.costUsd + decision.costUsd;
    }
    this.#lastCode = decision.code;
    this.decisions++;
    this.lastDecision = decision;
    this.write(ts, { type: 'decision', decision });
    this.observer.onDecision(decision, ts);
  }
  /** A copy of all of it; the journal marks the place. Points of the curve, which never change, are shared. */
  capture(): RunRecorderState {
    this.#journal.mark?.();
    return {
      sequence: this.#sequence,
      lastCode: this.#lastCode,
      asked: this.asked,
      decisions: this.decisions,
      lastDecision: this.lastDecision,
      byTool: { ...this.byTool },
      denied: { ...this.denied },
      tokens: { ...this.tokens },
      costUsd: this.costUsd,
      equity: this.equity.slice(),
    };
  }

  /** Becomes what `capture` copied, and the journal goes to that place. What was observed stays so. */
  restore(state: RunRecorderState): void {
    this.#journal.goTo?.(state.sequence);
    this.#sequence = state.sequence;
    this.#lastCode = state.lastCode;
    this.asked = state.asked;
    this.decisions = state.decisions;
    this.lastDecision = state.lastDecision;
    replaceCounts(this.byTool, state.byTool);
    replaceCounts(this.denied, state.denied);
    Object.assign(this.tokens, state.tokens);
    this.costUsd = state.costUsd;
    this.equity.length = 0;
    for (const point of state.equity) this.equity.push(point);
  }
}

function replaceCounts(counts: Record<string, number>, by: Readonly<Record<string, number>>): void {
  for (const name of Object.keys(counts)) delete counts[name];
  Object.assign(counts, by);
}

/** Entries between two tries to write a journal that could not be written. */
const RETRY_ENTRIES = 64;

const DURABLE: ReadonlySet<string> = new Set([
  'order-submitted',
  'order-change-requested',
  'order-cancel-requested',
  'order-report',
  'halted',
  'halt-reset',
  'command',
]);
