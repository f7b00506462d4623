import { dayOf, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND } from '../../domain/time.ts';
import type { GeneratedMarketOptions } from './generated-market.ts';
import type { Stretch, StretchKind } from './scenario.ts';

/** 09:30 in New York on a day of daylight saving time. */
const OPEN = 13 * NS_PER_HOUR + 30 * NS_PER_MINUTE;

/** Length in seconds, what is shown, and the ticks it moves. */
const PLAN: readonly (readonly [seconds: number, kind: StretchKind, ticks: number])[] = [
  [210, 'quiet', 5],
  [330, 'trend-up', 95],
  [40, 'quiet', -3],
  [75, 'fakeout-up', 6],
  [140, 'quiet', 0],
  [75, 'absorption-bid', 0],
  [250, 'trend-up', 80],
  [180, 'quiet', -24],
  [100, 'breakout', 35],
  [220, 'quiet', -12],
  [80, 'absorption-ask', 0],
  [390, 'trend-down', 160],
  [45, 'quiet', 4],
  [75, 'fakeout-down', 7],
  [90, 'quiet', -6],
  [60, 'sweep-down', 6],
  [310, 'trend-down', 105],
  [150, 'quiet', -8],
  [80, 'absorption-bid', 0],
  [270, 'trend-up', 110],
  [100, 'quiet', 0],
  [60, 'sweep-up', 7],
  [70, 'fakeout-down', 7],
  [200, 'quiet', 5],
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
  seed: 7,
  events: 600_000,
  tradeFactor: 1.5,
  startPriceNanos: 250_000_000_000,
  tickNanos: 10_000_000,
  scenario: stretches(),
};
