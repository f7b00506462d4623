import type { DecisionRecord } from '../../src/domain/decision.ts';
import type { FootprintBar, MarketState } from '../../src/domain/market-state.ts';
import type { RoundTrip, RunResult } from '../../src/domain/run.ts';
import { NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND } from '../../src/domain/time.ts';
import type {
  ConditionView,
  EngineCommand,
  EngineMessage,
  FootprintBarView,
  FootprintView,
  Frame,
  LadderRow,
  Mode,
  OwnOrder,
  ProfileView,
  TapePrint,
} from '../../src/engine/protocol.ts';

/** What the fake market is in the middle of. */
export type Situation = 'flat' | 'working' | 'long' | 'halted';

const TICK = 10_000_000;
const OPEN = 13 * NS_PER_HOUR + 30 * NS_PER_MINUTE;
const DEPTH = 60;

/** A repeatable number from 0 to 1 for a place and a moment (Mulberry32). */
function noise(a: number, b: number): number {
  let x = (Math.imul(a + 0x9e37, 0x85eb_ca6b) ^ Math.imul(b + 0x7f4a, 0xc2b2_ae35)) >>> 0;
  x = Math.imul(x ^ (x >>> 15), x | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
}

/** The last price in ticks after `step` frames: a slow wave with a small tremble. */
function lastTicks(step: number): number {
  return 25_014 + Math.round(6 * Math.sin(step / 40) + 2 * Math.sin(step / 7));
}

function ladderRow(ticks: number, last: number, step: number): LadderRow {
  // sizes stand for some frames before they change, as in a market
  const size = Math.round(40 + 900 * noise(ticks, Math.floor((step + ticks) / 12)) ** 3);
  const isBid = ticks <= last;
  const volume = Math.round(
    4_000 * Math.exp(-((ticks - 25_016) ** 2) / 180) + 300 * noise(ticks, 7),
  );
  const sold = Math.round(volume * (0.3 + 0.4 * noise(ticks, 3)));
  const added = Math.round(200 * noise(ticks, Math.floor(step / 30)));
  const pulled = Math.round(160 * noise(ticks, Math.floor(step / 30) + 9));
  const wall = ticks === 25_003 ? 2_400 : ticks === 25_031 ? 1_600 : 0;
  return {
    price: ticks * TICK,
    bidSize: isBid ? size + wall : 0,
    bidOrders: isBid ? 1 + Math.floor(size / 90) : 0,
    askSize: isBid ? 0 : size + wall,
    askOrders: isBid ? 0 : 1 + Math.floor(size / 90),
    bidAdded: isBid ? added : 0,
    bidPulled: isBid ? pulled : 0,
    askAdded: isBid ? 0 : added,
    askPulled: isBid ? 0 : pulled,
    soldAtBid: sold,
    boughtAtAsk: volume - sold,
    volume,
  };
}

function print(sequence: number, ts: number): TapePrint {
  const draw = noise(sequence, 11);
  return {
    sequence,
    ts,
    price: (lastTicks(Math.floor(sequence / 3)) + (draw < 0.5 ? 0 : 1)) * TICK,
    size:
      sequence % 17 === 0
        ? 600 + (sequence % 5) * 150
        : 10 + Math.round(180 * noise(sequence, 5) ** 2),
    sign: draw < 0.46 ? -1 : draw < 0.97 ? 1 : 0,
    trades: 1 + (sequence % 3),
  };
}

const BAR: FootprintBar = {
  open: 250.08,
  high: 250.21,
  low: 250.06,
  close: 250.14,
  delta: 1_240,
  volume: 8_410,
  delta_pct: 14.7444,
  poc: 250.12,
  imbalances: [{ price: 250.16, bid_vol: 120, ask_vol: 610, ratio: 5.0833 }],
};

function marketState(step: number, last: number, cvd: number): MarketState {
  const price = last / 100;
  const rising = Math.sin(step / 40 + 1) > 0;
  return {
    TICKER: 'TSLA',
    LAST: price,
    VWAP: 250.0873,
    TIME_SESSION: 'MORNING',
    L2_IMBALANCE: Number((1.2 + 0.6 * noise(Math.floor(step / 6), 1)).toFixed(4)),
    SPREAD: 0.01,
    DOM_WALLS: [
      { side: 'BID', price: 250.03, size: 2_400, tier: 'MAJOR' },
      { side: 'ASK', price: 250.31, size: 1_600, tier: 'MINOR' },
    ],
    BID_STACK: [[price, 120]],
    ASK_STACK: [[price + 0.01, 90]],
    TAPE_VELOCITY: 'MEDIUM',
    TAPE_VELOCITY_TPS: 14.2,
    TAPE_SENTIMENT: rising ? 'AGGRESSIVE_BUYING' : 'NEUTRAL',
    TAPE_DELTA_1S: Math.round(300 * Math.sin(step / 5)),
    TAPE_DELTA_5S: Math.round(1_100 * Math.sin(step / 21)),
    LARGE_PRINTS_1M: [{ price: 250.16, size: 750, side: 'BUY', secs_ago: 8 }],
    FOOTPRINT_CURR_BAR: BAR,
    CVD_SESSION: cvd,
    CVD_TREND: rising ? 'RISING' : 'FLAT',
    CVD_SLOPE_5M: rising ? 0.2314 : 0.0312,
    VP_POC: 250.16,
    VP_VAH: 250.24,
    VP_VAL: 250.05,
    VP_DEVELOPING_POC: 250.12,
    PRICE_VS_POC: price > 250.16 ? 'ABOVE' : price < 250.16 ? 'BELOW' : 'AT_POC',
    HOD: 250.27,
    LOD: 249.82,
    HOD_LOD_LOC: 'MID_RANGE',
    DISTANCE_TO_HOD_PCT: 0.052,
    DISTANCE_TO_LOD_PCT: 0.1281,
    RVOL_DAY: 1.42,
    ABSORPTION_DETECTED: true,
    ABSORPTION_SIDE: 'BID',
    ABSORPTION_PRICE: 250.05,
  };
}

/** Twelve bars around the last prices, the last one in progress; the same for the same step. */
function fakeFootprint(step: number): FootprintView {
  const rows = 24;
  const top = 25_026;
  const bars = Array.from({ length: 12 }, (_, i): FootprintBarView => {
    const middle = 25_014 + Math.round(5 * Math.sin((i + step / 600) / 2));
    const cells: number[] = [];
    let [delta, volume, most, pocRow] = [0, 0, 0, 0];
    for (let tick = middle + 5; tick >= middle - 4; tick--) {
      const row = top - tick;
      const sold = Math.round(900 * noise(tick, i + 40) ** 3);
      const bought = Math.round(900 * noise(tick, i + 80) ** 3);
      const larger = Math.max(sold, bought);
      const isImbalance = larger >= 50 && larger > 3 * Math.min(sold, bought);
      cells.push(row, sold, bought, sold + bought, isImbalance ? Math.sign(bought - sold) : 0);
      delta += bought - sold;
      volume += sold + bought;
      if (sold + bought > most) [most, pocRow] = [sold + bought, row];
    }
    return {
      start: OPEN + i * NS_PER_MINUTE,
      isComplete: i < 11,
      open: (middle - 2) * TICK,
      high: (middle + 5) * TICK,
      low: (middle - 4) * TICK,
      close: (middle + (i % 3 === 0 ? -4 : 3)) * TICK,
      delta,
      volume,
      pocRow,
      cells,
    };
  });
  return { ticksPerRow: 1, topPrice: top * TICK, rows, bars };
}

function fakeProfile(): ProfileView {
  const ticks = Array.from({ length: 26 }, (_, i) => 25_028 - i);
  const volume = ticks.map((tick) => Math.round(4_000 * Math.exp(-((tick - 25_016) ** 2) / 50)));
  const sold = ticks.map((tick, i) => Math.round((volume[i] ?? 0) * (0.3 + 0.4 * noise(tick, 3))));
  return {
    range: { kind: 'session' },
    from: null,
    to: null,
    ticksPerRow: 1,
    topPrice: 25_028 * TICK,
    sold,
    bought: volume.map((size, i) => size - (sold[i] ?? 0)),
    volume,
    total: volume.reduce((sum, size) => sum + size, 0),
    poc: 25_016 * TICK,
    vah: 25_021 * TICK,
    val: 25_011 * TICK,
  };
}

function conditions(step: number): { long: ConditionView[]; short: ConditionView[] } {
  const view = (name: string, rule: string, salt: number): ConditionView => ({
    name,
    rule,
    held: noise(Math.floor(step / 50), salt) > 0.45 ? 2 + (step % 50) : 0,
  });
  return {
    long: [
      view('CVD_TREND', 'CVD_TREND RISING', 1),
      view('ABOVE_VWAP', 'LAST > VWAP', 2),
      view('L2_IMBALANCE', 'L2_IMBALANCE > 1.5', 3),
      view('TAPE_SENTIMENT', 'AGGRESSIVE_BUYING', 4),
      view('TAPE_VELOCITY', 'VELOCITY >= MEDIUM', 5),
      view('SUPPORT', 'support 0.10 to 0.30', 6),
      view('REWARD', 'reward >= 2 x risk', 8),
    ],
    short: [
      view('CVD_TREND', 'CVD_TREND FALLING', 11),
      view('BELOW_VWAP', 'LAST < VWAP', 12),
      view('L2_IMBALANCE', 'L2_IMBALANCE < 0.6', 13),
      view('TAPE_SENTIMENT', 'AGGRESSIVE_SELLING', 14),
      view('TAPE_VELOCITY', 'VELOCITY >= MEDIUM', 15),
      view('RESISTANCE', 'resistance 0.10 to 0.30', 16),
      view('REWARD', 'reward >= 2 x risk', 18),
    ],
  };
}

function order(
  id: string,
  role: OwnOrder['role'],
  priceTicks: number,
  queue: number | null,
): OwnOrder {
  return {
    id,
    role,
    side: role === 'ENTRY' ? 'BUY' : 'SELL',
    type: role === 'STOP' ? 'STOP' : 'LIMIT',
    price: priceTicks / 100,
    size: 100,
    filled: 0,
    status: 'WORKING',
    age_secs: 12,
    queue_ahead: queue,
    priceNanos: priceTicks * TICK,
    bracketId: 'b1',
    estimatedAhead: null,
    expectedWaitMs: queue === null ? null : 35_000,
  };
}

function ordersOf(situation: Situation): OwnOrder[] {
  if (situation === 'working') return [order('o1', 'ENTRY', 25_011, 1_340)];
  if (situation === 'long') {
    return [order('o2', 'STOP', 24_998, null), order('o3', 'TARGET', 25_030, 420)];
  }
  return [];
}

function accountOf(situation: Situation, last: number): Frame['account'] {
  const isLong = situation === 'long';
  const unrealized = isLong ? Number((last - 25_011).toFixed(2)) : 0;
  const realized = situation === 'halted' ? -500.4 : 62.3;
  return {
    POSITION: isLong ? 100 : 0,
    POSITION_SIDE: isLong ? 'LONG' : null,
    AVG_ENTRY: isLong ? 250.11 : null,
    UNREALIZED_PL: unrealized,
    DAILY_PL: Number((realized + unrealized).toFixed(2)),
    DAILY_TRADES: situation === 'halted' ? 6 : 3,
    BUYING_POWER: isLong ? 74_989 : 100_000,
    DAILY_LOSS_REMAINING: situation === 'halted' ? 0 : 500,
    REALIZED_PL: realized,
    COMMISSION: 6.42,
    DAILY_LOSS_LIMIT: 500,
    DAILY_TRADES_LIMIT: 10,
    EQUITY: 25_000 + realized + unrealized,
  };
}

export interface FrameWish {
  readonly situation?: Situation;
  readonly mode?: Mode;
  readonly paused?: boolean;
  readonly brainPaused?: boolean;
  readonly speed?: number;
}

/** The frame of a moment, 33 ms of market time a step: the same for the same arguments, always. */
export function fakeFrame(step: number, wish: FrameWish = {}): Frame {
  const { situation = 'flat', mode = 'backtest' } = wish;
  const last = lastTicks(step);
  const ts = OPEN + 11 * NS_PER_MINUTE + step * 33_000_000;
  const prints = 600 + step * 2;
  const points = Array.from({ length: 300 }, (_, i) => i);
  const cvdAt = (i: number) =>
    Math.round(5_000 * Math.sin(i / 45) + 26 * i + 700 * Math.sin(i / 9) - 2_000);
  const cvd = cvdAt(299) + Math.round(40 * Math.sin(step / 9));
  return {
    type: 'frame',
    sequence: step + 1,
    mode,
    symbol: 'TSLA',
    session: '2025-10-15',
    tickNanos: TICK,
    multiplier: 1,
    ts,
    zoneOffsetNs: -4 * NS_PER_HOUR,
    zoneName: 'EDT',
    feed: {
      state: 'live',
      lastEventAgeMs: 3 + (step % 9),
      events: 1_204_311 + step * 400,
      eventsPerSecond: 12_100 + (step % 40) * 10,
      progress: 0.214,
      depthLabel: null,
    },
    replay:
      mode === 'backtest' || mode === 'simulation'
        ? { speed: wish.speed ?? 100, paused: wish.paused ?? false }
        : null,
    brain: {
      provider: 'rules',
      model: null,
      profile: 'momentum',
      paused: wish.brainPaused ?? false,
      inFlight: step % 60 < 20,
      trouble: null,
      lastLatencyMs: 0.4,
      costUsd: 0,
      paidUsd: null,
      tokens: 0,
    },
    entryLocked: mode === 'live',
    halted: situation === 'halted' ? 'daily loss' : null,
    state: marketState(step, last, cvd),
    account: accountOf(situation, last),
    ladder: Array.from({ length: 2 * DEPTH + 1 }, (_, i) =>
      ladderRow(last + DEPTH - i, last, step),
    ),
    tape: Array.from({ length: 200 }, (_, i) =>
      print(prints - i, ts - Math.floor((i * NS_PER_SECOND) / 14)),
    ),
    pace: Array.from({ length: 60 }, (_, i) =>
      Math.round(14 + 9 * Math.sin((i + step / 30) / 6) + 6 * noise(i + Math.floor(step / 30), 2)),
    ),
    cvd: {
      ts: points.map((i) => OPEN + i * 2_200_000_000),
      cvd: points.map((i) => (i === 299 ? cvd : cvdAt(i))),
      price: points.map(
        (i) => (25_000 + Math.round(14 * Math.sin(i / 60) + 8 * Math.sin(i / 17))) * TICK,
      ),
      divergences: [{ from: 26, at: 118, ts: OPEN + 118 * 2_200_000_000, kind: 'bearish' }],
    },
    trades: Array.from({ length: 200 }, (_, i) =>
      print(prints - i, ts - Math.floor((i * NS_PER_SECOND) / 28)),
    ),
    footprint: fakeFootprint(step),
    profile: fakeProfile(),
    orders: ordersOf(situation),
    bracket:
      situation === 'long'
        ? { id: 'b1', state: 'OPEN', side: 'LONG' }
        : situation === 'working'
          ? { id: 'b1', state: 'WORKING', side: 'LONG' }
          : null,
    conditions: conditions(step),
  };
}

/** A decision of the log; `code` makes it one that was refused. */
export function fakeDecision(id: string, more: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    run: 'run-1',
    id,
    ts: '2025-10-15T13:41:02.000000000Z',
    effectTs: '2025-10-15T13:41:02.400000000Z',
    provider: 'grok',
    model: 'grok-4',
    asked: true,
    attempts: 1,
    latencyMs: 412,
    promptSha256: 'a'.repeat(64),
    requestSha256: 'b'.repeat(64),
    answerSha256: 'c'.repeat(64),
    tokens: { input: 2_140, cached: 1_800, output: 96, reasoning: 0 },
    costUsd: 0.0031,
    answer: {
      tool: 'enter_long',
      arguments: {
        limit_price: 250.11,
        stop_loss: 249.98,
        profit_target: 250.39,
        size: 100,
        conviction: 0.72,
        reasoning:
          'CVD rising with price above VWAP, bid wall at 250.03 holds and buyers lift the offer; stop below the wall.',
      },
    },
    tool: 'enter_long',
    code: null,
    figures: null,
    orders: [{ id: 'o1', role: 'ENTRY' }],
    conditions: null,
    ...more,
  };
}

