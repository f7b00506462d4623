import { Histogram } from './histogram.ts';

interface LivingOrder {
  readonly born: number;
  size: number;
}

const WORD = 4_294_967_296;
/** High words from here on make numbers that a double does not hold exactly. */
const FAR = 1 << 21;

/** How long orders live from their add to the cancel that takes the last of them out. Only those seen from add to end. */
export class OrderLives {
  /** Nanoseconds. */
  readonly canceled = new Histogram();
  /** Orders whose last shares traded. */
  filled = 0;
  readonly #orders = new Map<number | string, LivingOrder>();

  add(idLow: number, idHigh: number, size: number, ts: number): void {
    this.#orders.set(keyOf(idLow, idHigh), { born: ts, size });
  }

  /** When an order was added; `undefined` where it is not known. */
  bornAt(idLow: number, idHigh: number): number | undefined {
    return this.#orders.get(keyOf(idLow, idHigh))?.born;
  }

  /** The order has `size` shares now; one that is not known stays so. */
  resize(idLow: number, idHigh: number, size: number): void {
    const order = this.#orders.get(keyOf(idLow, idHigh));
    if (order !== undefined) order.size = size;
  }

  /** Takes shares off. True when they were the last. */
  take(idLow: number, idHigh: number, size: number, traded: boolean, ts: number): boolean {
    const key = keyOf(idLow, idHigh);
    const order = this.#orders.get(key);
    if (order === undefined) return false;
    order.size -= size;
    if (order.size > 0) return false;
    this.#orders.delete(key);
    if (traded) this.filled++;
    else this.canceled.add(ts - order.born);
    return true;
  }

  /** It left the feed's view, and its end will not be seen. */
  forget(idLow: number, idHigh: number): void {
    this.#orders.delete(keyOf(idLow, idHigh));
  }

  clear(): void {
    this.#orders.clear();
  }
}

function keyOf(idLow: number, idHigh: number): number | string {
  const low = idLow >>> 0;
  const high = idHigh >>> 0;
  return high < FAR ? high * WORD + low : `${high}:${low}`;
}
