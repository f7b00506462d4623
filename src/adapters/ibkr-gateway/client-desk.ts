import type { GatewayAccount } from './account.ts';
import {
  accountSummaryMessages,
  accountUpdateMessages,
  pnlSingleMessage,
  portfolioMessage,
  positionMessage,
} from './account-messages.ts';
import type { BrokerOrders } from './broker-orders.ts';
import type { ClientConnection } from './client-connection.ts';
import { type GatewayContract, isContract, readContract } from './contract.ts';
import {
  contractDetailsMessage,
  depthExchangesMessage,
  marketRuleMessage,
} from './contract-messages.ts';
import { exchangeClockOf, parseFilterTime } from './exchange-clock.ts';
import { CODE_TEXTS } from './fault.ts';
import type { FaultBoard } from './fault-board.ts';
import { FieldReader } from './field-reader.ts';
import { type DailyHistory, MarketDataDesk, type MarketDataLimits } from './market-data-desk.ts';
import type { GatewayMarket } from './market-port.ts';
import {
  commissionMessage,
  errorMessage,
  executionMessage,
  openOrderMessage,
  orderStatusMessage,
} from './order-messages.ts';
import { readPlacement } from './place-order.ts';

/** What a client deals with. */
export interface GatewayParts {
  readonly contract: GatewayContract;
  readonly account: GatewayAccount;
  readonly market: GatewayMarket;
  readonly orders: BrokerOrders;
  readonly faults: FaultBoard;
  readonly limits: MarketDataLimits;
  readonly history: DailyHistory;
}

const READ_ONLY =
  "Error validating request.-'bE' : cause - The API interface is currently in Read-Only mode.";

/** Answers one client. */
export class ClientDesk {
  readonly data: MarketDataDesk;
  readonly #connection: ClientConnection;
  readonly #clientId: number;
  readonly #parts: GatewayParts;
  #wantsPositions = false;
  #wantsAccount = false;
  /** Who wants to be told what the position is worth, by the number of the request. */
  readonly #pnl = new Set<number>();

  constructor(connection: ClientConnection, clientId: number, parts: GatewayParts) {
    this.#connection = connection;
    this.#clientId = clientId;
    this.#parts = parts;
    this.data = new MarketDataDesk((fields) => connection.send(fields), parts);
  }