/** A closed round trip with this net result. */
export function fakeTrade(netPl: number, more: Partial<RoundTrip> = {}): RoundTrip {
  return {
    side: 'long',
    quantity: 100,
    entryTs: '2025-10-15T13:36:10.000000000Z',
    entryPrice: '250.11',
    exitTs: '2025-10-15T13:38:44.000000000Z',
    exitPrice: '250.39',
    exitReason: netPl < 0 ? 'stop' : 'target',
    grossPl: netPl + 2,
    commission: 2,
    netPl,
    mae: -6,
    mfe: 31,
    ...more,
  };
}

/** What a morning has brought: decisions taken and refused, orders, fills, round trips, an alarm. */
export function fakeNotices(): EngineMessage[] {
  const drafts = [
    { type: 'alarm', level: 'info', text: 'session open', clock: '09:30:00' },
    { type: 'decision-made', decision: fakeDecision('d1'), clock: '09:36:08' },
    {
      type: 'order-event',
      orderId: 'o1',
      what: 'accepted',
      detail: 'buy 100 @ 250.11',
      clock: '09:36:08',
    },
    {
      type: 'order-filled',
      fill: {
        executionId: 'X1',
        orderId: 'o1',
        side: 'buy',
        price: 250_110_000_000,
        quantity: 100,
        ts: OPEN,
        sequence: 9,
        liquidity: 'maker',
      },
      role: 'ENTRY',
      clock: '09:36:10',
    },
    {
      type: 'order-filled',
      fill: {
        executionId: 'X2',
        orderId: 'o3',
        side: 'sell',
        price: 250_390_000_000,
        quantity: 100,
        ts: OPEN,
        sequence: 19,
        liquidity: 'maker',
      },
      role: 'TARGET',
      clock: '09:38:44',
    },
    { type: 'trade-closed', trade: fakeTrade(26), clock: '09:38:44' },
    {
      type: 'decision-made',
      decision: fakeDecision('d2', {
        tool: 'wait',
        code: 'STOP_DISTANCE',
        figures: { distance: 0.36, limit: 0.3 },
      }),
      clock: '09:39:31',
    },
    { type: 'trade-closed', trade: fakeTrade(-14.2, { side: 'short' }), clock: '09:40:02' },
    { type: 'decision-made', decision: fakeDecision('d3'), clock: '09:41:02' },
  ] as const;
  return drafts.map((draft, i) => ({ ...draft, sequence: i + 1 }));
}

