import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateData } from '../../src/app/data-generate.ts';
import { addToHistory } from '../../src/app/history/history-store.ts';
import { type RunHandle, startRun } from '../../src/app/run.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { RunResult } from '../../src/domain/run.ts';
import { dayOf, parseClock } from '../../src/domain/time.ts';
import type { EngineMessage } from '../../src/engine/protocol.ts';
import { GENERATED_DATASET } from '../../src/simulation/generated/generated-market.ts';
import { DAY } from '../support/engine-rig.ts';
import { readCalendar } from '../support/market-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testData } from '../support/test-data.ts';

const GOOG = testData('lobster', 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip');

/** Plain orders around the price of GOOG on the sample's day, so that latency matters to the fills. */
function orderLines(): string {
  const lines: string[] = [];
  for (let k = 0; k < 60; k++) {
    const minute = 35 + k * 3;
    const clock = `${String(13 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    const side = k % 2 === 0 ? 'buy' : 'sell';
    const common = { action: 'place', side, quantity: 50 };
    lines.push(
      JSON.stringify({
        at: `2012-06-21T${clock}:00.000000001Z`,
        id: `m${k}`,
        ...common,
        type: 'market',
      }),
    );
    lines.push(
      JSON.stringify({
        at: `2012-06-21T${clock}:30Z`,
        id: `l${k}`,
        ...common,
        type: 'limit',
        price: side === 'buy' ? '580.00' : '570.00',
        tif: 'ioc',
      }),
    );
  }
  return lines.join('\n');
}

interface Asked {
  readonly data: readonly string[];
  readonly set?: readonly string[];
  readonly orders?: string;
  readonly speed?: number | 'max';
  readonly from?: string;
  readonly to?: string;
  readonly mode?: 'backtest' | 'simulation';
  readonly date?: number;
  readonly begun?: (handle: RunHandle) => void;
}

/** A run in its thread, to its end. */
async function run(asked: Asked) {
  const folder = temporaryFolder({ 'orders.jsonl': asked.orders ?? '' });
  const logs = join(folder, 'logs');
  const assignments = [`paths.logs=${logs}`, `paths.cache=${folder}/cache`, ...(asked.set ?? [])];
  const handle = await startRun({
    mode: asked.mode ?? 'backtest',
    settings: loadConfig({ workingFolder: folder, environment: {}, assignments }),
    data: asked.data,
    date: asked.date,
    from: asked.from === undefined ? undefined : parseClock(asked.from),
    to: asked.to === undefined ? undefined : parseClock(asked.to),
    speed: asked.speed ?? 'max',
    ordersFile: asked.orders === undefined ? undefined : join(folder, 'orders.jsonl'),
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
    environment: {},
    recordFile: undefined,
    cassetteFile: undefined,
  });
  const messages: EngineMessage[] = [];
  handle.subscribe((message) => messages.push(message));
  asked.begun?.(handle);
  const outcome = await handle.finished;
  return { outcome, messages, logs, handle };
}

function resultOf({ outcome }: Awaited<ReturnType<typeof run>>): RunResult {
  if ('kind' in outcome) throw new Error(`${outcome.kind}: ${outcome.text}`);
  return outcome;
}

/** What two runs of the same input must share: all but ids and wall-clock values. */
function lasting({ run: { id: _id, ...header }, events: { count }, ...rest }: RunResult) {
  return { header, count, ...rest };
}

describe.skipIf(GOOG === undefined)(
  'the GOOG day of the LOBSTER sample (needs the shared data)',
  () => {
    const data = [GOOG ?? ''];
    const set = ['risk.enabled=false'];
    const orders = orderLines();

    test('played twice is the same run, with the hash of its journal', async () => {
      const first = resultOf(await run({ data, set, orders }));
      const second = resultOf(await run({ data, set, orders }));
      expect(lasting(second)).toEqual(lasting(first));
      expect(first.run.id).not.toBe(second.run.id);
      expect(first).toMatchObject({
        run: { symbol: 'GOOG', session: '2012-06-21', mode: 'backtest' },
        warnings: ['the risk gate was off: every order was let through'],
      });
      expect(first.orders.filter(({ status }) => status === 'filled').length).toBeGreaterThan(50);
      expect(first.journalSha256).toMatch(/^[0-9a-f]{64}$/);
    }, 30_000);

    test('with latencies drawn from another seed is another run', async () => {
      const drawn = [...set, 'latency.model=lognormal', 'latency.sigma=1'];
      const seven = resultOf(await run({ data, orders, set: [...drawn, 'seed=7'] }));
      const again = resultOf(await run({ data, orders, set: [...drawn, 'seed=7'] }));
      const eight = resultOf(await run({ data, orders, set: [...drawn, 'seed=8'] }));
      expect(again.journalSha256).toBe(seven.journalSha256);
      expect(eight.journalSha256).not.toBe(seven.journalSha256);
      expect(eight.orders.map(({ fills }) => fills)).not.toEqual(
        seven.orders.map(({ fills }) => fills),
      );
    }, 30_000);

    test('paced and watched is the same as at full speed', async () => {
      const fast = resultOf(await run({ data, set, orders }));
      const watched = await run({
        data,
        set,
        orders,
        speed: 20_000,
        begun: (handle) => handle.view({ ladderRows: 40, ladderCenter: null, framesPerSecond: 30 }),
      });
      expect(lasting(resultOf(watched))).toEqual(lasting(fast));
      expect(watched.messages.filter(({ type }) => type === 'frame').length).toBeGreaterThan(10);
    }, 30_000);

    test('in a part of the day trades in that part alone', async () => {
      const result = resultOf(await run({ data, from: '10:00', to: '10:01:30' }));
      expect(result.decisions.asked).toBe(451);
      expect(result.equity[0]?.ts).toBe('2012-06-21T14:00:00.000000000Z');
      expect(result.equity.at(-1)?.ts).toBe('2012-06-21T14:01:30.000000000Z');
      expect(result.spanNs).toBe(90e9);
    }, 30_000);
  },
);

test('a file that breaks off in mid-record fails as bad data, and keeps its journal', async () => {
  const bytes = readFileSync(await copiedSession());
  const path = join(temporaryFolder(), 'TSLA-20251015.dbn');
  writeFileSync(path, bytes.subarray(0, bytes.length - 30));
  const { outcome, messages, logs } = await run({ data: [path] });
  expect(outcome).toMatchObject({
    kind: 'data',
    text: expect.stringContaining('TSLA-20251015.dbn: byte '),
  });
  expect(messages.filter(({ type }) => type === 'run-failed')).toHaveLength(1);
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' });
  expect(files.some((file) => file.endsWith('.sqlite'))).toBe(true);
});

test('orders that cannot be played are told with all their lines before the run begins', async () => {
  const data = [await copiedSession()];
  await expect(run({ data, orders: 'x\ny' })).rejects.toThrow(/line 1: .*\n {2}line 2: /);
});

test('a window without events ends with a result of nothing', async () => {
  const result = resultOf(await run({ data: [await copiedSession()], from: '02:00', to: '03:00' }));
  expect(result).toMatchObject({
    events: { count: 0 },
    decisions: { asked: 0 },
    orders: [],
    trades: [],
    equity: [],
    spanNs: 0,
    halted: null,
  });
});

test('what breaks in the thread is one failure of ours, not of the data', async () => {
  const { outcome, messages } = await run({
    data: [await copiedSession()],
    set: [`paths.logs=${join(temporaryFolder({ file: '' }), 'file')}`],
  });
  expect(outcome).toMatchObject({ kind: 'internal' });
  expect(messages.filter(({ type }) => type === 'run-failed')).toHaveLength(1);
});

test('stop ends the run with what it has', async () => {
  const { outcome, messages } = await run({
    data: [await copiedSession()],
    speed: 1,
    begun: (handle) => handle.send({ name: 'stop' }),
  });
  expect(outcome).toMatchObject({ run: { symbol: expect.any(String) } });
  expect(messages).toContainEqual({
    type: 'command-answered',
    id: 1,
    accepted: true,
    text: 'stopping',
  });
});

test('a generated market has no session on a Saturday, and says so', async () => {
  const { outcome } = await run({ data: [], mode: 'simulation', date: dayOf(2025, 10, 18) });
  expect(outcome).toEqual({
    kind: 'data',
    text: expect.stringContaining('no session on 2025-10-18'),
  });
});

test('earlier sessions are named in the run’s header, and a profile that needs them says so without', async () => {
  const data = [await copiedSession()];
  const cache = temporaryFolder();
  const window = { from: '09:30', to: '09:40' };
  const breakout = { data, ...window, set: ['profile.name=breakout', `paths.cache=${cache}`] };
  const collect = (count: number, first: number) =>
    addToHistory(
      cache,
      'TSLA',
      Array.from({ length: count }, (_, index) => ({
        date: DAY - first - index,
        dataset: GENERATED_DATASET,
        cumulative: [10, 20, 30],
        from: 'events' as const,
        files: [],
      })),
    );
  const without = resultOf(await run(breakout));
  expect(without.warnings).toEqual([
    expect.stringMatching(/RVOL_DAY, which is not known: 0 of the 5 .*data history/),
  ]);
  await collect(5, 1);
  const five = resultOf(await run(breakout));
  expect(five.warnings).toEqual([]);
  expect(five.journalSha256).not.toBe(without.journalSha256);
  // the run's own day and a later one
  await collect(2, -1);
  expect(resultOf(await run(breakout)).journalSha256).toBe(five.journalSha256);
}, 30_000);

/** Each test's own copy: a temporary folder goes with the test that asked for it. */
async function copiedSession(): Promise<string> {
  const path = join(temporaryFolder(), 'TSLA-20251015.dbn');
  await generateData({
    out: path,
    events: 60_000,
    session: DAY,
    calendar: readCalendar('us-equities'),
  });
  return path;
}
