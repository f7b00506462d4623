import type { ComparisonRow, DistanceMeasure } from '../../domain/comparison.ts';
import type { Histogram } from './histogram.ts';
import { DISTANCE_ORIGIN, type MarketStatistics } from './market-statistics.ts';
import { autocorrelation, dispersion, excessKurtosis, returnsOf, sumsOf } from './series.ts';
import { DEPTH_LEVELS } from './touch-watch.ts';
import { SIGN_LAGS } from './trade-flow.ts';

/** A day's statistics, and what its data know. */
export interface MeasuredDay {
  readonly statistics: MarketStatistics;
  /** Levels a side that the data know; `undefined`: every order. */
  readonly levels: number | undefined;
  /** Trades alone: there is no book. */
  readonly isTradesOnly: boolean;
}

type Read = (day: MeasuredDay) => number | null;

const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99] as const;
/** A gap so short is machines answering each other. */
const BURST_NS = 50_000;
const VOLATILITY_STEPS = [
  [1, '1 s'],
  [10, '10 s'],
  [60, '1 min'],
  [300, '5 min'],
] as const;
const HALF_HOUR = 1800;

/** The rows of the table: every statistic of every day, and each day's distance from the first. */
export function compareDays(days: readonly MeasuredDay[]): ComparisonRow[] {
  return [
    ...activity(days),
    ...spread(days),
    ...depth(days),
    ...arrivals(days),
    ...lives(days),
    ...sizes(days),
    ...trades(days),
    ...volatility(days),
    ...shape(days),
  ];
}

function activity(days: readonly MeasuredDay[]): ComparisonRow[] {
  const row = rowsOf('events', days);
  const share =
    (read: (day: MarketStatistics) => number): Read =>
    ({ statistics }) =>
      safe(read(statistics), recordsOf(statistics));
  const orders = (read: Read): Read => withBook(read);
  return [
    row('records in the session', '', ({ statistics }) => recordsOf(statistics)),
    {
      ...row('adds', 'share', orders(share(({ counts }) => counts.adds)), 'difference'),
    },
    row(
      'cancels, all',
      'share',
      orders(
        share(({ counts }) => counts.wholeCancels + counts.partialCancels + counts.tradedCancels),
      ),
      'difference',
    ),
    row('modifies', 'share', orders(share(({ counts }) => counts.modifies)), 'difference'),
    row(
      'trades',
      'share',
      share(({ counts }) => counts.trades),
      'difference',
    ),
    row('fills', 'share', orders(share(({ counts }) => counts.fills)), 'difference'),
    row(
      'cancels of a part',
      'of cancels',
      orders(({ statistics: { counts } }) =>
        safe(counts.partialCancels, counts.partialCancels + counts.wholeCancels),
      ),
      'difference',
    ),
    row(
      'orders that end by trading',
      'share',
      orders(({ statistics: { lives } }) =>
        safe(lives.filled, lives.filled + lives.canceled.total),
      ),
      'difference',
    ),
    row(
      'before the open',
      'of the day',
      wholeDay(({ statistics: day }) => safe(day.early, day.early + day.late + recordsOf(day))),
      'difference',
    ),
  ];
}

function spread(days: readonly MeasuredDay[]): ComparisonRow[] {
  return distribution(
    'spread',
    'ticks by time',
    days,
    withBook(() => 0),
    ({ touch }) => touch.spread,
  );
}

function depth(days: readonly MeasuredDay[]): ComparisonRow[] {
  const row = rowsOf('depth', days);
  const levels = Array.from({ length: DEPTH_LEVELS }, (_, n) =>
    row(
      `mean at level ${n + 1}`,
      'shares',
      withBook(({ statistics, levels: known = DEPTH_LEVELS }) =>
        n < known ? statistics.touch.depthAt(n) : null,
      ),
    ),
  );
  const five = ({ levels: known = DEPTH_LEVELS }: MeasuredDay): number | null =>
    known < 5 ? null : 0;
  return [
    ...distribution(
      'size at a best price',
      'shares by time',
      days,
      withBook(() => 0),
      ({ touch }) => touch.sizeAtBest,
    ),
    ...distribution(
      'orders at a best price',
      'by time',
      days,
      withBook(wholeDay(() => 0)),
      ({ touch }) => touch.ordersAtBest,
    ),
    ...levels,
    ...distribution(
      'best to fifth level',
      'ticks',
      days,
      withBook(five),
      ({ touch }) => touch.fiveLevels,
    ),
  ];
}

