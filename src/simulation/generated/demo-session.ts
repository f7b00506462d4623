import { dayOf, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND } from '../../domain/time.ts';
import type { GeneratedMarketOptions } from './generated-market.ts';
import type { Stretch, StretchKind } from './scenario.ts';

/** 09:30 in New York on a day of daylight saving time. */
const OPEN = 13 * NS_PER_HOUR + 30 * NS_PER_MINUTE;

/** Length in seconds, what is shown, and the ticks it moves. */
const PLAN: readonly (readonly [seconds: number, kind: StretchKind, ticks: number])[] = [
  [210, 'quiet', 5],
  [240, 'trend-up', 70],
  [50, 'quiet', -4],
  [70, 'fakeout-up', 4],
  [200, 'quiet', 0],
  [75, 'absorption-bid', 0],
  [200, 'trend-up', 60],
  [240, 'quiet', -22],
  [90, 'breakout', 30],
  [300, 'quiet', -12],
  [80, 'absorption-ask', 0],
  [300, 'trend-down', 130],
  [60, 'quiet', 5],
  [70, 'fakeout-down', 4],
  [240, 'quiet', -6],
  [60, 'sweep-down', 6],
  [240, 'trend-down', 80],
  [150, 'quiet', -8],
  [80, 'absorption-bid', 0],
  [270, 'trend-up', 160],
  [200, 'quiet', 0],
  [60, 'sweep-up', 7],
  [70, 'fakeout-up', 5],
  [45, 'quiet', 5],
];

function stretches(): Stretch[] {
  let from = OPEN;
  return PLAN.map(([seconds, kind, ticks]) => {
    const to = from + seconds * NS_PER_SECOND;
    const stretch = { from, to, kind, ticks };
    from = to;
    return stretch;
  });
}

/** The demo: an hour of a TSLA-like stock in which each analyzer and both entry sides find something. */
export const DEMO_SESSION: GeneratedMarketOptions = {
  symbol: 'TSLA',
  day: dayOf(2025, 10, 15),
  begin: OPEN - 2 * NS_PER_MINUTE,
  sessionOpen: OPEN,
  sessionClose: OPEN + NS_PER_HOUR,
  seed: 2,
  events: 600_000,
  tradeFactor: 1.5,
  wander: 0.3,
  startPriceNanos: 250_000_000_000,
  tickNanos: 10_000_000,
  scenario: stretches(),
};
