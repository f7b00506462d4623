import type { Random } from '../../domain/random.ts';
import { BUY, SELL } from '../../domain/side.ts';
import { NS_PER_SECOND, type SessionTime } from '../../domain/time.ts';
import type { MatchingBook } from './matching-book.ts';
import type { Phase } from './phase.ts';

/** How far from the touch a wall is put, in ticks, and from where it is taken away. */
const NEAREST = 13;
const SPAN = 10;
const FORGOTTEN = 60;
const LOOK_NS = NS_PER_SECOND / 2;
const ORDERS = 6;
const LONGEST_NS = 60 * NS_PER_SECOND;

/** An order of a wall: its slot, and its age, by which a slot used again is told apart. */
interface WallOrder {
  readonly slot: number;
  readonly born: number;
  readonly until: SessionTime;
}

/** An order that the keeper wants placed. */
export interface WallRequest {
  readonly side: number;
  readonly tick: number;
  readonly size: number;
}

/** Large resting interest of a few participants: placed some way behind the touch, patient, gone when the market left it. */
export class WallKeeper {
  readonly #random: Random;
  readonly #orders: WallOrder[] = [];
  readonly #wanted: WallRequest[] = [];
  #look = 0;
  #until = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next order to place, if any. */
  nextOrder(time: SessionTime, book: MatchingBook, phase: Phase): WallRequest | undefined {
    if (this.#wanted.length === 0 && time >= this.#look) {
      this.#look = time + LOOK_NS;
      this.#plan(time, book, phase);
    }
    return this.#wanted.pop();
  }

  /** Takes note of an order that was placed on request. */
  placed(slot: number, book: MatchingBook): void {
    book.kept[slot] = 1;
    this.#orders.push({ slot, born: book.born[slot] ?? 0, until: this.#until });
  }

  /** A slot whose order has outlived its use, if any; orders that traded are forgotten. */
  nextStale(time: SessionTime, book: MatchingBook): number | undefined {
    for (;;) {
      const order = this.#orders[0];
      if (order === undefined) return undefined;
      const { slot, born, until } = order;
      const isLive = book.born[slot] === born && (book.size[slot] ?? 0) > 0;
      const tick = book.tick[slot] ?? 0;
      const distance = book.side[slot] === BUY ? book.bestBid - tick : tick - book.bestAsk;
      if (isLive && time < until && distance <= FORGOTTEN) return undefined;
      this.#orders.shift();
      if (isLive) return slot;
    }
  }

  #plan(time: SessionTime, book: MatchingBook, phase: Phase): void {
    if (phase.wallSide === 0 && this.#random.below(60) > 0) return;
    const side = phase.wallSide === 0 ? (this.#random.below(2) === 0 ? BUY : SELL) : phase.wallSide;
    const touch = side === BUY ? book.bestBid : book.bestAsk;
    const stands = this.#orders.some(({ slot, born }) => {
      const distance = ((book.tick[slot] ?? 0) - touch) * -side;
      return (
        book.born[slot] === born &&
        book.side[slot] === side &&
        distance >= 4 &&
        distance < NEAREST + SPAN
      );
    });
    if (stands) return;
    const aim = touch - side * (NEAREST + this.#random.below(SPAN));
    // most stand at five-cent prices, where people think
    const tick = this.#random.below(3) === 0 ? aim : Math.round(aim / 5) * 5;
    this.#until = time + LONGEST_NS;
    for (let n = 0; n < ORDERS; n += 1) {
      this.#wanted.push({ side, tick, size: 100 * (3 + this.#random.below(3)) });
    }
  }
}
