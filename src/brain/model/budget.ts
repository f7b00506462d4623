import type { BrainSettings } from '../../domain/settings.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';

const HOUR_NS = 3600 * NS_PER_SECOND;

/** A limit that is reached, in dollars. */
export interface SpentLimit {
  readonly span: 'hour' | 'session' | 'run';
  readonly spentUsd: number;
  readonly limitUsd: number;
}

/** A copy of what was spent, as `restore` takes it. */
export interface BudgetState {
  readonly session: number;
  readonly run: number;
  readonly hour: readonly { readonly ts: SessionTime; readonly costUsd: number }[];
}

/**
 * Counts what a model cost against what it may cost in an hour of market time, a session and a run. What a question will
 * cost is not known before, so the last one may go beyond; an answer whose cost is not known counts nothing.
 */
export class Budget {
  readonly #limits: Pick<BrainSettings, 'budgetUsd' | 'budgetHourUsd' | 'budgetRunUsd'>;
  #session = 0;
  #run = 0;
  /** Of the last hour, oldest first. */
  #hour: { readonly ts: SessionTime; readonly costUsd: number }[] = [];

  constructor(limits: Pick<BrainSettings, 'budgetUsd' | 'budgetHourUsd' | 'budgetRunUsd'>) {
    this.#limits = limits;
  }

  startSession(): void {
    this.#session = 0;
  }

  spend(ts: SessionTime, costUsd: number | null): void {
    if (costUsd === null || costUsd === 0) return;
    this.#session += costUsd;
    this.#run += costUsd;
    this.#hour.push({ ts, costUsd });
  }

  /** A copy of all of it. */
  capture(): BudgetState {
    return { session: this.#session, run: this.#run, hour: this.#hour.slice() };
  }

  /** Becomes what `capture` copied. */
  restore({ session, run, hour }: BudgetState): void {
    this.#session = session;
    this.#run = run;
    this.#hour = hour.slice();
  }

  /** The limit that is reached at `ts`, the longest span first; `undefined`: none is. */
  reachedAt(ts: SessionTime): SpentLimit | undefined {
    const { budgetRunUsd, budgetUsd, budgetHourUsd } = this.#limits;
    const run = reached('run', this.#run, budgetRunUsd);
    if (run !== undefined) return run;
    const session = reached('session', this.#session, budgetUsd);
    if (session !== undefined || budgetHourUsd === null) return session;
    while ((this.#hour[0]?.ts ?? ts) <= ts - HOUR_NS) this.#hour.shift();
    const spent = this.#hour.reduce((sum, { costUsd }) => sum + costUsd, 0);
    return reached('hour', spent, budgetHourUsd);
  }
}

function reached(
  span: SpentLimit['span'],
  spentUsd: number,
  limitUsd: number | null,
): SpentLimit | undefined {
  return limitUsd === null || spentUsd < limitUsd ? undefined : { span, spentUsd, limitUsd };
}
