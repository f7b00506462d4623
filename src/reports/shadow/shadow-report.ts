import type { MoneyMicros } from '../../domain/money.ts';
import type { SessionTime } from '../../domain/time.ts';

/** Why a run and the backtest of its day differ at a place. `unexplained`: nothing that is known of them tells. */
export const DIFFERENCE_CLASSES = {
  absent: 'the program was not there: killed, or starting again',
  connection: 'the broker could not be reached, or both sides did not agree yet',
  halt: 'trading was halted: kill switch, guard, a limit',
  manual: 'somebody acted by hand',
  brain: 'the model did not answer, or not with a valid call',
  validation: 'gate 1 refused it in one of them',
  risk: 'the risk gate denied it in one of them',
  broker: 'the broker refused or ended the order on its word',
  'market-data': 'they saw other data',
  'time-shift': 'the same decision at another snapshot, or a snapshot missed',
  latency: 'the order met another market, as it arrived at another time',
  'queue-live': 'the resting order was filled in the run only',
  'queue-backtest': 'the resting order was filled in the backtest only',
  'queue-time': 'the resting order was filled at another time',
  partial: 'the order was filled in part in one of them',
  price: 'another price for the same order at the same time',
  commission: 'another commission for the same fill',
  settings: 'the run had other settings',
  follows: 'it follows from an earlier difference',
  unexplained: 'nothing that is known of them tells why',
} as const;

export type DifferenceClass = keyof typeof DIFFERENCE_CLASSES;

/** The run that is reported, or the backtest of its day. */
export type Run = 'live' | 'backtest';

/** What differs. */
export type DifferenceSubject =
  | 'decision'
  | 'time'
  | 'terms'
  | 'entry fill'
  | 'exit fill'
  | 'exit'
  | 'move'
  | 'order'
  | 'commission';

export interface ShadowDifference {
  /** Counts from 1, in the order of time. */
  readonly number: number;
  readonly at: SessionTime;
  readonly subject: DifferenceSubject;
  readonly class: DifferenceClass;
  /** What each of them did; `null`: nothing. */
  readonly live: string | null;
  readonly backtest: string | null;
  /** The figures behind the class, in words. */
  readonly evidence: string;
  /** Live price less that of the backtest, where both have one. */
  readonly ticks: number | null;
  /** The difference that this one follows from. */
  readonly cause: number | null;
  /** Live result less the backtest's, as far as it begins here; all of them sum up to the runs' own difference. */
  readonly resultMicros: MoneyMicros;
}

/** How one run's decisions or fills stand to the other's: the three sum up to all. */
export interface Agreement {
  readonly count: number;
  readonly agreed: number;
  /** The other has its counterpart, which is not the same. */
  readonly differing: number;
  readonly only: number;
}

export interface ShadowComparison {
  readonly decisions: { readonly live: Agreement; readonly backtest: Agreement };
  readonly fills: { readonly live: Agreement; readonly backtest: Agreement };
  readonly result: {
    readonly liveMicros: MoneyMicros;
    readonly backtestMicros: MoneyMicros;
  };
  readonly differences: readonly ShadowDifference[];
}

/** What the comparison has to know besides the two runs. */
export interface ComparisonFacts {
  /** Decisions that are farther apart than this are not the same, nanoseconds. */
  readonly withinNs: number;
  /** Sent farther apart than this, they rest on other snapshots. */
  readonly shiftNs: number;
  /** Both read the same data. */
  readonly hasSameData: boolean;
  readonly hasSameSettings: boolean;
  /** Orders and their answers take as long in both. */
  readonly hasSameLatency: boolean;
  readonly tickNanos: number;
  /** Money per point and unit. */
  readonly multiplier: number;
}

/** Lengths of time, nanoseconds; `null` where nothing was measured. */
export interface MeasuredTimes {
  readonly count: number;
  readonly medianNs: number | null;
  readonly p95Ns: number | null;
}
