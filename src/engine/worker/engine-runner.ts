import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch } from '../../domain/event.ts';
import { formatClock, NS_PER_MS, type SessionTime } from '../../domain/time.ts';
import type { Feed } from '../../feeds/port.ts';
import { FrameBuilder } from '../frame-builder.ts';
import type { EngineCommand, EngineMessage, FrontMessage, Mode } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';

/** Events between two looks at the clock and at the messages. */
const SLICE = 16_384;
/** Wall time after which the thread's other work, messages above all, gets its turn. */
const TURN_MS = 8;
const PROGRESS_MS = 250;
const RATE_MS = 1000;
const IDLE_MS = 4;

export interface EngineRunnerOptions {
  readonly engine: TradingEngine;
  readonly feed: Feed;
  readonly mode: Mode;
  readonly profile: string;
  /** Multiple of real time; infinite: as fast as it goes. */
  readonly speed: number;
  readonly post: (message: EngineMessage) => void;
}

/**
 * Drives the engine: reads the feed, keeps the pace of market time, answers commands between slices of events, and
 * shows frames. Nothing that happens here changes what the engine computes, but the commands.
 */
export class EngineRunner {
  readonly #engine: TradingEngine;
  readonly #feed: Feed;
  readonly #frames: FrameBuilder;
  readonly #options: EngineRunnerOptions;
  #speed: number;
  #isPaused = false;
  #steps: Extract<EngineCommand, { name: 'step' }>['unit'][] = [];
  #isStopped = false;
  /** False while the engine is inside a time stamp: the feed's next batch may still belong to it. */
  #isBetweenTimeStamps = true;
  /** A step has stopped, maybe between two events of a time stamp or group. */
  #isInsideStep = false;
  readonly #commands: Extract<FrontMessage, { type: 'command' }>[] = [];
  /** Market and wall time that the pace counts from. */
  #anchorTs: SessionTime | undefined;
  #anchorMs = 0;
  #view = { ladderRows: 0, ladderCenter: null as number | null, framesPerSecond: 0 };
  #frameSequence = 0;
  #nextFrameMs = 0;
  #nextProgressMs = 0;
  #nextRateMs = 0;
  #rate = 0;
  #rateEvents = 0;
  #feedState: 'live' | 'ended' = 'live';
  #wake: (() => void) | undefined;

  constructor(options: EngineRunnerOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#feed = options.feed;
    this.#speed = options.speed;
    this.#frames = new FrameBuilder(options.engine);
  }

  /** Plays the feed to its end, the window's end or a `stop`. Rejects with the feed's error. */
  async run(): Promise<void> {
    let batch: EventBatch | undefined;
    let index = 0;
    let lastTurnMs = performance.now();
    this.#nextRateMs = lastTurnMs + RATE_MS;
    while (!this.#isStopped && !this.#engine.isOver) {
      if (batch === undefined || index >= batch.count) {
        this.#isBetweenTimeStamps = false;
        batch = await this.#feed.next();
        if (batch === undefined) break;
        // the time stamp that the batch before broke off is finished before anybody looks
        index = this.#engine.advance(batch, 0, this.#engine.lastEventTs, batch.count);
        if (index >= batch.count) continue;
      }
      // so is one that a step stopped in, before a command acts
      if (this.#isInsideStep && this.#commands.some(({ command }) => !this.#isReplay(command))) {
        index = this.#engine.advance(batch, index, this.#engine.lastEventTs, batch.count);
        this.#isInsideStep = false;
        if (index >= batch.count) continue;
      }
      this.#isBetweenTimeStamps = !this.#isInsideStep;
      this.#obeyWaiting();
      const now = performance.now();
      this.#tell(now);
      if (now - lastTurnMs >= TURN_MS) {
        await setImmediate();
        lastTurnMs = performance.now();
      }
      if (!this.#isStopped && !this.#engine.isOver) index = await this.#play(batch, index);
    }
    await this.#finish();
  }

  /** Ends the run where it stands, and answers what was still asked of it. */
  async #finish(): Promise<void> {
    const engine = this.#engine;
    this.#feedState = 'ended';
    // the market stands still while a brain thinks: the answer to the last question is waited for, too
    for (engine.closeFeed(); engine.waiting !== undefined; engine.closeFeed()) {
      await engine.waiting;
      engine.wake();
    }
    engine.end(
      this.#isStopped ? 'stopped' : engine.isOver ? 'end of the window' : 'end of the data',
    );
    this.#isBetweenTimeStamps = true;
    this.#obeyWaiting();
    this.#postProgress();
    this.#postFrame();
  }

