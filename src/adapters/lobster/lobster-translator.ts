/**
 * LOBSTER's messages as market-by-order events: https://lobsterdata.com/info/DataStructure.php, and the readme of the
 * sample files (version of 1 September 2013), read 2026-11.
 */
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_FILL,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_CROSS,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  MBO_HEAD,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  STATUS_HALTED,
  STATUS_QUOTING,
  STATUS_TRADING,
  WORD_TAGS,
} from '../../domain/event.ts';
import { UNDEFINED_PRICE_HIGH, UNDEFINED_PRICE_LOW } from '../../domain/price.ts';
import { type DayNumber, dayOf, toEpochWords } from '../../domain/time.ts';
import { fromZoneClock } from '../../domain/zone.ts';
import { BookWindow, type WindowLevel } from './book-window.ts';
import { COLUMNS_PER_LEVEL, type LobsterFiles } from './lobster-files.ts';
import type { NumberRows } from './number-rows.ts';

const NEW = 1;
const CANCEL = 2;
const DELETE = 3;
const EXECUTION = 4;
const HIDDEN_EXECUTION = 5;
const CROSS = 6;
const HALT = 7;

const WORD = 4_294_967_296;
const NANOS_PER_PRICE = 100_000;
const MAX_SIZE = WORD - 1;
const INSTRUMENT = 1;
/** High word of the ids that we make: far above any real one, and positive. */
const SEED_ID_HIGH = 0x7fff0000;
/** From this day on Nasdaq doesn't tell the side of a hidden order. */
const HIDDEN_SIDE_ENDS = dayOf(2014, 7, 14);

/** What a clean file does not have. */
export interface LobsterAnomalies {
  /** Messages earlier than the one before. */
  readonly timeBackwards: number;
  /** Messages about an order that is neither known nor in a level of unknown orders. */
  readonly unknownOrders: number;
  /** Messages that take more than there is. */
  readonly overdrawn: number;
  /** Sides of rows of the orderbook file that differ from what the messages give, other than at the window's edge. */
  readonly rowDifferences: number;
}

/**
 * Turns messages into events one by one.
 *
 * The files know the best N levels a side. A level that leaves that window is forgotten (its orders are canceled), one that
 * enters it at its far end is added as one order of a made-up id, both flagged as snapshot: nobody did anything.
 */
export class LobsterTranslator {
  readonly #messages: NumberRows;
  readonly #rows: NumberRows;
  readonly #levels: number;
  readonly #bids = new BookWindow(1);
  readonly #asks = new BookWindow(-1);
  readonly #knowsHiddenSide: boolean;
  /** The day's midnight in New York as two words of epoch nanoseconds. */
  readonly #midnightLow: number;
  readonly #midnightHigh: number;

  #words = new Int32Array(0);
  #count = 0;
  #seeds = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  #groupTime = Number.NaN;
  #groupDirection = 0;
  #timeBackwards = 0;
  #rowDifferences = 0;
  /** Messages by their type's number. */
  readonly typeCounts = new Float64Array(HALT + 1);

  constructor(files: LobsterFiles) {
    const { date, levels } = files.name;
    this.#messages = files.messages;
    this.#rows = files.rows;
    this.#levels = levels;
    this.#knowsHiddenSide = date < HIDDEN_SIDE_ENDS;
    const [low, high] = toEpochWords(date, midnightOf(date));
    this.#midnightLow = low >>> 0;
    this.#midnightHigh = high;
  }

  get anomalies(): LobsterAnomalies {
    return {
      timeBackwards: this.#timeBackwards,
      unknownOrders: this.#bids.unknownOrders + this.#asks.unknownOrders,
      overdrawn: this.#bids.overdrawn + this.#asks.overdrawn,
      rowDifferences: this.#rowDifferences,
    };
  }

  /** Events that wait to be taken. */
  get count(): number {
    return this.#count;
  }

  /** True when the message at hand begins a new event group: the events so far may be handed on. */
  get beginsGroup(): boolean {
    const [time, type, , , , direction] = this.#messages.values;
    const isExecution = type === EXECUTION || type === HIDDEN_EXECUTION;
    return !isExecution || time !== this.#groupTime || direction !== this.#groupDirection;
  }

