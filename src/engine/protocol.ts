/**
 * The messages between the engine's thread and its front ends: plain data, nothing shared. A frame replaces the one
 * before it and may be dropped; notices come one by one with a sequence number and must not be missed.
 */
import type { DecisionRecord } from '../domain/decision.ts';
import type { AccountState, ActiveOrder, MarketState } from '../domain/market-state.ts';
import type { Fill } from '../domain/order.ts';
import type { RoundTrip, RunResult } from '../domain/run.ts';
import type { BracketState } from '../execution/bracket.ts';
import type { Divergence } from '../market/cvd-divergence.ts';

export type Mode = 'backtest' | 'simulation' | 'paper' | 'live';

/** One price of the ladder. Prices are in 1e-9 units, sizes in shares or contracts. */
export interface LadderRow {
  readonly price: number;
  readonly bidSize: number;
  /** Orders there; `null` where the feed tells levels and not orders. */
  readonly bidOrders: number | null;
  readonly askSize: number;
  readonly askOrders: number | null;
  /** Added and pulled at this price over the last 10 s; what traded is not pulled. */
  readonly bidAdded: number;
  readonly bidPulled: number;
  readonly askAdded: number;
  readonly askPulled: number;
  /** Volume of the session sold into the bid, bought from the ask, and in all at this price. */
  readonly soldAtBid: number;
  readonly boughtAtAsk: number;
  readonly volume: number;
}

/** One print of the tape; trades of one aggressor order are one print at their average price. */
export interface TapePrint {
  /** Counts up over the run, so that a reader sees what is new. */
  readonly sequence: number;
  /** Session time, nanoseconds. */
  readonly ts: number;
  readonly price: number;
  readonly size: number;
  /** +1 bought, -1 sold, 0 not known. */
  readonly sign: number;
  /** Trades that were joined. */
  readonly trades: number;
}

/** Cumulative delta and price over the session, one point a bucket, oldest first; at most some 600 points. */
export interface CvdSeries {
  /** Session time of each bucket's end, nanoseconds. */
  readonly ts: readonly number[];
  readonly cvd: readonly number[];
  /** Last price of the bucket, 1e-9 units. */
  readonly price: readonly number[];
  /** Where price went further than at its last turn and the delta did not, oldest first. */
  readonly divergences: readonly Divergence[];
}

/**
 * The last bars of the footprint in a common grid of rows. A row is `ticksPerRow` ticks high, so that the bars' whole range
 * fits into the rows asked for; row 0 is the highest.
 */
export interface FootprintView {
  readonly ticksPerRow: number;
  /** Lowest price of row 0, 1e-9 units. */
  readonly topPrice: number;
  readonly rows: number;
  /** Oldest first; the last one may be in progress. A minute without a trade has no bar. */
  readonly bars: readonly FootprintBarView[];
}

export interface FootprintBarView {
  /** Session time at which its minute began, nanoseconds. */
  readonly start: number;
  readonly isComplete: boolean;
  /** 1e-9 units. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly delta: number;
  readonly volume: number;
  /** Row of the tick with most volume. */
  readonly pocRow: number;
  /** The rows that traded, highest first, in five numbers each: row, sold, bought, volume, imbalance (-1 sold, +1 bought, 0). */
  readonly cells: readonly number[];
}

/** Volume by price of the session, of the last bars, or of a span of minutes, in a grid of rows like the footprint's. */
export interface ProfileView {
  readonly range: ProfileWish['range'];
  /** Session time of the first and last trades counted, to the minute in ranges of bars, nanoseconds; `null`: none. */
  readonly from: number | null;
  readonly to: number | null;
  readonly ticksPerRow: number;
  readonly topPrice: number;
  /** One number a row, highest first. */
  readonly sold: readonly number[];
  readonly bought: readonly number[];
  readonly volume: readonly number[];
  readonly total: number;
  /** 1e-9 units; `null` while nothing traded. */
  readonly poc: number | null;
  readonly vah: number | null;
  readonly val: number | null;
}

/** What a front end shows of the footprint. */
export interface FootprintWish {
  readonly bars: number;
  readonly rows: number;
}

/** What a front end shows of the volume profile: of the session, of the footprint's last bars, or of minutes it names. */
export interface ProfileWish {
  readonly rows: number;
  readonly range:
    | { readonly kind: 'session' }
    | { readonly kind: 'visible'; readonly bars: number }
    /** Session times; `to` null: until now. */
    | { readonly kind: 'fixed'; readonly from: number; readonly to: number | null };
}

/** A working order of ours as the ladder and the orders pane show it. */
export interface OwnOrder extends ActiveOrder {
  /** Limit or trigger price in 1e-9 units; `null` for a market order. */
  readonly priceNanos: number | null;
  readonly bracketId: string | null;
  /** What stands before it as estimated, where the feed tells levels and not orders; else `null`. */
  readonly estimatedAhead: number | null;
  /** Market time in ms that what stands before it takes at the rate of late; `null`: too little to say, or no queue. */
  readonly expectedWaitMs: number | null;
}

