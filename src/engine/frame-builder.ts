import type { ConditionRule } from '../brain/port.ts';
import { toDollars } from '../domain/money.ts';
import { formatDay, NS_PER_MS, NS_PER_SECOND } from '../domain/time.ts';
import { depthLabelOf } from '../feeds/depth-label.ts';
import type { FeedDescription } from '../feeds/port.ts';
import { NO_TICK } from '../market/book/book-side.ts';
import { divergencesOf } from '../market/cvd-divergence.ts';
import { ChartViews } from './chart-views.ts';
import type {
  BracketView,
  BrokerView,
  ConditionView,
  FootprintWish,
  Frame,
  LadderRow,
  Mode,
  OwnOrder,
  ProfileWish,
} from './protocol.ts';
import { QueueWait } from './queue-wait.ts';
import type { TradingEngine } from './trading-engine.ts';

const TAPE_PRINTS = 200;

/** What a frame says besides the engine's own state. */
export interface FrameContext {
  readonly sequence: number;
  readonly mode: Mode;
  readonly feedState: Frame['feed']['state'];
  readonly eventsPerSecond: number;
  readonly progress: number | null;
  readonly depth: FeedDescription['depth'];
  readonly aggressor?: FeedDescription['aggressor'] | undefined;
  readonly broker?: BrokerView;
  readonly replay: Frame['replay'];
  readonly profile: string;
  readonly entryLocked?: boolean;
  /** Ladder rows wanted, and the price in the middle in 1e-9 units; `null`: the last price. */
  readonly ladderRows: number;
  readonly ladderCenter: number | null;
  /** The charts that are looked at. */
  readonly footprintWish?: FootprintWish | undefined;
  readonly profileWish?: ProfileWish | undefined;
  readonly tradesWish?: true | undefined;
}

/** Builds what the screen shows from the engine as it stands between two time stamps. */
export class FrameBuilder {
  readonly #engine: TradingEngine;
  readonly #charts: ChartViews;
  readonly #waits = new QueueWait();
  #flow = new Float64Array(0);

  constructor(engine: TradingEngine) {
    this.#engine = engine;
    const { analysis, instrument, settings } = engine.options;
    this.#charts = new ChartViews(analysis, instrument.tickNanos, settings.analyzers);
  }

  build(context: FrameContext): Frame {
    const engine = this.#engine;
    const { analysis, instrument, schedule, settings } = engine.options;
    const ts = Number.isFinite(engine.clock) ? engine.clock : engine.options.window.from;
    const { decisions, account, desk, risk } = engine;
    const closing = engine.closingPrice();
    const tokens = engine.options.recorder.tokens;
    const cvd = analysis.cvd.series();
    return {
      type: 'frame',
      sequence: context.sequence,
      mode: context.mode,
      symbol: instrument.symbol,
      session: formatDay(schedule.dayAt(ts).date),
      tickNanos: instrument.tickNanos,
      multiplier: instrument.multiplier,
      ts,
      zoneOffsetNs: schedule.zoneOffsetAt(ts),
      zoneName: instrument.calendar === 'us-equities' ? 'ET' : 'CT',
      feed: {
        state: context.feedState === 'live' && engine.isFeedDoubtful ? 'stale' : context.feedState,
        lastEventAgeMs: Number.isFinite(engine.lastEventTs)
          ? (ts - engine.lastEventTs) / NS_PER_MS
          : 0,
        events: engine.events,
        eventsPerSecond: context.eventsPerSecond,
        progress: context.progress,
        depthLabel: depthLabelOf(context, settings.execution.queueModel) ?? null,
      },
      ...(context.broker === undefined ? {} : { broker: context.broker }),
      replay: context.replay,
      brain: {
        provider: decisions?.brain.provider ?? 'script',
        model: decisions?.brain.model ?? null,
        profile: context.profile,
        paused: risk.isPaused,
        inFlight: decisions?.isInFlight ?? false,
        trouble: decisions?.brain.trouble ?? null,
        lastLatencyMs: decisions?.lastLatencyMs ?? null,
        costUsd: engine.options.recorder.costUsd,
        paidUsd: decisions?.brain.paidUsd ?? null,
        tokens: tokens.input + tokens.output,
      },
      entryLocked: context.entryLocked ?? false,
      halted: risk.halt?.reason ?? (engine.isVenueHalted ? 'halted by the venue' : null),
      state: analysis.state(ts),
      account: {
        ...account.state(closing),
        REALIZED_PL: toDollars(desk.portfolio.realizedMicros),
        COMMISSION: toDollars(desk.portfolio.commissionMicros),
        DAILY_LOSS_LIMIT: settings.risk.dailyLossUsd,
        DAILY_TRADES_LIMIT: settings.risk.dailyTrades,
        EQUITY: toDollars(account.equityMicros(closing)),
      },
      ladder: this.#ladder(context, ts),
      tape: analysis.tape.prints(TAPE_PRINTS),
      trades: context.tradesWish === true ? analysis.tape.trades(TAPE_PRINTS) : null,
      pace: analysis.tape.pace(ts),
      cvd: { ...cvd, divergences: divergencesOf(cvd) },
      footprint:
        context.footprintWish === undefined
          ? null
          : this.#charts.footprint(context.footprintWish, ts),
      profile:
        context.profileWish === undefined ? null : this.#charts.profile(context.profileWish, ts),
      orders: this.#orders(ts),
      bracket: this.#bracket(),
      conditions: this.#conditions(),
    };
  }