  /** Hands the events over, the last one marked as its group's last. */
  takeBatch(): EventBatch {
    this.#endGroup();
    const batch = { words: this.#words, count: this.#count };
    this.#words = new Int32Array(this.#words.length);
    this.#count = 0;
    return batch;
  }

  /** Translates the message and the row at hand. */
  onMessage(): void {
    const [time = 0, type = 0, id = 0, size = 0, price = 0, direction = 0] = this.#messages.values;
    this.#check(type, size, price, direction);
    this.typeCounts[type] = (this.typeCounts[type] ?? 0) + 1;
    if (time < this.#lastTime) this.#timeBackwards++;
    this.#lastTime = time;
    if (this.#messages.row === 1) this.#seedBefore(type, size, price, direction);
    if (this.beginsGroup) {
      this.#endGroup();
      const isExecution = type === EXECUTION || type === HIDDEN_EXECUTION;
      this.#groupTime = isExecution ? time : Number.NaN;
      this.#groupDirection = direction;
    }
    switch (type) {
      case NEW:
        this.#windowOf(direction).add(price, id, size);
        this.#emit(ACTION_ADD, sideOf(direction), 0, id, size, price);
        break;
      case CANCEL:
      case DELETE:
        this.#take(id, size, price, direction, false);
        break;
      case EXECUTION:
        this.#take(id, size, price, direction, true);
        break;
      case HIDDEN_EXECUTION:
        this.#onHidden(size, price, direction);
        break;
      case CROSS:
        this.#emit(ACTION_TRADE, SIDE_NONE, FLAG_CROSS, 0, size, price);
        break;
      default:
        this.#emit(ACTION_STATUS, SIDE_NONE, 0, 0, statusOf(price), undefined);
    }
    this.#matchWindow(this.#bids, SIDE_BID, 2);
    this.#matchWindow(this.#asks, SIDE_ASK, 0);
  }

  #check(type: number, size: number, price: number, direction: number): void {
    if (!(type >= NEW && type <= HALT))
      throw this.#messages.problem(`type ${type} is not known (1 to 7 are)`);
    if (direction !== 1 && direction !== -1)
      throw this.#messages.problem(`direction ${direction} is neither 1 nor -1`);
    if (size < 0 || size > MAX_SIZE) throw this.#messages.problem(`a size of ${size} can't be`);
    if (type === HALT && price !== -1 && price !== 0 && price !== 1) {
      throw this.#messages.problem(`a trading status of ${price} is not known (-1, 0 and 1 are)`);
    }
  }

  #windowOf(direction: number): BookWindow {
    return direction === 1 ? this.#bids : this.#asks;
  }

  #take(id: number, size: number, price: number, direction: number, isExecution: boolean): void {
    const taken = this.#windowOf(direction).take(price, id, size);
    if (isExecution) {
      this.#emit(ACTION_TRADE, sideOf(-direction), 0, 0, size, price);
      this.#emit(ACTION_FILL, sideOf(direction), 0, taken.id, size, price, taken.isSeed);
    }
    this.#emit(ACTION_CANCEL, sideOf(direction), 0, taken.id, size, price, taken.isSeed);
  }

