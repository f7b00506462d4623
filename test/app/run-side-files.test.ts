import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { DbnMetadata } from '../../src/adapters/databento/dbn-metadata.ts';
import { DbnStream } from '../../src/adapters/databento/dbn-stream.ts';
import { openRecordWriter } from '../../src/adapters/databento/dbn-writer.ts';
import type { DbnRecord } from '../../src/adapters/databento/records/dbn-record.ts';
import { readRecords } from '../../src/adapters/databento/records/read-records.ts';
import { generateData } from '../../src/app/data-generate.ts';
import { startRun } from '../../src/app/run.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { RunResult } from '../../src/domain/run.ts';
import { parseClock } from '../../src/domain/time.ts';
import type { EngineMessage } from '../../src/engine/protocol.ts';
import { readJournal } from '../../src/journal/store/sqlite-journal.ts';
import { definition, status } from '../support/dbn-records.ts';
import { DAY } from '../support/engine-rig.ts';
import { readCalendar } from '../support/market-rig.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const INSTRUMENT = 16_244;

/** Epoch nanoseconds of a time of the day in New York, which is four hours behind. */
function at(clock: string): bigint {
  return BigInt(DAY) * 86_400_000_000_000n + BigInt((parseClock(clock) ?? 0) + 4 * 3_600e9);
}

const HALT = status({
  tsEvent: at('10:00'),
  tsRecv: at('10:00'),
  action: 8,
  reason: 50,
  isTrading: 'N',
  isQuoting: 'N',
  instrumentId: INSTRUMENT,
});
const AUCTION = status({
  tsEvent: at('10:05'),
  tsRecv: at('10:05'),
  action: 3,
  isTrading: 'N',
  isQuoting: 'Y',
  instrumentId: INSTRUMENT,
});
const RESUMED = status({
  tsEvent: at('10:10'),
  tsRecv: at('10:10'),
  action: 7,
  isTrading: 'Y',
  isQuoting: 'Y',
  instrumentId: INSTRUMENT,
});

async function writeAll(path: string, metadata: DbnMetadata, records: readonly DbnRecord[]) {
  const writer = await openRecordWriter(path, metadata);
  for (const record of records) await writer.write(record);
  await writer.close();
  return path;
}

/** A generated day's records and metadata. */
async function generatedDay() {
  const path = join(temporaryFolder(), 'TSLA-20251015.dbn');
  await generateData({
    out: path,
    events: 60_000,
    session: DAY,
    calendar: readCalendar('us-equities'),
  });
  const stream = await DbnStream.open(path);
  await stream.close();
  const records: DbnRecord[] = [];
  for await (const record of readRecords(path)) records.push(record);
  if (stream.metadata === undefined) throw new Error('a generated day has metadata');
  return { metadata: stream.metadata, records };
}

/** Records in the order of their ts_recv; those of `added` before others of the same time. */
function mixedIn(records: readonly DbnRecord[], added: readonly DbnRecord[]): DbnRecord[] {
  const recv = (record: DbnRecord) => ('tsRecv' in record ? (record.tsRecv ?? 0n) : 0n);
  const left = [...added];
  const mixed = records.flatMap((record) => {
    const due: DbnRecord[] = [];
    // never inside a group: the generated market's trade, fill and cancel have one ts_recv
    while (left[0] !== undefined && recv(left[0]) < recv(record)) due.push(...left.splice(0, 1));
    return [...due, record];
  });
  return [...mixed, ...left];
}

