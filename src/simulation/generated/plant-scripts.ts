import { STATUS_HALTED, STATUS_QUOTING, STATUS_TRADING } from '../../domain/event.ts';
import type { PriceNanos } from '../../domain/price.ts';
import type { Random } from '../../domain/random.ts';
import { BUY } from '../../domain/side.ts';
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US, type SessionTime } from '../../domain/time.ts';
import type { FairValue } from './fair-value.ts';
import type { Execution, GeneratedExchange } from './generated-exchange.ts';
import { type MatchingBook, NONE } from './matching-book.ts';
import type { PlantedEvent, PlantKind, SidedPlant } from './plant.ts';
import type { LedgerFigures, TradeLedger } from './trade-ledger.ts';

/** What a script acts on. */
export interface Stage {
  readonly exchange: GeneratedExchange;
  readonly flow: FairValue;
  readonly ledger: TradeLedger;
  readonly random: Random;
  /** Everybody else is silent. */
  isHalted: boolean;
}

/** Yields when it wants to go on, and is given the time at which it does; returns what happened, or nothing where it could not. */
export type Script = Generator<SessionTime, PlantedEvent | undefined, SessionTime>;

/** An extreme must have stood so long before it counts as broken, with something to spare. */
const STOOD_NS = 61 * NS_PER_SECOND;
const LONGEST_WAIT_NS = 190 * NS_PER_SECOND;
/** From where an extreme is gone through, in ticks beside what the quotes need. */
const NEAR_EXTREME = 6;
/** A level in the making shows at least so much more than the next order takes. */
const RESERVE = 400;

export const SCRIPTS: Readonly<
  Record<PlantKind, (stage: Stage, plant: SidedPlant, start: SessionTime) => Script>
> = { absorption, iceberg, sweep, spoof, breakout, trend, halt };

/** Prints of the event, and the figures around it. */
class Deed {
  readonly sizes: number[] = [];
  readonly ticks: number[] = [];
  signedVolume = 0;
  first = Number.NaN;
  last = Number.NaN;
  readonly #before: LedgerFigures;
  readonly #stage: Stage;

  constructor(stage: Stage, time: SessionTime) {
    this.#stage = stage;
    this.#before = stage.ledger.figures(time - 1);
  }

  /** Takes the prints at which `counts` holds into account. */
  note(
    time: SessionTime,
    side: number,
    { sizes, ticks }: Execution,
    counts: (tick: number) => boolean = () => true,
  ): void {
    sizes.forEach((size, n) => {
      const tick = ticks[n] ?? NONE;
      this.signedVolume += side * size;
      if (!counts(tick)) return;
      this.sizes.push(size);
      this.ticks.push(tick);
      if (Number.isNaN(this.first)) this.first = time;
      this.last = time;
    });
  }

  /** @param now Later than everything that the event did. */
  told(
    now: SessionTime,
    plant: SidedPlant,
    price: PriceNanos,
    start = this.first,
    end = this.last,
  ): PlantedEvent {
    return {
      kind: plant.kind,
      side: plant.kind === 'halt' ? null : plant.side === BUY ? 'BUY' : 'SELL',
      price,
      start,
      end,
      sizes: this.sizes,
      ticks: this.ticks,
      volume: this.sizes.reduce((sum, size) => sum + size, 0),
      signedVolume: this.signedVolume,
      before: this.#before,
      after: this.#stage.ledger.figures(now - 1),
    };
  }
}

/** Orders that stay until the script lets them go. */
class Kept {
  readonly #book: MatchingBook;
  readonly #orders: { readonly slot: number; readonly born: number }[] = [];

  constructor(book: MatchingBook) {
    this.#book = book;
  }

  add(slot: number): void {
    this.#book.kept[slot] = 1;
    this.#orders.push({ slot, born: this.#book.born[slot] ?? 0 });
  }

  /** Slots whose orders still stand. */
  get standing(): number[] {
    return this.#orders
      .filter(
        ({ slot, born }) => this.#book.born[slot] === born && (this.#book.size[slot] ?? 0) > 0,
      )
      .map(({ slot }) => slot);
  }

  letGo(): void {
    for (const slot of this.standing) this.#book.kept[slot] = 0;
  }
}

