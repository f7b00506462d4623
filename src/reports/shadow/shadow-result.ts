import type { MeasuredDelay, MeasuredLatencies } from './measured-latencies.ts';
import {
  DIFFERENCE_CLASSES,
  type DifferenceClass,
  type ShadowComparison,
} from './shadow-report.ts';

/** A run beside the backtest of its day: what a shadow report is rendered from. */
export interface ShadowResult extends ShadowComparison {
  readonly run: {
    readonly id: string;
    readonly mode: string;
    readonly symbol: string;
    /** `YYYY-MM-DD`. */
    readonly session: string;
    /** The part of it that both played, ISO 8601. */
    readonly from: string;
    readonly until: string;
  };
  readonly backtest: {
    readonly id: string;
    /** Where its journal is. */
    readonly logsFolder: string;
    readonly source: string;
    readonly hasSameData: boolean;
    readonly hasSameSettings: boolean;
  };
  /** As the run's journal shows them, and what the backtest was played with, ms. */
  readonly latencies: MeasuredLatencies & {
    /** Later than the data tell, by the run's clock; `null` where both read the same data, or no order tells. */
    readonly data: MeasuredDelay | null;
    readonly applied: {
      readonly decisionMs: number | null;
      readonly orderMs: number;
      readonly reportMs: number;
    };
  };
  readonly day: number;
  readonly warnings: readonly string[];
}

/** How often a class came, and what it makes of the difference of the results. */
export interface ClassSum {
  readonly class: DifferenceClass;
  readonly meaning: string;
  readonly count: number;
  readonly resultMicros: number;
}

/** The classes that came, the most frequent first. */
export function classSumsOf({ differences }: ShadowComparison): readonly ClassSum[] {
  const names = Object.keys(DIFFERENCE_CLASSES) as DifferenceClass[];
  return names
    .map((name) => {
      const own = differences.filter((each) => each.class === name);
      return {
        class: name,
        meaning: DIFFERENCE_CLASSES[name],
        count: own.length,
        resultMicros: own.reduce((sum, each) => sum + each.resultMicros, 0),
      };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
