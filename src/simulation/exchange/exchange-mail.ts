import type { ClientOrderId, OrderChange, OrderReport } from '../../domain/order.ts';
import type { Random } from '../../domain/random.ts';
import type { LatencySettings } from '../../domain/settings.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { VenueNotice } from '../../execution/venue.ts';
import { LatencyLeg, type LatencyLegState } from './latency-model.ts';
import type { OwnOrder } from './own-order.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** A message on its way to the exchange. `Order`: how it says which order. */
export type Message<Order = OwnOrder> =
  | { readonly kind: 'place' | 'trigger'; readonly at: SessionTime; readonly order: Order }
  | { readonly kind: 'modify'; readonly at: SessionTime; readonly change: OrderChange }
  | { readonly kind: 'cancel'; readonly at: SessionTime; readonly id: ClientOrderId }
  | { readonly kind: 'truth'; readonly at: SessionTime; readonly askedAt: SessionTime };

/** A report on its way to us. */
interface SentReport {
  readonly knownAt: SessionTime;
  readonly report: OrderReport;
}

/** A notice on its way to us. */
interface SentNotice {
  readonly knownAt: SessionTime;
  readonly notice: VenueNotice;
}

/** A copy of what travels to us and of both legs, as `restore` takes it; what travels there is copied with the orders. */
export interface ExchangeMailState {
  readonly outbox: readonly (SentReport | SentNotice)[];
  readonly orderLeg: LatencyLegState;
  readonly reportLeg: LatencyLegState;
}

/** What travels between us and the exchange: each message takes its leg's latency, and none overtakes another. */
export class ExchangeMail {
  readonly #orderLeg: LatencyLeg;
  readonly #reportLeg: LatencyLeg;
  #inbox: Message[] = [];
  #outbox: (SentReport | SentNotice)[] = [];

  constructor(latency: LatencySettings, random: Random) {
    this.#orderLeg = new LatencyLeg(latency.orderMs, latency, random.fork(1));
    this.#reportLeg = new LatencyLeg(latency.reportMs, latency, random.fork(2));
  }

  /** Messages on their way to the exchange, the next one first. */
  get inbox(): readonly Message[] {
    return this.#inbox;
  }

  /** When the next message arrives at the exchange; infinite when none travels. */
  get nextArrival(): SessionTime {
    return this.#inbox[0]?.at ?? NEVER;
  }

  /** When the next report or notice reaches us; infinite when none travels. */
  get nextReport(): SessionTime {
    return this.#outbox[0]?.knownAt ?? NEVER;
  }

  /** When what is sent to the exchange now arrives. Draws once a message: ask only to `send` it. */
  arrivalOf(sentAt: SessionTime): SessionTime {
    return this.#orderLeg.arrivalOf(sentAt);
  }

  send(message: Message): void {
    this.#inbox.push(message);
  }

  /** Puts messages before whatever is on its way to the exchange. */
  sendFirst(messages: readonly Message[]): void {
    this.#inbox.unshift(...messages);
  }

  /** The next message to the exchange, which has arrived. */
  receive(): Message | undefined {
    return this.#inbox.shift();
  }

  /** Nothing that is on its way to the exchange arrives any more. */
  stopSending(): void {
    this.#inbox = [];
  }

  report(report: OrderReport): void {
    this.#outbox.push({ knownAt: this.#reportLeg.arrivalOf(report.ts), report });
  }

  notify(notice: VenueNotice, ts: SessionTime): void {
    this.#outbox.push({ knownAt: this.#reportLeg.arrivalOf(ts), notice });
  }

  /** The next thing that reaches us, if it is a report and has reached us by `now`. */
  takeReport(now: SessionTime): OrderReport | undefined {
    const first = this.#outbox[0];
    if (first === undefined || first.knownAt > now || 'notice' in first) return undefined;
    this.#outbox.shift();
    return first.report;
  }

  /** The next thing that reaches us, if it is a notice and has reached us by `now`. */
  takeNotice(now: SessionTime): VenueNotice | undefined {
    const first = this.#outbox[0];
    if (first === undefined || first.knownAt > now || !('notice' in first)) return undefined;
    this.#outbox.shift();
    return first.notice;
  }

  capture(): ExchangeMailState {
    return {
      outbox: this.#outbox.slice(),
      orderLeg: this.#orderLeg.capture(),
      reportLeg: this.#reportLeg.capture(),
    };
  }

  /** Becomes what `capture` copied of one with the same latency and seed, with an inbox of orders that are here now. */
  restore({ outbox, orderLeg, reportLeg }: ExchangeMailState, inbox: readonly Message[]): void {
    this.#inbox = inbox.slice();
    this.#outbox = outbox.slice();
    this.#orderLeg.restore(orderLeg);
    this.#reportLeg.restore(reportLeg);
  }
}