/** Aggressors hit one level, which is refilled by new orders and stands. */
function* absorption(stage: Stage, plant: SidedPlant, start: SessionTime): Script {
  const { exchange, flow, random } = stage;
  const { book } = exchange;
  const tick = bestOf(book, plant.side);
  const wanted = plant.size ?? 2500 + 100 * random.below(31);
  const seconds = plant.seconds ?? 6 + random.below(6);
  const gap = (seconds * NS_PER_SECOND * 200) / wanted;
  const deed = new Deed(stage, start);
  const kept = new Kept(book);
  let now = start;
  let taken = 0;
  flow.hold(plant.side, tick);
  while (taken < wanted && now < start + 3 * seconds * NS_PER_SECOND) {
    const quantity = 100 * (1 + random.below(3));
    while (book.sizeAt(tick) < quantity + RESERVE && exchange.fits(plant.side, tick)) {
      kept.add(exchange.add(now, plant.side, tick, 300 + 100 * random.below(3)));
      now = yield now + Math.floor((0.02 + random.float()) * NS_PER_MS);
    }
    if (book.sizeAt(tick) > quantity && book.side[book.frontOf(tick)] === plant.side) {
      const execution = exchange.execute(now, -plant.side, quantity, tick);
      deed.note(now, -plant.side, execution, (at) => at === tick);
      taken += execution.filled;
    }
    now = yield now + Math.floor(gap * (0.5 + random.float()));
  }
  kept.letGo();
  flow.release();
  return deed.sizes.length === 0 ? undefined : deed.told(now, plant, tick * exchange.tickNanos);
}

/** One order at a level shows a small part of itself, and the next part as soon as that has traded. */
function* iceberg(stage: Stage, plant: SidedPlant, start: SessionTime): Script {
  const { exchange, flow, random } = stage;
  const { book } = exchange;
  const tick = bestOf(book, plant.side);
  const wanted = plant.size ?? 2500 + 100 * random.below(31);
  const seconds = plant.seconds ?? 6 + random.below(6);
  const shown = 200;
  const gap = (seconds * NS_PER_SECOND * 150) / wanted;
  const deed = new Deed(stage, start);
  const kept = new Kept(book);
  let now = start;
  let taken = 0;
  flow.hold(plant.side, tick);
  while (taken < wanted && now < start + 3 * seconds * NS_PER_SECOND) {
    if (kept.standing.length === 0 && exchange.fits(plant.side, tick)) {
      kept.add(exchange.add(now, plant.side, tick, shown));
      now = yield now + Math.floor((5 + random.below(45)) * NS_PER_US);
    }
    if (book.sizeAt(tick) > 0 && book.side[book.frontOf(tick)] === plant.side) {
      const execution = exchange.execute(now, -plant.side, 50 * (1 + random.below(5)), tick);
      deed.note(now, -plant.side, execution, (at) => at === tick);
      taken += execution.filled;
      if (kept.standing.length === 0) {
        now = yield now + Math.floor((5 + random.below(45)) * NS_PER_US);
        continue;
      }
    }
    now = yield now + Math.floor(gap * (0.5 + random.float()));
  }
  kept.letGo();
  flow.release();
  return deed.sizes.length === 0 ? undefined : deed.told(now, plant, tick * exchange.tickNanos);
}

/** One order takes all of several levels. */
function* sweep(stage: Stage, plant: SidedPlant, start: SessionTime): Script {
  const { exchange, flow, random } = stage;
  const { book } = exchange;
  const wanted = plant.size ?? 500 + 100 * random.below(8);
  const resting = -plant.side;
  const first = bestOf(book, resting);
  let limit = first;
  let found = book.sizeAt(first);
  for (let levels = 1; levels < 4 || found < wanted; levels += 1) {
    const next = book.nextLevel(resting, limit);
    if (next < 0 || next >= book.levels) break;
    limit = next;
    found += book.sizeAt(limit);
  }
  const deed = new Deed(stage, start);
  const execution = exchange.execute(start, plant.side, Number.MAX_SAFE_INTEGER, limit);
  deed.note(start, plant.side, execution);
  flow.jump(execution.lastTick - execution.firstTick);
  const now = yield start + 1;
  return deed.sizes.length === 0 ? undefined : deed.told(now, plant, first * exchange.tickNanos);
}

/** Large orders some ticks behind the touch, shown for a while and pulled before anybody trades with them. */
function* spoof(stage: Stage, plant: SidedPlant, start: SessionTime): Script {
  const { exchange, flow, random } = stage;
  const { book } = exchange;
  const { value } = flow;
  flow.confine(value - 1, value + 1);
  const tick = bestOf(book, plant.side) - plant.side * (4 + random.below(5));
  const size = Math.ceil((plant.size ?? 1800 + 100 * random.below(13)) / 3);
  const shownFor = (plant.seconds ?? 1.5 + 2.5 * random.float()) * NS_PER_SECOND;
  const deed = new Deed(stage, start);
  const kept = new Kept(book);
  let now = start;
  let shownAt = Number.NaN;
  for (let n = 0; n < 3 && exchange.fits(plant.side, tick); n += 1) {
    kept.add(exchange.add(now, plant.side, tick, size));
    if (n === 0) shownAt = now;
    now = yield now + Math.floor((0.2 + 20 * random.float()) * NS_PER_MS);
  }
  now = yield now + Math.floor(shownFor);
  let pulledAt = now;
  for (const slot of kept.standing) {
    deed.sizes.push(book.size[slot] ?? 0);
    deed.ticks.push(tick);
    exchange.cancel(now, slot);
    pulledAt = now;
    now = yield now + Math.floor((10 + random.below(190)) * NS_PER_US);
  }
  flow.release();
  if (deed.sizes.length === 0) return undefined;
  return deed.told(now, plant, tick * exchange.tickNanos, shownAt, pulledAt);
}