async function run(
  data: readonly string[],
  { orders, hasRiskGate = false }: { orders?: string; hasRiskGate?: boolean } = {},
) {
  const folder = temporaryFolder({ 'orders.jsonl': orders ?? '' });
  const handle = await startRun({
    mode: 'backtest',
    settings: loadConfig({
      workingFolder: folder,
      environment: {},
      assignments: [
        `paths.logs=${join(folder, 'logs')}`,
        `risk.enabled=${hasRiskGate || orders === undefined}`,
      ],
    }),
    data,
    date: undefined,
    from: parseClock('09:45'),
    to: parseClock('10:30'),
    speed: 'max',
    ordersFile: orders === undefined ? undefined : join(folder, 'orders.jsonl'),
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
  const outcome = await handle.finished;
  if ('kind' in outcome) throw new Error(outcome.text);
  return { result: outcome, messages, source: handle.source, logs: join(folder, 'logs') };
}

const ORDERS = [
  { at: '2025-10-15T13:55:00Z', id: 'before', side: 'buy', type: 'market', quantity: 20 },
  { at: '2025-10-15T13:58:00Z', id: 'resting', side: 'sell', type: 'limit', price: '250.15' },
  { at: '2025-10-15T14:01:00Z', id: 'halted', side: 'buy', type: 'market' },
  { at: '2025-10-15T14:06:00Z', id: 'auction', side: 'sell', type: 'market' },
  { at: '2025-10-15T14:12:00Z', id: 'after', side: 'sell', type: 'market' },
]
  .map((order) => JSON.stringify({ action: 'place', quantity: 10, ...order }))
  .join('\n');

/** When each order filled first, UTC, or what became of it. */
function outcomes({ orders }: RunResult): Record<string, string> {
  return Object.fromEntries(
    orders.map(({ id, fills, status, reason }) => [
      id,
      fills[0]?.ts.slice(11, 19) ?? `${status}: ${reason}`,
    ]),
  );
}

/** What two runs share that differ in where their data lie. */
function lasting({ orders, trades, account, equity, events }: RunResult) {
  return { orders, trades, account, equity, events: events.count };
}

describe('a halt that the data tell of', () => {
  test('stops fills and entries until trading resumes, in one stream or from a file beside it', async () => {
    const { metadata, records } = await generatedDay();
    const folder = temporaryFolder({ 'plain/.keep': '', 'mixed/.keep': '', 'beside/.keep': '' });
    const changes = [HALT, AUCTION, RESUMED];
    const plain = await writeAll(join(folder, 'plain', 'TSLA.mbo.dbn'), metadata, records);
    const mixed = await writeAll(
      join(folder, 'mixed', 'TSLA.dbn'),
      { ...metadata, schema: undefined },
      mixedIn(records, changes),
    );
    const beside = await writeAll(join(folder, 'beside', 'TSLA.mbo.dbn'), metadata, records);
    const status = join(folder, 'beside', 'TSLA.status.dbn');
    await writeAll(status, { ...metadata, schema: 'status' }, changes);

    const free = await run([plain], { orders: ORDERS });
    expect(outcomes(free.result)).toEqual({
      before: '13:55:00',
      // the price comes to it while the others will be halted
      resting: expect.stringMatching(/^14:0\d/),
      halted: '14:01:00',
      auction: '14:06:00',
      after: '14:12:00',
    });

    const halted = await run([mixed], { orders: ORDERS });
    expect(outcomes(halted.result)).toEqual({
      before: '13:55:00',
      resting: expect.stringMatching(/^14:1\d/),
      halted: 'cancelled: no trading',
      auction: 'cancelled: no trading',
      after: '14:12:00',
    });
    const alarms = halted.messages.flatMap((message) =>
      message.type === 'alarm' ? [`${message.clock} ${message.text}`] : [],
    );
    expect(alarms).toEqual([
      '10:00:00.000 the venue halted the instrument',
      '10:05:00.000 the venue halted the instrument',
      '10:10:00.000 the instrument trades again',
    ]);

    const merged = await run([beside], { orders: ORDERS });
    expect(merged.source).toBe(`${beside}, ${status}`);
    expect(lasting(merged.result)).toEqual(lasting(halted.result));
    // the same data, named in the other way
    const named = await run([beside, status], { orders: ORDERS });
    expect(named.result.journalSha256).toBe(merged.result.journalSha256);
    expect(named.result.run.dataSha256).toBe(merged.result.run.dataSha256);

    const guarded = await run([beside], { orders: ORDERS, hasRiskGate: true });
    // what closes is let through to the exchange, what opens is not
    expect(outcomes(guarded.result)).toMatchObject({
      halted: 'denied: SESSION',
      auction: 'cancelled: no trading',
    });
  }, 60_000);
});

describe('a definition beside the data', () => {
  test('gives tick and multiplier, is named in the journal and counts over the configuration', async () => {
    const folder = temporaryFolder();
    const metadata: DbnMetadata = {
      version: 3,
      dataset: 'GLBX.MDP3',
      schema: 'trades',
      startNs: at('09:30'),
      endNs: at('16:00'),
      limit: 0n,
      stypeIn: 1,
      stypeOut: 0,
      hasTsOut: false,
      symbols: ['ESZ5'],
      partial: [],
      notFound: [],
      mappings: [
        {
          rawSymbol: 'ESZ5',
          intervals: [{ startDate: 20_251_015, endDate: 20_251_016, symbol: '7' }],
        },
      ],
    };
    const trade: DbnRecord = {
      type: 'trades',
      version: 1,
      publisherId: 1,
      instrumentId: 7,
      tsEvent: at('10:00'),
      tsRecv: at('10:00'),
      price: 6_700_000_000_000n,
      size: 1,
      action: 'T',
      side: 'B',
      flags: 128,
      depth: 0,
      tsInDelta: 0,
      sequence: 1,
    };
    const path = await writeAll(join(folder, 'ESZ5.trades.dbn'), metadata, [trade]);
    const headerOf = (logs: string) => {
      const journals = readdirSync(logs, { recursive: true, encoding: 'utf8' });
      const journal = journals.find((name) => name.endsWith('.sqlite')) ?? '';
      // the run's thread still closes it after it told the result
      return vi.waitFor(() => readJournal(join(logs, journal)).header, 10_000);
    };

    const alone = await run([path]);
    expect(await headerOf(alone.logs)).not.toHaveProperty('instrument');
    const tradesOnly =
      'trades only: no book, so nothing can be filled, and prints without a side count no delta';
    expect(alone.result.warnings).toEqual([tradesOnly]);

    const described = { ...metadata, schema: 'definition' };
    await writeAll(join(folder, 'ESZ5.definition.dbn'), described, [
      definition({ tsRecv: at('09:30') }),
    ]);
    const agreed = await run([path]);
    expect(await headerOf(agreed.logs)).toMatchObject({
      instrument: { tick: '0.25', multiplier: 50, definedBy: 'ESZ5.definition.dbn' },
    });
    expect(agreed.result.warnings).toEqual([tradesOnly]);
    expect(agreed.result.run.dataSha256).not.toBe(alone.result.run.dataSha256);

    const other = { minPriceIncrement: 500_000_000n, minPriceIncrementAmount: undefined };
    await writeAll(join(folder, 'ESZ5.definition.dbn'), described, [
      definition({ tsRecv: at('09:30'), ...other }),
    ]);
    const contradicted = await run([path]);
    expect(contradicted.result.warnings).toEqual([
      'ESZ5: tick 0.5 of ESZ5.definition.dbn is used; config/instruments/es.json has tick 0.25',
      tradesOnly,
    ]);
    expect(await headerOf(contradicted.logs)).toMatchObject({ instrument: { tick: '0.5' } });

    const [mapping] = metadata.mappings;
    const unlisted = {
      ...metadata,
      symbols: ['ZNZ5'],
      mappings: mapping === undefined ? [] : [{ ...mapping, rawSymbol: 'ZNZ5' }],
    };
    const treasury = await writeAll(join(folder, 'ZNZ5.trades.dbn'), unlisted, [trade]);
    await expect(run([treasury])).rejects.toThrow('no future "ZNZ5"');
    await writeAll(join(folder, 'ZNZ5.definition.dbn'), { ...unlisted, schema: 'definition' }, [
      definition({ tsRecv: at('09:30'), rawSymbol: 'ZNZ5' }),
    ]);
    expect((await run([treasury])).result.warnings).toEqual([
      'no commission is known of ZNZ5: none is counted',
      tradesOnly,
    ]);
  }, 30_000);
});
