import type { DepthOperation } from './depth-book.ts';

const TICK = { bidSize: 0, bid: 1, ask: 2, askSize: 3 } as const;
const SIDE = { ask: 0, bid: 1 } as const;
const OPERATION = { insert: 0, update: 1, delete: 2 } as const;

interface Side {
  price: number;
  size: number;
  isTold: boolean;
}

/** Best bid and offer, told as the operations of a book of one row a side: what there is without permission for depth. */
export class TopOfBook {
  readonly #bid: Side = { price: 0, size: 0, isTold: false };
  readonly #ask: Side = { price: 0, size: 0, isTold: false };

  /** Takes a tick of the quotes, a price or a size. Returns what it changes; nothing before both of a side are known. */
  take(type: number, value: number): DepthOperation | undefined {
    const isBid = type === TICK.bid || type === TICK.bidSize;
    if (!isBid && type !== TICK.ask && type !== TICK.askSize) return undefined;
    const side = isBid ? this.#bid : this.#ask;
    if (type === TICK.bid || type === TICK.ask) side.price = value;
    else side.size = value;
    return this.#operationOf(side, isBid ? SIDE.bid : SIDE.ask);
  }

  /** Both sides as they stand, for a book that is empty. */
  restart(): DepthOperation[] {
    this.#bid.isTold = false;
    this.#ask.isTold = false;
    return [this.#operationOf(this.#bid, SIDE.bid), this.#operationOf(this.#ask, SIDE.ask)].filter(
      (operation) => operation !== undefined,
    );
  }

  #operationOf(side: Side, number: 0 | 1): DepthOperation | undefined {
    const { price, size, isTold } = side;
    // the broker tells -1 where nobody bids or offers
    side.isTold = price > 0 && size > 0;
    if (!side.isTold && !isTold) return undefined;
    const operation = side.isTold
      ? isTold
        ? OPERATION.update
        : OPERATION.insert
      : OPERATION.delete;
    return { position: 0, operation, side: number, price, size };
  }
}
