import type { RunTrace, TracedDecision } from '../../domain/run-trace.ts';
import type { DifferenceList } from './difference-list.ts';
import type { Agreement, ComparisonFacts, Run } from './shadow-report.ts';

/** How a decision or fill stands to the other run's. */
export type Standing = 'agreed' | 'differing' | 'only';

/** Collects how each decision and fill of a run stands. */
export class StandingBook {
  readonly #decisions = new Map<TracedDecision, Standing>();
  readonly #fills: Record<Standing, number> = { agreed: 0, differing: 0, only: 0 };

  decide(decision: TracedDecision | undefined, standing: Standing): void {
    if (decision !== undefined) this.#decisions.set(decision, standing);
  }

  fill(count: number, standing: Standing): void {
    this.#fills[standing] += count;
  }

  has(decision: TracedDecision): boolean {
    return this.#decisions.has(decision);
  }

  get decisions(): Agreement {
    const counts: Record<Standing, number> = { agreed: 0, differing: 0, only: 0 };
    for (const standing of this.#decisions.values()) counts[standing]++;
    return { count: this.#decisions.size, ...counts };
  }

  get fills(): Agreement {
    const { agreed, differing, only } = this.#fills;
    return { count: agreed + differing + only, agreed, differing, only };
  }
}

/** What both runs have been found to be so far. */
export interface Findings {
  readonly facts: ComparisonFacts;
  readonly live: RunTrace;
  readonly backtest: RunTrace;
  readonly differences: DifferenceList;
  readonly standings: Readonly<Record<Run, StandingBook>>;
}

export function otherOf(run: Run): Run {
  return run === 'live' ? 'backtest' : 'live';
}