function arrivals(days: readonly MeasuredDay[]): ComparisonRow[] {
  const row = rowsOf('arrivals', days);
  const dispersed =
    (seconds: number): Read =>
    ({ statistics }) =>
      dispersion(sumsOf(statistics.eventsBySecond, seconds));
  return [
    ...distribution(
      'time between events',
      'ns',
      days,
      () => 0,
      ({ gaps }) => gaps,
    ),
    row(
      'gaps below 50 µs',
      'share',
      ({ statistics }) => statistics.gaps.shareBelow(BURST_NS),
      'difference',
    ),
    row('variance over mean, a second', '', dispersed(1)),
    row('variance over mean, a minute', '', dispersed(60)),
    ...[1, 10, 60, 300].map((lag) =>
      row(
        `events a second, autocorrelation after ${lag} s`,
        '',
        ({ statistics }) => autocorrelation(statistics.eventsBySecond, lag),
        'difference',
      ),
    ),
  ];
}

function lives(days: readonly MeasuredDay[]): ComparisonRow[] {
  return distribution(
    'life of a canceled order',
    'ns',
    days,
    withBook(() => 0),
    (statistics) => statistics.lives.canceled,
  );
}

function sizes(days: readonly MeasuredDay[]): ComparisonRow[] {
  const row = rowsOf('sizes', days);
  const at = (size: number): Read =>
    withBook(({ statistics }) => statistics.orderSizes.shareAt(size));
  const near = (from: number, to: number): Read =>
    withBook(({ statistics }) => {
      const below = statistics.distances.shareBelow(to + DISTANCE_ORIGIN);
      const above = statistics.distances.shareBelow(from + DISTANCE_ORIGIN);
      return below === null || above === null ? null : below - above;
    });
  return [
    ...distribution(
      'size of an order',
      'shares',
      days,
      withBook(() => 0),
      (day) => day.orderSizes,
    ),
    row('orders of exactly 100', 'share', at(100), 'difference'),
    row('adds inside the spread', 'share', near(-DISTANCE_ORIGIN, 0), 'difference'),
    row('adds at the touch', 'share', near(0, 1), 'difference'),
    row('adds 1 to 4 ticks behind', 'share', near(1, 5), 'difference'),
    row('adds 5 to 19 ticks behind', 'share', near(5, 20), 'difference'),
    row('adds 20 ticks behind or more', 'share', near(20, 2 ** 30), 'difference'),
    ...distribution(
      'distance of an add',
      `ticks + ${DISTANCE_ORIGIN}`,
      days,
      withBook(() => 0),
      (day) => day.distances,
    ),
  ];
}

function trades(days: readonly MeasuredDay[]): ComparisonRow[] {
  const row = rowsOf('trades', days);
  return [
    ...distribution(
      'size of a print',
      'shares',
      days,
      () => 0,
      (day) => day.trades.printSizes,
    ),
    ...distribution(
      'size of an aggressor',
      'shares',
      days,
      () => 0,
      (day) => day.trades.aggressorSizes,
    ),
    row(
      'aggressors beyond one level',
      'share',
      ({ statistics }) => {
        const stayed = statistics.trades.reach.shareAt(0);
        return stayed === null ? null : 1 - stayed;
      },
      'difference',
    ),
    row(
      'hidden prints',
      'of prints',
      withBook(({ statistics: day }) => safe(day.trades.hidden, day.counts.trades)),
      'difference',
    ),
    row(
      'hidden volume',
      'of volume',
      withBook(({ statistics: day }) => safe(day.trades.hiddenVolume, day.trades.volume)),
      'difference',
    ),
    ...SIGN_LAGS.map((lag, n) =>
      row(
        `sign, autocorrelation after ${lag}`,
        '',
        ({ statistics }) => statistics.trades.signs.correlation(n),
        'difference',
      ),
    ),
  ];
}

