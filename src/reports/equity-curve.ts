import type { EquityPoint } from '../domain/run.ts';
import { nanosOf } from './timestamps.ts';

/** Equity and drawdown at `count` or fewer moments at equal distances, for drawing. */
export interface SampledCurve {
  /** Share of the run that had passed at each sample, 0 to 1. */
  readonly at: readonly number[];
  readonly equity: readonly number[];
  /** The deepest since the sample before. */
  readonly drawdown: readonly number[];
  /** Of all points, not of the samples alone. */
  readonly low: number;
  readonly high: number;
  readonly deepest: number;
}

/** Samples the curve: each sample is equity as it stood then. `undefined` below two moments: there is no curve. */
export function sampleCurve(
  points: readonly EquityPoint[],
  drawdowns: readonly number[],
  count: number,
): SampledCurve | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || first.ts === last.ts) return undefined;
  const times = points.map(({ ts }) => nanosOf(ts, first.ts));
  const start = nanosOf(first.ts, first.ts);
  const span = nanosOf(last.ts, first.ts) - start;
  const at: number[] = [];
  const equity: number[] = [];
  const drawdown: number[] = [];
  let index = 0;
  for (let sample = 0; sample < count; sample++) {
    const share = sample / (count - 1);
    const time = start + share * span;
    let fall = drawdowns[index] ?? 0;
    while (index + 1 < points.length && (times[index + 1] ?? 0) <= time) {
      index += 1;
      fall = Math.min(fall, drawdowns[index] ?? 0);
    }
    at.push(share);
    equity.push(points[index]?.equity ?? 0);
    drawdown.push(fall);
  }
  return {
    at,
    equity,
    drawdown,
    low: points.reduce((low, point) => Math.min(low, point.equity), first.equity),
    high: points.reduce((high, point) => Math.max(high, point.equity), first.equity),
    deepest: drawdowns.reduce((low, value) => Math.min(low, value), 0),
  };
}
