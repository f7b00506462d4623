import { setImmediate } from 'node:timers/promises';
import type { EventBatch } from '../../domain/event.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { Feed } from '../../feeds/port.ts';
import type { EngineCheckpoint } from '../checkpoint.ts';
import type { TradingEngine } from '../trading-engine.ts';
import { obeyTrading } from './obey-trading.ts';
import { countOf, type ReplayPlace, type StepUnit } from './replay-place.ts';
import type { RunHistory } from './run-history.ts';

/** Where in the feed a run stands: before event `index` of a batch. */
export interface FeedPlace {
  readonly batch: EventBatch | undefined;
  readonly index: number;
}

/** Events of a piece in which what is looked for is known to lie before it is looked at event by event. */
const SEARCH_EVENTS = 2_048;
/** Events between two looks at the thread's other work. */
const TURN_EVENTS = 131_072;

/**
 * Takes an engine to another place of its replay: it becomes a checkpoint before it and plays on from there, with the
 * commands by hand obeyed again where they were given. What was told before is passed by in silence.
 */
export class Travel {
  /** A jump is under way: nobody is told again what was told before. */
  isUnderWay = false;
  /** The most events that were ever played on this way of the run, and the time then: up to there everything was told. */
  furthest: { events: number; clock: SessionTime } = {
    events: 0,
    clock: Number.NEGATIVE_INFINITY,
  };
  isStopped = false;
  readonly #engine: TradingEngine;
  readonly #feed: Feed;
  readonly #history: RunHistory;
  #place: FeedPlace = { batch: undefined, index: 0 };

  constructor(engine: TradingEngine, feed: Feed, history: RunHistory) {
    this.#engine = engine;
    this.#feed = feed;
    this.#history = history;
  }

  /** Where the feed stands after the last way. */
  get place(): FeedPlace {
    return this.#place;
  }

  /** The engine may have come further than ever. */
  note(): void {
    const { events, clock } = this.#engine;
    if (events < this.furthest.events) return;
    this.furthest = { events, clock: Math.max(clock, this.furthest.clock) };
  }

  /** True while the engine only repeats what was played before. */
  get isBehind(): boolean {
    return this.#engine.events < this.furthest.events || this.commandsAhead > 0;
  }

  /** Commands by hand that are going to be obeyed again. */
  get commandsAhead(): number {
    return this.#history.commandsAhead;
  }

  /** Events to the next command that has to be obeyed again; infinite where there is none. */
  get eventsToCommand(): number {
    const next = this.#history.nextCommand;
    return next === undefined ? Number.POSITIVE_INFINITY : next.events - this.#engine.events;
  }

  /** Events to the place from which on things are told; infinite where they are told already. */
  hush(): number {
    const toNews = this.furthest.events - this.#engine.events;
    const isSilent = this.isUnderWay && toNews > 0;
    this.#engine.options.recorder.isSilent = isSilent;
    return isSilent ? toNews : Number.POSITIVE_INFINITY;
  }

