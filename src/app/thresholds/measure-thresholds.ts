import type { ResolvedConfig } from '../../config/load-config.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { formatDay, formatTimestamp, NS_PER_SECOND } from '../../domain/time.ts';
import { FeedError } from '../../feeds/port.ts';
import { chosenSymbol, createMarket, openSessionFeed, planSession } from '../session-setup.ts';
import { MarketSample, type Measured } from './market-sample.ts';

/** A threshold against what was measured. */
export interface MeasuredThreshold {
  readonly setting: string;
  /** The value that the settings have for this instrument, and how often the market reaches it. */
  readonly value: number;
  readonly reached: number | null;
  /** How often it is meant to be reached, and the value at which this market does so. */
  readonly target: number;
  readonly here: number | null;
}

/** The answer of `data thresholds`. */
export interface ThresholdReport {
  readonly symbol: string;
  readonly session: string;
  /** What was watched, and for how long. */
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  readonly trades: number;
  readonly volume: number;
  readonly tradesPerSecond: number;
  readonly thresholds: readonly MeasuredThreshold[];
  /** What the distances of a class rest on, in dollars or points. */
  readonly distances: {
    readonly meanMinuteRange: number | null;
    readonly medianSpread: number | null;
    readonly spread75: number | null;
    readonly spread90: number | null;
    readonly spread99: number | null;
    readonly silence999Secs: number | null;
  };
}

interface Target {
  readonly setting: string;
  readonly measure: keyof Measured;
  /** Reached means above it rather than from it on. */
  readonly isAbove: boolean;
  readonly share: number;
  readonly current: (settings: AnalyzerSettings) => number;
}

/**
 * How often a threshold should be reached. The rates: TSLA's thresholds are 0.91 and 2.73 times its mean of 11 trades a
 * second, and on the real GOOG and AAPL days of LOBSTER the windows above these multiples of their own means are 24 and
 * 35 percent (0.30 between them), and 12 and 9 percent (0.10). The sizes: what TSLA's thresholds come to on the AAPL day,
 * the one real file of a busy stock at a like price.
 */
const TARGETS: readonly Target[] = [
  {
    setting: 'tape.mediumTps',
    measure: 'tradesPerSecond',
    isAbove: false,
    share: 0.3,
    current: ({ tape }) => tape.mediumTps,
  },
  {
    setting: 'tape.highTps',
    measure: 'tradesPerSecond',
    isAbove: true,
    share: 0.1,
    current: ({ tape }) => tape.highTps,
  },
  {
    setting: 'tape.largePrintSize',
    measure: 'printSize',
    isAbove: true,
    share: 0.045,
    current: ({ tape }) => tape.largePrintSize,
  },
  {
    setting: 'book.wallMinSize',
    measure: 'levelSize',
    isAbove: true,
    share: 0.078,
    current: ({ book }) => book.wallMinSize,
  },
  {
    setting: 'footprint.imbalanceMinSize',
    measure: 'footprintSize',
    isAbove: false,
    share: 0.82,
    current: ({ footprint }) => footprint.imbalanceMinSize,
  },
  {
    setting: 'absorption.minVolume',
    measure: 'stuckVolume',
    isAbove: false,
    share: 0.138,
    current: ({ absorption }) => absorption.minVolume,
  },
];

/** Seconds below which a sample says nothing. */
const MIN_SECONDS = 60;

/**
 * Measures how often a market reaches the thresholds in shares, contracts and trades a second, and which values it would
 * reach as often as they are meant to be.
 *
 * @throws {FeedError} If the data are damaged, or have less than a minute of a session.
 */
export async function measureThresholds(question: {
  readonly data: readonly string[];
  readonly settings: ResolvedConfig;
}): Promise<ThresholdReport> {
  const { data, settings } = question;
  const feed = await openSessionFeed(data, chosenSymbol(settings));
  try {
    const plan = planSession(feed.description, settings);
    const { analyzers } = plan.settings;
    const { book, calendar } = createMarket(plan, feed.description);
    const { session } = calendar.dayOn(plan.day, plan.day);
    if (session === null) {
      throw new FeedError(data.join(', '), undefined, `${formatDay(plan.day)} has no session`);
    }
    const sample = new MarketSample(book, session, plan.day, {
      tapeSecs: analyzers.tape.windowSecs,
      absorptionSecs: analyzers.absorption.windowSecs,
      levels: analyzers.book.wallLevels,
    });
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next())
      sample.take(batch);
    sample.finish();
    const seconds = (sample.last - sample.first) / NS_PER_SECOND;
    if (!(seconds >= MIN_SECONDS)) {
      throw new FeedError(
        data.join(', '),
        undefined,
        `has less than a minute of the session of ${formatDay(plan.day)}: too little to measure`,
      );
    }
    const sorted = (measure: keyof Measured): Float64Array =>
      Float64Array.from(sample.measured[measure]).sort();
    const spread = sorted('spread');
    const ranges = sample.measured.minuteRange;
    return {
      symbol: plan.instrument.symbol,
      session: formatDay(plan.day),
      from: formatTimestamp(plan.day, sample.first),
      to: formatTimestamp(plan.day, sample.last),
      seconds,
      trades: sample.trades,
      volume: sample.volume,
      tradesPerSecond: rounded(sample.trades / seconds),
      thresholds: TARGETS.map(({ setting, measure, isAbove, share, current }) => {
        const values = sorted(measure);
        const value = current(analyzers);
        return {
          setting,
          value,
          reached: shareOf(values, value, isAbove),
          target: share,
          here: quantileOf(values, 1 - share),
        };
      }),
      distances: {
        meanMinuteRange:
          ranges.length === 0
            ? null
            : rounded(ranges.reduce((sum, range) => sum + range, 0) / ranges.length),
        medianSpread: quantileOf(spread, 0.5),
        spread75: quantileOf(spread, 0.75),
        spread90: quantileOf(spread, 0.9),
        spread99: quantileOf(spread, 0.99),
        silence999Secs: quantileOf(sorted('silence'), 0.999),
      },
    };
  } finally {
    await feed.close();
  }
}

/** The smallest value of a sorted list that at most `1 - quantile` of it exceeds. */
export function quantileOf(sorted: Float64Array, quantile: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)];
  return value === undefined ? null : rounded(value);
}

function shareOf(sorted: Float64Array, threshold: number, isAbove: boolean): number | null {
  if (sorted.length === 0) return null;
  const count = sorted.filter((value) => (isAbove ? value > threshold : value >= threshold)).length;
  return rounded(count / sorted.length);
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
