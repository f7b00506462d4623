import type { BrokerContract } from '../../adapters/ibkr/gateway-line.ts';
import type { CarriedDay } from '../../risk/carried-day.ts';
import type { ClockAnchor } from './market-clock.ts';

/** What the engine's thread needs to trade at a broker: plain data. It holds the account's whole number and is never shown. */
export interface BrokerPlan {
  readonly host: string;
  readonly port: number;
  readonly account: string;
  /** What of it may be shown. */
  readonly masked: string;
  readonly contract: BrokerContract;
  readonly ordersClientId: number;
  readonly dataClientId: number;
  readonly guardClientId: number;
  readonly guardPatienceMs: number;
  readonly depthExchange: string;
  readonly depthRows: number;
  readonly dataLines: number;
  readonly topOfBook: boolean;
  readonly connectMs: number;
  readonly reconcileMs: number;
  readonly clock: ClockAnchor;
  /** In a live run: a person has confirmed account and limits. */
  readonly isArmed: boolean;
  /** Of a run that is taken up: what its day has used up by now, its own part included. */
  readonly dayNow: CarriedDay | undefined;
}

/** What the ids of a run's orders begin with at the broker, where they are told for as long as the day lasts. */
export function orderPrefixOf(runId: string): string {
  const [, time = '', end = ''] = runId.split('-');
  return `${time}${end}-`;
}