/** A run's broker, for the header. No account is named whole. */
export interface BrokerView {
  /** Its last two digits. */
  readonly account: string;
  /** `reconciling`: what it holds is being asked; `disputed`: that is not what we hold. Nothing opens but while it is `connected`. */
  readonly connection: 'connected' | 'disconnected' | 'reconciling' | 'disputed';
  /** Why it is not connected; empty while it is. */
  readonly words: string;
  /** Market data lines in use and allowed, in words. */
  readonly lines: string;
  /** What the account held of the instrument before the run, bought less sold: it is not touched. */
  readonly positionBefore: number;
}

export interface BracketView {
  readonly id: string;
  readonly state: BracketState;
  readonly side: 'LONG' | 'SHORT';
}

/** One entry condition of the checklist. */
export interface ConditionView {
  readonly name: string;
  /** Snapshots it has held; 0 is false. */
  readonly held: number;
  /** What it asks, in words, e.g. "L2_IMBALANCE > 1.5". */
  readonly rule: string;
}

/** Everything the screen shows that changes all the time. Built 20 to 30 times a second. */
export interface Frame {
  readonly type: 'frame';
  readonly sequence: number;
  readonly mode: Mode;
  readonly symbol: string;
  /** `YYYY-MM-DD`. */
  readonly session: string;
  readonly tickNanos: number;
  readonly multiplier: number;
  /** Session time, nanoseconds since midnight UTC of the session's calendar day; and the exchange's zone as an offset from UTC. */
  readonly ts: number;
  readonly zoneOffsetNs: number;
  readonly zoneName: string;
  readonly feed: {
    readonly state: 'connecting' | 'live' | 'stale' | 'ended' | 'failed';
    /** Market time since the last event, ms. */
    readonly lastEventAgeMs: number;
    readonly events: number;
    /** Events handled in the last second of wall time. */
    readonly eventsPerSecond: number;
    /** 0 to 1 of the session (or of the data) played; `null` where there is no end. */
    readonly progress: number | null;
    /** What is not known of the book or the trades, in words; `null` where everything is. */
    readonly depthLabel: string | null;
  };
  /** Only in a run at a broker. */
  readonly broker?: BrokerView;
  /** Multiple of real time that is asked for; 0 stands for as fast as it goes. `paused`: market time stands still. */
  readonly replay: {
    readonly speed: number;
    readonly paused: boolean;
    /**
     * Given while the replay only repeats what was played before: how far that goes, session time, and the commands by hand
     * that are going to be obeyed again. A new one takes another way.
     */
    readonly ahead?: { readonly until: number; readonly commands: number };
  } | null;
  readonly brain: {
    readonly provider: string;
    readonly model: string | null;
    readonly profile: string;
    readonly paused: boolean;
    readonly inFlight: boolean;
    /** Why it does not decide as it should (circuit breaker, budget), in words. */
    readonly trouble: string | null;
    readonly lastLatencyMs: number | null;
    readonly costUsd: number | null;
    /** What was paid on all ways that were played, those that were left included; `null` where nobody counts it. */
    readonly paidUsd: number | null;
    /** Tokens in and out over the run. */
    readonly tokens: number;
  };
  /** Entry by hand has to be unlocked first. */
  readonly entryLocked: boolean;
  /** Why nothing new is opened, in words ("kill switch", "daily loss"), or `null`. */
  readonly halted: string | null;
  readonly state: MarketState;
  readonly account: AccountState & {
    readonly REALIZED_PL: number;
    readonly COMMISSION: number;
    readonly DAILY_LOSS_LIMIT: number;
    readonly DAILY_TRADES_LIMIT: number;
    readonly EQUITY: number;
  };
  /** Rows around the last price, highest first, without holes in the grid. */
  readonly ladder: readonly LadderRow[];
  /** Newest first, at most 200. */
  readonly tape: readonly TapePrint[];
  /** The same trades one by one, newest first, at most 200: only where the view asks for them, `null` else. */
  readonly trades: readonly TapePrint[] | null;
  /** Trades in each of the last 60 seconds, oldest first. */
  readonly pace: readonly number[];
  readonly cvd: CvdSeries;
  /** Only where the view asks for them: `null` else. */
  readonly footprint: FootprintView | null;
  readonly profile: ProfileView | null;
  readonly orders: readonly OwnOrder[];
  readonly bracket: BracketView | null;
  readonly conditions: {
    readonly long: readonly ConditionView[];
    readonly short: readonly ConditionView[];
  } | null;
}

/** What must not be missed. Sequence numbers count from 1 without gaps. */
export type Notice =
  | {
      readonly type: 'decision-made';
      readonly sequence: number;
      readonly decision: DecisionRecord;
      readonly clock: string;
    }
  | {
      readonly type: 'order-filled';
      readonly sequence: number;
      readonly fill: Fill;
      readonly role: string;
      readonly clock: string;
    }
  | {
      readonly type: 'order-event';
      readonly sequence: number;
      readonly orderId: string;
      readonly what: string;
      readonly detail: string;
      readonly clock: string;
    }
  | {
      readonly type: 'trade-closed';
      readonly sequence: number;
      readonly trade: RoundTrip;
      readonly clock: string;
    }
  | {
      readonly type: 'alarm';
      readonly sequence: number;
      readonly level: 'info' | 'warning' | 'critical';
      readonly text: string;
      readonly clock: string;
    };