/** The result of a finished run with an equity curve that has its ups and downs. */
export function fakeResult(): RunResult {
  const equity = Array.from({ length: 240 }, (_, i) => {
    const minutes = 13 * 60 + 30 + i;
    const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const value = 0.6 * i + 60 * Math.sin(i / 30) + 20 * Math.sin(i / 7);
    return { ts: `2025-10-15T${clock}:00.000000000Z`, equity: Number(value.toFixed(2)) };
  });
  return {
    run: {
      id: 'run-1',
      mode: 'backtest',
      symbol: 'TSLA',
      session: '2025-10-15',
      seed: 7,
      configSha256: 'a'.repeat(64),
      dataSha256: 'b'.repeat(64),
    },
    events: { count: 12_345_678, wallMs: 1_200, perSecond: 10_288_065 },
    decisions: {
      asked: 40,
      byTool: { enter_long: 4, wait: 36 },
      denied: { STOP_DISTANCE: 1 },
      costUsd: 0.12,
      tokens: { input: 90_000, cached: 70_000, output: 4_000, reasoning: 0 },
    },
    orders: [],
    trades: [fakeTrade(26), fakeTrade(-14.2, { side: 'short' }), fakeTrade(52.1), fakeTrade(41.7)],
    account: {
      startEquity: 25_000,
      endEquity: 25_105.6,
      position: 0,
      grossPl: 113.6,
      commission: 8,
      slippage: 1.2,
      unrealizedPl: 0,
      netPl: 105.6,
    },
    equity,
    spanNs: 6 * NS_PER_HOUR,
    warnings: [],
    halted: null,
    journalSha256: 'c'.repeat(64),
  };
}

