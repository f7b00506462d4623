import type { GatewayExecution } from '../../adapters/ibkr-gateway/account.ts';
import type { FakeGateway } from '../../adapters/ibkr-gateway/fake-gateway.ts';
import type { GatewayOrder } from '../../adapters/ibkr-gateway/gateway-order.ts';
import { toDollars } from '../../domain/money.ts';

/** What a gateway holds, as plain data: money in dollars. */
export interface GatewayStatus {
  readonly account: string;
  readonly clients: readonly number[];
  /** Market time, milliseconds since 1970. */
  readonly at: number;
  readonly position: number;
  /** What of the position no stop and no exit at market works for. */
  readonly unprotected: number;
  readonly averageCost: number;
  readonly cash: number;
  readonly realized: number;
  /** Orders that may still trade. */
  readonly open: number;
  readonly executions: number;
}

/** Everything of the day: money in micros, prices in 1e-9. */
export interface GatewayTruth {
  readonly position: number;
  readonly cashMicros: number;
  readonly commissionMicros: number;
  readonly orders: readonly (Pick<
    GatewayOrder,
    'clientId' | 'orderId' | 'permId' | 'status' | 'filled' | 'isOver'
  > & {
    readonly orderRef: string;
    readonly side: string;
    readonly type: string;
    readonly quantity: number;
  })[];
  readonly executions: readonly GatewayExecution[];
}

export function statusOf(
  { account, orders, clientIds }: FakeGateway,
  marketMs: number,
): GatewayStatus {
  return {
    account: account.name,
    clients: clientIds,
    at: marketMs,
    position: account.position,
    unprotected: unprotectedOf(account.position, orders.open),
    averageCost: account.averageCost,
    cash: toDollars(account.cashMicros),
    realized: toDollars(account.realizedMicros),
    open: orders.open.length,
    executions: orders.executions.length,
  };
}

export function truthOf({ account, orders }: FakeGateway): GatewayTruth {
  return {
    position: account.position,
    cashMicros: account.cashMicros,
    commissionMicros: account.commissionMicros,
    orders: orders.all.map(({ clientId, orderId, permId, status, filled, isOver, terms }) => ({
      clientId,
      orderId,
      permId,
      status,
      filled,
      isOver,
      orderRef: terms.orderRef,
      side: terms.side,
      type: terms.type,
      quantity: terms.quantity,
    })),
    executions: orders.executions,
  };
}

/** Stops, trailing or not, and market orders that close protect what they are for; a target does not. */
const PROTECTING: ReadonlySet<string> = new Set(['STP', 'TRAIL', 'MKT']);

function unprotectedOf(position: number, open: readonly GatewayOrder[]): number {
  const side = position > 0 ? 'sell' : 'buy';
  const covered = open
    .filter((order) => order.terms.side === side && isProtecting(order))
    .reduce((sum, { remaining }) => sum + remaining, 0);
  return Math.max(0, Math.abs(position) - covered);
}

/** What is on its way out counts while it waits for somebody to trade with, too. */
function isProtecting({ isHeld, isTriggered, isWorking, terms }: GatewayOrder): boolean {
  if (isHeld || !PROTECTING.has(terms.type)) return false;
  return isWorking || isTriggered || terms.type === 'MKT';
}