export type EngineMessage =
  | Frame
  | Notice
  | {
      readonly type: 'progress';
      readonly percent: number;
      readonly ts: number;
      readonly clock: string;
      readonly events: number;
      readonly eventsPerSecond: number;
      readonly netPl: number;
    }
  | {
      readonly type: 'command-answered';
      readonly id: number;
      readonly accepted: boolean;
      readonly text: string;
    }
  /** The run went to another moment: what had happened by then, instead of what was told. The latest fills first. */
  | {
      readonly type: 'replay-moved';
      readonly fills: readonly Extract<Notice, { type: 'order-filled' }>[];
      readonly trades: readonly RoundTrip[];
      readonly decision: DecisionRecord | null;
    }
  | { readonly type: 'run-ended'; readonly result: RunResult }
  | {
      readonly type: 'run-failed';
      readonly kind: 'data' | 'internal' | 'unreachable';
      readonly text: string;
    };

/**
 * An entry by hand with both of its exits, so many ticks away from it. `price` in 1e-9 units, on the grid; `null`: the touch that
 * it takes from. What is not filled after `timeoutSecs` of market time is canceled.
 */
export interface BracketCommand {
  readonly name: 'enter-bracket';
  readonly side: 'buy' | 'sell';
  readonly price: number | null;
  readonly quantity: number;
  readonly stopTicks: number;
  readonly targetTicks: number;
  readonly timeoutSecs: number;
}

export interface CommandAnswer {
  readonly accepted: boolean;
  readonly text: string;
}

/** What a front end may ask. Every command is answered once, by `command-answered` with its id. */
export type EngineCommand =
  | { readonly name: 'pause-brain' }
  | { readonly name: 'resume-brain' }
  | { readonly name: 'flatten' }
  | { readonly name: 'flatten-and-halt' }
  | { readonly name: 'kill' }
  | { readonly name: 'reset-halt' }
  | { readonly name: 'cancel-entries' }
  | BracketCommand
  /** The working stop or target of the bracket to a price, 1e-9 units. */
  | { readonly name: 'move-stop'; readonly price: number }
  | { readonly name: 'move-target'; readonly price: number }
  | { readonly name: 'stop-to-break-even' }
  /**
   * Closes the position at market and, once nothing is open any more, enters as many the other way at the touch, with these
   * exits. Answered when that is done, or given up.
   */
  | ({ readonly name: 'reverse' } & Pick<
      BracketCommand,
      'stopTicks' | 'targetTicks' | 'timeoutSecs'
    >)
  /** Entry by hand is locked when a live run starts; this unlocks it. */
  | { readonly name: 'unlock-entry' }
  | { readonly name: 'pause-replay' }
  | { readonly name: 'resume-replay' }
  /** Multiple of real time; 0 for as fast as it goes. */
  | { readonly name: 'set-speed'; readonly speed: number }
  /**
   * On to the next one of its kind, or, where the run can go back, to where a step on to the last one before would have
   * stopped: right after the event that it came with; a snapshot's moment exactly. A way back is answered when it is there.
   */
  | {
      readonly name: 'step';
      readonly unit: 'event' | 'trade' | 'snapshot' | 'decision' | 'fill';
      readonly direction?: 'back';
    }
  /**
   * Goes back or on to a moment of the session, nanoseconds, and stands there as playing would have: nothing later has
   * happened. Only in a replay that keeps checkpoints. What was played before plays again as it was, commands by hand included,
   * until a new one takes another way. Answered when it is there; until then only `stop` is obeyed.
   */
  | {
      readonly name: 'jump-to';
      readonly ts: number;
      /** Given: after exactly so many events, everything due by `ts` done. What a bookmark keeps. */
      readonly events?: number;
    }
  /** Back to the beginning of the window. */
  | { readonly name: 'restart' }
  /** Ends the run now: positions are reported as they stand. */
  | { readonly name: 'stop' };

/** Commands that set how the market is played, and those that act on orders, brain or risk. */
export type ReplayCommand = Extract<
  EngineCommand,
  {
    name: 'pause-replay' | 'resume-replay' | 'set-speed' | 'step' | 'jump-to' | 'restart' | 'stop';
  }
>;
export type TradingCommand = Exclude<EngineCommand, ReplayCommand>;

export type FrontMessage =
  | { readonly type: 'command'; readonly id: number; readonly command: EngineCommand }
  /** How many ladder rows the screen can show and where it is centred (`null`: on the last price); asks for frames. */
  | {
      readonly type: 'view';
      readonly ladderRows: number;
      readonly ladderCenter: number | null;
      readonly framesPerSecond: number;
      /** Given while the pane can be seen: what is not asked for is not computed and not sent. */
      readonly footprint?: FootprintWish;
      readonly profile?: ProfileWish;
      readonly trades?: true;
    };
