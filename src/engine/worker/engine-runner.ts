import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch } from '../../domain/event.ts';
import { formatClock, NS_PER_MS, type SessionTime } from '../../domain/time.ts';
import type { Feed } from '../../feeds/port.ts';
import type {
  CommandAnswer,
  EngineCommand,
  EngineMessage,
  FrontMessage,
  Mode,
  ReplayCommand,
  TradingCommand,
} from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';
import { FrontReports, type FrontReportsOptions } from './front-reports.ts';
import { obeyTrading } from './obey-trading.ts';
import { isReplayCommand } from './replay-command.ts';
import { momentOf } from './replay-moment.ts';
import { countOf, type ReplayPlace, type StepUnit, snapshotBeside } from './replay-place.ts';
import { Reversal } from './reversal.ts';
import { type CheckpointLimits, RunHistory, type TapedCommand } from './run-history.ts';
import { detailOf } from './trade-by-hand.ts';
import { type FeedPlace, Travel } from './travel.ts';

/** Events between two looks at the clock and at the messages. */
const SLICE = 16_384;
/** Wall time after which the thread's other work, messages above all, gets its turn. */
const TURN_MS = 8;
/** The same while a reversal waits for the position to be closed. */
const SHORT_SLICE = 64;
const IDLE_MS = 4;
const BEFORE_ALL = Number.NEGATIVE_INFINITY;
/** What the journal has beside a pause of the brain that nobody gave by hand. */
const AWAY = 'while the market went on without us';
const DISAGREES = 'the venue tells otherwise';
const PAUSES: ReadonlySet<string> = new Set(['pause-brain', 'resume-brain']);
/** Between two looks at a brain that thinks. */
const THINKING_MS = 30;
const NO_CHECKPOINTS = 'this run keeps no checkpoints to go back to';
const NO_WAY_BACK = 'the data cannot be gone back in';

export interface EngineRunnerOptions {
  readonly engine: TradingEngine;
  readonly feed: Feed;
  readonly mode: Mode;
  readonly profile: string;
  /** Multiple of real time; infinite: as fast as it goes. */
  readonly speed: number;
  readonly post: (message: EngineMessage) => void;
  /** Given: a backtest or simulation keeps checkpoints and can go back, if its feed can and its brain has copies. */
  readonly checkpoints?: CheckpointLimits | undefined;
  /** Why a run that cannot go back cannot, for the person who asks it to. */
  readonly oneWay?: string | undefined;
  /** Given: a run that stopped is repeated up to there, as fast as it goes, and then goes on. */
  readonly repeats?: RepeatedRun | undefined;
  /** Given: the venue is outside this process, and both markets go on together. It has been connected. */
  readonly link?: VenueLink | undefined;
}

/** A venue outside this process, which keeps its market's clock together with ours. */
export interface VenueLink {
  /** Everything that the venue has to tell by then is here. */
  readonly horizon: SessionTime;
  /** The market went on without us up to there: the brain is not asked before. */
  readonly awayUntil: SessionTime | undefined;
  /** Everything up to and with `done` is done: the horizon moves on. */
  sync(done: SessionTime): Promise<void>;
  /** The session is over at `at`: everything is told. */
  finish(at: SessionTime): Promise<void>;
  /** Whether both sides know the same orders and position; what differs is told. */
  agrees(): Promise<boolean>;
}

/** A run of an earlier process, which the same input repeats. */
export interface RepeatedRun {
  /** The last moment that its journal knows. */
  readonly until: SessionTime;
  /** Given by hand then. */
  readonly commands: readonly TapedCommand[];
  /** False once its journal's last entry has come again: new commands wait until then. */
  readonly isRepeating: () => boolean;
}

/** A moment that the replay is on its way to, and the command that asked for it. */
interface Jump {
  readonly id: number;
  readonly goal: { readonly ts: SessionTime } | ReplayPlace | { readonly before: StepUnit };
  isUnderWay: boolean;
}

/**
 * Drives the engine: reads the feed, keeps the pace of market time, answers commands between slices of events, and
 * shows frames. Nothing that happens here changes what the engine computes, but the commands.
 */
