import type { DecisionRecord } from '../domain/decision.ts';
import type { OrderChange, OrderReport, OrderRequest } from '../domain/order.ts';
import type { ExitReason } from '../domain/run.ts';
import type { SessionTime } from '../domain/time.ts';

/** What the journal keeps: everything that was decided, sent or reported. The market's own events are in the data file. */
export type JournalEntryBody =
  | { readonly type: 'run-started'; readonly header: Readonly<Record<string, unknown>> }
  /** By hand, after so many events and everything due by its time. */
  | {
      readonly type: 'command';
      readonly name: string;
      readonly detail: string;
      readonly events: number;
      /** What the command was given besides its name. */
      readonly arguments?: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'decision'; readonly decision: DecisionRecord }
  | {
      readonly type: 'risk-verdict';
      readonly orderId: string;
      readonly approved: boolean;
      readonly code?: string;
      readonly figures?: unknown;
      /** Of an order that was denied, with the touch on the side that it would take. */
      readonly order?: OrderRequest;
      readonly touch?: number | null;
    }
  | {
      readonly type: 'order-submitted';
      readonly order: OrderRequest;
      /** Touch on the side that it would take, 1e-9 units: what slippage is measured against. */
      readonly touch?: number | null;
      /** Of an exit that the desk sends itself: the bracket that it closes, `null` where there is none. */
      readonly exitOf?: string | null;
    }
  | { readonly type: 'flatten-requested'; readonly reason: ExitReason }
  | {
      readonly type: 'venue-standing-changed';
      readonly venue: 'connected' | 'disconnected' | 'reconciling' | 'disputed';
      readonly reason: string;
    }
  | { readonly type: 'order-change-requested'; readonly change: OrderChange }
  | { readonly type: 'order-cancel-requested'; readonly orderId: string; readonly reason: string }
  | { readonly type: 'order-report'; readonly report: OrderReport }
  | { readonly type: 'commission'; readonly orderId: string; readonly micros: number }
  | {
      readonly type: 'bracket-changed';
      readonly bracketId: string;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly type: 'position-changed';
      readonly quantity: number;
      readonly realizedMicros: number;
      readonly commissionMicros: number;
    }
  | { readonly type: 'halted'; readonly code: string; readonly reason: string }
  | {
      readonly type: 'halt-reset';
      readonly reason: string;
      /** After a halt for the daily loss: the day's result that its limit counts from now. */
      readonly lossFromMicros?: number;
      /** Of a reset between runs: the halts that it lifts, by the entries that tell of them. Else all that its run knew. */
      readonly lifts?: readonly { readonly run: string; readonly sequence: number }[];
    }
  | { readonly type: 'invariant-violated'; readonly rule: string; readonly detail: string }
  | { readonly type: 'run-ended'; readonly reason: string }
  /** The run went back and then took another way: of the entries that stood until now the first `keeps` stand. */
  | { readonly type: 'rewound'; readonly keeps: number };

export interface JournalEntry {
  /** Counts from 1 without gaps. */
  readonly sequence: number;
  /** Market time, when we knew it. */
  readonly ts: SessionTime;
  readonly body: JournalEntryBody;
}

/** Where the engine writes. `append` returns after the entry is durable when `durable` is asked for, else it may be batched. */
export interface Journal {
  append(entry: JournalEntry, durable: boolean): void;
  /** Writes what was batched and has waited for long. Returns whether nothing waits any more. Only a journal that batches has it. */
  flushOverdue?(): boolean;
  /** Makes every entry durable that was appended so far. Only where something can be batched. */
  flush?(): void;
  /** Notes the place after the last entry, so that `goTo` can come back to it. Only a journal that can go back has it. */
  mark?(): void;
  /** The next entry is the one after `sequence`, a place that was marked. */
  goTo?(sequence: number): void;
}
