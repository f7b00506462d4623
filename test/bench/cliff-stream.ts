import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDbnWriter } from '../../src/adapters/databento/dbn-writer.ts';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_TRADE,
  FLAG_LAST,
  SIDE_ASK,
  SIDE_BID,
} from '../../src/domain/event.ts';
import { Random } from '../../src/domain/random.ts';
import { dayOf } from '../../src/domain/time.ts';
import { sha256Of, sha256OfFile } from '../../src/platform/sha256.ts';
import { RecordWriter } from '../../src/simulation/generated/record-writer.ts';
import { cacheFolder } from './bench-day.ts';

/** A stream whose book is unlike an ordinary stock's in one way. */
export interface CliffShape {
  readonly name: string;
  /** Orders that live at once, about. */
  readonly orders: number;
  /** Ticks a side that orders stand at. */
  readonly depth: number;
  /** Mean distance from the middle in ticks; infinite: the same at every distance. */
  readonly meanDistance: number;
  readonly middleTick: number;
  readonly tickNanos: number;
  /** The n-th order's id, as two words. */
  readonly idOf: (n: number) => readonly [low: number, high: number];
}

const DAY = dayOf(2025, 10, 15);
const INSTRUMENT = 1;
const START_NS = 14 * 3600 * 1e9;
const CENT = 10_000_000;

const NORMAL: CliffShape = {
  name: 'normal',
  orders: 12_000,
  depth: 545,
  meanDistance: 60,
  middleTick: 25_000,
  tickNanos: CENT,
  idOf: (n) => [n, 0],
};

/** The ordinary book first: the others are told as a multiple of it. */
export const CLIFFS: readonly CliffShape[] = [
  NORMAL,
  { ...NORMAL, name: '300,000 orders', orders: 300_000 },
  {
    ...NORMAL,
    name: '100,000 levels',
    orders: 240_000,
    depth: 60_000,
    meanDistance: Number.POSITIVE_INFINITY,
    middleTick: 1_000_000,
  },
  { ...NORMAL, name: 'ids above 2^32', idOf: (n) => [n, 0x0012_d687] },
  { ...NORMAL, name: 'ids above 2^63', idOf: (n) => [n, 0x8000_0001 | 0] },
  { ...NORMAL, name: 'ids apart by 2^32', idOf: (n) => [1, n] },
  { ...NORMAL, name: 'price 0.0001', depth: 59, middleTick: 60, tickNanos: 100_000 },
  { ...NORMAL, name: 'price 1,000,000', middleTick: 100_000_000 },
];

interface LiveOrder {
  readonly low: number;
  readonly high: number;
  readonly side: number;
  readonly tick: number;
  size: number;
  /** Its place among all live orders. */
  at: number;
}

/**
 * Makes a stream of valid events for a shape: adds, cancels in full and in part, smaller sizes, and sweeps of the best
 * level whenever the middle moves. The book never crosses.
 */
export class CliffMarket {
  readonly #shape: CliffShape;
  readonly #random: Random;
  readonly #live: LiveOrder[] = [];
  readonly #levels = new Map<number, Set<LiveOrder>>();
  readonly #writer: RecordWriter;
  #middle: number;
  #made = 0;
  #time = START_NS;
  #sequence = 0;

  constructor(shape: CliffShape, seed: number, capacity: number) {
    this.#shape = shape;
    this.#middle = shape.middleTick;
    this.#random = new Random(seed);
    this.#writer = new RecordWriter(capacity, INSTRUMENT, DAY);
  }

  get writer(): RecordWriter {
    return this.#writer;
  }

  get live(): number {
    return this.#live.length;
  }

