import { type CompactEvents, EVENT_WORDS, type EventBatch } from '../../domain/event.ts';
import type { BookCore, BookMemory } from './book-memory.ts';
import {
  D_DAY,
  D_DUE,
  D_NOW,
  SETTLE_NEVER,
  STAGE_EVENTS,
  STAGE_TRADES,
  STAGE_WHOLES_WORDS,
  TRADE_BEFORE,
  TRADE_NUMBER,
  TRADE_WORDS,
  W_AT_END,
  W_BEFORE,
  W_BEST,
  W_BY_SEQUENCE,
  W_GROUP_OPEN,
  W_IS_SETTLED,
  W_MAY_PASS,
  W_PASSED,
  W_SEQUENCE,
  W_SETTLE,
  W_SETTLED,
  W_TRADES,
  W_WATCH,
  W_WATCH_ASK,
  W_WATCH_BID,
  W_WATCH_TRADES,
} from './layout.ts';
import type { OrderTable } from './order-table.ts';

const NO_ASK = 2_147_483_647;
const NO_BID = -2_147_483_648;
/** Events copied to the core in one go: with them, all that it works on stays in the processor's cache. */
const STAGED_AT_ONCE = 2048;
/** Neither a tick nor NO_TICK. */
const NEVER_A_TICK = NO_BID + 1;

/**
 * Where a stream of events stands: the time that it has reached, whether an event group is open, and the touch before the
 * present time stamp. The book's core moves it on by itself while nothing but plain adds, cancels and fills come.
 */
export class StreamState {
  readonly #memory: BookMemory;
  readonly #orders: OrderTable;
  #staged: EventBatch | undefined;
  #stagedFrom = 0;
  #stagedTo = 0;
  #tradesFrom = 0;

  constructor(memory: BookMemory, orders: OrderTable) {
    this.#memory = memory;
    this.#orders = orders;
    memory.doubles[D_NOW] = Number.NEGATIVE_INFINITY;
    memory.words[W_SETTLE] = SETTLE_NEVER;
    this.watch(false, false, undefined, undefined);
  }

  /** How event groups end, and the midnight that times count from, as `toEpochWords` gives it. */
  begin(bySequence: boolean, dayLow: number, dayHigh: number): void {
    const { words } = this.#memory;
    words[W_BY_SEQUENCE] = bySequence ? 1 : 0;
    words[D_DAY * 2] = dayLow;
    words[D_DAY * 2 + 1] = dayHigh;
  }

  /** Time of the last event; minus infinite before the first. */
  get now(): number {
    return this.#memory.doubles[D_NOW] ?? 0;
  }

  get isGroupOpen(): boolean {
    return this.#memory.words[W_GROUP_OPEN] !== 0;
  }

  set isGroupOpen(isOpen: boolean) {
    this.#memory.words[W_GROUP_OPEN] = isOpen ? 1 : 0;
  }

  /** Sequence of the last event. */
  get sequence(): number {
    return this.#memory.words[W_SEQUENCE] ?? 0;
  }

  set sequence(sequence: number) {
    this.#memory.words[W_SEQUENCE] = sequence;
  }

  /** Best bid and ask in ticks, or NO_TICK, as the book stood before the time stamp of the last event. */
  get bidBefore(): number {
    return this.#memory.words[W_BEFORE] ?? 0;
  }

  get askBefore(): number {
    return this.#memory.words[W_BEFORE + 1] ?? 0;
  }

  /** Begins a time stamp. */
  reach(ts: number): void {
    const { words, doubles } = this.#memory;
    doubles[D_NOW] = ts;
    words[W_BEFORE] = words[W_BEST] ?? 0;
    words[W_BEFORE + 1] = words[W_BEST + 1] ?? 0;
  }

  /**
   * Says what the end of a time stamp waits for from now on, one of the SETTLE values, and whether the last one has been
   * measured, so that the next is the first to wait.
   */
  settleOn(what: number, isSettled: boolean): void {
    const { words } = this.#memory;
    words[W_SETTLE] = what;
    words[W_IS_SETTLED] = isSettled ? 1 : 0;
  }

  /** The end of a time stamp was measured: SETTLE_ON_TOUCH waits for another touch than now. */
  noteSettled(): void {
    const { words } = this.#memory;
    words[W_SETTLED] = words[W_BEST] ?? 0;
    words[W_SETTLED + 1] = words[W_BEST + 1] ?? 0;
  }

