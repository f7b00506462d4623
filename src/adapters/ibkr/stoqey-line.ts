import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import {
  type Contract,
  EventName,
  IBApi,
  type Order,
  OrderAction,
  OrderType,
  SecType,
  TimeInForce,
} from '@stoqey/ib';
import type {
  BrokerContract,
  BrokerOrderTerms,
  BrokerOrderType,
  GatewayLine,
  LineListener,
} from './gateway-line.ts';

/** So much that the library's limiter lets everything pass at once: what lies in it at a lost connection is forgotten. */
const UNLIMITED = 1_000_000;
/** By last trades: what the project's stops wait for. */
const TRIGGER_BY_LAST = 2;
/** What one order of the group fills is taken off the others, which cannot fill meanwhile. */
const REDUCE_WITH_BLOCK = 2;
const NO_ID = -1;

const TYPES: Readonly<Record<BrokerOrderType, OrderType>> = {
  LMT: OrderType.LMT,
  MKT: OrderType.MKT,
  STP: OrderType.STP,
  'STP LMT': OrderType.STP_LMT,
  TRAIL: OrderType.TRAIL,
  MIT: OrderType.MIT,
};

/**
 * A connection through @stoqey/ib, and the only file that knows it. Never connected a second time: an object that is used again
 * sends what was asked of it meanwhile.
 */
export class StoqeyLine implements GatewayLine {
  readonly #api: IBApi;
  readonly #listener: LineListener;
  #isReady = false;
  #isClosed = false;

  constructor(
    {
      host,
      port,
      clientId,
    }: { readonly host: string; readonly port: number; readonly clientId: number },
    listener: LineListener,
  ) {
    this.#listener = listener;
    this.#api = new IBApi({ host, port, clientId, maxReqPerSec: UNLIMITED });
    this.#listen();
  }

  connect(): void {
    // the library lets the system hold small messages back, for tens of milliseconds, and gives no hand on its socket
    const opened = channel('net.client.socket');
    const hurry = (message: unknown): void => {
      (message as { readonly socket: Socket }).socket.setNoDelay(true);
    };
    opened.subscribe(hurry);
    this.#api.connect();
    opened.unsubscribe(hurry);
  }

  close(): void {
    this.#api.disconnect();
    this.#onClosed();
  }