  /** A message of a front end. */
  onMessage(message: FrontMessage): void {
    if (message.type === 'view') {
      const { ladderRows, ladderCenter, framesPerSecond } = message;
      this.#view = { ladderRows, ladderCenter, framesPerSecond };
      this.#nextFrameMs = 0;
    } else {
      this.#commands.push(message);
      if (this.#isBetweenTimeStamps) this.#obeyWaiting();
    }
    this.#wake?.();
  }

  /** Commands act between time stamps, never inside one or inside an event group. */
  #obeyWaiting(): void {
    for (const { id, command } of this.#commands.splice(0)) {
      this.#options.post({ type: 'command-answered', id, ...this.#obey(command) });
      this.#nextFrameMs = 0;
    }
  }

  /** Takes one slice of events, as far as the pace allows; waits where it does not. Returns the next index. */
  async #play(batch: EventBatch, index: number): Promise<number> {
    const engine = this.#engine;
    if (engine.waiting !== undefined) {
      await engine.waiting;
      engine.wake();
      return index;
    }
    if (this.#isPaused) {
      const unit = this.#steps[0];
      if (unit === undefined) {
        await this.#idle(50);
        return index;
      }
      return this.#step(batch, index, unit);
    }
    this.#isInsideStep = false;
    const until = this.#paceUntil();
    const next = engine.advance(batch, index, until, SLICE);
    if (
      next === index &&
      engine.waiting === undefined &&
      !engine.isOver &&
      until !== Number.POSITIVE_INFINITY
    ) {
      // the next event is later than the pace allows: what is due before it is done in time
      engine.advanceClock(until);
      await this.#idle(IDLE_MS);
    }
    return next;
  }

  /** Plays on until the thing that was stepped to has happened. */
  #step(
    batch: EventBatch,
    index: number,
    unit: Extract<EngineCommand, { name: 'step' }>['unit'],
  ): number {
    const before = this.#countOf(unit);
    this.#isInsideStep = true;
    let at = index;
    const end = Math.min(batch.count, index + SLICE);
    while (at < end && this.#engine.waiting === undefined && !this.#engine.isOver) {
      const next = this.#engine.advance(
        { ...batch, count: at + 1 },
        at,
        Number.POSITIVE_INFINITY,
        1,
      );
      if (next === at) break;
      at = next;
      if (this.#countOf(unit) !== before) {
        this.#steps.shift();
        break;
      }
    }
    this.#nextFrameMs = 0;
    return at;
  }

  #countOf(unit: Extract<EngineCommand, { name: 'step' }>['unit']): number {
    const engine = this.#engine;
    switch (unit) {
      case 'event':
        return engine.events;
      case 'trade':
        return engine.trades;
      case 'snapshot':
        return engine.snapshots;
      case 'decision':
        return engine.options.recorder.asked;
      case 'fill':
        return engine.fills;
    }
  }

  /** Market time that may be reached by now. Before the window there is no pace: the book is built at once. */
  #paceUntil(): SessionTime {
    const { clock, options } = this.#engine;
    if (this.#speed === Number.POSITIVE_INFINITY || clock < options.window.from) {
      this.#anchorTs = undefined;
      return this.#speed === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : options.window.from;
    }
    const now = performance.now();
    if (this.#anchorTs === undefined) {
      this.#anchorTs = clock;
      this.#anchorMs = now;
    }
    return Math.floor(this.#anchorTs + (now - this.#anchorMs) * NS_PER_MS * this.#speed);
  }

  #obey(command: EngineCommand): { accepted: boolean; text: string } {
    const engine = this.#engine;
    const { recorder } = engine.options;
    const now = engine.clock;
    if (engine.isOver && command.name !== 'stop')
      return { accepted: false, text: 'the run is over' };
    if (this.#isReplay(command)) return this.#obeyReplay(command);
    recorder.write(now, { type: 'command', name: command.name, detail: '' });
    const answer = this.#obeyTrading(command, now);
    engine.wake();
    return answer;
  }

  #isReplay(
    command: EngineCommand,
  ): command is Extract<
    EngineCommand,
    { name: 'pause-replay' | 'resume-replay' | 'set-speed' | 'step' | 'stop' }
  > {
    return ['pause-replay', 'resume-replay', 'set-speed', 'step', 'stop'].includes(command.name);
  }

  #obeyTrading(
    command: Exclude<
      EngineCommand,
      { name: 'pause-replay' | 'resume-replay' | 'set-speed' | 'step' | 'stop' }
    >,
    now: SessionTime,
  ): { accepted: boolean; text: string } {
    const engine = this.#engine;
    const { desk, risk } = engine;
    const sent = (orders: readonly unknown[]): string =>
      orders.length === 0 ? 'nothing to do' : `${orders.length} sent`;
    switch (command.name) {
      case 'pause-brain':
        risk.setPaused(true);
        return { accepted: true, text: 'brain paused; protection stays' };
      case 'resume-brain':
        risk.setPaused(false);
        return { accepted: true, text: 'brain resumed' };
      case 'flatten':
        return { accepted: true, text: `flatten: ${sent(desk.flatten(now, 'flatten'))}` };
      case 'flatten-and-halt':
        engine.halt('USER', 'flattened and halted by hand');
        return { accepted: true, text: `flatten and halt: ${sent(desk.flatten(now, 'flatten'))}` };
      case 'kill':
        engine.halt('KILL', 'kill switch');
        return { accepted: true, text: `kill switch: ${sent(desk.flatten(now, 'kill'))}` };
      case 'reset-halt':
        if (!engine.resetHalt()) return { accepted: false, text: 'nothing is halted' };
        return { accepted: true, text: 'halt reset: trading may open again' };
      case 'cancel-entries':
        return {
          accepted: true,
          text: `cancel entries: ${sent(desk.cancelEntries(now, 'by hand'))}`,
        };
    }
  }

  #obeyReplay(
    command: Extract<
      EngineCommand,
      { name: 'pause-replay' | 'resume-replay' | 'set-speed' | 'step' | 'stop' }
    >,
  ): { accepted: boolean; text: string } {
    this.#anchorTs = undefined;
    switch (command.name) {
      case 'pause-replay':
        this.#isPaused = true;
        this.#steps = [];
        return { accepted: true, text: 'replay paused' };
      case 'resume-replay':
        this.#isPaused = false;
        this.#steps = [];
        return { accepted: true, text: 'replay resumed' };
      case 'set-speed':
        if (!(command.speed >= 0))
          return { accepted: false, text: 'speed: a number from 0 is needed' };
        this.#speed = command.speed === 0 ? Number.POSITIVE_INFINITY : command.speed;
        return {
          accepted: true,
          text: `speed ${command.speed === 0 ? 'max' : `${command.speed}x`}`,
        };
      case 'step':
        if (!this.#isPaused) return { accepted: false, text: 'pause the replay first' };
        this.#steps.push(command.unit);
        return { accepted: true, text: `next ${command.unit}` };
      case 'stop':
        this.#isStopped = true;
        return { accepted: true, text: 'stopping' };
    }
  }

  /** Waits, but not when a message comes. */
  async #idle(ms: number): Promise<void> {
    this.#tell(performance.now());
    const controller = new AbortController();
    this.#wake = () => controller.abort();
    try {
      await sleep(ms, undefined, { signal: controller.signal });
    } catch {
      // woken by a message
    }
    this.#wake = undefined;
  }

  #tell(now: number): void {
    const spanMs = now - this.#nextRateMs + RATE_MS;
    const rate = Math.round(
      ((this.#engine.events - this.#rateEvents) * 1000) / Math.max(spanMs, 1),
    );
    // before the first whole second: what there is
    if (this.#rateEvents === 0) this.#rate = rate;
    if (now >= this.#nextRateMs) {
      this.#rate = rate;
      this.#rateEvents = this.#engine.events;
      this.#nextRateMs = now + RATE_MS;
    }
    if (this.#view.framesPerSecond > 0 && now >= this.#nextFrameMs) {
      this.#nextFrameMs = now + 1000 / this.#view.framesPerSecond;
      this.#postFrame();
    }
    if (now >= this.#nextProgressMs) {
      this.#nextProgressMs = now + PROGRESS_MS;
      this.#postProgress();
    }
  }

  #postFrame(): void {
    const { engine, mode, profile, post } = this.#options;
    if (this.#view.framesPerSecond <= 0 || engine.events === 0) return;
    this.#frameSequence++;
    const isPaced = this.#speed !== Number.POSITIVE_INFINITY;
    post(
      this.#frames.build({
        sequence: this.#frameSequence,
        mode,
        feedState: this.#feedState,
        depth: this.#feed.description.depth,
        eventsPerSecond: this.#rate,
        progress: this.#progress(),
        replay: { speed: isPaced ? this.#speed : 0, paused: this.#isPaused },
        profile,
        ladderRows: this.#view.ladderRows,
        ladderCenter: this.#view.ladderCenter,
      }),
    );
  }

  #postProgress(): void {
    const { engine, post } = this.#options;
    if (engine.events === 0) return;
    const { schedule } = engine.options;
    const ts = engine.clock;
    post({
      type: 'progress',
      percent: Math.round(this.#progress() * 1000) / 10,
      ts,
      clock: formatClock(ts + schedule.zoneOffsetAt(ts)),
      events: engine.events,
      eventsPerSecond: this.#rate,
      netPl: engine.account.state(engine.closingPrice()).DAILY_PL,
    });
  }

  /** Share of the window's time that has passed. */
  #progress(): number {
    const { from, to } = this.#engine.options.window;
    if (this.#feedState === 'ended') return 1;
    return Math.min(1, Math.max(0, (this.#engine.clock - from) / (to - from)));
  }
}
