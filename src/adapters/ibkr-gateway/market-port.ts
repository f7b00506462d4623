import type { OrderChange, OrderReport, OrderRequest } from '../../domain/order.ts';
import type { PriceNanos } from '../../domain/price.ts';

/** A trade on the tape. `at`: market time, milliseconds since 1970. */
export interface TapeTrade {
  readonly price: PriceNanos;
  readonly size: number;
  readonly at: number;
}

/** A price level of a book. */
export interface DepthLevel {
  readonly price: PriceNanos;
  readonly size: number;
}

/** The market's best prices and last trade; `undefined` where there is none. */
export interface MarketTop {
  readonly bid: DepthLevel | undefined;
  readonly ask: DepthLevel | undefined;
  readonly last: DepthLevel | undefined;
  /** Shares or contracts that traded since the market began. */
  readonly volume: number;
  readonly isHalted: boolean;
}

/** What a market tells its gateway, in the order in which it happens. */
export interface MarketListener {
  onReport(report: OrderReport): void;
  onTrade(trade: TapeTrade): void;
  /** Something of the book or the trading status may have changed. */
  onBook(): void;
}

/** The market behind a gateway: it matches plain orders, each for itself. Parents and groups are the gateway's matter. */
export interface GatewayMarket {
  /** Market time, milliseconds since 1970. */
  readonly now: number;
  readonly top: MarketTop;
  /** The best levels of a side, best first. */
  depth(side: 'bid' | 'ask', most: number): readonly DepthLevel[];
  listen(listener: MarketListener): void;
  submit(order: OrderRequest): void;
  modify(change: OrderChange): void;
  cancel(id: string): void;
}
