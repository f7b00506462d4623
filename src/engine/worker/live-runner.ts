import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch } from '../../domain/event.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { FeedStanding, LiveFeed } from '../../feeds/port.ts';
import type {
  BrokerView,
  CommandAnswer,
  EngineCommand,
  EngineMessage,
  Frame,
  FrontMessage,
  Mode,
  TradingCommand,
} from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';
import { FrontReports, type FrontReportsOptions } from './front-reports.ts';
import { obeyTrading } from './obey-trading.ts';
import { isReplayCommand } from './replay-command.ts';
import { Reversal } from './reversal.ts';

/** Market time goes on at least so often while nothing comes, ms. */
const TURN_MS = 5;
/** Events in one go, so that commands and reports have their turn in a burst. */
const SLICE = 4096;
/** What the broker still has to tell at the end is waited for so long, ms. */
const LAST_WORDS_MS = 500;
const FEED_STATES: Readonly<Record<FeedStanding['state'], Frame['feed']['state']>> = {
  away: 'connecting',
  filling: 'connecting',
  live: 'live',
  stale: 'stale',
  doubtful: 'stale',
  refused: 'failed',
};

export interface LiveRunnerOptions {
  readonly engine: TradingEngine;
  readonly feed: LiveFeed;
  readonly mode: Mode;
  readonly profile: string;
  /** Market time now, the same clock that stamps what arrives; it never goes back. */
  readonly clock: () => SessionTime;
  readonly post: (message: EngineMessage) => void;
  /** What the header shows of the broker. */
  readonly broker: () => BrokerView;
  /** True when everything that the venue was told has been taken. */
  readonly isTakenIn: () => boolean;
  /** Called in every turn: whoever has to know that this thread lives. */
  readonly onTurn?: (() => void) | undefined;
}

/**
 * Drives the engine in the present: events as they arrive, and market time by the clock while none does, so that timers, reports and
 * decisions have their moment. Commands act at once. There is no way back, no pause and no other speed.
 */
export class LiveRunner {
  readonly #options: LiveRunnerOptions;
  readonly #engine: TradingEngine;
  readonly #reports: FrontReports;
  readonly #reversal: Reversal;
  readonly #arrived: EventBatch[] = [];
  /** What ended the feed before its time. */
  #failure: { readonly error: unknown } | undefined;
  #isStopped = false;
  #isOver = false;
  #isEntryLocked: boolean;
  #wasConnected = false;
  #feedState: FeedStanding['state'] | undefined;
  #wake: (() => void) | undefined;