  /** Tells what the client has subscribed to of the account. */
  onAccountChanged(): void {
    const { account, contract } = this.#parts;
    if (this.#wantsPositions) this.#connection.send(positionMessage(account, contract));
    if (this.#wantsAccount) {
      this.#connection.send(portfolioMessage(account, contract, this.#price));
    }
    this.tellPnl();
  }

  /** What the position is worth, to who wants it: the real one does so about once a second. */
  tellPnl(): void {
    for (const id of this.#pnl)
      this.#connection.send(pnlSingleMessage(this.#parts.account, this.#price, id));
  }

  /** A message by its id. What this gateway does not know is refused as the real one refuses what it does not know. */
  onMessage(fields: readonly string[]): void {
    const id = Number(fields[0]);
    switch (id) {
      case 3:
        this.#place(fields);
        break;
      case 4:
        if (this.#parts.faults.isReadOnly)
          this.#error(new FieldReader(fields, 1).integer() ?? -1, 321, READ_ONLY);
        else this.#parts.orders.cancel(this.#clientId, new FieldReader(fields, 1).integer() ?? 0);
        break;
      case 58:
        if (this.#parts.faults.isReadOnly) this.#error(-1, 321, READ_ONLY);
        else this.#parts.orders.cancelAll();
        break;
      case 5:
        if (this.#parts.faults.isReadOnly) this.#error(-1, 321, READ_ONLY);
        else this.#tellOpenOrders((clientId) => clientId === this.#clientId);
        break;
      case 16:
        this.#tellOpenOrders(() => true);
        break;
      case 15:
        if (this.#clientId !== 0)
          this.#error(-1, 327, 'Only the default client (i.e 0) can auto bind orders.');
        break;
      case 99:
        // completed orders are not kept apart: none is told
        if (this.#parts.faults.isReadOnly) this.#error(-1, 321, READ_ONLY);
        else this.#connection.send([102]);
        break;
      case 94:
        this.#pnl.add(new FieldReader(fields, 1).integer() ?? -1);
        this.tellPnl();
        break;
      case 95:
        this.#pnl.delete(new FieldReader(fields, 1).integer() ?? -1);
        break;
      case 7:
        this.#tellExecutions(new FieldReader(fields, 2));
        break;
      case 8:
        this.#connection.send([9, 1, this.#parts.orders.nextId(this.#clientId)]);
        break;
      case 49:
        this.#connection.send([49, 1, Math.floor(this.#parts.market.now / 1000)]);
        break;
      case 17:
        this.#connection.send([15, 1, this.#parts.account.name]);
        break;
      case 61:
        this.#wantsPositions = true;
        if (this.#parts.account.position !== 0) this.onPositions();
        this.#connection.send([62, 1]);
        break;
      case 64:
        this.#wantsPositions = false;
        break;
      case 6:
        this.#wantsAccount = new FieldReader(fields, 2).flag();
        if (this.#wantsAccount) this.#tellAccount();
        break;
      case 62:
        this.#tellSummary(new FieldReader(fields, 2));
        break;
      case 63:
        break;
      case 9:
        this.#tellContract(new FieldReader(fields, 2));
        break;
      case 82:
        this.#connection.send(depthExchangesMessage(this.#parts.contract));
        break;
      case 91:
        this.#connection.send(
          marketRuleMessage(this.#parts.contract, new FieldReader(fields, 1).integer() ?? 0),
        );
        break;
      default:
        if (this.#refusesData(id, fields)) break;
        if (!this.data.onMessage(id, fields))
          this.#error(-1, 320, 'Error reading request. Unknown message id.');
        break;
    }
  }

  /** Without a subscription to them there are no data. */
  #refusesData(id: number, fields: readonly string[]): boolean {
    const what = id === 1 ? 'quotes' : id === 10 ? 'depth' : id === 97 ? 'trades' : '';
    const refusal = this.#parts.faults.refusedData.get(what);
    if (refusal === undefined) return false;
    const { code = 354, text = CODE_TEXTS.get(code) ?? `Error ${code}` } = refusal;
    // of a request for trades there is no version before its number
    this.#error(Number(fields[id === 97 ? 1 : 2]), code, text);
    return true;
  }

  onPositions(): void {
    const { account, contract } = this.#parts;
    this.#connection.send(positionMessage(account, contract));
  }

  #place(fields: readonly string[]): void {
    const { orders, contract, faults } = this.#parts;
    const placement = readPlacement(fields, contract.instrument.tickNanos);
    const { orderId } = placement;
    if (faults.isReadOnly) this.#error(orderId, 321, READ_ONLY);
    else if ('code' in placement) this.#error(orderId, placement.code, placement.text);
    else if (placement.isWhatIf)
      this.#error(
        orderId,
        321,
        "Error validating request.-'bE' : cause - No margin is computed here.",
      );
    else orders.place(this.#clientId, placement);
  }

  #tellOpenOrders(isMeant: (clientId: number) => boolean): void {
    const { orders, contract } = this.#parts;
    for (const order of orders.open) {
      if (!isMeant(order.clientId)) continue;
      this.#connection.send(openOrderMessage(order, contract));
      this.#connection.send(orderStatusMessage(order));
    }
    this.#connection.send([53, 1]);
  }

  #tellExecutions(filter: FieldReader): void {
    const requestId = filter.integer() ?? -1;
    const clientId = filter.integer() ?? 0;
    // account
    filter.skip(1);
    const since = parseFilterTime(filter.text()) ?? 0;
    const symbol = filter.text();
    // security type, exchange
    filter.skip(2);
    const side = filter.text().toUpperCase();
    const { orders, contract, account } = this.#parts;
    for (const execution of orders.executions) {
      const isMeant =
        (clientId === 0 || clientId === execution.clientId) &&
        execution.at >= since &&
        (symbol === '' || symbol === contract.symbol) &&
        (side === '' || side.startsWith('B') === (execution.side === 'buy'));
      if (!isMeant) continue;
      this.#connection.send(executionMessage(execution, contract, account.name, requestId));
      this.#connection.send(commissionMessage(execution, contract.currency));
    }
    this.#connection.send([55, 1, requestId]);
  }

  #tellAccount(): void {
    const { account, contract, market } = this.#parts;
    const clock = exchangeClockOf(market.now).slice(9, 14);
    for (const message of accountUpdateMessages(account, contract, this.#price, clock))
      this.#connection.send(message);
  }

  #tellSummary(fields: FieldReader): void {
    const requestId = fields.integer() ?? -1;
    // group
    fields.skip(1);
    const tags = fields.text().split(',');
    const { account, contract } = this.#parts;
    const { currency } = contract;
    for (const message of accountSummaryMessages(account, this.#price, requestId, tags, currency))
      this.#connection.send(message);
  }

  #tellContract(fields: FieldReader): void {
    const requestId = fields.integer() ?? -1;
    const { contract } = this.#parts;
    if (!isContract(contract, readContract(fields))) {
      this.#error(requestId, 200, 'No security definition has been found for the request');
      return;
    }
    this.#connection.send(contractDetailsMessage(contract, requestId));
    this.#connection.send([52, 1, requestId]);
  }

  /** What a unit is worth now: the last trade, else the middle of the quotes. */
  get #price(): number {
    const { last, bid, ask } = this.#parts.market.top;
    if (last !== undefined) return last.price;
    if (bid === undefined || ask === undefined) return 0;
    return (bid.price + ask.price) / 2;
  }

  #error(id: number, code: number, text: string): void {
    this.#connection.send(errorMessage(id, code, text));
  }
}
