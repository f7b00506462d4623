import type { ClientOrderId, OrderReport, OrderRequest } from '../../../src/domain/order.ts';
import type { ExecutionVenue, VenueNotice } from '../../../src/execution/venue.ts';

/** What not every venue can do, or not every harness can make it do. */
export type Capability =
  | 'halts'
  | 'post-only'
  | 'stop-limit'
  | 'trailing-stop'
  | 'market-if-touched'
  | 'ioc'
  | 'fok'
  /** Tells how much stands before an order. */
  | 'queue-position'
  /** Refuses changes of orders that work. */
  | 'rejects-changes'
  /** Others trade on the same account. */
  | 'foreign-orders'
  /** Can be made to tell an execution a second time. */
  | 'repeats-executions'
  /** Ends the session, and the orders of the day with it. */
  | 'ends-session';

/**
 * One venue with a market that a test moves by hand, in dollars and milliseconds. A venue behind a socket takes its time:
 * whatever returns a promise has happened, and is on its way to us, when that settles. The market begins at 249.99 to
 * 250.01, with 500 displayed on each side.
 */
export interface VenueSession {
  readonly venue: ExecutionVenue;
  /** Market time, nanoseconds. */
  readonly now: number;
  /** Every report and notice that has reached us so far, oldest first. */
  readonly reports: readonly (OrderReport | VenueNotice)[];
  /** Lets so much time pass, and takes in what becomes known. */
  wait(ms: number): Promise<void>;
  /** What is displayed from now on, on both sides. */
  quote(bid: number, ask: number, size: number): Promise<void>;
  /** Sellers come: so much trades at a price with those who bid it. */
  sellInto(price: number, size: number): Promise<void>;
  /** Buyers come: so much trades at a price with those who offer it. */
  buyInto(price: number, size: number): Promise<void>;
  setHalted(isHalted: boolean): Promise<void>;
  /** Terms of an order that the venue will refuse when it is sent next. */
  refusedTerms(side?: 'buy' | 'sell'): OrderTerms;
  /** The next change is refused. */
  refuseNextChange(): void;
  /** What is sent next goes down with the connection. */
  loseNext(): void;
  setConnected(isConnected: boolean): Promise<void>;
  /** An order for 5 that somebody else rests on the account, and a trade of 7 bought. */
  tradeByHand(): Promise<void>;
  /** The last execution is told again, word by word. */
  repeatExecution(): Promise<void>;
  endSession(): Promise<void>;
}

export interface VenueHarness {
  readonly name: string;
  /** Why a capability is missing, of each that is: its cards say so, and are skipped. */
  readonly lacks: Partial<Record<Capability, string>>;
  /** Why single cards cannot be played, by their titles: they are skipped as well. */
  readonly cannot?: Readonly<Record<string, string>>;
  /** How many cards it plays: one that falls silent is noticed. */
  readonly plays: number;
  open(): Promise<VenueSession>;
}

/** What must be so at every venue. */
export interface Card {
  readonly number: number;
  /** A sentence of behaviour. */
  readonly title: string;
  readonly needs: readonly Capability[];
  play(desk: CardTable): Promise<void>;
}

/** What a card plays with: a session, and short words for what cards do all the time. */
export interface CardTable {
  readonly session: VenueSession;
  /** Every order that was sent, by its id. */
  readonly sent: ReadonlyMap<ClientOrderId, SentOrder>;
  /** Sends an order: `buy` or `sell`, so many, a limit order of the day unless the terms say otherwise. */
  send(id: ClientOrderId, side: 'buy' | 'sell', quantity: number, terms?: OrderTerms): void;
  /** Sends a bracket for 100 at 250 with stop 249.80 and target 250.50 (mirrored when selling): ids E, S, T and a suffix. */
  bracket(options?: { readonly side?: 'buy' | 'sell'; readonly suffix?: string }): void;
  change(id: ClientOrderId, terms: OrderTerms & { readonly quantity?: number }): void;
  cancel(id: ClientOrderId): void;
  /** Lets everything that is on its way arrive, there and back. */
  settle(): Promise<void>;
  /** What was reported of an order, but that a trigger was reached, which not every venue tells: `accepted`, `filled 10@250`, `canceled` … */
  told(id: ClientOrderId): string[];
  filled(id: ClientOrderId): number;
}

/** An order as it was sent, with every limit that it was ever to have, 1e-9. */
export interface SentOrder {
  readonly request: OrderRequest;
  readonly limits: number[];
}

/** Prices in dollars. */
export interface OrderTerms {
  readonly price?: number;
  readonly stopPrice?: number;
  readonly trailAmount?: number;
  readonly type?: OrderRequest['type'];
  readonly tif?: OrderRequest['tif'];
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  readonly group?: string;
  readonly role?: OrderRequest['role'];
}