  constructor(options: LiveRunnerOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#reports = new FrontReports({
      engine: options.engine,
      post: options.post,
      beside: () => this.#beside(),
      progress: () => this.#progress(),
      isToldEmpty: true,
    });
    this.#reversal = new Reversal(options.post);
    this.#isEntryLocked = options.mode === 'live';
  }

  /** Runs to the window's end or a `stop`. Rejects with the feed's error. */
  async run(): Promise<void> {
    const { clock, onTurn } = this.#options;
    const engine = this.#engine;
    const { to } = engine.options.window;
    this.#reports.begin(performance.now());
    void this.#pump();
    while (!this.#isStopped && !engine.isOver) {
      const now = clock();
      // what arrived before now is handed over before now is told to be reached
      await setImmediate();
      if (this.#failure !== undefined) throw this.#failure.error;
      onTurn?.();
      this.#takeArrived();
      engine.wake();
      engine.advanceClock(Math.min(now, to));
      engine.options.recorder.flushOverdue(engine.clock);
      this.#lookAtVenue();
      this.#lookAtFeed();
      if (this.#reversal.advance(engine, (entry) => this.#actOn(entry))) this.#reports.showSoon();
      this.#reports.tell(performance.now());
      if (now > to) break;
      if (this.#arrived.length === 0) await this.#idle(TURN_MS);
    }
    await this.#finish();
  }

  /** A message of a front end; a command is obeyed before this returns. */
  onMessage(message: FrontMessage): void {
    if (message.type === 'view') {
      this.#reports.onView(message);
    } else {
      const { id, command } = message;
      const answer = this.#obey(command, id);
      if (answer !== undefined) this.#options.post({ type: 'command-answered', id, ...answer });
      this.#reports.showSoon();
    }
    this.#wake?.();
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const batch = await this.#options.feed.next();
        if (batch === undefined) return;
        this.#arrived.push(batch);
        this.#wake?.();
      }
    } catch (error) {
      this.#failure = { error };
      this.#wake?.();
    }
  }

  #takeArrived(): void {
    const engine = this.#engine;
    const { to } = engine.options.window;
    let taken = 0;
    while (taken < SLICE && !engine.isOver) {
      const batch = this.#arrived.shift();
      if (batch === undefined) return;
      engine.wake();
      // what is later than the window ends the run
      engine.advance(batch, 0, to, batch.count);
      taken += batch.count;
    }
  }

  /** Entry by hand in live mode is locked anew by every lost connection. */
  #lookAtVenue(): void {
    const isConnected = this.#engine.desk.venueStanding === 'connected';
    if (this.#wasConnected && !isConnected) {
      if (this.#options.mode === 'live') this.#isEntryLocked = true;
      this.#reports.showSoon();
    }
    this.#wasConnected = isConnected;
  }

  #lookAtFeed(): void {
    const { state, words } = this.#options.feed.standing;
    if (state === this.#feedState) return;
    const isFirst = this.#feedState === undefined;
    this.#feedState = state;
    this.#reports.showSoon();
    if (isFirst && state !== 'refused') return;
    const { recorder } = this.#engine.options;
    const isLive = state === 'live';
    const text = isLive
      ? 'market data are live'
      : `market data are ${state}: ${words}; nothing new is opened`;
    recorder.observer.onAlarm(isLive ? 'info' : 'warning', text, this.#engine.clock);
  }

  /** Ends the run where it stands. What is open at the broker stays there, and the journal open with it. */
  async #finish(): Promise<void> {
    const engine = this.#engine;
    const { desk } = engine;
    const until = performance.now() + LAST_WORDS_MS;
    while (!this.#options.isTakenIn() && performance.now() < until) {
      desk.takeReports(this.#options.clock());
      await sleep(TURN_MS);
    }
    this.#isOver = true;
    this.#reversal.end('the run is over');
    const isLeft = desk.portfolio.position !== 0 || desk.orders.hasWorking;
    engine.end(isLeft ? undefined : this.#isStopped ? 'stopped' : 'end of the window');
    this.#reports.end();
  }

  /** Returns the answer; of a reversal it comes when it is done. */
  #obey(command: EngineCommand, id: number): CommandAnswer | undefined {
    const engine = this.#engine;
    if (command.name === 'stop') {
      this.#isStopped = true;
      return { accepted: true, text: 'stopping' };
    }
    if (this.#isOver || engine.isOver) return { accepted: false, text: 'the run is over' };
    if (isReplayCommand(command))
      return {
        accepted: false,
        text: 'the market is live: it cannot be held, sped up or gone back in',
      };
    this.#reversal.onCommand(command.name);
    const isEntry = command.name === 'enter-bracket' || command.name === 'reverse';
    if (isEntry && this.#isEntryLocked)
      return { accepted: false, text: 'entry by hand is locked in live mode until it is unlocked' };
    if (command.name === 'unlock-entry') this.#isEntryLocked = false;
    engine.settle();
    const { position } = engine.desk.portfolio;
    const answer = this.#actOn(command);
    if (command.name !== 'reverse' || !answer.accepted) return answer;
    this.#reversal.begin(id, command, position, engine.clock);
    return undefined;
  }

  #actOn(command: TradingCommand): CommandAnswer {
    return obeyTrading(this.#engine, command);
  }

  /** Waits, but not when something comes. */
  async #idle(ms: number): Promise<void> {
    const controller = new AbortController();
    this.#wake = () => controller.abort();
    try {
      await sleep(ms, undefined, { signal: controller.signal });
    } catch {
      // woken by an event, a message or the end
    }
    this.#wake = undefined;
  }

  #beside(): ReturnType<FrontReportsOptions['beside']> {
    const { broker, feed, mode, profile } = this.#options;
    return {
      mode,
      feedState: this.#isOver ? 'ended' : FEED_STATES[feed.standing.state],
      depth: feed.description.depth,
      aggressor: feed.description.aggressor,
      // a day at a broker is no file that gets played
      progress: null,
      replay: null,
      profile,
      entryLocked: this.#isEntryLocked,
      broker: broker(),
    };
  }

  /** Share of the window's time that has passed. */
  #progress(): number {
    const { from, to } = this.#engine.options.window;
    if (this.#isOver) return 1;
    return Math.min(1, Math.max(0, (this.#engine.clock - from) / (to - from)));
  }
}
