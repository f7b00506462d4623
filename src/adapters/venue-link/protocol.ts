/**
 * What a trader and a venue in another process say to each other: JSON, one message a line, over a Unix socket or a loopback port.
 * All times are nanoseconds of the session, of the market's clock; there is no other clock in it. Both sides play the same data.
 *
 * 1. The trader says `hello` with the reports that it knows; the venue answers `welcome` with what it has received, how far its
 *    market is, every report after those, and its truth. The same after a lost connection and after a restart.
 * 2. Requests are numbered from 1 without gaps, over all connections of a run, and have no answer of their own: the venue
 *    takes each number once, in order, so that sending one again can never make a second order.
 * 3. `advance` lets the venue's market go on up to and with a moment. It answers `reached`, with the reports made on the way. The
 *    venue never goes further by itself. A report that is made at t is known at t plus the report latency, and a request
 *    sent at t arrives at t plus the order latency: so a trader who has done everything up to E may let the venue advance to
 *    E + orderNs - 1, and one whose venue has reached V may itself go to V + reportNs. Outcomes rest on the data alone.
 * 4. `pass` comes from whoever plays the world in a test: the market goes on without the trader.
 */
import type { ClientOrderId, OrderChange, OrderReport, OrderRequest } from '../../domain/order.ts';
import type { SessionTime } from '../../domain/time.ts';

export const PROTOCOL_VERSION = 1;

/** Something to do at the venue, sent at `at`. */
export type VenueRequest = { readonly number: number; readonly at: SessionTime } & (
  | { readonly type: 'submit'; readonly order: OrderRequest }
  | { readonly type: 'modify'; readonly change: OrderChange }
  | { readonly type: 'cancel'; readonly id: ClientOrderId }
  /** Its number was given to something that is not to be done any more. */
  | { readonly type: 'skip' }
);

export type ToVenue =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly run: string;
      /** Reports of this venue that the trader has. */
      readonly taken: number;
    }
  | VenueRequest
  | { readonly type: 'advance'; readonly to: SessionTime }
  /** The trader's session is over at that time: what still works expires. */
  | { readonly type: 'finish'; readonly at: SessionTime }
  | { readonly type: 'pass'; readonly to: SessionTime }
  | { readonly type: 'truth' };

/** A report on its way: the trader knows it at `knownAt`. */
export interface TimedReport {
  readonly knownAt: SessionTime;
  readonly report: OrderReport;
}

/** Everything as the venue has it. */
export interface LinkTruth {
  /** Market time reached. */
  readonly reached: SessionTime;
  /** Up to where the trader let it go; earlier than `reached` when the market went on without him. */
  readonly granted: SessionTime;
  /** The trader's session is over: what worked has expired. */
  readonly isFinished: boolean;
  readonly position: number;
  /** Executions made, of which the position is the sum. */
  readonly fills: number;
  /** Requests received; the next one has the number after it. */
  readonly received: number;
  /** Those among them that were not to be done any more. */
  readonly skipped: readonly number[];
  /** Reports made in all. */
  readonly reports: number;
  /** Orders that are neither filled nor ended, with what has filled of them. */
  readonly open: readonly { readonly order: OrderRequest; readonly filled: number }[];
  /** Ids of all orders, in the order received: each stands once, or an order came twice. */
  readonly ids: readonly ClientOrderId[];
}

export type FromVenue =
  | {
      readonly type: 'welcome';
      readonly version: number;
      readonly run: string;
      readonly orderNs: number;
      readonly reportNs: number;
      readonly reports: readonly TimedReport[];
      readonly truth: LinkTruth;
    }
  | {
      readonly type: 'reached';
      readonly reached: SessionTime;
      readonly reports: readonly TimedReport[];
      /** False when nothing of the trader's is open or on its way. */
      readonly isLive: boolean;
    }
  | { readonly type: 'truth'; readonly truth: LinkTruth }
  | { readonly type: 'refused'; readonly reason: string };
