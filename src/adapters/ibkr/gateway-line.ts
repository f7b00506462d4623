/**
 * What the adapter needs of one connection to TWS or IB Gateway, and what it hears from there. The library stands behind it
 * (`stoqey-line.ts`), so that it can be replaced, and tests can speak without a socket.
 *
 * @see https://www.interactivebrokers.com/campus/ibkr-api-page/twsapi-doc/ read 2026-11-21
 */

/** What is traded, in the broker's words. */
export interface BrokerContract {
  readonly symbol: string;
  readonly securityType: 'STK' | 'FUT';
  /** `SMART` for stocks. */
  readonly exchange: string;
  readonly currency: string;
  readonly primaryExchange?: string;
  /** Of a future: `ESZ6`. */
  readonly localSymbol?: string;
  readonly conId?: number;
}

/** A contract that a description fits. */
export interface ContractTold {
  readonly requestId: number;
  /** The broker's own number of it. */
  readonly conId: number;
  readonly symbol: string;
  readonly localSymbol: string;
  /** `YYYYMMDD` of a future; empty of a stock. */
  readonly expiry: string;
  readonly exchange: string;
  readonly currency: string;
  /** Smallest price step, in its currency. */
  readonly minTick: number;
  /** Money per point and unit; 1 where none is told. */
  readonly multiplier: number;
}

export type BrokerOrderType = 'LMT' | 'MKT' | 'STP' | 'STP LMT' | 'TRAIL' | 'MIT';

/** An order as it is sent. The same id again is a change of all of its terms. Prices in the contract's currency. */
export interface BrokerOrderTerms {
  readonly orderId: number;
  readonly parentId?: number;
  readonly action: 'BUY' | 'SELL';
  readonly type: BrokerOrderType;
  /** Total, filled part included. */
  readonly quantity: number;
  readonly limitPrice?: number;
  /** Trigger price; of a trailing stop its distance. */
  readonly auxPrice?: number;
  readonly trailStopPrice?: number;
  readonly tif: 'DAY' | 'IOC' | 'FOK';
  readonly ocaGroup?: string;
  /** Our own id of the order: it survives restarts, and comes back with orders and executions. */
  readonly orderRef: string;
  readonly account: string;
  /** False: the gateway keeps it until an order of the same bracket comes that is to be transmitted. */
  readonly transmit: boolean;
}

export interface OpenOrderTold {
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly parentId: number;
  readonly account: string;
  readonly symbol: string;
  readonly securityType: string;
  readonly conId?: number;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly quantity: number;
  readonly limitPrice: number | undefined;
  readonly auxPrice: number | undefined;
  readonly ocaGroup: string;
  readonly orderRef: string;
  readonly status: string;
}

export interface OrderStatusTold {
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly status: string;
  readonly filled: number;
  readonly whyHeld: string;
}

export interface ExecutionTold {
  /** The broker's name of it; a correction has the same one up to its last dot, and a higher number behind that. */
  readonly executionId: string;
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly orderRef: string;
  readonly account: string;
  readonly symbol: string;
  readonly securityType: string;
  readonly conId?: number;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  readonly price: number;
  readonly isMaker: boolean;
}

export interface CommissionTold {
  readonly executionId: string;
  /** In the account's currency. */
  readonly commission: number;
}

export interface PositionTold {
  readonly account: string;
  readonly symbol: string;
  readonly securityType: string;
  readonly quantity: number;
  /** The broker's number of the contract. */
  readonly conId?: number;
}

/** What the account holds of one contract, about once a second. */
export interface PnlTold {
  readonly requestId: number;
  /** Bought less sold. */
  readonly position: number;
  /** What that is worth now, in the contract's currency; negative of a short. */
  readonly value: number;
}

/** What comes from the gateway, in the order of its arrival. */
export interface LineListener {
  /** The first moment at which anything may be sent. `accounts` as the gateway named them before. */
  onReady(nextOrderId: number, accounts: readonly string[]): void;
  /** Once, and the last thing that is told. */
  onClosed(): void;
  onOpenOrder(order: OpenOrderTold): void;
  onOpenOrdersEnd(): void;
  onOrderStatus(status: OrderStatusTold): void;
  onExecution(execution: ExecutionTold): void;
  onExecutionsEnd(requestId: number): void;
  onCommission(report: CommissionTold): void;
  onPosition(position: PositionTold): void;
  onPositionsEnd(): void;
  /** `currency` of the base of the account. */
  onAccountValue(key: string, value: string, currency: string): void;
  onCurrentTime(epochSeconds: number): void;
  /** For who asked for them. */
  onContract?(told: ContractTold): void;
  onContractsEnd?(requestId: number): void;
  /** For who asked for it. */
  onPnl?(told: PnlTold): void;
  /** Errors, warnings and information: `id` is a request's, an order's, or -1. */
  onMessage(id: number, code: number, text: string): void;
}

/** One connection, from its opening to its end: another one is another object. Every call is one message, written at once. */
export interface GatewayLine {
  connect(): void;
  close(): void;
  placeOrder(contract: BrokerContract, terms: BrokerOrderTerms): void;
  cancelOrder(orderId: number): void;
  /** Every contract that the description fits. */
  requestContracts(requestId: number, contract: BrokerContract): void;
  /** Orders of all clients, once. */
  requestOpenOrders(): void;
  /** Executions of the account since the broker's midnight. */
  requestExecutions(requestId: number, account: string): void;
  requestPositions(): void;
  cancelPositions(): void;
  /** Cash and the like, from now on. */
  requestAccountValues(account: string): void;
  requestCurrentTime(): void;
  /** What a position is worth, from now on. */
  requestPnl(requestId: number, account: string, conId: number): void;
  cancelPnl(requestId: number): void;
  /** Every order of every client and of the broker's own program. */
  cancelEverything(): void;
}

export type OpenLine = (listener: LineListener) => GatewayLine;
