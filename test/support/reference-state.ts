import type { MarketState } from '../../src/domain/market-state.ts';

/**
 * The public specification "market state" as it reads: every question goes through all trades and all books from the
 * start, in whole numbers. Slow, and written without looking at src/market.
 */
export interface ReferenceTrade {
  readonly ts: number;
  readonly price: number;
  readonly size: number;
  readonly told: number;
  readonly isCross: boolean;
  readonly bid: number | null;
  readonly ask: number | null;
}

type Levels = readonly (readonly [tick: number, size: number])[];

/** The book at the end of a time stamp, each side best first. */
export interface ReferenceBook {
  readonly ts: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

export interface ReferenceHistory {
  readonly symbol: string;
  readonly tickNanos: number;
  readonly trades: ReferenceTrade[];
  readonly books: ReferenceBook[];
  /** Moments at which trading resumed. */
  readonly resumptions: number[];
  /** The trading day of a moment; of one without a session `open` and `close` are NaN. */
  dayAt(ts: number): ReferenceDay;
  /** Volumes of earlier sessions, oldest first, each up to the end of every minute after its open. */
  readonly sessions?: readonly (readonly number[])[];
}

export interface ReferenceDay {
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly close: number;
  /** Midnight of its date in New York. */
  readonly midnight: number;
  readonly isShort: boolean;
}

interface SidedTrade extends ReferenceTrade {
  readonly sign: number;
  readonly tick: number;
}

const SECOND = 1_000_000_000;
const MINUTE = 60 * SECOND;

export function referenceState(history: ReferenceHistory, now: number): MarketState {
  const { tickNanos } = history;
  const dollars = (nanos: number): number => Number(`${nanos}e-9`);
  const tickDollars = (tick: number | null): number | null =>
    tick === null ? null : dollars(tick * tickNanos);
  const trades = history.trades.filter((t) => t.ts <= now).map((t) => withSide(history, t));
  const within = (ns: number): SidedTrade[] => trades.filter((t) => t.ts > now - ns);
  const day = history.dayAt(now);
  const session = trades.filter((t) => t.ts >= day.start && t.ts >= day.open && t.ts < day.close);
  const book = history.books.filter((b) => b.ts <= now).at(-1) ?? { ts: 0, bids: [], asks: [] };
  const last = trades.at(-1)?.price ?? null;
  const five = within(5 * SECOND);
  const slope = cvdSlope(session, day, now);
  const poc = pocOf(session, tickNanos);
  const area = poc === null ? null : valueArea(session, poc);
  const high = session.length === 0 ? null : Math.max(...session.map((t) => t.price));
  const low = session.length === 0 ? null : Math.min(...session.map((t) => t.price));
  const absorption = absorptionAt(history, trades, now);
  return {
    TICKER: history.symbol,
    LAST: last === null ? null : dollars(last),
    VWAP: session.length === 0 ? null : meanOf(session),
    TIME_SESSION: timeSessionOf(day, now),
    L2_IMBALANCE:
      book.bids.length === 0 || book.asks.length === 0
        ? null
        : round4(BigInt(sum(book.bids.slice(0, 5))), BigInt(sum(book.asks.slice(0, 5)))),
    SPREAD:
      book.bids[0] === undefined || book.asks[0] === undefined
        ? null
        : dollars((book.asks[0][0] - book.bids[0][0]) * tickNanos),
    DOM_WALLS: wallsOf(book, (tick) => dollars(tick * tickNanos)),
    BID_STACK: book.bids
      .slice(0, 3)
      .map(([tick, size]) => [dollars(tick * tickNanos), size] as const),
    ASK_STACK: book.asks
      .slice(0, 3)
      .map(([tick, size]) => [dollars(tick * tickNanos), size] as const),
    TAPE_VELOCITY: five.length < 50 ? 'LOW' : five.length > 150 ? 'HIGH' : 'MEDIUM',
    TAPE_VELOCITY_TPS: five.length / 5,
    TAPE_SENTIMENT: sentimentOf(five),
    TAPE_DELTA_1S: deltaOf(within(SECOND)),
    TAPE_DELTA_5S: deltaOf(five),
    LARGE_PRINTS_1M: largePrints(within(MINUTE), now, dollars),
    FOOTPRINT_CURR_BAR: footprint(
      trades.filter((t) => t.ts >= Math.floor(now / MINUTE) * MINUTE),
      tickNanos,
      dollars,
    ),
    CVD_SESSION: deltaOf(session),
    CVD_TREND: slope === null ? 'FLAT' : trendOf(slope),
    CVD_SLOPE_5M: slope === null ? null : slopeValue(slope),
    VP_POC: tickDollars(poc),
    VP_VAH: tickDollars(area?.high ?? null),
    VP_VAL: tickDollars(area?.low ?? null),
    VP_DEVELOPING_POC: tickDollars(
      pocOf(
        session.filter((t) => t.ts > now - 15 * MINUTE),
        tickNanos,
      ),
    ),
    PRICE_VS_POC:
      last === null || poc === null
        ? null
        : Math.abs(last - poc * tickNanos) <= tickNanos
          ? 'AT_POC'
          : last > poc * tickNanos
            ? 'ABOVE'
            : 'BELOW',
    HOD: high === null ? null : dollars(high),
    LOD: low === null ? null : dollars(low),
    HOD_LOD_LOC: locationOf(trades, session, day, now),
    DISTANCE_TO_HOD_PCT:
      last === null || high === null ? null : round4(100n * BigInt(high - last), BigInt(last)),
    DISTANCE_TO_LOD_PCT:
      last === null || low === null ? null : round4(100n * BigInt(last - low), BigInt(last)),
    RVOL_DAY: relativeVolumeOf(history, day, volumeOf(session), now),
    ABSORPTION_DETECTED: absorption !== null,
    ABSORPTION_SIDE: absorption?.side ?? null,
    ABSORPTION_PRICE: tickDollars(absorption?.tick ?? null),
  };
}

/**
 * A state as it is compared: RVOL_DAY in a session's first instants is a number of thousands of millions, and there is
 * no fourth decimal in a double of that size; nine of its digits are.
 */
export function comparable(state: MarketState): MarketState {
  const { RVOL_DAY: volume } = state;
  return volume === null || volume < 1e6
    ? state
    : { ...state, RVOL_DAY: Number(volume.toPrecision(9)) };
}

/** The part of the day by New York's clock, from the table of the specification. */
function timeSessionOf(day: ReferenceDay, now: number): MarketState['TIME_SESSION'] {
  if (Number.isNaN(day.open)) return 'CLOSED';
  const minutes = (now - day.midnight) / MINUTE;
  if (minutes < 9 * 60 + 30) return 'PRE_MARKET';
  if (minutes < 10 * 60) return 'OPEN_DRIVE';
  if (minutes < 11 * 60 + 30) return 'MORNING';
  if (day.isShort) {
    if (minutes < 12 * 60 + 30) return 'MIDDAY';
    return minutes < 13 * 60 ? 'POWER_HOUR' : 'AFTER_HOURS';
  }
  if (minutes < 14 * 60) return 'MIDDAY';
  if (minutes < 15 * 60 + 30) return 'AFTERNOON';
  return minutes < 16 * 60 ? 'POWER_HOUR' : 'AFTER_HOURS';
}

/** Today's volume over the mean of at least 5 of the last 30 sessions at the same time, the minute in progress in proportion. */
function relativeVolumeOf(
  { sessions = [] }: ReferenceHistory,
  { open }: ReferenceDay,
  volume: number,
  now: number,
): number | null {
  const last = sessions.slice(-30);
  if (last.length < 5 || !(now >= open)) return null;
  // in volumes times nanoseconds of a minute
  let sum = 0n;
  for (const session of last) {
    const minute = Math.floor((now - open) / MINUTE);
    const end = BigInt(session[minute] ?? session.at(-1) ?? 0);
    const start = minute >= session.length ? end : BigInt(session[minute - 1] ?? 0);
    sum += start * BigInt(MINUTE) + (end - start) * BigInt(now - open - minute * MINUTE);
  }
  return sum === 0n ? null : round4(BigInt(volume) * BigInt(MINUTE) * BigInt(last.length), sum);
}

/** `a / b` to 4 decimals, halves away from zero. */
function round4(a: bigint, b: bigint): number {
  const isNegative = a < 0n !== b < 0n;
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const units = (2n * 10_000n * x + y) / (2n * y);
  const text = `${units / 10_000n}.${String(units % 10_000n).padStart(4, '0')}`;
  return isNegative && units !== 0n ? -Number(text) : Number(text);
}

function withSide(history: ReferenceHistory, trade: ReferenceTrade): SidedTrade {
  const tick = Number(floorDivide(BigInt(trade.price), BigInt(history.tickNanos)));
  return { ...trade, tick, sign: signOf(history, trade) };
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a < 0n && a % b !== 0n ? a / b - 1n : a / b;
}

function signOf(history: ReferenceHistory, trade: ReferenceTrade): number {
  if (trade.isCross) return 0;
  if (trade.told !== 0) return trade.told;
  const { open, close } = history.dayAt(trade.ts);
  for (const moment of [open, close, ...history.resumptions]) {
    if (moment <= trade.ts && moment > trade.ts - 5 * SECOND) return 0;
  }
  if (trade.bid === null || trade.ask === null || trade.bid >= trade.ask) return 0;
  const toBid = Math.abs(trade.price - trade.bid * history.tickNanos);
  const toAsk = Math.abs(trade.ask * history.tickNanos - trade.price);
  return toAsk < toBid ? 1 : toBid < toAsk ? -1 : 0;
}

function sum(levels: Levels): number {
  return levels.reduce((total, [, size]) => total + size, 0);
}

function deltaOf(trades: readonly SidedTrade[]): number {
  return trades.reduce((total, t) => total + t.sign * t.size, 0);
}

function volumeOf(trades: readonly SidedTrade[]): number {
  return trades.reduce((total, t) => total + t.size, 0);
}

function productOf(trades: readonly SidedTrade[]): bigint {
  return trades.reduce((total, t) => total + BigInt(t.price) * BigInt(t.size), 0n);
}

function meanOf(trades: readonly SidedTrade[]): number {
  return round4(productOf(trades), BigInt(volumeOf(trades)) * 1_000_000_000n);
}

function wallsOf(book: ReferenceBook, price: (tick: number) => number): MarketState['DOM_WALLS'] {
  const found = (['BID', 'ASK'] as const).flatMap((side) => {
    const best = (side === 'BID' ? book.bids : book.asks).slice(0, 20);
    return best.flatMap(([tick, size], i) => {
      const others = best.filter((_, j) => j !== i);
      if (others.length === 0) return [];
      // against the mean of the others, in whole numbers
      const [own, all] = [size * others.length, sum(others)];
      if (size <= 300 || own <= 3 * all) return [];
      const tier = own > 5 * all ? ('MAJOR' as const) : ('MINOR' as const);
      return [
        {
          away: Math.abs(tick - (best[0]?.[0] ?? 0)),
          wall: { side, price: price(tick), size, tier },
        },
      ];
    });
  });
  return found
    .toSorted(
      (a, b) =>
        a.away - b.away || (a.wall.side === b.wall.side ? 0 : a.wall.side === 'BID' ? -1 : 1),
    )
    .map(({ wall }) => wall);
}

function sentimentOf(trades: readonly SidedTrade[]): MarketState['TAPE_SENTIMENT'] {
  const classified = trades.filter((t) => t.sign !== 0);
  const bought = volumeOf(classified.filter((t) => t.sign > 0));
  const all = volumeOf(classified);
  if (classified.length < 5) return 'NEUTRAL';
  if (bought * 100 >= all * 65) return 'AGGRESSIVE_BUYING';
  return bought * 100 <= all * 35 ? 'AGGRESSIVE_SELLING' : 'NEUTRAL';
}

function largePrints(
  trades: readonly SidedTrade[],
  now: number,
  dollars: (nanos: number) => number,
): MarketState['LARGE_PRINTS_1M'] {
  const groups = Map.groupBy(trades, (t) => `${t.ts}/${t.sign}`);
  return [...groups.values()]
    .filter((group) => volumeOf(group) > 300)
    .reverse()
    .slice(0, 10)
    .map((group) => {
      const [first] = group;
      if (first === undefined) throw new Error('a group has a trade');
      const isOnePrice = group.every((t) => t.price === first.price);
      return {
        price: isOnePrice ? dollars(first.price) : meanOf(group),
        size: volumeOf(group),
        side: first.sign === 0 ? null : first.sign > 0 ? 'BUY' : 'SELL',
        secs_ago: Math.floor((now - first.ts) / SECOND),
      };
    });
}

function footprint(
  bar: readonly SidedTrade[],
  tickNanos: number,
  dollars: (nanos: number) => number,
): MarketState['FOOTPRINT_CURR_BAR'] {
  const [first] = bar;
  const final = bar.at(-1);
  const empty = {
    open: null,
    high: null,
    low: null,
    close: null,
    delta: 0,
    volume: 0,
    delta_pct: null,
    poc: null,
  };
  if (first === undefined || final === undefined) return { ...empty, imbalances: [] };
  const rows = [...Map.groupBy(bar, (t) => t.tick)].map(([tick, group]) => ({
    tick,
    volume: volumeOf(group),
    sold: volumeOf(group.filter((t) => t.sign < 0)),
    bought: volumeOf(group.filter((t) => t.sign > 0)),
  }));
  const away = (tick: number): number => Math.abs(tick * tickNanos - final.price);
  const poc = rows.toSorted(
    (a, b) => b.volume - a.volume || away(a.tick) - away(b.tick) || a.tick - b.tick,
  )[0];
  const imbalances = rows
    .map((row) => ({
      ...row,
      larger: Math.max(row.sold, row.bought),
      smaller: Math.min(row.sold, row.bought),
    }))
    .filter((row) => row.larger >= 50 && row.larger > 3 * row.smaller)
    .toSorted((a, b) => {
      const left = a.larger * Math.max(b.smaller, 1);
      const right = b.larger * Math.max(a.smaller, 1);
      return right - left || b.tick - a.tick;
    })
    .slice(0, 5)
    .map((row) => ({
      price: dollars(row.tick * tickNanos),
      bid_vol: row.sold,
      ask_vol: row.bought,
      ratio: round4(BigInt(row.larger), BigInt(Math.max(row.smaller, 1))),
    }));
  return {
    open: dollars(first.price),
    high: dollars(Math.max(...bar.map((t) => t.price))),
    low: dollars(Math.min(...bar.map((t) => t.price))),
    close: dollars(final.price),
    delta: deltaOf(bar),
    volume: volumeOf(bar),
    delta_pct: round4(100n * BigInt(deltaOf(bar)), BigInt(volumeOf(bar))),
    poc: dollars((poc?.tick ?? 0) * tickNanos),
    imbalances,
  };
}

/** The slope over the mean volume as a fraction. */
function cvdSlope(
  session: readonly SidedTrade[],
  day: { readonly open: number; readonly close: number },
  now: number,
): { readonly a: bigint; readonly b: bigint } | null {
  const starts: number[] = [];
  for (let start = day.open; start <= now && start < day.close; start += MINUTE) starts.push(start);
  if (starts.length < 2) return null;
  const five = starts.slice(-5).map((start) => ({
    close: deltaOf(session.filter((t) => t.ts < start + MINUTE)),
    volume: volumeOf(session.filter((t) => t.ts >= start && t.ts < start + MINUTE)),
  }));
  const n = BigInt(five.length);
  const volume = five.reduce((total, bar) => total + BigInt(bar.volume), 0n);
  if (volume === 0n) return null;
  let sx = 0n;
  let sy = 0n;
  let sxx = 0n;
  let sxy = 0n;
  for (const [i, bar] of five.entries()) {
    const x = BigInt(i);
    const y = BigInt(bar.close);
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  return { a: (n * sxy - sx * sy) * n, b: (n * sxx - sx * sx) * volume };
}

function trendOf({ a, b }: { readonly a: bigint; readonly b: bigint }): MarketState['CVD_TREND'] {
  if (a * 100n > 15n * b) return 'RISING';
  return a * 100n < -15n * b ? 'FALLING' : 'FLAT';
}

function slopeValue({ a, b }: { readonly a: bigint; readonly b: bigint }): number {
  return Math.max(-1, Math.min(1, round4(a, b)));
}

function pocOf(trades: readonly SidedTrade[], tickNanos: number): number | null {
  if (trades.length === 0) return null;
  const rows = [...Map.groupBy(trades, (t) => t.tick)].map(
    ([tick, group]) => [tick, volumeOf(group)] as const,
  );
  const most = Math.max(...rows.map(([, volume]) => volume));
  const product = productOf(trades);
  const volume = BigInt(volumeOf(trades));
  const away = (tick: number): bigint => {
    const difference = BigInt(tick) * BigInt(tickNanos) * volume - product;
    return difference < 0n ? -difference : difference;
  };
  const ties = rows.filter(([, v]) => v === most).map(([tick]) => tick);
  ties.sort((x, y) => (away(x) === away(y) ? x - y : away(x) < away(y) ? -1 : 1));
  return ties[0] ?? null;
}

function valueArea(session: readonly SidedTrade[], poc: number): { high: number; low: number } {
  const rows = Map.groupBy(session, (t) => t.tick);
  const at = (tick: number): number => volumeOf(rows.get(tick) ?? []);
  const all = volumeOf(session);
  let top = poc;
  let bottom = poc;
  let inside = at(poc);
  while (inside * 10 < all * 7) {
    const above = at(top + 1) + at(top + 2);
    const below = at(bottom - 1) + at(bottom - 2);
    if (above >= below) {
      top += 2;
      inside += above;
    }
    if (below >= above) {
      bottom -= 2;
      inside += below;
    }
  }
  const traded = session.map((t) => t.tick).filter((tick) => tick >= bottom && tick <= top);
  return { high: Math.max(...traded), low: Math.min(...traded) };
}

function locationOf(
  trades: readonly SidedTrade[],
  session: readonly SidedTrade[],
  day: ReferenceDay,
  now: number,
): MarketState['HOD_LOD_LOC'] {
  const last = trades.at(-1)?.price;
  if (last === undefined || session.length === 0) return null;
  const today = trades.filter((t) => t.ts >= day.start);
  for (const sign of [1, -1]) {
    for (const [i, trade] of today.entries()) {
      if (trade.ts <= now - 5 * SECOND) continue;
      const before = today.slice(0, i).filter((t) => t.ts >= day.open && t.ts < day.close);
      if (before.length === 0) continue;
      const extreme = Math.max(...before.map((t) => sign * t.price));
      const since = before.find((t) => sign * t.price === extreme)?.ts ?? 0;
      const went = sign * trade.price > extreme && trade.ts - since >= MINUTE;
      if (went && sign * last > extreme) return sign > 0 ? 'BREAKOUT' : 'BREAKDOWN';
    }
  }
  const toHigh = Math.max(...session.map((t) => t.price)) - last;
  const toLow = last - Math.min(...session.map((t) => t.price));
  const isHigh = toHigh <= toLow;
  const distance = Math.min(toHigh, toLow);
  if (distance * 10_000 <= last * 15) return isHigh ? 'TESTING_HOD' : 'TESTING_LOD';
  if (distance * 1_000 <= last * 4) return isHigh ? 'NEAR_HOD' : 'NEAR_LOD';
  return 'MID_RANGE';
}

function absorptionAt(
  history: ReferenceHistory,
  trades: readonly SidedTrade[],
  now: number,
): { side: 'BID' | 'ASK'; tick: number } | null {
  interface Found {
    readonly side: 1 | -1;
    readonly tick: number;
    readonly found: number;
    readonly print: number;
  }
  let lasting: Found[] = [];
  for (const book of history.books.filter((b) => b.ts <= now)) {
    const ts = book.ts;
    const here = trades.filter((t) => t.ts === ts);
    const upTo = trades.filter((t) => t.ts <= ts);
    lasting = lasting.filter(({ side, tick, found }) => {
      const limit = 2 * toleranceOf(tick);
      const best = (side > 0 ? book.bids : book.asks)[0]?.[0];
      if (best === undefined || ts >= found + 30 * SECOND || side * (tick - best) >= limit)
        return false;
      return here.every((t) => side * (tick - t.tick) < limit);
    });
    for (const trade of here) {
      if (trade.sign === 0) continue;
      const side = trade.sign > 0 ? -1 : 1;
      if (!isAbsorbed(history, upTo, book, side, trade.tick)) continue;
      lasting = lasting.filter((entry) => entry.side !== side || entry.tick !== trade.tick);
      lasting.push({ side, tick: trade.tick, found: ts, print: trades.indexOf(trade) });
    }
  }
  const live = lasting
    .filter(({ found }) => now < found + 30 * SECOND)
    .toSorted((a, b) => b.print - a.print)[0];
  return live === undefined ? null : { side: live.side > 0 ? 'BID' : 'ASK', tick: live.tick };
}

function toleranceOf(tick: number): number {
  return Math.max(1, Math.floor((tick * 2) / 10_000));
}

function isAbsorbed(
  history: ReferenceHistory,
  upTo: readonly SidedTrade[],
  book: ReferenceBook,
  side: 1 | -1,
  tick: number,
): boolean {
  const { ts } = book;
  const recent = upTo.filter((t) => t.ts > ts - 10 * SECOND);
  const hits = recent.filter((t) => t.sign === -side);
  const atTick = hits.filter((t) => t.tick === tick);
  const first = atTick[0];
  const volume = volumeOf(atTick);
  if (first === undefined || first.ts > ts - SECOND) return false;
  if (volume < 1000 || volume * 2 < volumeOf(hits)) return false;
  const levels = side > 0 ? book.bids : book.asks;
  const best = levels[0]?.[0];
  if (best === undefined) return false;
  const top = levels.slice(0, 5);
  if (volume * top.length < 5 * sum(top)) return false;
  const earlier = history.books.filter((b) => b.ts <= ts - 10 * SECOND).at(-1);
  const shown = (b: ReferenceBook | undefined): number =>
    (side > 0 ? b?.bids : b?.asks)?.find(([t]) => t === tick)?.[1] ?? 0;
  if (2 * (shown(earlier) - shown(book)) > volume) return false;
  const tolerance = toleranceOf(tick);
  if (side * (tick - best) > tolerance) return false;
  return upTo.filter((t) => t.ts >= first.ts).every((t) => side * (tick - t.tick) <= tolerance);
}
