/** A price level as the file's window shows it. Prices are in 1e-4, as in the file. */
export interface WindowLevel {
  readonly price: number;
  size: number;
  /** What of it are orders that the file never told: one order under an id of our own making. */
  seedId: number;
  seedSize: number;
  /** Sizes of the orders that the file told, by id, oldest first. */
  readonly orders: Map<number, number>;
}

/** Whose size a message took away: the order's own id, or the seed's. */
export interface Taken {
  readonly id: number;
  readonly isSeed: boolean;
}

/** One side of the book as far as the file knows it, best level first. */
export class BookWindow {
  readonly levels: WindowLevel[] = [];
  /** Messages about an order that is neither known nor part of a seed. */
  unknownOrders = 0;
  /** Messages that take more than there is. */
  overdrawn = 0;

  /** 1 for bids, -1 for asks: what a better price has more of. */
  readonly #sign: 1 | -1;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  isWorse(price: number, than: number): boolean {
    return (than - price) * this.#sign > 0;
  }

  add(price: number, id: number, size: number): void {
    const level = this.#levelFor(price);
    level.orders.set(id, (level.orders.get(id) ?? 0) + size);
    level.size += size;
  }

  /** Puts a level of unknown orders at its place. */
  seed(price: number, size: number, seedId: number): void {
    const level = this.#levelFor(price);
    level.size += size;
    level.seedId = seedId;
    level.seedSize = size;
  }

  /** Takes size from the order, or from the seed at its price when the order is not known. */
  take(price: number, id: number, size: number): Taken {
    const index = this.levels.findIndex((each) => each.price === price);
    const level = this.levels[index];
    const known = level?.orders.get(id);
    if (level === undefined || (known === undefined && level.seedSize === 0)) {
      this.unknownOrders++;
      return { id, isSeed: false };
    }
    const has = known ?? level.seedSize;
    const taken = Math.min(size, has);
    if (size > has) this.overdrawn++;
    if (known === undefined) level.seedSize -= taken;
    else if (taken === known) level.orders.delete(id);
    else level.orders.set(id, known - taken);
    level.size -= taken;
    if (level.size === 0) this.levels.splice(index, 1);
    return known === undefined ? { id: level.seedId, isSeed: true } : { id, isSeed: false };
  }

  #levelFor(price: number): WindowLevel {
    let index = 0;
    while (index < this.levels.length && this.isWorse(price, this.levels[index]?.price ?? price))
      index++;
    const found = this.levels[index];
    if (found?.price === price) return found;
    const level = { price, size: 0, seedId: 0, seedSize: 0, orders: new Map<number, number>() };
    this.levels.splice(index, 0, level);
    return level;
  }
}
