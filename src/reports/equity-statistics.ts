import { roundRatio } from '../domain/price.ts';
import type { EquityPoint } from '../domain/run.ts';
import type { RunStats } from '../domain/run-stats.ts';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../domain/time.ts';
import { sharpeOf } from './ratios.ts';
import { nanosOf } from './timestamps.ts';

type EquityStatistics = Pick<RunStats, 'maxDrawdown' | 'maxDrawdownSecs' | 'sharpePerMinute'>;

/** Figures of the equity curve, whose points are in order of time. */
export function equityStatisticsOf(points: readonly EquityPoint[]): EquityStatistics {
  return { ...deepestFall(points), sharpePerMinute: sharpeOf(changesByMinute(points)) };
}

/** How far equity is below its highest so far, at each point: 0 or negative. */
export function drawdownsOf(points: readonly EquityPoint[]): readonly number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return points.map(({ equity }) => {
    peak = Math.max(peak, equity);
    return equity < peak ? equity - peak : 0;
  });
}

function deepestFall(
  points: readonly EquityPoint[],
): Pick<RunStats, 'maxDrawdown' | 'maxDrawdownSecs'> {
  const falls = drawdownsOf(points);
  const depth = falls.reduce((deepest, fall) => Math.min(deepest, fall), 0);
  const bottom = falls.indexOf(depth);
  const first = points[0];
  if (depth === 0 || first === undefined) return { maxDrawdown: 0, maxDrawdownSecs: null };
  // the last moment at the peak, and the first one back at it
  const start = falls.lastIndexOf(0, bottom);
  const back = falls.indexOf(0, bottom);
  const end = back < 0 ? points.length - 1 : back;
  const [from, to] = [points[start], points[end]].map((point) =>
    nanosOf(point?.ts ?? first.ts, first.ts),
  );
  return {
    maxDrawdown: roundToMicros(depth),
    maxDrawdownSecs: roundRatio(((to ?? 0) - (from ?? 0)) / NS_PER_SECOND),
  };
}

/** Change over each minute `(t - 1 min, t]`, a minute without a point included; the first and the last may be cut short. */
function changesByMinute(points: readonly EquityPoint[]): readonly number[] {
  const first = points[0];
  if (first === undefined) return [];
  const changes: number[] = [];
  let minute = Math.floor(nanosOf(first.ts, first.ts) / NS_PER_MINUTE) + 1;
  let before = first.equity;
  let latest = first.equity;
  let isMinuteOpen = false;
  for (const { ts, equity } of points.slice(1)) {
    const here = Math.ceil(nanosOf(ts, first.ts) / NS_PER_MINUTE);
    while (minute < here) {
      changes.push(latest - before);
      before = latest;
      minute += 1;
    }
    latest = equity;
    isMinuteOpen = true;
  }
  if (isMinuteOpen) changes.push(latest - before);
  return changes;
}

function roundToMicros(dollars: number): number {
  return Math.round(dollars * 1e6) / 1e6;
}
