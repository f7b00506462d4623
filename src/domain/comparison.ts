/** How far a day is from the first one, and by which measure. */
export type DistanceMeasure =
  /** The value over the first day's. */
  | 'ratio'
  /** Kolmogorov and Smirnov's distance of two distributions, 0 to 1. */
  | 'ks'
  /** Half the sum of the differences of two lists of shares, 0 to 1: what would have to move. */
  | 'moved'
  /** The value less the first day's. */
  | 'difference';

/** One statistic of several days. `null`: not known from such data. */
export interface ComparisonRow {
  readonly section: string;
  readonly label: string;
  readonly unit: string;
  /** One a day. */
  readonly values: readonly (number | null)[];
  readonly measure: DistanceMeasure;
  /** One a day after the first. */
  readonly distances: readonly (number | null)[];
}

export interface ComparedDay {
  readonly name: string;
  /** What the data know: every order, or the best levels of each side. */
  readonly levels: number | null;
  readonly symbol: string;
  readonly date: string;
}

/** Statistics of several days side by side, the first being what the others are held against. */
export interface Comparison {
  /** Best levels a side whose events were counted in every day; `null`: all. */
  readonly window: number | null;
  readonly days: readonly ComparedDay[];
  readonly rows: readonly ComparisonRow[];
}