export const FAKE_REPORT: readonly string[] = [
  'TSLA 2025-10-15 backtest',
  '',
  'net             +105.60',
  'trades                4',
  'winners           75.0%',
  'profit factor      8.44',
  'average win      +39.93',
  'average loss     -14.20',
  'max drawdown     -61.20',
];

/** An engine for front ends: sends frames by the clock it is given and answers commands as a real one would. */
export class FakeEngine {
  readonly received: EngineCommand[] = [];
  #listener: ((message: EngineMessage) => void) | null = null;
  #wish: FrameWish;
  #step = 0;
  #answers = 0;

  constructor(wish: FrameWish = {}) {
    this.#wish = wish;
  }

  readonly messages = (listener: (message: EngineMessage) => void): (() => void) => {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  };

  readonly send = (command: EngineCommand): void => {
    this.received.push(command);
    this.#answers++;
    const { text, ...wish } = this.#effectOf(command);
    this.#wish = { ...this.#wish, ...wish };
    this.emit({
      type: 'command-answered',
      id: this.#answers,
      accepted: text.startsWith('no ') === false,
      text,
    });
  };

  emit(message: EngineMessage): void {
    this.#listener?.(message);
  }

  /** Sends the next frame. */
  tick(): void {
    this.emit(fakeFrame(this.#step, this.#wish));
    if (this.#wish.paused !== true) this.#step++;
  }

  become(wish: FrameWish): void {
    this.#wish = { ...this.#wish, ...wish };
  }

  #effectOf(command: EngineCommand): FrameWish & { text: string } {
    switch (command.name) {
      case 'pause-replay':
        return { paused: true, text: 'replay paused' };
      case 'resume-replay':
        return { paused: false, text: 'replay resumed' };
      case 'set-speed':
        return { speed: command.speed, text: `speed ${command.speed}` };
      case 'pause-brain':
        return { brainPaused: true, text: 'brain paused' };
      case 'resume-brain':
        return { brainPaused: false, text: 'brain resumed' };
      case 'flatten-and-halt':
      case 'kill':
        return { situation: 'halted', text: 'halted' };
      case 'flatten': {
        const isFlat = this.#wish.situation !== 'long';
        return isFlat ? { text: 'no position' } : { situation: 'flat', text: 'flat' };
      }
      case 'enter-bracket':
        return this.#wish.situation === 'long'
          ? { text: 'no second bracket' }
          : { situation: 'working', text: `${command.side} sent` };
      case 'move-stop':
      case 'move-target':
      case 'stop-to-break-even':
      case 'reverse':
      case 'unlock-entry':
      case 'cancel-entries':
      case 'reset-halt':
      case 'step':
      case 'jump-to':
      case 'restart':
      case 'stop':
        return { text: `${command.name} done` };
    }
  }
}
