import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { GatewayAccount, GatewayExecution } from './account.ts';
import { BrokerOrders, type ChildRules } from './broker-orders.ts';
import { ClientConnection } from './client-connection.ts';
import { ClientDesk, type GatewayParts } from './client-desk.ts';
import type { GatewayContract } from './contract.ts';
import { Dispatcher } from './dispatcher.ts';
import { exchangeClockOf } from './exchange-clock.ts';
import { CODE_TEXTS, type Fault } from './fault.ts';
import { FaultBoard } from './fault-board.ts';
import type { FieldValue } from './frames.ts';
import type { GatewayOrder } from './gateway-order.ts';
import type { MarketDataLimits } from './market-data-desk.ts';
import type { GatewayMarket } from './market-port.ts';
import {
  commissionMessage,
  errorMessage,
  executionMessage,
  openOrderMessage,
  orderStatusMessage,
} from './order-messages.ts';

/** What everybody is told after the greeting: the farms are there. */
const FARM_CODES = [2104, 2106, 2158];
/** How often who asked is told what the position is worth, ms. */
const PNL_EVERY_MS = 1_000;

export interface FakeGatewayOptions {
  readonly contract: GatewayContract;
  readonly account: GatewayAccount;
  readonly market: GatewayMarket;
  readonly rules: ChildRules;
  readonly limits: MarketDataLimits;
  /** The first order id of a client that has placed none. */
  readonly firstOrderId: number;
  /** Daily bars and average volume, where the gateway has any. */
  readonly history: GatewayParts['history'];
}

/**
 * A stand-in for TWS or IB Gateway: it speaks their wire protocol at server version 193 to any number of clients on loopback, keeps one
 * account and trades one contract at a market that is given. What it cannot know of the real one, it does as the documents of
 * the protocol say; what they are silent about is in `ChildRules` and in the room's description.
 */
export class FakeGateway {
  readonly faults = new FaultBoard();
  readonly orders: BrokerOrders;
  readonly account: GatewayAccount;
  readonly #contract: GatewayContract;
  readonly #market: GatewayMarket;
  readonly #parts: GatewayParts;
  readonly #server: Server;
  readonly #connections = new Set<ClientConnection>();
  readonly #desks = new Map<ClientConnection, ClientDesk>();
  readonly #dispatcher = new Dispatcher();
  readonly #pnlTimer: NodeJS.Timeout;
  #isStalled = false;
  #downUntil = 0;

