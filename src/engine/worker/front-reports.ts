import { formatClock } from '../../domain/time.ts';
import { FrameBuilder, type FrameContext } from '../frame-builder.ts';
import type { EngineMessage, FrontMessage } from '../protocol.ts';
import type { TradingEngine } from '../trading-engine.ts';

const PROGRESS_MS = 250;
const RATE_MS = 1000;

/** What a frame tells beside the engine and the front end's own wishes. */
type Beside = Omit<
  FrameContext,
  | 'sequence'
  | 'eventsPerSecond'
  | 'ladderRows'
  | 'ladderCenter'
  | 'footprintWish'
  | 'profileWish'
  | 'tradesWish'
>;

export interface FrontReportsOptions {
  readonly engine: TradingEngine;
  readonly post: (message: EngineMessage) => void;
  readonly beside: () => Beside;
  /** How much of the run is done, 0 to 1. */
  readonly progress: () => number;
  /** Whether there is something to tell before the first event. */
  readonly isToldEmpty: boolean;
}

/** Tells front ends how an engine stands: frames as often as they are wanted, progress, and how fast events come. */
export class FrontReports {
  readonly #options: FrontReportsOptions;
  readonly #frames: FrameBuilder;
  #view: Omit<Extract<FrontMessage, { type: 'view' }>, 'type'> = {
    ladderRows: 0,
    ladderCenter: null,
    framesPerSecond: 0,
  };
  #sequence = 0;
  #nextFrameMs = 0;
  #nextProgressMs = 0;
  #nextRateMs = 0;
  #rate = 0;
  #rateEvents = 0;

  constructor(options: FrontReportsOptions) {
    this.#options = options;
    this.#frames = new FrameBuilder(options.engine);
  }

  /** Events a second count from now on, ms of the process's clock. */
  begin(now: number): void {
    this.#nextRateMs = now + RATE_MS;
  }

  /** A front end wants to see something else. */
  onView(view: Extract<FrontMessage, { type: 'view' }>): void {
    this.#view = view;
    this.showSoon();
  }

  /** Something happened that is to be seen at once. */
  showSoon(): void {
    this.#nextFrameMs = 0;
  }

  /** The engine stands somewhere else: what it passed on the way there was not played. */
  restart(): void {
    this.#rateEvents = this.#options.engine.events;
    this.#nextFrameMs = 0;
    this.#nextProgressMs = 0;
  }

  /** Tells what is due, ms of the process's clock. */
  tell(now: number): void {
    const { events } = this.#options.engine;
    const spanMs = now - this.#nextRateMs + RATE_MS;
    const rate = Math.round(((events - this.#rateEvents) * 1000) / Math.max(spanMs, 1));
    // before the first whole second: what there is
    if (this.#rateEvents === 0) this.#rate = rate;
    if (now >= this.#nextRateMs) {
      this.#rate = rate;
      this.#rateEvents = events;
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

  /** Tells how it ended. */
  end(): void {
    this.#postProgress();
    this.#postFrame();
  }

  get #isSilent(): boolean {
    const { engine, isToldEmpty } = this.#options;
    return engine.events === 0 && !isToldEmpty;
  }

  #postFrame(): void {
    if (this.#view.framesPerSecond <= 0 || this.#isSilent) return;
    const { beside, post } = this.#options;
    this.#sequence++;
    post(
      this.#frames.build({
        ...beside(),
        sequence: this.#sequence,
        eventsPerSecond: this.#rate,
        ladderRows: this.#view.ladderRows,
        ladderCenter: this.#view.ladderCenter,
        footprintWish: this.#view.footprint,
        profileWish: this.#view.profile,
        tradesWish: this.#view.trades,
      }),
    );
  }

  #postProgress(): void {
    if (this.#isSilent) return;
    const { engine, post, progress } = this.#options;
    const { clock, events, options } = engine;
    post({
      type: 'progress',
      percent: Math.round(progress() * 1000) / 10,
      ts: clock,
      clock: formatClock(clock + options.schedule.zoneOffsetAt(clock)),
      events,
      eventsPerSecond: this.#rate,
      netPl: engine.account.state(engine.closingPrice()).DAILY_PL,
    });
  }
}