  placeOrder(contract: BrokerContract, terms: BrokerOrderTerms): void {
    if (this.#canSend) this.#api.placeOrder(terms.orderId, toContract(contract), toOrder(terms));
  }

  cancelOrder(orderId: number): void {
    if (this.#canSend) this.#api.cancelOrder(orderId);
  }

  requestContracts(requestId: number, contract: BrokerContract): void {
    if (this.#canSend) this.#api.reqContractDetails(requestId, toContract(contract));
  }

  requestOpenOrders(): void {
    if (this.#canSend) this.#api.reqAllOpenOrders();
  }

  requestExecutions(requestId: number, account: string): void {
    if (this.#canSend) this.#api.reqExecutions(requestId, { acctCode: account });
  }

  requestPositions(): void {
    if (this.#canSend) this.#api.reqPositions();
  }

  cancelPositions(): void {
    if (this.#canSend) this.#api.cancelPositions();
  }

  requestAccountValues(account: string): void {
    if (this.#canSend) this.#api.reqAccountUpdates(true, account);
  }

  requestCurrentTime(): void {
    if (this.#canSend) this.#api.reqCurrentTime();
  }

  requestPnl(requestId: number, account: string, conId: number): void {
    if (this.#canSend) this.#api.reqPnLSingle(requestId, account, '', conId);
  }

  cancelPnl(requestId: number): void {
    if (this.#canSend) this.#api.cancelPnLSingle(requestId);
  }

  cancelEverything(): void {
    if (this.#canSend) this.#api.reqGlobalCancel();
  }

  /** The library keeps what is asked of it without a connection, and sends it later: nothing is. */
  get #canSend(): boolean {
    return this.#isReady && !this.#isClosed && this.#api.isConnected;
  }

  #onClosed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.onClosed();
  }

  #listen(): void {
    const api = this.#api;
    const listener = this.#listener;
    let accounts: readonly string[] = [];
    api.on(EventName.managedAccounts, (list) => {
      accounts = list.split(',').filter((account) => account !== '');
    });
    api.on(EventName.nextValidId, (orderId) => {
      if (this.#isReady || this.#isClosed) return;
      this.#isReady = true;
      listener.onReady(orderId, accounts);
    });
    api.on(EventName.disconnected, () => this.#onClosed());
    // what has no id is told by another event
    api.on(EventName.info, (text, code) => listener.onMessage(NO_ID, code, text));
    api.on(EventName.error, (error, code, id) => listener.onMessage(id, code, error.message));
    api.on(EventName.openOrder, (orderId, contract, order, state) => {
      listener.onOpenOrder({
        orderId,
        clientId: order.clientId ?? NO_ID,
        permId: order.permId ?? 0,
        parentId: order.parentId ?? 0,
        account: order.account ?? '',
        symbol: contract.symbol ?? '',
        securityType: contract.secType ?? '',
        side: order.action === OrderAction.BUY ? 'buy' : 'sell',
        type: order.orderType,
        quantity: order.totalQuantity ?? 0,
        limitPrice: order.lmtPrice,
        auxPrice: order.auxPrice,
        ocaGroup: order.ocaGroup ?? '',
        orderRef: order.orderRef ?? '',
        status: state.status,
        ...(contract.conId === undefined ? {} : { conId: contract.conId }),
      });
    });
    api.on(EventName.openOrderEnd, () => listener.onOpenOrdersEnd());
    api.on(
      EventName.orderStatus,
      (
        orderId,
        status,
        filled,
        _remaining,
        _average,
        permId,
        _parent,
        _last,
        clientId,
        whyHeld,
      ) => {
        listener.onOrderStatus({
          orderId,
          clientId: clientId ?? NO_ID,
          permId: permId ?? 0,
          status,
          filled,
          whyHeld: whyHeld ?? '',
        });
      },
    );
    api.on(EventName.execDetails, (_requestId, contract, execution) => {
      listener.onExecution({
        executionId: execution.execId ?? '',
        orderId: execution.orderId ?? 0,
        clientId: execution.clientId ?? NO_ID,
        permId: execution.permId ?? 0,
        orderRef: execution.orderRef ?? '',
        account: execution.acctNumber ?? '',
        symbol: contract.symbol ?? '',
        securityType: contract.secType ?? '',
        side: execution.side === 'BOT' ? 'buy' : 'sell',
        quantity: execution.shares ?? 0,
        price: execution.price ?? 0,
        isMaker: execution.lastLiquidity === 1,
        ...(contract.conId === undefined ? {} : { conId: contract.conId }),
      });
    });
    api.on(EventName.execDetailsEnd, (requestId) => listener.onExecutionsEnd(requestId));
    api.on(EventName.commissionReport, ({ execId, commission }) => {
      if (execId !== undefined && commission !== undefined)
        listener.onCommission({ executionId: execId, commission });
    });
    api.on(EventName.position, (account, contract, quantity) => {
      const { symbol = '', secType = '', conId } = contract;
      const named = conId === undefined ? {} : { conId };
      listener.onPosition({ account, symbol, securityType: secType, quantity, ...named });
    });
    api.on(EventName.positionEnd, () => listener.onPositionsEnd());
    api.on(EventName.updateAccountValue, (key, value, currency) =>
      listener.onAccountValue(key, value, currency),
    );
    api.on(EventName.contractDetails, (requestId, { contract, minTick }) => {
      listener.onContract?.({
        requestId,
        conId: contract.conId ?? 0,
        symbol: contract.symbol ?? '',
        localSymbol: contract.localSymbol ?? '',
        expiry: contract.lastTradeDateOrContractMonth ?? '',
        exchange: contract.exchange ?? '',
        currency: contract.currency ?? '',
        minTick: minTick ?? 0,
        multiplier: Number(contract.multiplier ?? 1) || 1,
      });
    });
    api.on(EventName.contractDetailsEnd, (requestId) => listener.onContractsEnd?.(requestId));
    api.on(EventName.pnlSingle, (requestId, position, _daily, _unrealized, _realized, value) => {
      listener.onPnl?.({ requestId, position, value: value ?? 0 });
    });
    api.on(EventName.currentTime, (time) => listener.onCurrentTime(time));
  }
}

function toContract(contract: BrokerContract): Contract {
  const { symbol, exchange, currency, primaryExchange, localSymbol, conId } = contract;
  return {
    symbol,
    secType: contract.securityType === 'STK' ? SecType.STK : SecType.FUT,
    exchange,
    currency,
    ...(primaryExchange === undefined ? {} : { primaryExch: primaryExchange }),
    ...(localSymbol === undefined ? {} : { localSymbol }),
    ...(conId === undefined ? {} : { conId }),
  };
}

function toOrder(terms: BrokerOrderTerms): Order {
  const { limitPrice, auxPrice, trailStopPrice, ocaGroup, parentId } = terms;
  return {
    orderId: terms.orderId,
    action: terms.action === 'BUY' ? OrderAction.BUY : OrderAction.SELL,
    totalQuantity: terms.quantity,
    orderType: TYPES[terms.type],
    tif: TimeInForce[terms.tif],
    account: terms.account,
    orderRef: terms.orderRef,
    // left out it would be sent as an empty field
    transmit: terms.transmit,
    outsideRth: false,
    triggerMethod: TRIGGER_BY_LAST,
    ...(limitPrice === undefined ? {} : { lmtPrice: limitPrice }),
    ...(auxPrice === undefined ? {} : { auxPrice }),
    ...(trailStopPrice === undefined ? {} : { trailStopPrice }),
    ...(ocaGroup === undefined ? {} : { ocaGroup, ocaType: REDUCE_WITH_BLOCK }),
    ...(parentId === undefined ? {} : { parentId }),
  };
}