/** Waits below the session's high until it has stood for a minute, then goes through it; a low alike. */
function* breakout(stage: Stage, plant: SidedPlant, start: SessionTime): Script {
  const { exchange, flow, ledger, random } = stage;
  const { side } = plant;
  const { book, tickNanos } = exchange;
  let now = start;
  for (;;) {
    const price = side === BUY ? ledger.high : ledger.low;
    if (price === null || now > start + LONGEST_WAIT_NS) {
      flow.release();
      return undefined;
    }
    const extreme = side === BUY ? Math.floor(price / tickNanos) : Math.ceil(price / tickNanos);
    const edge = extreme - side * (2 + Math.ceil(flow.half));
    if (side === BUY) flow.confine(Number.NEGATIVE_INFINITY, edge);
    else flow.confine(edge, Number.POSITIVE_INFINITY);
    const away = (edge - side - flow.value) * side;
    if (away > 2) flow.jump(side * Math.min(2, away - 2));
    const since = side === BUY ? ledger.highSince : ledger.lowSince;
    const best = bestOf(book, -side);
    const isNear = (extreme - best) * side <= NEAR_EXTREME + Math.ceil(flow.half);
    if (isNear && now - since > STOOD_NS) break;
    // small orders help the quotes along
    if (!isNear) exchange.execute(now, side, 100, best);
    now = yield now + Math.floor((150 + random.below(200)) * NS_PER_MS);
  }
  flow.release();
  const price = (side === BUY ? ledger.high : ledger.low) ?? 0;
  const isBeyond = (tick: number): boolean => (tick * tickNanos - price) * side > 0;
  const beyond =
    side === BUY ? Math.floor(price / tickNanos) + 1 : Math.ceil(price / tickNanos) - 1;
  const deed = new Deed(stage, now);
  const best = bestOf(book, -side);
  const through = exchange.execute(now, side, Number.MAX_SAFE_INTEGER, beyond + side);
  deed.note(now, side, through, isBeyond);
  flow.jump(beyond + side - best + side * 3);
  const pushes = Math.round((plant.seconds ?? 2) * 6);
  for (let n = 0; n < pushes; n += 1) {
    now = yield now + Math.floor((100 + random.below(130)) * NS_PER_MS);
    const execution = exchange.execute(
      now,
      side,
      100 * (1 + random.below(3)),
      bestOf(book, -side) + side,
    );
    deed.note(now, side, execution, isBeyond);
    flow.jump(side * 0.8);
  }
  now = yield now + 1;
  return deed.sizes.length === 0 ? undefined : deed.told(now, plant, price);
}

/** Minutes in which most aggressors are of one side, and the price goes with them. */
function* trend(stage: Stage, plant: SidedPlant, start: SessionTime): Script {
  const { exchange, flow, random } = stage;
  const { book } = exchange;
  const end = start + (plant.seconds ?? 310) * NS_PER_SECOND;
  const deed = new Deed(stage, start);
  const firstTick = bestOf(book, -plant.side);
  let now = start;
  while (now < end) {
    const side = random.float() < 0.86 ? plant.side : -plant.side;
    const quantity = plant.size ?? 100 * (1 + random.below(2));
    const execution = exchange.execute(now, side, quantity, bestOf(book, -side) + side);
    deed.note(now, side, execution);
    flow.jump(side * 0.12);
    now = yield now + Math.floor((0.35 + 0.6 * random.float()) * NS_PER_SECOND);
  }
  return deed.sizes.length === 0
    ? undefined
    : deed.told(now, plant, firstTick * exchange.tickNanos);
}

/** Halted, then quoting, then an auction's print and trading again. */
function* halt(stage: Stage, plant: SidedPlant, start: SessionTime): Script {
  const { exchange, flow, ledger, random } = stage;
  const deed = new Deed(stage, start);
  exchange.status(start, STATUS_HALTED);
  stage.isHalted = true;
  const halted = (plant.seconds ?? 8 + random.below(12)) * NS_PER_SECOND;
  let now = yield start + Math.floor(halted * 0.7);
  exchange.status(now, STATUS_QUOTING);
  now = yield start + Math.floor(halted);
  exchange.status(now, STATUS_TRADING);
  ledger.onResumed(now);
  now = yield now + 20 * NS_PER_US;
  const auctionAt = now;
  const price = Math.round(flow.value) * exchange.tickNanos;
  const size = plant.size ?? 800 + 100 * random.below(20);
  exchange.printUnseen(now, price, size);
  deed.sizes.push(size);
  deed.ticks.push(Math.round(flow.value));
  stage.isHalted = false;
  now = yield now + 1;
  return deed.told(now, plant, price, start, auctionAt);
}

function bestOf(book: MatchingBook, side: number): number {
  return side === BUY ? book.bestBid : book.bestAsk;
}