  #onHidden(size: number, price: number, direction: number): void {
    if (!this.#knowsHiddenSide) {
      this.#emit(ACTION_TRADE, SIDE_NONE, 0, 0, size, price);
      return;
    }
    this.#emit(ACTION_TRADE, sideOf(-direction), 0, 0, size, price);
    this.#emit(ACTION_FILL, sideOf(direction), 0, 0, size, price);
  }

  /** The book before the first message: its row with the message undone. */
  #seedBefore(type: number, size: number, price: number, direction: number): void {
    for (const [window, side, column] of [
      [this.#bids, SIDE_BID, 2],
      [this.#asks, SIDE_ASK, 0],
    ] as const) {
      const levels = new Map(this.#levelsOfRow(column));
      const own = window === this.#windowOf(direction) ? (levels.get(price) ?? 0) : 0;
      if (window !== this.#windowOf(direction) || type > EXECUTION) {
        // the message is not about this side's displayed orders
      } else if (type === NEW) {
        if (own > size) levels.set(price, own - size);
        else levels.delete(price);
      } else {
        levels.set(price, own + size);
      }
      for (const [levelPrice, levelSize] of levels)
        this.#seed(window, side, levelPrice, levelSize, 0);
    }
  }

  /** Forgets what left the window, adds what entered it at its far end, and counts what differs inside. */
  #matchWindow(window: BookWindow, side: number, column: number): void {
    const row = this.#rows.values;
    let occupied = 0;
    while (occupied < this.#levels && (row[occupied * COLUMNS_PER_LEVEL + column + 1] ?? 0) > 0)
      occupied++;
    const { levels } = window;
    if (occupied === this.#levels) {
      const edge = row[(occupied - 1) * COLUMNS_PER_LEVEL + column] ?? 0;
      for (
        let worst = levels.at(-1);
        worst !== undefined && window.isWorse(worst.price, edge);
        worst = levels.at(-1)
      ) {
        levels.pop();
        this.#forget(worst, side);
      }
    }
    const known = levels.at(-1)?.price;
    for (let index = 0; index < occupied; index++) {
      const price = row[index * COLUMNS_PER_LEVEL + column] ?? 0;
      if (known === undefined || window.isWorse(price, known)) {
        this.#seed(
          window,
          side,
          price,
          row[index * COLUMNS_PER_LEVEL + column + 1] ?? 0,
          this.#messages.row,
        );
      }
    }
    if (levels.length !== occupied || this.#differs(levels, column)) this.#rowDifferences++;
  }

  #differs(levels: readonly WindowLevel[], column: number): boolean {
    const row = this.#rows.values;
    for (let index = 0; index < levels.length; index++) {
      const at = index * COLUMNS_PER_LEVEL + column;
      if (levels[index]?.price !== row[at] || levels[index]?.size !== row[at + 1]) return true;
    }
    return false;
  }

  *#levelsOfRow(column: number): Generator<[price: number, size: number]> {
    for (let index = 0; index < this.#levels; index++) {
      const at = index * COLUMNS_PER_LEVEL + column;
      const size = this.#rows.values[at + 1] ?? 0;
      if (size > 0) yield [this.#rows.values[at] ?? 0, size];
    }
  }

  #seed(window: BookWindow, side: number, price: number, size: number, sequence: number): void {
    const id = ++this.#seeds;
    window.seed(price, size, id);
    this.#emit(ACTION_ADD, side, FLAG_SNAPSHOT, id, size, price, true, sequence);
  }

  #forget(level: WindowLevel, side: number): void {
    if (level.seedSize > 0)
      this.#emit(
        ACTION_CANCEL,
        side,
        FLAG_SNAPSHOT,
        level.seedId,
        level.seedSize,
        level.price,
        true,
      );
    for (const [id, size] of level.orders)
      this.#emit(ACTION_CANCEL, side, FLAG_SNAPSHOT, id, size, level.price);
  }

  #endGroup(): void {
    if (this.#count === 0) return;
    const at = (this.#count - 1) * EVENT_WORDS + WORD_TAGS;
    this.#words[at] = (this.#words[at] ?? 0) | FLAG_LAST;
  }

  #emit(
    action: number,
    side: number,
    flags: number,
    id: number,
    size: number,
    price: number | undefined,
    isSeed = false,
    sequence = this.#messages.row,
  ): void {
    const at = this.#count * EVENT_WORDS;
    if (at === this.#words.length) this.#grow();
    this.#count++;
    const words = this.#words;
    const nanos = (price ?? 0) * NANOS_PER_PRICE;
    const low = this.#midnightLow + this.#lastTime;
    const high = this.#midnightHigh + Math.floor(low / WORD);
    words[at] = MBO_HEAD;
    words[at + 1] = INSTRUMENT;
    words[at + 2] = low;
    words[at + 3] = high;
    words[at + 4] = id;
    words[at + 5] = isSeed ? SEED_ID_HIGH + Math.floor(id / WORD) : Math.floor(id / WORD);
    words[at + 6] = price === undefined ? UNDEFINED_PRICE_LOW : nanos;
    words[at + 7] = price === undefined ? UNDEFINED_PRICE_HIGH : Math.floor(nanos / WORD);
    words[at + 8] = size;
    words[at + 9] = packTags(action, side, flags);
    words[at + 10] = low;
    words[at + 11] = high;
    words[at + 13] = sequence;
  }

  #grow(): void {
    const larger = new Int32Array(Math.max(64 * EVENT_WORDS, this.#words.length * 2));
    larger.set(this.#words);
    this.#words = larger;
  }
}

function midnightOf(date: DayNumber): number {
  return fromZoneClock('America/New_York', date, 0, date);
}

function sideOf(direction: number): number {
  return direction === 1 ? SIDE_BID : SIDE_ASK;
}

function statusOf(price: number): number {
  if (price === -1) return STATUS_HALTED;
  return price === 0 ? STATUS_QUOTING : STATUS_TRADING;
}
