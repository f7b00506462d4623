import type { DecisionRecord } from '../../domain/decision.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { DecisionOutcome, Question } from '../port.ts';
import { numberText } from './context-text.ts';

/** Decisions that a model is reminded of. */
const REMEMBERED = 3;
/** Codes of questions that were never put: nothing was decided. */
const NOT_PUT: ReadonlySet<string> = new Set(['GATE', 'BREAKER', 'BUDGET']);

/** Where an entry that was placed stands. */
type Stage =
  /** Waiting for its first fill. */
  | { readonly type: 'works' }
  | { readonly type: 'open' }
  | { readonly type: 'never-filled' }
  /** Dollars after commissions. */
  | { readonly type: 'closed'; readonly result: number };

interface Remembered {
  readonly ts: SessionTime;
  readonly answer: DecisionRecord['answer'];
  readonly tool: DecisionRecord['tool'];
  readonly code: DecisionRecord['code'];
  readonly figures: DecisionRecord['figures'];
  readonly entryId: string | undefined;
  readonly orders: number;
  /** Of the account before an entry. */
  readonly dailyPl: number;
  readonly dailyTrades: number;
  readonly stage: Stage | undefined;
}

/** A decision as HISTORY tells it. */
export interface PastDecision {
  /** Since its snapshot, whole seconds, rounded down. */
  readonly secsAgo: number;
  readonly answer: DecisionRecord['answer'];
  readonly tool: DecisionRecord['tool'];
  readonly code: DecisionRecord['code'];
  readonly figures: DecisionRecord['figures'];
  /** What became of it, in words; `null` of a wait and of what was refused. */
  readonly outcome: string | null;
}

/** A copy of a memory, as `restore` takes it. */
export interface DecisionMemoryState {
  readonly decisions: readonly Remembered[];
  readonly dailyPl: number;
  readonly dailyTrades: number;
}

/**
 * The last decisions and what became of them, from what the engine tells of each and from the account and the orders of every
 * later snapshot. Questions that were not put are no decisions.
 */
export class DecisionMemory {
  #decisions: Remembered[] = [];
  #dailyPl = 0;
  #dailyTrades = 0;

  /** Takes in the next snapshot's account and orders. */
  observe({ account, orders }: Pick<Question, 'account' | 'orders'>): void {
    this.#dailyPl = account.DAILY_PL;
    this.#dailyTrades = account.DAILY_TRADES;
    for (const [i, decision] of this.#decisions.entries()) {
      const { stage, entryId } = decision;
      if (stage === undefined || stage.type === 'closed' || stage.type === 'never-filled') continue;
      const isEntryWorking = orders.some(({ id }) => id === entryId);
      const isOpened = account.DAILY_TRADES > decision.dailyTrades;
      const next = nextStage(isEntryWorking, isOpened, account.POSITION !== 0, () =>
        cents(account.DAILY_PL - decision.dailyPl),
      );
      if (next.type !== stage.type) this.#decisions[i] = { ...decision, stage: next };
    }
  }

  onOutcome({ ts, record }: DecisionOutcome): void {
    const { answer, tool, code, figures, orders } = record;
    if (code !== null && NOT_PUT.has(code)) return;
    const isEntry = tool === 'enter_long' || tool === 'enter_short';
    this.#decisions.push({
      ts,
      answer,
      tool,
      code,
      figures,
      entryId: orders.find(({ role }) => role === 'ENTRY')?.id,
      orders: orders.length,
      dailyPl: this.#dailyPl,
      dailyTrades: this.#dailyTrades,
      stage: isEntry ? { type: 'works' } : undefined,
    });
    if (this.#decisions.length > REMEMBERED) this.#decisions.shift();
  }

  /** The last decisions as they stand at a question, oldest first. */
  at({ ts, account }: Pick<Question, 'ts' | 'account'>): readonly PastDecision[] {
    return this.#decisions.map((decision) => ({
      secsAgo: Math.floor((ts - decision.ts) / NS_PER_SECOND),
      answer: decision.answer,
      tool: decision.tool,
      code: decision.code,
      figures: decision.figures,
      outcome: outcomeOf(decision, account),
    }));
  }

  /** A copy of all of it. */
  capture(): DecisionMemoryState {
    return {
      decisions: this.#decisions.slice(),
      dailyPl: this.#dailyPl,
      dailyTrades: this.#dailyTrades,
    };
  }

  /** Becomes what `capture` copied. */
  restore({ decisions, dailyPl, dailyTrades }: DecisionMemoryState): void {
    this.#decisions = decisions.slice();
    this.#dailyPl = dailyPl;
    this.#dailyTrades = dailyTrades;
  }
}

function nextStage(
  isEntryWorking: boolean,
  isOpened: boolean,
  isIn: boolean,
  result: () => number,
): Stage {
  if (isOpened && isIn) return { type: 'open' };
  // what filled in part and was closed already may fill again
  if (isEntryWorking) return { type: 'works' };
  return isOpened ? { type: 'closed', result: result() } : { type: 'never-filled' };
}

function outcomeOf(
  { code, tool, stage, orders }: Remembered,
  account: Question['account'],
): string | null {
  if (code !== null) return null;
  switch (tool) {
    case 'enter_long':
    case 'enter_short':
      return stage === undefined ? null : stageText(stage, account);
    case 'exit_position':
      return account.POSITION === 0 ? 'position closed' : 'closing';
    case 'update_stop':
    case 'update_target':
      return 'moved';
    case 'cancel_all':
      return orders === 0 ? 'nothing to cancel' : 'cancelled';
    case 'wait':
      return null;
  }
}

function stageText(stage: Stage, account: Question['account']): string {
  switch (stage.type) {
    case 'works':
      return 'order works, not filled';
    case 'open':
      return `in position, open result ${numberText(account.UNREALIZED_PL, 2)}`;
    case 'never-filled':
      return 'order ended, not filled';
    case 'closed':
      return `closed, result ${numberText(stage.result, 2)}`;
  }
}

/** Differences of exact amounts, without the dust of binary fractions. */
function cents(dollars: number): number {
  return Math.round(dollars * 1e6) / 1e6;
}
