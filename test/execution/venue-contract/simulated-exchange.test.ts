import { STATUS_HALTED, STATUS_TRADING } from '../../../src/domain/event.ts';
import type { OrderReport } from '../../../src/domain/order.ts';
import { NS_PER_MS } from '../../../src/domain/time.ts';
import type { ExecutionVenue, VenueNotice } from '../../../src/execution/venue.ts';
import type { SimulatedExchange } from '../../../src/simulation/exchange/simulated-exchange.ts';
import { ExchangeRig } from '../../support/exchange-rig.ts';
import type { VenueSession } from './harness.ts';
import { describeVenueContract } from './venue-contract.ts';

/** A connection to the simulated exchange that can be cut: what is on its way to us then is gone, the exchange goes on. */
class CutLine implements ExecutionVenue {
  readonly #exchange: SimulatedExchange;
  readonly #notices: VenueNotice[] = [];
  #isConnected = true;
  losesNext = false;

  constructor(exchange: SimulatedExchange) {
    this.#exchange = exchange;
  }

  setConnected(isConnected: boolean, ts: number): void {
    this.#isConnected = isConnected;
    const connection = isConnected ? 'connected' : 'disconnected';
    const reason = 'the line was cut';
    this.#notices.push({ type: 'connection-changed', ts, connection, reason });
  }

  submit(...parts: Parameters<ExecutionVenue['submit']>): void {
    if (this.#passes()) this.#exchange.submit(...parts);
  }

  modify(...parts: Parameters<ExecutionVenue['modify']>): void {
    if (this.#passes()) this.#exchange.modify(...parts);
  }

  cancel(...parts: Parameters<ExecutionVenue['cancel']>): void {
    if (this.#passes()) this.#exchange.cancel(...parts);
  }

  requestTruth(now: number): void {
    if (this.#passes()) this.#exchange.requestTruth(now);
  }

  takeReport(now: number): OrderReport | undefined {
    this.#dropUnheard(now);
    return this.#notices.length > 0 ? undefined : this.#exchange.takeReport(now);
  }

  takeNotice(now: number): VenueNotice | undefined {
    this.#dropUnheard(now);
    return this.#notices.shift() ?? this.#exchange.takeNotice(now);
  }

  /** What becomes known without a connection is not heard. */
  #dropUnheard(now: number): void {
    if (this.#isConnected) return;
    const exchange = this.#exchange;
    while ((exchange.takeReport(now) ?? exchange.takeNotice(now)) !== undefined);
  }

  queueAhead(id: string): number | null {
    return this.#exchange.queueAhead(id);
  }

  estimatedAhead(id: string): number | null {
    return this.#exchange.estimatedAhead(id);
  }

  #passes(): boolean {
    const passes = this.#isConnected && !this.losesNext;
    this.losesNext = false;
    return passes;
  }
}

async function open(): Promise<VenueSession> {
  const rig = new ExchangeRig();
  const venue = new CutLine(rig.exchange);
  const reports: (OrderReport | VenueNotice)[] = [];
  let ms = 0;
  let ids = 0;
  const take = () => {
    const now = ms * NS_PER_MS;
    for (;;) {
      const next = venue.takeReport(now) ?? venue.takeNotice(now);
      if (next === undefined) return;
      reports.push(next);
    }
  };
  const session: VenueSession = {
    venue,
    get now() {
      return ms * NS_PER_MS;
    },
    reports,
    async wait(span) {
      const until = ms + span;
      while (ms < until) {
        ms++;
        rig.wait(ms);
        take();
      }
    },
    async quote(bid, ask, size) {
      rig.clear(ms);
      rig.add(ms, ++ids, 'bid', bid, size);
      rig.add(ms, ++ids, 'ask', ask, size);
    },
    async sellInto(price, size) {
      rig.add(ms, ++ids, 'bid', price, size);
      rig.execute(ms, 'bid', price, [ids, size]);
    },
    async buyInto(price, size) {
      rig.add(ms, ++ids, 'ask', price, size);
      rig.execute(ms, 'ask', price, [ids, size]);
    },
    async setHalted(isHalted) {
      rig.status(ms, isHalted ? STATUS_HALTED : STATUS_TRADING);
    },
    refusedTerms: (side = 'buy') => ({ price: side === 'buy' ? 250.2 : 249.8, postOnly: true }),
    refuseNextChange: () => {
      throw new Error('the simulated exchange refuses no change');
    },
    loseNext: () => {
      venue.losesNext = true;
    },
    async setConnected(isConnected) {
      venue.setConnected(isConnected, ms * NS_PER_MS);
      take();
    },
    tradeByHand: () => {
      throw new Error('nobody else trades at the simulated exchange');
    },
    repeatExecution: () => {
      throw new Error('the simulated exchange tells everything once');
    },
    async endSession() {
      rig.exchange.expireAll(ms * NS_PER_MS);
    },
  };
  await session.quote(249.99, 250.01, 500);
  return session;
}

describeVenueContract({
  name: 'simulated exchange',
  lacks: {
    'rejects-changes': 'it takes every change of an order that works',
    'foreign-orders': 'nobody else can reach it',
    'repeats-executions': 'it tells everything once',
  },
  plays: 133,
  open,
});
