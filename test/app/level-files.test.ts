import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type BookView, bookAt, followBook } from '../../src/app/book-tools.ts';
import { verifyDbn } from '../../src/app/data-verify.ts';
import { marketStateAt } from '../../src/app/market-state-at.ts';
import { startRun } from '../../src/app/run.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { ACTION_TRADE, EVENT_WORDS, WORD_TAGS } from '../../src/domain/event.ts';
import type { RunResult } from '../../src/domain/run.ts';
import { listRuns } from '../../src/journal/store/run-index.ts';
import { DAY_START, metadataBytes } from '../support/dbn.builder.ts';
import { generatedBatch } from '../support/engine-rig.ts';
import { LevelRecorder } from '../support/level-records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCHEMAS = { mbo: 0, 'mbp-1': 1, 'mbp-10': 2, tbbo: 3, trades: 4 } as const;
type Schema = keyof typeof SCHEMAS;

const batch = generatedBatch(24_000, 2, 8);
const mappings = { TSLA: [[20_251_015, 20_251_016, String(batch.words[1] ?? 0)]] } as const;

const made = new Map<Schema, Buffer>();

/** The session as a file of a schema. */
function fileOf(schema: Schema, folder: string): string {
  const path = join(folder, `day.${schema}.dbn`);
  const bytes = made.get(schema) ?? bytesOf(schema);
  made.set(schema, bytes);
  writeFileSync(path, bytes);
  return path;
}

function bytesOf(schema: Schema): Buffer {
  const parts = [
    metadataBytes({
      schema: SCHEMAS[schema],
      end: DAY_START + 86_400_000_000_000n,
      mappings,
    }),
  ];
  const levels = schema === 'mbp-10' ? 10 : 1;
  const recorder = new LevelRecorder(10_000_000, levels);
  for (let i = 0; i < batch.count; i++) {
    const offset = i * EVENT_WORDS;
    const words =
      schema === 'mbo'
        ? batch.words.slice(offset, offset + EVENT_WORDS)
        : recordOf(schema, recorder, offset, i);
    if (words !== undefined)
      parts.push(Buffer.from(words.buffer, words.byteOffset, words.byteLength));
  }
  return Buffer.concat(parts);
}

function recordOf(
  schema: Schema,
  recorder: LevelRecorder,
  offset: number,
  ts: number,
): Int32Array | undefined {
  const record = recorder.record(batch.words, offset, ts);
  const isTrade = (((batch.words[offset + WORD_TAGS] ?? 0) >> 16) & 0xff) === ACTION_TRADE;
  if (schema === 'mbp-1' || schema === 'mbp-10') return record;
  if (!isTrade || record === undefined) return undefined;
  if (schema === 'tbbo') return record;
  // a record of schema trades is the head of the one with the quote
  const trade = record.slice(0, 12);
  trade[0] = ((trade[0] ?? 0) & ~0xffff) | 12;
  return trade;
}

function settingsIn(folder: string, ...assignments: string[]) {
  return loadConfig({
    workingFolder: folder,
    environment: {},
    assignments: [`paths.logs=${join(folder, 'logs')}`, ...assignments],
  });
}

async function bookOf(schema: Schema, more: { at?: string } = {}): Promise<BookView> {
  const folder = temporaryFolder();
  const settings = settingsIn(folder);
  return bookAt({ data: [fileOf(schema, folder)], settings, levels: 10, withHash: true, ...more });
}

async function rowsOf(schema: Schema): Promise<string[]> {
  const folder = temporaryFolder();
  const settings = settingsIn(folder);
  const rows: string[] = [];
  const levels = schema === 'mbp-1' ? 1 : 10;
  for await (const row of followBook({ data: [fileOf(schema, folder)], settings, levels }))
    rows.push(row);
  return rows;
}

async function runOf(schema: Schema, assignments: string[] = []) {
  const folder = temporaryFolder();
  const ordersFile = join(folder, 'orders.jsonl');
  const order = { action: 'place', quantity: 10, tif: 'day' };
  const lines = [
    { at: '2025-10-15T13:30:20Z', id: 'take', side: 'buy', type: 'market', ...order },
    {
      at: '2025-10-15T13:30:30Z',
      id: 'rest',
      side: 'sell',
      type: 'limit',
      price: '249.00',
      ...order,
    },
  ];
  writeFileSync(ordersFile, lines.map((line) => JSON.stringify(line)).join('\n'));
  const settings = settingsIn(folder, ...assignments);
  const handle = await startRun({
    mode: 'backtest',
    settings,
    data: [fileOf(schema, folder)],
    date: undefined,
    from: undefined,
    to: undefined,
    speed: 'max',
    ordersFile,
    isHeadless: true,
    output: 'json',
    reportFile: undefined,
    hasColor: false,
    environment: {},
    recordFile: undefined,
    cassetteFile: undefined,
  });
  const outcome = await handle.finished;
  if ('kind' in outcome) throw new Error(outcome.text);
  // the journal is closed a moment after the result is told
  const header = await vi.waitFor(() => {
    const [listed] = listRuns(join(folder, 'logs'));
    if (listed === undefined || 'problem' in listed) throw new Error(listed?.problem);
    return listed.summary.header;
  });
  return { result: outcome, header };
}

