import type { OrderReport } from '../../../../src/domain/order.ts';
import { formatPrice } from '../../../../src/domain/price.ts';
import { NS_PER_MS } from '../../../../src/domain/time.ts';
import { ExchangeRig, type ExchangeRigOptions } from '../../../support/exchange-rig.ts';

/** A rule of the simulated exchange: what happens in one small market, and why. */
export interface RuleCard {
  /** Theme and number. */
  readonly id: string;
  readonly says: string;
  readonly why: string;
  readonly options: ExchangeRigOptions;
  readonly play: (market: RuleMarket) => void;
  /** All that the exchange reports, in its order, but that orders were accepted. */
  readonly told: readonly string[];
  /** What the card looked at on its way. */
  readonly noted: readonly string[];
}

type Play = (market: RuleMarket) => void;

/** The book that most cards begin with, by events 1 to 4: bids 50@100.00 (id 1), 40@99.99 (2); asks 50@100.02 (3), 40@100.03 (4). */
export class RuleMarket extends ExchangeRig {
  readonly notes: string[] = [];

  quoted(): this {
    this.add(0, 1, 'bid', 100, 50);
    this.add(0, 2, 'bid', 99.99, 40);
    this.add(0, 3, 'ask', 100.02, 50);
    this.add(0, 4, 'ask', 100.03, 40);
    return this;
  }

  /** Notes the size ahead of an order of ours. */
  noteAhead(id: string): void {
    this.notes.push(`${id} ahead ${this.exchange.queueAhead(id)}`);
  }

  note(text: string): void {
    this.notes.push(text);
  }
}

/** A card. Times are milliseconds; an order reaches the exchange 20 after it was sent. */
export function card(
  id: string,
  says: string,
  why: string,
  play: Play,
  told: readonly string[],
  noted: readonly string[] = [],
  options: ExchangeRigOptions = {},
): RuleCard {
  return { id, says, why, options, play, told, noted };
}

/** What is reported of a card's market, line by line. */
export function toldBy(market: RuleMarket): string[] {
  return market
    .all()
    .filter(({ type }) => type !== 'order-accepted')
    .map(lineOf);
}

function lineOf(report: OrderReport): string {
  const { orderId } = report;
  const at = `${report.ts / NS_PER_MS}`;
  switch (report.type) {
    case 'order-filled': {
      const { quantity, price, sequence, liquidity } = report.fill;
      return `${orderId} ${quantity}@${formatPrice(price, 2)} ${at} #${sequence} ${liquidity}`;
    }
    case 'order-modified': {
      const price = report.price ?? report.stopPrice;
      const to = price === undefined ? '' : `@${formatPrice(price, 2)}`;
      return `${orderId} modified ${at} to ${report.quantity}${to}`;
    }
    case 'order-canceled':
    case 'order-rejected':
    case 'order-change-rejected':
      return `${orderId} ${report.type.replace('order-', '')} ${at}: ${report.reason}`;
    case 'order-accepted':
    case 'order-expired':
    case 'order-total-told':
    case 'execution-corrected':
    case 'order-triggered':
      return `${orderId} ${report.type.replace('order-', '')} ${at}`;
  }
}