export class EngineRunner {
  readonly #engine: TradingEngine;
  readonly #feed: Feed;
  readonly #reports: FrontReports;
  readonly #options: EngineRunnerOptions;
  #speed: number;
  #isPaused = false;
  #steps: StepUnit[] = [];
  #isStopped = false;
  /** False while the engine is inside a time stamp: the feed's next batch may still belong to it. */
  #isBetweenTimeStamps = true;
  /** A step has stopped, maybe between two events of a time stamp or group. */
  #isInsideStep = false;
  readonly #commands: Extract<FrontMessage, { type: 'command' }>[] = [];
  /** Market and wall time that the pace counts from. */
  #anchorTs: SessionTime | undefined;
  #anchorMs = 0;
  #feedState: 'live' | 'ended' = 'live';
  #wake: (() => void) | undefined;
  /** Everything due up to there is done, though no event may have come. */
  #caughtUp: SessionTime = BEFORE_ALL;
  #isPausedAway: boolean;
  #hasCompared = false;
  readonly #history: RunHistory;
  readonly #canGoBack: boolean;
  #jump: Jump | undefined;
  readonly #reversal: Reversal;
  #isEntryLocked: boolean;
  readonly #travel: Travel;

  constructor(options: EngineRunnerOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#feed = options.feed;
    this.#speed = options.speed;
    this.#isEntryLocked = options.mode === 'live';
    this.#reversal = new Reversal(options.post);
    this.#reports = new FrontReports({
      engine: options.engine,
      post: options.post,
      beside: () => this.#beside(),
      progress: () => this.#progress(),
      isToldEmpty: false,
    });
    const { brain } = options.engine.options;
    const pauses = options.repeats?.commands.filter(({ command: { name } }) => PAUSES.has(name));
    const lastPause = pauses?.at(-1);
    this.#isPausedAway = lastPause?.detail === AWAY && lastPause.command.name === 'pause-brain';
    this.#canGoBack =
      options.checkpoints !== undefined &&
      (options.mode === 'backtest' || options.mode === 'simulation') &&
      options.feed.seek !== undefined &&
      (brain === undefined || brain.capture !== undefined);
    this.#history = new RunHistory(
      this.#canGoBack ? options.checkpoints : undefined,
      options.repeats?.commands,
    );
    this.#travel = new Travel(options.engine, options.feed, this.#history);
  }

  /** The checkpoints kept, and about the bytes that they take. */
  get checkpoints(): { readonly count: number; readonly bytes: number } {
    const { count, bytes } = this.#history;
    return { count, bytes };
  }

  /** Plays the feed to its end, the window's end or a `stop`. Rejects with the feed's error. */
  async run(): Promise<void> {
    let batch: EventBatch | undefined;
    let index = 0;
    let lastTurnMs = performance.now();
    this.#reports.begin(lastTurnMs);
    while (!this.#isStopped && !this.#engine.isOver) {
      if (batch === undefined || index >= batch.count) {
        this.#isBetweenTimeStamps = false;
        batch = await this.#feed.next();
        if (batch === undefined) break;
        // the time stamp that the batch before broke off is finished before anybody looks
        // but for one that a step stopped in
        index = this.#isInsideStep
          ? 0
          : this.#engine.advance(batch, 0, this.#engine.lastEventTs, batch.count);
        if (index >= batch.count) continue;
      }
      // so is one that a step stopped in, before a command acts
      const hasOrders = this.#commands.some(({ command }) => !isReplayCommand(command));
      if (this.#isInsideStep && (hasOrders || this.#reversal.isUnderWay)) {
        index = this.#engine.advance(batch, index, this.#engine.lastEventTs, batch.count);
        this.#isInsideStep = false;
        if (index >= batch.count) continue;
      }
      this.#isBetweenTimeStamps = !this.#isInsideStep;
      if (this.#isBetweenTimeStamps) this.#history.note(this.#engine);
      this.#obeyWaiting();
      if (this.#isBetweenTimeStamps && this.#jump === undefined && !this.#engine.isOver) {
        if (this.#reversal.advance(this.#engine, (entry) => this.#actOn(entry)))
          this.#reports.showSoon();
      }
      // a brain that thinks answers before anything is left
      if (this.#jump?.isUnderWay === false && this.#engine.waiting === undefined) {
        ({ batch, index } = await this.#leave(this.#jump, { batch, index }));
        if (batch === undefined) break;
      }
      const now = performance.now();
      this.#reports.tell(now);
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
    engine.options.recorder.isSilent = false;
    // the market stands still while a brain thinks: the answer to the last question is waited for, too
    for (engine.closeFeed(); engine.waiting !== undefined; engine.closeFeed()) {
      await engine.waiting;
      engine.wake();
    }
    await this.#options.link?.finish(engine.clock);
    engine.end(
      this.#isStopped ? 'stopped' : engine.isOver ? 'end of the window' : 'end of the data',
    );
    this.#isBetweenTimeStamps = true;
    this.#reversal.end('the run is over');
    if (this.#jump !== undefined)
      this.#arrive({ accepted: true, text: 'the run ended on the way' });
    this.#obeyWaiting();
    this.#reports.end();
  }

  /** A message of a front end. */
  onMessage(message: FrontMessage): void {
    if (message.type === 'view') {
      this.#reports.onView(message);
    } else {
      this.#commands.push(message);
      if (this.#isBetweenTimeStamps) this.#obeyWaiting();
    }
    this.#wake?.();
  }

  /** Commands act between time stamps, never inside one or inside an event group; and not on the way to a jump's moment. */
  #obeyWaiting(): void {
    const held = this.#commands.splice(0);
    for (const message of held) {
      const { id, command } = message;
      const isOnTheWay = this.#jump !== undefined || this.#isRepeating;
      if (isOnTheWay && command.name !== 'stop') {
        this.#commands.push(message);
        continue;
      }
      const answer = this.#obey(command, id);
      if (answer !== undefined) this.#options.post({ type: 'command-answered', id, ...answer });
      this.#reports.showSoon();
    }
  }

  /** What an earlier process did is being done again. */
  get #isRepeating(): boolean {
    return this.#options.repeats?.isRepeating() === true;
  }

  /** Market time up to which an earlier run is repeated, while it is. */
  get #repeatUntil(): SessionTime | undefined {
    const { repeats, link } = this.#options;
    const until = Math.max(repeats?.until ?? BEFORE_ALL, link?.awayUntil ?? BEFORE_ALL);
    if (this.#engine.clock >= until || this.#caughtUp >= until) return undefined;
    this.#anchorTs = undefined;
    return repeats !== undefined && this.#caughtUp < repeats.until ? repeats.until : until;
  }

  /** While the market went on alone nobody is asked; the brain is paused for that time, and not longer. */
  #keepAway(): void {
    const { repeats, link } = this.#options;
    if (this.#isRepeating || (repeats !== undefined && this.#caughtUp < repeats.until)) return;
    const { risk } = this.#engine;
    const isAway = this.#caughtUp < (link?.awayUntil ?? BEFORE_ALL);
    if (isAway && !risk.isPaused) {
      this.#isPausedAway = true;
      this.#actOn({ name: 'pause-brain' }, AWAY);
    } else if (!isAway && this.#isPausedAway && risk.isPaused) {
      this.#isPausedAway = false;
      this.#actOn({ name: 'resume-brain' }, AWAY);
    }
  }

  /** Lets the venue go on; once, when all that was before is done again, both sides are compared. */
  async #meet(link: VenueLink, until: SessionTime): Promise<void> {
    const { repeats } = this.#options;
    if (!this.#hasCompared && !this.#isRepeating && until >= (repeats?.until ?? BEFORE_ALL)) {
      this.#hasCompared = true;
      if (!(await link.agrees())) this.#actOn({ name: 'pause-brain' }, DISAGREES);
    }
    await link.sync(until);
    this.#engine.wake();
  }

  /** Takes one slice of events, as far as the pace allows; waits where it does not. Returns the next index. */
  async #play(batch: EventBatch, index: number): Promise<number> {
    const engine = this.#engine;
    if (engine.waiting !== undefined) {
      // shown meanwhile: a model may take seconds
      await Promise.race([engine.waiting, this.#idle(THINKING_MS)]);
      this.#wake?.();
      if (engine.waiting === undefined) engine.wake();
      return index;
    }
    // one that came in just now is left for first
    if (this.#jump?.isUnderWay === false) return index;
    const repeatUntil = this.#repeatUntil;
    if (this.#jump === undefined && repeatUntil === undefined && this.#isPaused) {
      const unit = this.#steps[0];
      if (unit === undefined) {
        await this.#idle(50);
        return index;
      }
      return this.#step(batch, index, unit);
    }
    this.#isInsideStep = false;
    const { link } = this.#options;
    const wanted = this.#jumpTs ?? repeatUntil ?? this.#paceUntil();
    const until = Math.min(wanted, link?.horizon ?? Number.POSITIVE_INFINITY);
    const next = this.#advance(batch, index, until);
    if (
      next === index &&
      engine.waiting === undefined &&
      !engine.isOver &&
      until !== Number.POSITIVE_INFINITY
    ) {
      // the next event is later than the pace allows: what is due before it is done in time
      engine.advanceClock(until);
      this.#caughtUp = until;
      if (link !== undefined) this.#keepAway();
      if (link !== undefined && until === link.horizon) {
        await this.#meet(link, until);
      } else if (repeatUntil !== undefined) this.#reports.showSoon();
      else if (this.#jump === undefined) await this.#idle(IDLE_MS);
      else this.#arrive({ accepted: true, text: this.#arrivalText() });
    }
    return next;
  }

  /** The market time that a jump is on its way to. */
  get #jumpTs(): SessionTime | undefined {
    const goal = this.#jump?.goal;
    return goal !== undefined && 'ts' in goal ? goal.ts : undefined;
  }

  /** Takes one slice of events. On the way stand commands to be obeyed again, and the place from which on things are told. */
  #advance(batch: EventBatch, from: number, until: SessionTime): number {
    const engine = this.#engine;
    const travel = this.#travel;
    for (let index = from; ; ) {
      const toCommand = travel.eventsToCommand;
      if (toCommand === 0) {
        // it waits for its time like an event
        if (!travel.obeyAgain(until)) return index;
        continue;
      }
      const most = Math.min(toCommand, travel.hush());
      const end = Math.min(batch.count, index + most);
      const slice = this.#reversal.isUnderWay ? SHORT_SLICE : SLICE;
      const part = end < batch.count ? { ...batch, count: end } : batch;
      index = engine.advance(part, index, until, slice);
      if (index < end || end === batch.count) return index;
    }
  }

  /** Goes back, or on to a later checkpoint, where that is needed or nearer. Returns where the feed stands then. */
  async #leave(jump: Jump, here: FeedPlace): Promise<FeedPlace> {
    jump.isUnderWay = true;
    const travel = this.#travel;
    const { goal } = jump;
    travel.isUnderWay = true;
    travel.note();
    this.#isBetweenTimeStamps = false;
    if ('ts' in goal) {
      const there = await this.#leaveFor(goal.ts, here);
      this.#isBetweenTimeStamps = true;
      if (there === undefined) this.#arrive({ accepted: false, text: NO_WAY_BACK });
      return there ?? here;
    }
    const { events, clock, isAtEnd } = this.#engine;
    const from = { events, clock: isAtEnd ? clock : null };
    const there =
      'before' in goal ? await travel.goBefore(goal.before, here) : await travel.goTo(goal, here);
    if (there !== undefined) {
      this.#standAt('before' in goal || goal.clock === null);
      this.#arrive({ accepted: true, text: this.#arrivalText() });
      return there;
    }
    // a search that found nothing has left the place
    this.#standAt(from.clock === null);
    const back = 'before' in goal ? await travel.goTo(from, travel.place) : undefined;
    const text = 'before' in goal ? `there is no ${goal.before} before this` : NO_WAY_BACK;
    this.#arrive({ accepted: false, text });
    return back ?? here;
  }

  #standAt(isInside: boolean): void {
    this.#isInsideStep = isInside;
    this.#isBetweenTimeStamps = !isInside;
  }

  /** Becomes the nearest checkpoint where the moment lies before, or that one is nearer. */
  async #leaveFor(ts: SessionTime, here: FeedPlace): Promise<FeedPlace | undefined> {
    const engine = this.#engine;
    const checkpoint = this.#history.nearest(ts);
    if (checkpoint === undefined) return here;
    if (engine.clock <= ts && checkpoint.progress.events <= engine.events) return here;
    return this.#travel.restore(checkpoint);
  }

  /** The moment of the jump is reached, or there is no way there. */
  #arrive(answer: CommandAnswer): void {
    const { engine, post } = this.#options;
    const id = this.#jump?.id ?? 0;
    this.#jump = undefined;
    this.#travel.isUnderWay = false;
    engine.options.recorder.isSilent = false;
    this.#anchorTs = undefined;
    this.#reports.restart();
    post({ type: 'replay-moved', ...momentOf(engine) });
    post({ type: 'command-answered', id, ...answer });
  }

  /** Where the replay stands, and what is going to come again. */
  #arrivalText(): string {
    const { commandsAhead } = this.#travel;
    const at = `at ${this.#clockText(3)}`;
    if (commandsAhead === 0) return at;
    const commands =
      commandsAhead === 1
        ? 'a command by hand after it comes again'
        : `${commandsAhead} commands by hand after it come again`;
    return `${at}; ${commands}, until a new one takes another way`;
  }

  /** Plays on until the thing that was stepped to has happened. */
  #step(batch: EventBatch, index: number, unit: StepUnit): number {
    const toCommand = this.#travel.eventsToCommand;
    if (toCommand === 0 && this.#travel.obeyAgain(Number.POSITIVE_INFINITY)) return index;
    const before = countOf(this.#engine, unit);
    this.#isInsideStep = true;
    let at = index;
    const end = Math.min(batch.count, index + SLICE, index + toCommand);
    while (at < end && this.#engine.waiting === undefined && !this.#engine.isOver) {
      const next = this.#engine.advance(
        { ...batch, count: at + 1 },
        at,
        Number.POSITIVE_INFINITY,
        1,
      );
      if (next === at) break;
      at = next;
      if (countOf(this.#engine, unit) !== before) {
        this.#steps.shift();
        break;
      }
    }
    this.#reports.showSoon();
    return at;
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

  /** Returns the answer; of a jump there is none before it is there. */
  #obey(command: EngineCommand, id: number): CommandAnswer | undefined {
    const engine = this.#engine;
    if (engine.isOver && command.name !== 'stop')
      return { accepted: false, text: 'the run is over' };
    this.#reversal.onCommand(command.name);
    if (isReplayCommand(command)) return this.#obeyReplay(command, id);
    const isEntry = command.name === 'enter-bracket' || command.name === 'reverse';
    if (isEntry && this.#isEntryLocked)
      return { accepted: false, text: 'entry by hand is locked in live mode until it is unlocked' };
    if (command.name === 'unlock-entry') this.#isEntryLocked = false;
    this.#travel.finishMoment(engine.clock);
    const { position } = engine.desk.portfolio;
    const answer = this.#actOn(command);
    if (command.name !== 'reverse' || !answer.accepted) return answer;
    this.#reversal.begin(id, command, position, engine.clock);
    return undefined;
  }

  #actOn(command: TradingCommand, detail = detailOf(command)): CommandAnswer {
    const { clock, events } = this.#engine;
    this.#travel.finishMoment(clock);
    const isAnotherWay = this.#takeAnotherWay();
    this.#history.record({ events, clock, command, detail });
    const { accepted, text } = obeyTrading(this.#engine, command, detail);
    // the answer is what stands on the screen: it must not hide this
    return { accepted, text: isAnotherWay ? `${text}; another way from here (see the log)` : text };
  }

  /** A new command ends the repeating: what was played later does not come again, and whoever looks is told so. */
  #takeAnotherWay(): boolean {
    const travel = this.#travel;
    if (!travel.isBehind) return false;
    const { clock, options, events } = this.#engine;
    const { furthest, commandsAhead } = travel;
    travel.furthest = { events, clock };
    const commands = commandsAhead === 0 ? '' : ` with ${commandsAhead} of its commands by hand`;
    const text = `another way from here: what was played up to ${this.#clockOf(furthest.clock)}${commands} does not come again; the journal keeps it`;
    options.recorder.observer.onAlarm('warning', text, clock);
    return true;
  }

  #obeyReplay(command: ReplayCommand, id: number): CommandAnswer | undefined {
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
        return this.#obeyStep(command, id);
      case 'jump-to':
        if (!Number.isFinite(command.ts))
          return { accepted: false, text: 'a moment of the session is needed' };
        if (this.#canGoBack && command.ts > this.#engine.options.window.to)
          return { accepted: false, text: this.#beyondText() };
        return this.#jumpTo(
          id,
          command.events === undefined
            ? { ts: Math.floor(command.ts) }
            : { events: command.events, clock: Math.floor(command.ts) },
        );
      case 'restart':
        return this.#jumpTo(id, { ts: this.#engine.options.window.from });
      case 'stop':
        this.#isStopped = true;
        this.#travel.isStopped = true;
        return { accepted: true, text: 'stopping' };
    }
  }

  #obeyStep(
    { unit, direction }: Extract<ReplayCommand, { name: 'step' }>,
    id: number,
  ): CommandAnswer | undefined {
    const engine = this.#engine;
    if (!this.#isPaused) return { accepted: false, text: 'pause the replay first' };
    if (this.#options.link !== undefined)
      return { accepted: false, text: 'there are no steps with a venue in another process' };
    if (unit === 'snapshot' && engine.events > 0) {
      const ts = snapshotBeside(engine, direction === 'back' ? -1 : 1);
      if (direction !== 'back') {
        this.#jump = { id, goal: { ts }, isUnderWay: false };
        return undefined;
      }
      if (ts < engine.options.window.from)
        return { accepted: false, text: 'there is no snapshot before this' };
      return this.#jumpTo(id, { ts });
    }
    if (direction === 'back')
      return engine.events <= 1
        ? { accepted: false, text: `there is no ${unit} before this` }
        : this.#jumpTo(id, { before: unit });
    this.#steps.push(unit);
    return { accepted: true, text: `next ${unit}` };
  }

  #beyondText(): string {
    const { from, to } = this.#engine.options.window;
    const [first, last] = [from, to].map((ts) => this.#clockOf(ts));
    return `the replay goes from ${first} to ${last}: a time in between is needed, or stop to end it`;
  }

  #jumpTo(id: number, goal: Jump['goal']): CommandAnswer | undefined {
    if (!this.#canGoBack) return { accepted: false, text: this.#options.oneWay ?? NO_CHECKPOINTS };
    this.#steps = [];
    this.#jump = { id, goal, isUnderWay: false };
    return undefined;
  }

  /** Waits, but not when a message comes. */
  async #idle(ms: number): Promise<void> {
    this.#reports.tell(performance.now());
    const controller = new AbortController();
    const wake = (): void => controller.abort();
    this.#wake = wake;
    try {
      await sleep(ms, undefined, { signal: controller.signal });
    } catch {
      // woken by a message, or by an answer
    }
    if (this.#wake === wake) this.#wake = undefined;
  }

  #beside(): ReturnType<FrontReportsOptions['beside']> {
    const { mode, profile } = this.#options;
    const isPaced = this.#speed !== Number.POSITIVE_INFINITY;
    return {
      mode,
      feedState: this.#feedState,
      depth: this.#feed.description.depth,
      progress: this.#progress(),
      replay: {
        speed: isPaced ? this.#speed : 0,
        paused: this.#isPaused,
        ...(this.#travel.isBehind
          ? {
              ahead: {
                until: this.#travel.furthest.clock,
                commands: this.#travel.commandsAhead,
              },
            }
          : {}),
      },
      profile,
      entryLocked: this.#isEntryLocked,
    };
  }

  /** The exchange's clock. */
  #clockText(decimals = 0): string {
    return this.#clockOf(this.#engine.clock, decimals);
  }

  #clockOf(ts: SessionTime, decimals = 0): string {
    return formatClock(ts + this.#engine.options.schedule.zoneOffsetAt(ts), decimals);
  }

  /** Share of the window's time that has passed. */
  #progress(): number {
    const { from, to } = this.#engine.options.window;
    if (this.#feedState === 'ended') return 1;
    return Math.min(1, Math.max(0, (this.#engine.clock - from) / (to - from)));
  }
}