  constructor(options: FakeGatewayOptions) {
    const { contract, account, market } = options;
    this.#contract = contract;
    this.account = account;
    this.#market = market;
    this.orders = new BrokerOrders({
      contract,
      account,
      market,
      rules: options.rules,
      firstId: options.firstOrderId,
      judge: this.faults,
      listener: {
        onOrder: (order) => this.#onOrder(order),
        onExecution: (execution) => this.#onExecution(execution),
        onError: (clientId, orderId, code, text) =>
          this.#dispatcher.after(this.faults.states.delayMs, () =>
            this.#tellClient(clientId, errorMessage(orderId, code, text)),
          ),
      },
    });
    this.#parts = {
      contract,
      account,
      market,
      orders: this.orders,
      faults: this.faults,
      limits: options.limits,
      history: options.history,
    };
    market.listen({
      onReport: (report) => this.orders.onReport(report),
      onTrade: (trade) => {
        for (const desk of this.#desks.values()) desk.data.onTrade(trade);
      },
      onBook: () => {
        this.orders.onBook();
        for (const desk of this.#desks.values()) desk.data.onBook();
      },
    });
    this.#server = createServer((socket) => this.#accept(socket));
    this.#pnlTimer = setInterval(() => {
      for (const desk of this.#desks.values()) desk.tellPnl();
    }, PNL_EVERY_MS).unref();
  }

  /** Listens on a port of this machine alone, 0 for any. Resolves with the port. */
  async listen(port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(port, '127.0.0.1', resolve);
    await promise;
    return (this.#server.address() as AddressInfo).port;
  }

  /** Hangs up on everybody. Resolves when nothing is left. */
  async close(): Promise<void> {
    this.#dispatcher.clear();
    clearInterval(this.#pnlTimer);
    for (const connection of this.#connections) connection.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }

  /** Ids of the clients that are let in. */
  get clientIds(): readonly number[] {
    return [...this.#desks.keys()].flatMap(({ clientId }) => clientId ?? []);
  }

  /** Makes something go wrong, or right again. */
  fault(fault: Fault): void {
    switch (fault.type) {
      case 'drop':
        for (const connection of this.#of(fault.clientId)) connection.destroy();
        break;
      case 'restart':
        this.#downUntil = performance.now() + fault.downMs;
        for (const connection of this.#connections) connection.destroy();
        break;
      case 'stall':
        if (fault.clientId === undefined) this.#isStalled = true;
        for (const connection of this.#of(fault.clientId)) connection.stall();
        break;
      case 'clear':
        this.faults.clear();
        this.#downUntil = 0;
        this.#resume();
        break;
      case 'resume':
        this.#resume();
        break;
      case 'message':
        this.#tellAll(fault.id ?? -1, fault.code, fault.text);
        break;
      case 'line-lost':
        this.faults.isLineLost = true;
        this.#tellAll(-1, 1100);
        break;
      case 'line-back':
        this.faults.isLineLost = false;
        if (!fault.keepsData) for (const desk of this.#desks.values()) desk.data.forget();
        this.#tellAll(-1, fault.keepsData ? 1102 : 1101);
        break;
      case 'cancel-orders':
        for (const order of this.orders.open) this.orders.end(order, fault.text ?? '');
        break;
      case 'correct-execution': {
        const last = this.orders.executions.at(-1);
        if (last !== undefined) this.orders.correct(last.id, Math.round(fault.price * 1e9));
        break;
      }
      case 'reset-depth':
        for (const desk of this.#desks.values()) desk.data.resetDepth();
        break;
      case 'refuse-orders':
      case 'inactive-orders':
      case 'swallow-orders':
      case 'warn-orders':
      case 'refuse-cancels':
      case 'swallow-cancels':
      case 'states':
      case 'executions':
      case 'client-id-in-use':
      case 'read-only':
      case 'refuse-data':
        this.faults.take(fault);
        break;
    }
  }

  #resume(): void {
    this.#isStalled = false;
    for (const connection of this.#connections) connection.resume();
  }

  #accept(socket: Socket): void {
    if (performance.now() < this.#downUntil) {
      socket.destroy();
      return;
    }
    const connection = new ClientConnection(
      socket,
      {
        onStart: () => this.#start(connection),
        onMessage: (_, fields) => this.#desks.get(connection)?.onMessage(fields),
        onClose: () => {
          this.#connections.delete(connection);
          this.#desks.delete(connection);
        },
      },
      () => exchangeClockOf(this.#market.now),
      this.#isStalled,
    );
    this.#connections.add(connection);
  }

  #start(connection: ClientConnection): void {
    const clientId = connection.clientId ?? 0;
    if (this.clientIds.includes(clientId) || this.faults.takenIds.has(clientId)) {
      const text = `Unable to connect as the client id is already in use. Retry with a unique client id.`;
      connection.send(errorMessage(-1, 326, text));
      connection.end();
      return;
    }
    connection.isReady = true;
    const desk = new ClientDesk(connection, clientId, this.#parts);
    this.#desks.set(connection, desk);
    connection.send([15, 1, this.account.name]);
    connection.send([9, 1, this.orders.nextId(clientId)]);
    for (const code of FARM_CODES) connection.send(errorMessage(-1, code, textOf(code)));
    if (this.faults.isLineLost) connection.send(errorMessage(-1, 1100, textOf(1100)));
  }

  #onOrder(order: GatewayOrder): void {
    const { how, delayMs } = this.faults.states;
    if (how === 'never') return;
    // written out now: it may be another state by the time that it is told
    const messages = [openOrderMessage(order, this.#contract), orderStatusMessage(order)];
    if (how === 'reversed') messages.reverse();
    const times = how === 'twice' ? 2 : 1;
    this.#dispatcher.after(delayMs, () => {
      for (let time = 0; time < times; time++)
        for (const message of messages) this.#tellClient(order.clientId, message);
    });
  }

  #onExecution(execution: GatewayExecution): void {
    const { how, delayMs, commissionDelayMs } = this.faults.executions;
    for (const desk of this.#desks.values()) desk.onAccountChanged();
    if (how === 'never') return;
    const { clientId } = execution;
    const told = executionMessage(execution, this.#contract, this.account.name, -1);
    const paid = commissionMessage(execution, this.#contract.currency);
    const times = how === 'twice' ? 2 : 1;
    this.#dispatcher.after(delayMs, () => {
      for (let time = 0; time < times; time++) this.#tellClient(clientId, told);
    });
    this.#dispatcher.after((delayMs ?? 0) + (commissionDelayMs ?? 0), () => {
      for (let time = 0; time < times; time++) this.#tellClient(clientId, paid);
    });
  }

  #tellClient(clientId: number, message: readonly FieldValue[]): void {
    for (const connection of this.#desks.keys())
      if (connection.clientId === clientId) connection.send(message);
  }

  #tellAll(id: number, code: number, text = textOf(code)): void {
    for (const connection of this.#desks.keys()) connection.send(errorMessage(id, code, text));
  }

  #of(clientId: number | undefined): ClientConnection[] {
    return [...this.#connections].filter(
      (connection) => clientId === undefined || connection.clientId === clientId,
    );
  }
}

function textOf(code: number): string {
  return CODE_TEXTS.get(code) ?? `Message ${code}`;
}