  /** The next message: an add until the book is full, then the mix. */
  step(isFilling: boolean): void {
    if (isFilling) {
      this.#add();
      return;
    }
    const { orders, meanDistance } = this.#shape;
    const drawn = this.#random.float();
    // a sweep is three events an order: about a tenth of all events then
    const swept = Math.max(1, orders / 2 / Math.min(meanDistance, this.#shape.depth));
    if (drawn < 0.035 / swept) this.#move();
    else if (drawn < 0.06) this.#reduce(ACTION_MODIFY);
    else if (drawn < 0.08) this.#reduce(ACTION_CANCEL);
    else {
      const lack = (orders - this.#live.length) / orders;
      if (this.#random.float() < 0.5 + Math.max(-0.3, Math.min(0.3, lack * 5))) this.#add();
      else this.#cancel();
    }
  }

  /** Below the middle bids, from it on asks: `tick` tells the side. */
  #add(): void {
    const { depth, meanDistance } = this.#shape;
    const random = this.#random;
    const drawn =
      meanDistance === Number.POSITIVE_INFINITY
        ? random.float() * depth
        : random.exponential(meanDistance);
    const distance = Math.min(depth - 1, Math.floor(drawn));
    const isBid = random.float() < 0.5;
    const tick = isBid ? Math.max(1, this.#middle - 1 - distance) : this.#middle + distance;
    this.#made++;
    const [low, high] = this.#shape.idOf(this.#made);
    const order = {
      low,
      high,
      side: isBid ? SIDE_BID : SIDE_ASK,
      tick,
      size: 1 + random.below(10) * 100,
      at: this.#live.length,
    };
    this.#live.push(order);
    const level = this.#levels.get(tick);
    if (level === undefined) this.#levels.set(tick, new Set([order]));
    else level.add(order);
    this.#begin();
    this.#put(ACTION_ADD, order, order.size, FLAG_LAST);
  }

  #cancel(): void {
    const order = this.#any();
    if (order === undefined) return;
    this.#begin();
    this.#put(ACTION_CANCEL, order, order.size, FLAG_LAST);
    this.#drop(order);
  }

  /** Takes a part of an order's size away: a cancel names what goes, a modify what stays. */
  #reduce(action: number): void {
    const order = this.#any();
    if (order === undefined || order.size < 2) return;
    const gone = Math.ceil(order.size / 2);
    order.size -= gone;
    this.#begin();
    this.#put(action, order, action === ACTION_MODIFY ? order.size : gone, FLAG_LAST);
  }

  /** The middle moves by a tick; what stood there is traded, order by order. */
  #move(): void {
    const { middleTick } = this.#shape;
    const away = this.#middle - middleTick;
    const isUp = away >= 30 ? false : away <= -30 ? true : this.#random.float() < 0.5;
    const tick = isUp ? this.#middle : this.#middle - 1;
    if (tick <= 1) return;
    this.#middle += isUp ? 1 : -1;
    for (const order of this.#levels.get(tick) ?? []) {
      this.#begin();
      const aggressor = order.side === SIDE_BID ? SIDE_ASK : SIDE_BID;
      const priceNanos = order.tick * this.#shape.tickNanos;
      this.#writer.put(ACTION_TRADE, aggressor, 0, 0, 0, priceNanos, order.size);
      this.#put(ACTION_FILL, order, order.size, 0);
      this.#put(ACTION_CANCEL, order, order.size, FLAG_LAST);
      this.#drop(order);
    }
  }

  #any(): LiveOrder | undefined {
    return this.#live[this.#random.below(this.#live.length)];
  }

  #drop(order: LiveOrder): void {
    const last = this.#live.pop();
    if (last !== undefined && last !== order) {
      this.#live[order.at] = last;
      last.at = order.at;
    }
    const level = this.#levels.get(order.tick);
    level?.delete(order);
    if (level?.size === 0) this.#levels.delete(order.tick);
  }

  #begin(): void {
    this.#time += 200 + this.#random.below(3000);
    this.#sequence++;
    this.#writer.begin(this.#time, 150, this.#sequence);
  }

  #put(action: number, { side, low, high, tick }: LiveOrder, size: number, flags: number): void {
    this.#writer.put(action, side, flags, low, high, tick * this.#shape.tickNanos, size);
  }
}

/** A stream on the disk, and how many of its events only fill the book. */
export interface CliffStream {
  readonly path: string;
  readonly sha256: string;
  readonly warmUp: number;
}

const CHUNK = 16_384;
/** A sweep of the fullest level fits in beside a chunk. */
const CAPACITY = CHUNK + 3 * 20_000;

/** The stream of a shape with `events` events after those that fill its book; made once. */
export async function cliffStream(shape: CliffShape, events: number): Promise<CliffStream> {
  const code = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const slug = shape.name.replaceAll(/[^a-z0-9]+/gi, '-');
  const path = join(cacheFolder(), `cliff-${sha256Of(code).slice(0, 12)}-${slug}-${events}.dbn`);
  const notePath = `${path}.json`;
  if (!existsSync(notePath)) {
    const warmUp = await write(shape, events, path);
    writeFileSync(notePath, JSON.stringify({ warmUp, sha256: await sha256OfFile(path) }));
  }
  const { warmUp, sha256 } = JSON.parse(readFileSync(notePath, 'utf8')) as Omit<
    CliffStream,
    'path'
  >;
  return { path, sha256, warmUp };
}

async function write(shape: CliffShape, events: number, path: string): Promise<number> {
  const file = await openDbnWriter(path, {
    dataset: 'XNAS.ITCH',
    symbol: 'TSLA',
    instrumentId: INSTRUMENT,
    day: DAY,
  });
  const market = new CliffMarket(shape, 7, CAPACITY);
  const { writer } = market;
  let written = 0;
  let warmUp = 0;
  for (;;) {
    const isFilling = market.live < shape.orders && warmUp === 0;
    if (!isFilling && warmUp === 0) warmUp = written + writer.count;
    if (!isFilling && written + writer.count - warmUp >= events) break;
    market.step(isFilling);
    if (writer.count < CHUNK) continue;
    written += writer.count;
    await file.write(writer.take());
  }
  await file.write(writer.take());
  await file.close();
  return warmUp;
}
