import type { ToolName } from './decision.ts';
import type { MoneyMicros } from './money.ts';
import type { ClientOrderId, OrderRole, OrderType } from './order.ts';
import type { PriceNanos } from './price.ts';
import type { ExitReason } from './run.ts';
import type { Side } from './side.ts';
import type { SessionTime } from './time.ts';

/** A fill as a run knew it. */
export interface TracedFill {
  /** At the venue. */
  readonly ts: SessionTime;
  readonly side: Side;
  readonly price: PriceNanos;
  readonly quantity: number;
  readonly commissionMicros: MoneyMicros;
  readonly liquidity: 'maker' | 'taker';
}

/** An order, from its sending to what became of it. */
export interface TracedOrder {
  readonly id: ClientOrderId;
  readonly role: OrderRole;
  readonly side: Side;
  readonly type: OrderType;
  readonly price: PriceNanos | undefined;
  readonly stopPrice: PriceNanos | undefined;
  readonly quantity: number;
  readonly sentAt: SessionTime;
  /** What it would take, as the run saw it when it was sent. */
  readonly touch: PriceNanos | null;
  /** When the venue acknowledged it, and when we knew. */
  readonly acknowledged: { readonly ts: SessionTime; readonly knownAt: SessionTime } | undefined;
  readonly end: 'open' | 'filled' | 'canceled' | 'expired' | 'rejected' | 'denied';
  /** Why it was canceled, rejected or denied; empty otherwise. */
  readonly reason: string;
  /** The cancel was ours. */
  readonly isCancelRequested: boolean;
  readonly fills: readonly TracedFill[];
}

/** A decision that did something or was kept from it; a wait for want of a reason is none. */
export interface TracedDecision {
  readonly id: string;
  /** Of its snapshot. */
  readonly ts: SessionTime;
  /** When it took effect, or was denied. */
  readonly at: SessionTime;
  /** What it wanted. */
  readonly tool: ToolName;
  /** The arguments that are numbers. */
  readonly terms: Readonly<Record<string, number>>;
  /** Why it did nothing; `null`: it took effect. */
  readonly code: string | null;
  /** Of rules that were kept from something: the same may have been so until then, as a log tells only what is new. */
  readonly until: SessionTime;
  /** The episode that it began or acted in. */
  readonly episode: string | undefined;
}

/** Orders that belong together: a bracket with all that closed it, or one plain order. */
export interface Episode {
  /** Id of the order that began it. */
  readonly id: ClientOrderId;
  /** Who sent it: a decision, somebody's hand, a list of orders, the run's guard, or the desk by itself. */
  readonly origin: 'decision' | 'hand' | 'orders' | 'guard' | 'desk';
  readonly decision: TracedDecision | undefined;
  readonly side: Side;
  /** From its first order's sending to the last that was heard of any of them. */
  readonly from: SessionTime;
  readonly until: SessionTime;
  /** The one that began it first. */
  readonly orders: readonly TracedOrder[];
  /** How it was closed; `undefined` where nothing was, or not by us. */
  readonly exit: ExitReason | 'guard' | undefined;
}

/** A time in which a run could not do what it wanted. */
export interface TracedSpan {
  readonly kind: 'absent' | 'disconnected' | 'reconciling' | 'halted' | 'paused';
  readonly from: SessionTime;
  readonly until: SessionTime;
  readonly words: string;
}

/** What a run did, by its journal: that by which two runs of one day can be compared. In the order of time. */
export interface RunTrace {
  readonly id: string;
  readonly from: SessionTime;
  readonly until: SessionTime;
  readonly decisions: readonly TracedDecision[];
  readonly episodes: readonly Episode[];
  readonly spans: readonly TracedSpan[];
}