  /** Something happened that the next end of a time stamp must see: SETTLE_ON_TOUCH waits for that one. */
  forgetSettled(): void {
    this.#memory.words[W_SETTLED] = NEVER_A_TICK;
  }

  /**
   * Says which events an order of ours waits for: trades, executions, and asks from `askFrom` ticks down or bids from
   * `bidFrom` up.
   */
  watch(
    trades: boolean,
    executions: boolean,
    askFrom: number | undefined,
    bidFrom: number | undefined,
  ): void {
    const { words } = this.#memory;
    words[W_WATCH_TRADES] = trades ? 1 : 0;
    words[W_WATCH] = executions ? 1 : 0;
    words[W_WATCH_ASK] = askFrom ?? NO_BID;
    words[W_WATCH_BID] = bidFrom ?? NO_ASK;
  }

  /** Whether the last `run` handed over at the end of a time stamp, and not for an event that the core does not take. */
  get isAtEnd(): boolean {
    return this.#memory.words[W_AT_END] !== 0;
  }

  /**
   * Trades that the last `run` passed by: they are to be measured before anything else happens. The first `passed` of them
   * are of time stamps whose end needed no measuring, the others of the event group that is not measured yet.
   */
  get trades(): number {
    return this.#memory.words[W_TRADES] ?? 0;
  }

  get passed(): number {
    return this.#memory.words[W_PASSED] ?? 0;
  }

  /** Where a trade stands in what was run: the number of its event, or of its whole event of a compiled day. */
  tradeAt(index: number): number {
    const at = STAGE_TRADES + index * TRADE_WORDS + TRADE_NUMBER;
    return (this.#memory.words[at] ?? 0) + this.#tradesFrom;
  }

  /** Best bid and ask in ticks, or NO_TICK, before the time stamp of a trade. */
  tradeBidBefore(index: number): number {
    return this.#memory.words[STAGE_TRADES + index * TRADE_WORDS + TRADE_BEFORE] ?? 0;
  }

  tradeAskBefore(index: number): number {
    return this.#memory.words[STAGE_TRADES + index * TRADE_WORDS + TRADE_BEFORE + 1] ?? 0;
  }

  /** When it happened. */
  tradeTimeAt(index: number): number {
    return this.#memory.doubles[(STAGE_TRADES + index * TRADE_WORDS) / 2] ?? 0;
  }

  /** True when the book has a core, that `run` runs. */
  get hasCore(): boolean {
    return this.#memory.core !== undefined;
  }

  /**
   * Lets the core apply events from `from` on, and returns the index of the first that it did not take: the batch's
   * count, or one that something else has to look at (or be asked again for: it is staged in parts). It takes plain adds,
   * cancels and fills, passes by trades, and hands over before everything else, at the end of a time stamp that has to be
   * measured (`trades` says of which trades), at a time later than `due`, and at the first end after `most` events.
   */
  run(batch: EventBatch, from: number, most: number, due: number): number {
    const { core } = this.#memory;
    if (core === undefined) return from;
    // the core makes no memory: what it may need is there before
    this.#orders.makeRoom(STAGE_EVENTS);
    this.#memory.doubles[D_DUE] = due;
    if (batch.compact !== undefined)
      return this.#runCompact(core, batch, batch.compact, from, most);
    if (this.#staged !== batch || from < this.#stagedFrom || from >= this.#stagedTo) {
      this.#staged = batch;
      this.#stagedFrom = from;
      this.#stagedTo = Math.min(batch.count, from + STAGED_AT_ONCE);
      this.#memory.stage(batch.words, from * EVENT_WORDS, this.#stagedTo * EVENT_WORDS);
    }
    const base = this.#stagedFrom;
    this.#tradesFrom = base;
    return (
      base + core.runEvents(from - base, this.#stagedTo - base, Math.min(most - base, STAGE_EVENTS))
    );
  }

  #runCompact(
    core: BookCore,
    batch: EventBatch,
    compact: CompactEvents,
    from: number,
    most: number,
  ): number {
    if (this.#staged !== batch) {
      this.#staged = batch;
      this.#memory.stageCompact(compact);
    }
    if (compact.wholes.length > STAGE_WHOLES_WORDS) this.#memory.words[W_MAY_PASS] = 0;
    this.#tradesFrom = 0;
    const next = core.runCompact(from, batch.count, Math.min(most, STAGE_EVENTS));
    if (next > from) this.sequence = compact.sequences[next - 1] ?? 0;
    return next;
  }
}
