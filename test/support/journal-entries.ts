import type { DecisionRecord } from '../../src/domain/decision.ts';
import type { JournalEntry, JournalEntryBody } from '../../src/journal/entry.ts';

/** Entries of a run of one order that fills, with the run's id in all places where an id stands. */
export function journalEntries(
  run: string,
  header: Readonly<Record<string, unknown>> = {},
): readonly JournalEntry[] {
  const bodies: readonly JournalEntryBody[] = [
    { type: 'run-started', header: { id: run, symbol: 'TSLA', seed: 7, ...header } },
    { type: 'decision', decision: decisionRecord({ run, id: `${run}-d1` }) },
    { type: 'risk-verdict', orderId: `${run}-1`, approved: true },
    {
      type: 'order-submitted',
      order: {
        id: `${run}-1`,
        side: 'buy',
        type: 'limit',
        price: 250_010_000_000,
        quantity: 100,
        tif: 'day',
        role: 'ENTRY',
        reduceOnly: false,
      },
    },
    {
      type: 'risk-verdict',
      orderId: `${run}-2`,
      approved: false,
      code: 'SPREAD',
      figures: { spread: 0.2 },
    },
    {
      type: 'order-report',
      report: {
        type: 'order-filled',
        orderId: `${run}-1`,
        ts: 48_600_000_000_002,
        commissionMicros: 1_000_000,
        fill: {
          executionId: 'X1',
          orderId: `${run}-1`,
          side: 'buy',
          price: 250_010_000_000,
          quantity: 100,
          ts: 48_600_000_000_002,
          sequence: 77,
          liquidity: 'maker',
        },
      },
    },
    { type: 'run-ended', reason: 'end of data' },
  ];
  return bodies.map((body, index) => ({
    sequence: index + 1,
    ts: 48_600_000_000_000 + index,
    body,
  }));
}

/** A decision of the rules to enter. */
export function decisionRecord(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    run: 'r',
    id: 'd1',
    ts: '2025-10-15T13:30:00.000000001Z',
    effectTs: '2025-10-15T13:30:00.000000001Z',
    provider: 'rules',
    model: null,
    asked: true,
    attempts: 0,
    latencyMs: 0,
    promptSha256: null,
    requestSha256: null,
    answerSha256: null,
    tokens: null,
    costUsd: null,
    answer: { tool: 'enter_long', arguments: { limit_price: 250.01 } },
    tool: 'enter_long',
    code: null,
    figures: null,
    orders: [{ id: '1', role: 'ENTRY' }],
    conditions: null,
    ...changes,
  };
}