  /** Obeys a command again at the place where it was given, once its time has come. False before that. */
  obeyAgain(until: SessionTime): boolean {
    const next = this.#history.nextCommand;
    if (next === undefined || until < next.clock) return false;
    this.#engine.options.recorder.isSilent = this.isUnderWay;
    this.finishMoment(next.clock);
    this.#history.passCommand();
    obeyTrading(this.#engine, next.command, next.detail);
    return true;
  }

  /** Does what is due up to and with `clock`, so that a replay finds a command's moment by events and clock alone. */
  finishMoment(clock: SessionTime): void {
    const engine = this.#engine;
    if (engine.events > 0 && engine.waiting === undefined) engine.advanceClock(clock);
  }

  /** Becomes a checkpoint, and the feed goes there. `undefined`: the feed cannot, and everything stays as it is. */
  async restore(checkpoint: EngineCheckpoint): Promise<FeedPlace | undefined> {
    const { events } = checkpoint.progress;
    this.note();
    let before = await this.#feed.seek?.(events);
    if (before === undefined) return undefined;
    this.#engine.restore(checkpoint);
    this.#history.onRestored(checkpoint);
    let batch = await this.#feed.next();
    while (batch !== undefined && before + batch.count <= events) {
      before += batch.count;
      batch = await this.#feed.next();
    }
    this.#place = { batch, index: events - before };
    return this.#place;
  }

  /** Goes to a place, from `here` or from a checkpoint. `undefined`: there is no way. */
  async goTo(place: ReplayPlace, here: FeedPlace): Promise<FeedPlace | undefined> {
    const engine = this.#engine;
    this.#place = here;
    const { events, clock } = place;
    const isAhead = engine.events < events || (engine.events === events && this.#isOpen(place));
    const checkpoint = this.#history.nearestTo(events);
    const isNearer = checkpoint !== undefined && checkpoint.progress.events > engine.events;
    if (!isAhead || isNearer) {
      if (checkpoint === undefined || (await this.restore(checkpoint)) === undefined)
        return undefined;
    }
    await this.#playTo(events);
    if (clock !== null && engine.events === events && !engine.isOver) {
      while (this.eventsToCommand === 0 && this.obeyAgain(clock)) await this.#think();
      this.finishMoment(clock);
      await this.#think();
    }
    return this.#place;
  }

  /**
   * Goes to where a step forward to the last one of `unit` before here would have stopped: right after the event that it
   * came with. `undefined`: there is none before, or no way back; the engine may stand elsewhere then.
   */
  async goBefore(unit: StepUnit, here: FeedPlace): Promise<FeedPlace | undefined> {
    const engine = this.#engine;
    this.#place = here;
    this.note();
    const before = engine.events;
    if (unit === 'event') return this.goTo({ events: before - 1, clock: null }, here);
    for (const { checkpoint, most } of this.#history.stretchesBefore(before, unit)) {
      if ((await this.restore(checkpoint)) === undefined) return undefined;
      const found = await this.#lastChange(unit, most);
      if (found === undefined) continue;
      if ((await this.restore(checkpoint)) === undefined) return undefined;
      await this.#playTo(found.events);
      while (countOf(engine, unit) < found.count && engine.events < most && !engine.isOver)
        await this.#playTo(engine.events + 1);
      return this.#place;
    }
    return undefined;
  }

  /** Plays to `most` events; the beginning of the last piece in which the count changed, and the count after it. */
  async #lastChange(
    unit: StepUnit,
    most: number,
  ): Promise<{ readonly events: number; readonly count: number } | undefined> {
    const engine = this.#engine;
    let count = countOf(engine, unit);
    let found: { readonly events: number; readonly count: number } | undefined;
    while (engine.events < most && !engine.isOver && !this.isStopped) {
      const { events } = engine;
      await this.#playTo(Math.min(most, events + SEARCH_EVENTS));
      if (engine.events === events) break;
      const after = countOf(engine, unit);
      if (after !== count) found = { events, count: after };
      count = after;
    }
    return found;
  }

  /** Whether the place, of as many events as were played, still lies ahead. */
  #isOpen({ clock }: ReplayPlace): boolean {
    return clock !== null && clock >= this.#engine.clock;
  }

  /** Plays until so many events are taken, or the run is over. */
  async #playTo(events: number): Promise<void> {
    const engine = this.#engine;
    let turnAt = engine.events + TURN_EVENTS;
    while (engine.events < events && !engine.isOver && !this.isStopped) {
      let { batch, index } = this.#place;
      if (batch === undefined || index >= batch.count) {
        batch = await this.#feed.next();
        index = 0;
        this.#place = { batch, index };
        if (batch === undefined) return;
      }
      const toCommand = this.eventsToCommand;
      if (toCommand === 0) {
        this.obeyAgain(Number.POSITIVE_INFINITY);
        await this.#think();
        continue;
      }
      const wanted = Math.min(toCommand, events - engine.events, this.hush());
      const end = Math.min(batch.count, index + wanted);
      const part = end < batch.count ? { ...batch, count: end } : batch;
      index = engine.advance(part, index, Number.POSITIVE_INFINITY, batch.count);
      this.#place = { batch, index };
      await this.#think();
      if (engine.events < turnAt) continue;
      turnAt = engine.events + TURN_EVENTS;
      await setImmediate();
    }
  }

  /** A brain that is asked answers first. */
  async #think(): Promise<void> {
    const engine = this.#engine;
    while (engine.waiting !== undefined) {
      await engine.waiting;
      engine.wake();
    }
  }
}