  #ladder({ ladderRows, ladderCenter, depth }: FrameContext, ts: number): LadderRow[] {
    const { analysis, book, instrument, settings } = this.#engine.options;
    const { bids, asks } = book;
    const { tickNanos } = instrument;
    const middle =
      ladderCenter ??
      analysis.metrics.last ??
      (bids.best === NO_TICK ? asks.best : bids.best) * tickNanos;
    if (middle === NO_TICK * tickNanos) return [];
    const top = Math.floor(middle / tickNanos) + (ladderRows >> 1);
    const low = top - ladderRows + 1;
    if (this.#flow.length < ladderRows * 4) this.#flow = new Float64Array(ladderRows * 4);
    const flow = this.#flow;
    book.changes.collect(
      ts - settings.analyzers.book.flowWindowSecs * NS_PER_SECOND,
      low,
      ladderRows,
      flow,
    );
    const rows: LadderRow[] = [];
    for (let tick = top; tick >= low; tick--) {
      const at = (tick - low) * 4;
      rows.push({
        price: tick * tickNanos,
        bidSize: bids.sizeAt(tick),
        bidOrders: depth === 'orders' ? bids.countAt(tick) : null,
        askSize: asks.sizeAt(tick),
        askOrders: depth === 'orders' ? asks.countAt(tick) : null,
        bidAdded: flow[at] ?? 0,
        bidPulled: flow[at + 1] ?? 0,
        askAdded: flow[at + 2] ?? 0,
        askPulled: flow[at + 3] ?? 0,
        soldAtBid: analysis.profile.soldAt(tick),
        boughtAtAsk: analysis.profile.boughtAt(tick),
        volume: analysis.profile.volumeAt(tick),
      });
    }
    return rows;
  }

  #orders(ts: number): OwnOrder[] {
    const { account, desk, options } = this.#engine;
    const orders = account.activeOrders(ts);
    this.#waits.keep(orders.map(({ id }) => id));
    return orders.map((active) => {
      const tracked = desk.orders.find(active.id);
      const estimatedAhead = options.venue.estimatedAhead(active.id);
      const ahead = active.queue_ahead ?? estimatedAhead;
      return {
        ...active,
        priceNanos: tracked?.price ?? tracked?.stopPrice ?? null,
        bracketId: tracked?.request.ocoGroup ?? null,
        estimatedAhead,
        expectedWaitMs: ahead === null ? null : this.#waits.note(active.id, ts, ahead),
      };
    });
  }

  #bracket(): BracketView | null {
    const { bracket } = this.#engine.desk;
    if (bracket === undefined) return null;
    return { id: bracket.id, state: bracket.state, side: bracket.sign === 1 ? 'LONG' : 'SHORT' };
  }

  #conditions(): Frame['conditions'] {
    const { decisions } = this.#engine;
    const counts = decisions?.conditions;
    if (decisions === undefined || counts === undefined) return null;
    const { rules } = decisions.brain;
    return { long: viewsOf(rules.long, counts.long), short: viewsOf(rules.short, counts.short) };
  }
}

function viewsOf(
  rules: readonly ConditionRule[],
  counts: Readonly<Record<string, number>>,
): ConditionView[] {
  return rules.map(({ name, rule }) => ({ name, rule, held: counts[name] ?? 0 }));
}
