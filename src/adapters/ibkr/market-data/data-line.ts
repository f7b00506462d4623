import { type Contract, EventName, IBApi, SecType, TickByTickDataType } from '@stoqey/ib';
import type { DepthOperation } from './depth-book.ts';

/** A trade as the broker tells it; `second`: since 1970. */
export interface TradeTold {
  readonly second: number;
  readonly price: number;
  readonly size: number;
  readonly isPastLimit: boolean;
  readonly isUnreported: boolean;
  readonly conditions: string;
}

/** What a data connection tells, in the order of its arrival. */
export interface DataListener {
  onReady(): void;
  /** Once, and the last thing that is told. */
  onClosed(): void;
  onDepth(id: number, operation: DepthOperation): void;
  onTrade(id: number, trade: TradeTold): void;
  onTick(id: number, type: number, value: number): void;
  /** What kind of data a request's are: 1 live, 2 frozen, 3 and 4 delayed. */
  onDataType(id: number, type: number): void;
  /** It answers. */
  onTime(): void;
  /** `id` of a request, or -1. */
  onMessage(id: number, code: number, text: string): void;
}

/** One data connection, by a client id of its own: orders never wait behind data. Another connection is another object. */
export interface DataLine {
  connect(): void;
  close(): void;
  requestDepth(id: number, symbol: string, exchange: string, rows: number): void;
  cancelDepth(id: number): void;
  requestTrades(id: number, symbol: string): void;
  /** Best bid and offer, halts, shares to borrow, average volume. */
  requestFacts(id: number, symbol: string): void;
  /** No delayed data in place of live ones. */
  requestLive(): void;
  /** Whether it still answers. */
  requestTime(): void;
}

export type OpenDataLine = (listener: DataListener) => DataLine;

/** Shortability, average volume; halts come unasked. */
const GENERIC_TICKS = '165,236';
const NO_ID = -1;
export const LIVE_DATA = 1;

/** The connection through @stoqey/ib. */
export class StoqeyDataLine implements DataLine {
  readonly #api: IBApi;
  readonly #listener: DataListener;
  #isClosed = false;

  constructor(
    where: { readonly host: string; readonly port: number; readonly clientId: number },
    listener: DataListener,
  ) {
    this.#api = new IBApi({ ...where });
    this.#listener = listener;
    const api = this.#api;
    api.once(EventName.nextValidId, () => listener.onReady());
    api.on(EventName.disconnected, () => this.#onClosed());
    api.on(EventName.info, (text, code) => listener.onMessage(NO_ID, code, text));
    api.on(EventName.error, (error, code, id) => listener.onMessage(id, code, error.message));
    api.on(EventName.updateMktDepth, (id, position, operation, side, price, size) =>
      listener.onDepth(id, { position, operation, side, price, size }),
    );
    api.on(EventName.updateMktDepthL2, (id, position, _maker, operation, side, price, size) =>
      listener.onDepth(id, { position, operation, side, price, size }),
    );
    api.on(
      EventName.tickByTickAllLast,
      (id, _type, time, price, size, attributes, _exchange, conditions) =>
        listener.onTrade(id, {
          second: Number(time),
          price,
          size,
          isPastLimit: attributes.pastLimit === true,
          isUnreported: attributes.unreported === true,
          conditions,
        }),
    );
    api.on(EventName.marketDataType, (id, type) => listener.onDataType(id, type));
    api.on(EventName.currentTime, () => listener.onTime());
    api.on(EventName.tickGeneric, (id, type, value) => listener.onTick(id, type, value));
    api.on(EventName.tickPrice, (id, type, value) => listener.onTick(id, type, value));
    api.on(EventName.tickSize, (id, type, value) => {
      if (type !== undefined && value !== undefined) listener.onTick(id, type, value);
    });
  }

  connect(): void {
    this.#api.connect();
  }

  close(): void {
    this.#api.disconnect();
    this.#onClosed();
  }

  requestDepth(id: number, symbol: string, exchange: string, rows: number): void {
    if (this.#canSend) this.#api.reqMktDepth(id, stockOf(symbol, exchange), rows, false);
  }

  cancelDepth(id: number): void {
    if (this.#canSend) this.#api.cancelMktDepth(id, false);
  }

  requestTrades(id: number, symbol: string): void {
    if (this.#canSend)
      this.#api.reqTickByTickData(id, stockOf(symbol), TickByTickDataType.AllLast, 0, false);
  }

  requestFacts(id: number, symbol: string): void {
    if (this.#canSend) this.#api.reqMktData(id, stockOf(symbol), GENERIC_TICKS, false, false);
  }

  requestLive(): void {
    if (this.#canSend) this.#api.reqMarketDataType(LIVE_DATA);
  }

  requestTime(): void {
    if (this.#canSend) this.#api.reqCurrentTime();
  }

  get #canSend(): boolean {
    return !this.#isClosed && this.#api.isConnected;
  }

  #onClosed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.onClosed();
  }
}

function stockOf(symbol: string, exchange = 'SMART'): Contract {
  return { symbol, secType: SecType.STK, exchange, currency: 'USD' };
}
