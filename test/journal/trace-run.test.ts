import { expect, test } from 'vitest';
import type { JournalEntry, JournalEntryBody } from '../../src/journal/entry.ts';
import { traceRun } from '../../src/journal/trace-run.ts';
import { DAY } from '../support/engine-rig.ts';
import { decisionRecord, journalEntries } from '../support/journal-entries.ts';

const at = (seconds: number, body: JournalEntryBody): Omit<JournalEntry, 'sequence'> => ({
  ts: seconds * 1e9,
  body,
});

function trace(entries: readonly Omit<JournalEntry, 'sequence'>[], resumedAfter: number[] = []) {
  const numbered = entries.map((entry, index) => ({ sequence: index + 1, ...entry }));
  return traceRun(numbered, { id: 'r', day: DAY, resumedAfter });
}

const STARTED = at(0, { type: 'run-started', header: { provider: 'rules' } });
const ORDER = {
  id: '1',
  side: 'buy',
  type: 'limit',
  price: 10e9,
  quantity: 100,
  tif: 'day',
  role: 'ENTRY',
  reduceOnly: false,
} as const;
const fillOf = (executionId: string): JournalEntryBody => ({
  type: 'order-report',
  report: {
    type: 'order-filled',
    orderId: '1',
    ts: 2.5e9,
    commissionMicros: 0,
    fill: {
      executionId,
      orderId: '1',
      side: 'buy',
      price: 10e9,
      quantity: 50,
      ts: 2.5e9,
      sequence: 1,
      liquidity: 'taker',
    },
  },
});

test('an order is traced from its sending to its fill, and its decision owns it', () => {
  const { episodes, decisions } = traceRun(journalEntries('r'), { id: 'r', day: DAY });
  expect(episodes).toMatchObject([
    { id: 'r-1', side: 'buy', orders: [{ end: 'filled', fills: [{ quantity: 100 }] }] },
  ]);
  expect(decisions).toMatchObject([
    { id: 'r-d1', tool: 'enter_long', terms: { limit_price: 250.01 } },
  ]);
});

test('an execution that is told twice counts once, and a commission that comes later is added', () => {
  const { episodes } = trace([
    STARTED,
    at(2, { type: 'order-submitted', order: ORDER }),
    at(3, fillOf('X1')),
    at(4, fillOf('X1')),
    at(5, fillOf('X2')),
    at(6, { type: 'commission', orderId: '1', micros: 1_000_000 }),
  ]);
  expect(episodes[0]?.orders[0]).toMatchObject({
    end: 'filled',
    fills: [{ commissionMicros: 0 }, { commissionMicros: 1_000_000 }],
  });
});

test('an execution that the venue corrects has its last price and cost', () => {
  const { episodes } = trace([
    STARTED,
    at(2, { type: 'order-submitted', order: ORDER }),
    at(3, fillOf('X1')),
    at(4, fillOf('X2')),
    at(5, {
      type: 'order-report',
      report: {
        type: 'execution-corrected',
        orderId: '1',
        ts: 5e9,
        executionId: 'X1',
        price: 9.99e9,
        commissionMicros: 350_000,
      },
    }),
  ]);
  expect(episodes[0]?.orders[0]?.fills).toMatchObject([
    { price: 9.99e9, quantity: 50, commissionMicros: 350_000 },
    { price: 10e9, quantity: 50, commissionMicros: 0 },
  ]);
});

test('times without program, connection, agreement or leave to trade are spans', () => {
  const { spans } = trace(
    [
      STARTED,
      at(1, { type: 'venue-standing-changed', venue: 'disconnected', reason: 'lost' }),
      at(2, { type: 'venue-standing-changed', venue: 'reconciling', reason: 'asked' }),
      at(3, { type: 'venue-standing-changed', venue: 'connected', reason: '' }),
      at(4, { type: 'halted', code: 'KILL', reason: 'kill switch' }),
      at(5, { type: 'halt-reset', reason: 'by hand' }),
      at(6, { type: 'command', name: 'pause-brain', detail: '', events: 0 }),
      at(9, { type: 'run-ended', reason: 'stopped' }),
    ],
    [7],
  );
  expect(spans.map(({ kind, from, until }) => [kind, from / 1e9, until / 1e9])).toEqual([
    ['disconnected', 1, 2],
    ['reconciling', 2, 3],
    ['halted', 4, 5],
    ['absent', 6, 9],
    ['paused', 6, 9],
  ]);
});

test('an entry that the gate denied is told by its decision, and leaves the next bracket its name', () => {
  const denied = decisionRecord({ code: 'SPREAD', tool: 'wait', orders: [] });
  const bracket = { ...ORDER, ocoGroup: 'B1' };
  const { episodes, decisions } = trace([
    STARTED,
    at(1, { type: 'risk-verdict', orderId: '1', approved: false, code: 'SPREAD', order: bracket }),
    at(1, { type: 'decision', decision: denied }),
    at(7, { type: 'order-submitted', order: { ...bracket, id: '2' } }),
  ]);
  expect(episodes.map(({ id, from }) => [id, from])).toEqual([['2', 7e9]]);
  expect(decisions).toMatchObject([{ tool: 'enter_long', code: 'SPREAD', until: 7e9 }]);
});

test('an order that a command sent is by hand', () => {
  const { episodes } = trace([
    STARTED,
    at(2, { type: 'command', name: 'enter-bracket', detail: '', events: 4 }),
    at(2, { type: 'order-submitted', order: ORDER }),
  ]);
  expect(episodes).toMatchObject([{ origin: 'hand' }]);
});

test('what the guard sent is known by its id, and an exit of its own is the guard’s', () => {
  const bracket = { ...ORDER, ocoGroup: 'B1' };
  const exit = { ...ORDER, id: 'guard-7', side: 'sell', role: 'EXIT', type: 'market' } as const;
  const sold = fillOf('X2');
  const entries = [
    STARTED,
    at(2, { type: 'order-submitted', order: bracket }),
    at(3, fillOf('X1')),
    at(8, { type: 'order-submitted', order: { ...exit, ocoGroup: 'B1' }, exitOf: 'B1' }),
    at(8, named(sold, 'guard-7')),
  ].map((entry, index) => ({ sequence: index + 1, ...entry }));
  const isGuards = (id: string): boolean => id.startsWith('guard-');
  const { episodes } = traceRun(entries, { id: 'r', day: DAY, isGuards });
  expect(episodes).toMatchObject([{ id: '1', exit: 'guard' }]);
});

function named(body: JournalEntryBody, orderId: string): JournalEntryBody {
  if (body.type !== 'order-report' || body.report.type !== 'order-filled') return body;
  return { ...body, report: { ...body.report, orderId } };
}
