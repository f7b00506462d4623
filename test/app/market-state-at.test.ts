import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateData } from '../../src/app/data-generate.ts';
import { marketStateAt } from '../../src/app/market-state-at.ts';
import { openFeed } from '../../src/app/open-feed.ts';
import { tradingDayOf } from '../../src/app/session-setup.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { MarketState } from '../../src/domain/market-state.ts';
import { formatTimestamp } from '../../src/domain/time.ts';
import { FeedError } from '../../src/feeds/port.ts';
import { answerOf, brainOf, DAY, engineRig, OPEN, playAll, WAIT } from '../support/engine-rig.ts';
import { drain } from '../support/event-lines.ts';
import { readCalendar } from '../support/market-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('the state at a moment is what a run’s brain is shown at that moment', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'TSLA-20251015.dbn');
  const calendar = readCalendar('us-equities');
  await generateData({ out: path, events: 40_000, session: DAY, calendar });
  const settings = loadConfig({ workingFolder: folder, environment: {} });
  const shown = new Map<number, MarketState>();
  const brain = brainOf(({ ts, market }) => {
    shown.set(ts, plain(market));
    return answerOf(WAIT);
  });
  const { engine } = engineRig({
    brain,
    groupEnds: 'sequence',
    window: { from: OPEN + 60e9, to: OPEN + 90e9 },
  });
  playAll(engine, await drain(await openFeed({ paths: [path], symbol: undefined, tradingDayOf })));

  for (const [at, seconds] of [
    ['09:31', 60],
    ['09:31:07.4', 67.4],
    ['2025-10-15T13:31:30Z', 90],
  ] as const) {
    const { ts, state } = await marketStateAt({ data: [path], settings, at });
    expect(ts).toBe(formatTimestamp(DAY, OPEN + seconds * 1e9));
    const expected = shown.get(OPEN + seconds * 1e9);
    expect(expected).toBeDefined();
    // RVOL_DAY rests on the shipped curve, which the rig has not
    expect({ ...state.MARKET_STATE, RVOL_DAY: null }).toEqual({ ...expected, RVOL_DAY: null });
    expect(state).toMatchObject({ ACCOUNT_STATE: { POSITION: 0 }, ACTIVE_ORDERS: [] });
  }
});

test('what is no time is refused', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'TSLA-20251015.dbn');
  await generateData({
    out: path,
    events: 1000,
    session: DAY,
    calendar: readCalendar('us-equities'),
  });
  const settings = loadConfig({ workingFolder: folder, environment: {} });
  await expect(marketStateAt({ data: [path], settings, at: '25:00' })).rejects.toThrow(FeedError);
  const before = await marketStateAt({ data: [path], settings, at: '00:00' });
  expect(before.state.MARKET_STATE).toMatchObject({
    LAST: null,
    VWAP: null,
    L2_IMBALANCE: null,
    BID_STACK: [],
  });
});

/** The view's getters as plain members. */
function plain(market: MarketState): MarketState {
  return 'toPlain' in market && typeof market.toPlain === 'function' ? market.toPlain() : market;
}
