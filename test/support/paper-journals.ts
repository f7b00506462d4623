import { formatDay } from '../../src/domain/time.ts';
import type { JournalEntryBody } from '../../src/journal/entry.ts';
import { journalPath } from '../../src/journal/store/run-index.ts';
import { SqliteJournal } from '../../src/journal/store/sqlite-journal.ts';
import { DAY } from './engine-rig.ts';

/** What a run is; a paper run of TSLA by default, on the rig's day. */
export interface RecordedPaperRun {
  readonly id: string;
  readonly startedAt: string;
  readonly date?: number;
  readonly mode?: string;
  readonly symbol?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly bodies: readonly JournalEntryBody[];
}

/** Leaves the journal of a run that was killed after its last entry. Returns its path. */
export function recordPaperRun(logsFolder: string, run: RecordedPaperRun): string {
  const { id, startedAt, date = DAY, mode = 'paper', symbol = 'TSLA', header = {} } = run;
  const path = journalPath(logsFolder, id);
  const journal = SqliteJournal.create(path);
  const first: JournalEntryBody = {
    type: 'run-started',
    header: { id, startedAt, mode, symbol, session: formatDay(date), ...header },
  };
  for (const [index, body] of [first, ...run.bodies].entries())
    journal.append({ sequence: index + 1, ts: index, body }, true);
  journal.close();
  return path;
}

/** An order of `quantity` (negative: sold) that fills at once at a price in dollars, for a dollar of commission. */
export function filledOrder(
  id: string,
  quantity: number,
  price: number,
): readonly JournalEntryBody[] {
  const side = quantity > 0 ? 'buy' : 'sell';
  const size = Math.abs(quantity);
  return [
    {
      type: 'order-submitted',
      order: {
        id,
        side,
        type: 'market',
        quantity: size,
        tif: 'day',
        role: 'ENTRY',
        reduceOnly: false,
      },
    },
    {
      type: 'order-report',
      report: {
        type: 'order-filled',
        orderId: id,
        ts: 1,
        commissionMicros: 1_000_000,
        fill: {
          executionId: `x${id}`,
          orderId: id,
          side,
          price: price * 1e9,
          quantity: size,
          ts: 1,
          sequence: 1,
          liquidity: 'taker',
        },
      },
    },
  ];
}

export const HALTED_BY_LOSS: JournalEntryBody = {
  type: 'halted',
  code: 'DAILY_LOSS',
  reason: 'day’s result reached the limit',
};
export const HALTED_BY_KILL: JournalEntryBody = {
  type: 'halted',
  code: 'KILL',
  reason: 'kill switch',
};
