import { maskAccount } from '../../adapters/ibkr/broker-messages.ts';
import { IbkrVenue } from '../../adapters/ibkr/ibkr-venue.ts';
import { ArrivalClock } from '../../adapters/ibkr/market-data/arrival-clock.ts';
import { StoqeyDataLine } from '../../adapters/ibkr/market-data/data-line.ts';
import { MarketDataFeed } from '../../adapters/ibkr/market-data/market-data-feed.ts';
import { StoqeyLine } from '../../adapters/ibkr/stoqey-line.ts';
import { notionalOf } from '../../domain/money.ts';
import { signOf } from '../../domain/side.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { BrokerView } from '../../engine/protocol.ts';
import { commissionOf } from '../../simulation/exchange/fees.ts';
import type { SessionPlan } from '../session-setup.ts';
import type { BrokerPlan } from './broker-plan.ts';
import { marketClockFrom } from './market-clock.ts';

/** Both connections to the gateway: market data come by one, orders go by the other, and never wait for data. */
export interface OpenedBroker {
  readonly feed: MarketDataFeed;
  readonly venue: IbkrVenue;
  /** Market time now, the clock that stamps what arrives. */
  readonly clock: () => SessionTime;
  view(connection: BrokerView['connection']): BrokerView;
  close(): Promise<void>;
}

/**
 * Connects, and takes in what the broker holds.
 *
 * @param orderPort Where the order connection goes on this machine now: through the run's guard.
 * @param onWords What the gateway says beside orders and market.
 * @throws {UnreachableError} If the gateway does not get ready.
 */
export async function openBroker(
  plan: BrokerPlan,
  { instrument, settings, day }: SessionPlan,
  idPrefix: string,
  orderPort: () => number,
  onWords: (words: string) => void,
): Promise<OpenedBroker> {
  const { host, port, account } = plan;
  const marketMs = marketClockFrom(plan.clock);
  const arrival = new ArrivalClock(marketMs, day);
  const clock = (): SessionTime => arrival.now();
  const feed = new MarketDataFeed({
    openLine: (listener) =>
      new StoqeyDataLine({ host, port, clientId: plan.dataClientId }, listener),
    source: `${host}:${port}`,
    symbol: instrument.symbol,
    depthExchange: plan.depthExchange,
    rows: plan.depthRows,
    tickNanos: instrument.tickNanos,
    day,
    clock: marketMs,
    lines: plan.dataLines,
    topOfBook: plan.topOfBook,
  });
  const venue = new IbkrVenue({
    openLine: (listener) =>
      new StoqeyLine(
        { host: '127.0.0.1', port: orderPort(), clientId: plan.ordersClientId },
        listener,
      ),
    allowedAccounts: [account],
    contract: plan.contract,
    instrument,
    clientId: plan.ordersClientId,
    idPrefix,
    clock,
    refreshMs: plan.reconcileMs,
    estimateCommission: ({ side, price, quantity }) =>
      commissionOf(
        settings.execution.commission,
        instrument,
        signOf(side),
        quantity,
        notionalOf(price, quantity, instrument.multiplier),
        day,
      ),
    onWords,
  });
  try {
    await venue.begin(plan.connectMs);
  } catch (error) {
    await feed.close();
    throw error;
  }
  return {
    feed,
    venue,
    clock,
    view(connection) {
      const { depth, quotes, tickByTick } = feed.lineUse;
      return {
        account: maskAccount(account),
        connection,
        words: connection === 'connected' ? '' : venue.session.lastWords,
        lines: `${feed.isTopOnly ? 'top of book only, ' : ''}lines ${quotes.used}/${quotes.most}, depth ${depth.used}/${depth.most}, ticks ${tickByTick.used}/${tickByTick.most}`,
        positionBefore: venue.positionBefore,
      };
    },
    async close() {
      venue.close();
      await feed.close();
    },
  };
}