function volatility(days: readonly MeasuredDay[]): ComparisonRow[] {
  const row = rowsOf('volatility', days);
  const returns = (step: number) => (day: MeasuredDay) =>
    returnsOf(day.statistics.touch.mids, step);
  const clustering = (step: number, lag: number, label: string): ComparisonRow =>
    row(
      `|return| of ${label}, autocorrelation after ${lag}`,
      '',
      withBook((day) => autocorrelation(returns(step)(day).map(Math.abs), lag)),
      'difference',
    );
  return [
    ...VOLATILITY_STEPS.map(([step, label]) =>
      row(
        `realised, from returns of ${label}`,
        'basis points a day',
        withBook((day) => {
          const changes = returns(step)(day);
          return changes.length === 0
            ? null
            : 10_000 * Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0));
        }),
      ),
    ),
    row(
      'excess kurtosis, 10 s',
      '',
      withBook((day) => excessKurtosis(returns(10)(day))),
    ),
    row(
      'excess kurtosis, 1 min',
      '',
      withBook((day) => excessKurtosis(returns(60)(day))),
    ),
    clustering(10, 1, '10 s'),
    clustering(10, 6, '10 s'),
    clustering(10, 30, '10 s'),
    clustering(60, 1, '1 min'),
    clustering(60, 5, '1 min'),
    clustering(60, 15, '1 min'),
  ];
}

function shape(days: readonly MeasuredDay[]): ComparisonRow[] {
  return [
    ...profile('events by half hour', days, (day) => day.eventsBySecond),
    ...profile('volume by half hour', days, (day) => day.volumeBySecond),
  ];
}

/** Shares by half hour: a row for the whole with what would have to move, and one for each part. */
function profile(
  section: string,
  days: readonly MeasuredDay[],
  read: (statistics: MarketStatistics) => Float64Array,
): ComparisonRow[] {
  const shares = days.map(({ statistics }) => {
    const seconds = read(statistics);
    const padded = new Float64Array(Math.ceil(seconds.length / HALF_HOUR) * HALF_HOUR);
    padded.set(seconds);
    const sums = sumsOf(padded, HALF_HOUR);
    const total = sums.reduce((sum, value) => sum + value, 0);
    return sums.map((value) => value / total);
  });
  const [first] = shares;
  if (first === undefined) return [];
  const row = rowsOf(section, days);
  const whole: ComparisonRow = {
    ...row('whole day', '', () => null),
    measure: 'moved',
    distances: shares.slice(1).map((other) => {
      if (other.length !== first.length) return null;
      const moved = other.reduce((sum, value, n) => sum + Math.abs(value - (first[n] ?? 0)), 0);
      return Number.isNaN(moved) ? null : moved / 2;
    }),
  };
  const parts = Array.from(first, (_, n) => ({
    ...row(`part ${n + 1}`, 'share', () => null),
    values: shares.map((list) => finite(list[n] ?? null)),
    measure: 'ratio' as const,
    distances: shares.slice(1).map((list) => safe(list[n] ?? Number.NaN, first[n] ?? 0)),
  }));
  return [whole, ...parts];
}

/** Mean and quantiles of a distribution; the mean's distance is that of the whole. `known` gives `null` where it is not. */
function distribution(
  label: string,
  unit: string,
  days: readonly MeasuredDay[],
  known: Read,
  read: (statistics: MarketStatistics) => Histogram,
): ComparisonRow[] {
  const row = rowsOf(label, days);
  const histograms = days.map((day) => (known(day) === null ? undefined : read(day.statistics)));
  const [first] = histograms;
  const mean: ComparisonRow = {
    ...row('mean', unit, () => null),
    values: histograms.map((histogram) => histogram?.mean() ?? null),
    measure: 'ks',
    distances: histograms
      .slice(1)
      .map((other) =>
        first === undefined || other === undefined ? null : first.distanceTo(other),
      ),
  };
  return [
    mean,
    ...QUANTILES.map((share) =>
      row(`${Math.round(share * 100)} %`, unit, (day) =>
        known(day) === null ? null : read(day.statistics).quantile(share),
      ),
    ),
  ];
}

function rowsOf(section: string, days: readonly MeasuredDay[]) {
  return (
    label: string,
    unit: string,
    read: Read,
    measure: DistanceMeasure = 'ratio',
  ): ComparisonRow => {
    const values = days.map((day) => finite(read(day)));
    const [first = null] = values;
    return {
      section,
      label,
      unit,
      values,
      measure,
      distances: values.slice(1).map((value) => {
        if (value === null || first === null) return null;
        return measure === 'ratio' ? safe(value, first) : value - first;
      }),
    };
  };
}

function withBook(read: Read): Read {
  return (day) => (day.isTradesOnly ? null : read(day));
}

/** Not known where the data show the best levels only. */
function wholeDay(read: Read): Read {
  return (day) => (day.levels === undefined ? read(day) : null);
}

function recordsOf({ counts }: MarketStatistics): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function safe(value: number, by: number): number | null {
  return by === 0 ? null : finite(value / by);
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