/** What two runs of one session share, whatever their files: not the sequence of the last event before an order's arrival. */
function tradesOf({ orders, trades, account }: RunResult) {
  const fills = orders.flatMap((order) =>
    order.fills.map(({ ts, price, quantity }) => [order.id, ts, price, quantity]),
  );
  return { fills, trades, account };
}

describe('book', () => {
  test('of ten levels is the best ten of the book of orders, with their counts, and no more is claimed', async () => {
    const orders = await bookOf('mbo', { at: '09:31:00' });
    const levels = await bookOf('mbp-10', { at: '09:31:00' });
    expect([levels.bids, levels.asks]).toEqual([orders.bids, orders.asks]);
    expect(levels).toMatchObject({
      orders: null,
      bidLevels: null,
      askLevels: null,
      l3Sha256: null,
      known: 'L2: the best 10 levels a side',
    });
    expect(orders).not.toHaveProperty('known');
  });

  test('of the best level has that one', async () => {
    const [orders, best] = [await bookOf('mbo'), await bookOf('mbp-1')];
    expect([best.bids, best.asks]).toEqual([orders.bids.slice(0, 1), orders.asks.slice(0, 1)]);
    expect(best.known).toBe('L2: the best level a side');
  });

  test('--follow has the rows that the file of orders gives', async () => {
    const rows = await rowsOf('mbp-10');
    expect(rows.length).toBeGreaterThan(1_000);
    expect(rows).toEqual(await rowsOf('mbo'));
  });

  test.for(['trades', 'tbbo'] as const)('of %s there is none, and that is said', async (schema) => {
    await expect(bookOf(schema)).rejects.toThrow(
      'trades only: there is no book in it. A file of schema mbo, mbp-10 or mbp-1 has one.',
    );
  });
});

test.for(['mbo', 'mbp-10', 'mbp-1'] as const)(
  'data verify finds no difference between a file of %s and one of ten levels',
  async (schema) => {
    const folder = temporaryFolder();
    const truth = fileOf('mbp-10', folder);
    const { rows, mismatches } = await verifyDbn([fileOf(schema, folder)], truth);
    expect(rows).toBeGreaterThan(1_000);
    expect(mismatches).toBe(0);
  },
);

test('state tells beside the fields what is not known of the book', async () => {
  const folder = temporaryFolder();
  const at = '09:31:00';
  const stateOf = (schema: Schema) =>
    marketStateAt({ data: [fileOf(schema, folder)], settings: settingsIn(folder), at });
  const [orders, best, trades] = [
    await stateOf('mbo'),
    await stateOf('mbp-1'),
    await stateOf('trades'),
  ];
  expect(orders.notes).toEqual([]);
  expect(best.notes[0]).toBe('L2: queue estimated (risk-averse)');
  expect(best.state.MARKET_STATE).toMatchObject({
    SPREAD: orders.state.MARKET_STATE.SPREAD,
    L2_IMBALANCE: null,
  });
  expect(trades.notes[0]).toMatch(/^trades only: no book/);
  const { LAST, VWAP, HOD, LOD, TAPE_VELOCITY_TPS, VP_POC, VP_VAH, VP_VAL } =
    orders.state.MARKET_STATE;
  expect(trades.state.MARKET_STATE).toMatchObject({
    ...{ LAST, VWAP, HOD, LOD, TAPE_VELOCITY_TPS, VP_POC, VP_VAH, VP_VAL },
    SPREAD: null,
    L2_IMBALANCE: null,
    DOM_WALLS: [],
    BID_STACK: [],
    ASK_STACK: [],
    ABSORPTION_DETECTED: false,
    ABSORPTION_SIDE: null,
    ABSORPTION_PRICE: null,
  });
});

describe('a run', () => {
  const FREE = 'risk.enabled=false';

  test('of ten levels says so over its report and in its journal, and takes what the file of orders offers', async () => {
    const [orders, levels] = [await runOf('mbo', [FREE]), await runOf('mbp-10', [FREE])];
    expect(levels.result.warnings).toEqual([
      'the risk gate was off: every order was let through',
      'L2: queue estimated (risk-averse)',
      expect.stringContaining('the best 10 levels a side are known'),
    ]);
    expect(levels.header).toMatchObject({ data: 'L2: queue estimated (risk-averse)' });
    expect(orders.header).not.toHaveProperty('data');
    expect(levels.result.orders.map(({ filled }) => filled)).toEqual([10, 10]);
    expect(tradesOf(levels.result)).toEqual(tradesOf(orders.result));
  }, 20_000);

  test('names the queue model that it was asked for', async () => {
    const { result } = await runOf('mbp-10', [FREE, 'execution.queueModel=pro-rata']);
    expect(result.warnings).toContain('L2: queue estimated (pro-rata)');
  }, 20_000);

  test.for(['trades', 'tbbo'] as const)(
    'of %s opens nothing: for the risk gate the book is empty',
    async (schema) => {
      const { result, header } = await runOf(schema);
      expect(header).toMatchObject({ data: 'trades only: no book' });
      expect(result.warnings[0]).toMatch(/^trades only: no book/);
      expect(result.orders).toMatchObject([
        { id: 'take', status: 'denied', reason: expect.stringContaining('STALE_DATA') },
        { id: 'rest', status: 'denied' },
      ]);
    },
  );
});
