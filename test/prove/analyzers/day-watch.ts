import type { MarketState } from '../../../src/domain/market-state.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../src/domain/time.ts';
import type { MarketStateView } from '../../../src/market/market-state-view.ts';
import type { PlantedEvent } from '../../../src/simulation/generated/plant.ts';
import type { LedgerFigures } from '../../../src/simulation/generated/trade-ledger.ts';
import { SPEC_ANALYZERS } from '../../support/analyzer-settings.ts';
import { engineRig, settingsWith } from '../../support/engine-rig.ts';
import { plainEvents } from '../../support/market-replay.ts';
import { referenceState } from '../../support/reference-state.ts';
import type { Violations } from '../proof.ts';
import { NaiveMarket } from './naive-market.ts';
import { CLOSE, DAY, OPEN, type PlantedDay, TICK_NANOS } from './planted-day.ts';
import type { Alarm } from './scores.ts';

/** As often as the brain is shown the market. */
const LOOK_NS = 200 * NS_PER_MS;
/** Every so many looks the rules are read independently, whatever the analyzers say. */
const CHECK_EVERY = 500;
/** Readings of the whole session's state a day: each goes through all trades. */
const WHOLE_CHECKS = 4;
/** An alarm of the same level within this time is the same one. */
const SAME_ALARM_NS = 31 * NS_PER_SECOND;
/** A spoof-like pull: so much added and pulled again at one level within the window, and nothing traded. */
const PULLED_SHARES = 1750;
/** A sweep: a large print of so many shares whose mean price is between two ticks, since it took several. */
const SWEPT_SHARES = 500;
const PULL_WINDOW_NS = 8 * NS_PER_SECOND;
const LADDER_ROWS = 64;

/** What the specification's rules about the last minute say; the rest is compared with the session's own. */
const RECENT_FIELDS = [
  'L2_IMBALANCE',
  'SPREAD',
  'DOM_WALLS',
  'BID_STACK',
  'ASK_STACK',
  'TAPE_VELOCITY',
  'TAPE_VELOCITY_TPS',
  'TAPE_SENTIMENT',
  'TAPE_DELTA_1S',
  'TAPE_DELTA_5S',
  'LARGE_PRINTS_1M',
  'FOOTPRINT_CURR_BAR',
  'ABSORPTION_DETECTED',
  'ABSORPTION_SIDE',
  'ABSORPTION_PRICE',
] as const satisfies readonly (keyof MarketState)[];

/** Everything that was reported on a day. */
export interface WatchedDay {
  readonly absorption: readonly Alarm[];
  readonly largePrints: readonly Alarm[];
  /** Those of them that took more than one price. */
  readonly sweeps: readonly Alarm[];
  readonly pulls: readonly Alarm[];
  readonly breakouts: readonly Alarm[];
  /** One a look at which CVD_TREND was not FLAT. */
  readonly trends: readonly Alarm[];
  /** Spans in which the engine held the venue for halted. */
  readonly halts: readonly { readonly from: number; readonly to: number }[];
  /** Independent readings of the rules, by analyzer: whether they held, and whether the analyzer agreed. */
  readonly rules: readonly { readonly analyzer: string; readonly isFound: boolean }[];
}

/** Plays a day through the real engine and through the naive reader side by side, and looks at both. */
export class DayWatch {
  readonly absorption: Alarm[] = [];
  readonly largePrints: Alarm[] = [];
  readonly sweeps: Alarm[] = [];
  readonly pulls: Alarm[] = [];
  readonly breakouts: Alarm[] = [];
  readonly trends: Alarm[] = [];
  readonly halts: { from: number; to: number }[] = [];
  readonly rules: { analyzer: string; isFound: boolean }[] = [];

  readonly #violations: Violations;
  readonly #rig = engineRig({
    settings: { ...settingsWith(), analyzers: SPEC_ANALYZERS },
    day: DAY,
    groupEnds: 'sequence',
  });
  readonly #naive = new NaiveMarket();
  readonly #seen = new Map<string, number>();
  readonly #ladder = new Float64Array(LADDER_ROWS * 4);
  #looks = 0;
  #wholeChecks = 0;
  #location: MarketState['HOD_LOD_LOC'] = null;
  #view: MarketStateView | undefined;

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  play({ batches, planted }: PlantedDay): WatchedDay {
    const moments = momentsOf(planted);
    const events = plainEvents(batches, DAY);
    let next = 0;
    for (const batch of batches) {
      let at = 0;
      while (at < batch.count) {
        const moment = moments[next] ?? Number.POSITIVE_INFINITY;
        const taken = this.#rig.engine.advance(batch, at, moment, batch.count);
        for (let n = at; n < taken; n += 1) this.#readNaively(events.next().value ?? undefined);
        at = taken;
        if (at === batch.count) break;
        this.#look(moment, planted);
        next += 1;
      }
    }
    return this;
  }

  #readNaively(event: Parameters<NaiveMarket['apply']>[0] | undefined): void {
    if (event !== undefined) this.#naive.apply(event);
  }

  #look(now: number, planted: readonly PlantedEvent[]): void {
    this.#view = this.#rig.analysis.view(now);
    this.#looks += 1;
    for (const event of planted) {
      if (event.before.ts === now) this.#checkBooks(`before the ${event.kind}`, event.before);
      if (event.after.ts === now) this.#checkEvent(event);
    }
    this.#lookForAbsorption(now);
    this.#lookForPrints(now);
    this.#lookForBreakout(now);
    this.#lookForPulls(now);
    this.#lookAtTrend(now);
    this.#lookAtStatus(now);
    if (this.#looks % CHECK_EVERY === 0) this.#checkRules(now);
  }

  get #state(): MarketStateView {
    if (this.#view === undefined) throw new Error('looked before there was a market');
    return this.#view;
  }

  // --- what the truth implies, exactly

  #checkEvent(event: PlantedEvent): void {
    const { kind, after, before, end } = event;
    this.#checkBooks(`after the ${kind}`, after);
    this.#checkRules(after.ts);
    const { LARGE_PRINTS_1M: prints } = this.#state;
    if (kind === 'sweep') {
      const [latest] = prints;
      this.#violations.expectEqual(
        'a sweep is the latest large print',
        latest && [latest.size, latest.side, latest.price],
        [event.volume, event.side, meanOf(event)],
      );
    }
    if (kind === 'spoof') this.#checkPull(event);
    if (kind === 'halt') {
      this.#violations.expectEqual(
        'an auction has volume but no side',
        [after.volume - before.volume, after.signedVolume - before.signedVolume],
        [event.volume, 0],
      );
      this.#violations.expectEqual(
        'LAST is the auction’s price',
        this.#state.LAST,
        event.price / 1e9,
      );
    }
    if (end > after.ts) this.#violations.note(`the ${kind} ends after its books`);
  }

  #checkPull({ side, price, start, volume }: PlantedEvent): void {
    const tick = price / TICK_NANOS;
    const sign = side === 'BUY' ? 1 : -1;
    const { book } = this.#rig;
    const { added, pulled } = this.#naive.changedSince(side === 'BUY' ? 'B' : 'A', tick, start - 1);
    this.#violations.expectEqual(
      'what was added to and pulled from a spoof’s level',
      [book.addedSince(sign, tick, start - 1), book.pulledSince(sign, tick, start - 1)],
      [added, pulled],
    );
    if (pulled < volume)
      this.#violations.note(`${volume} were pulled at ${price}, ${pulled} are seen`);
  }

  /** The session's figures against the exchange's own books. */
  #checkBooks(where: string, figures: LedgerFigures): void {
    const state = this.#state;
    const { volume, signedVolume, notional, high, low, busiestTicks } = figures;
    const { session } = this.#rig.analysis.metrics;
    const expect = (what: string, found: unknown, expected: unknown): void => {
      this.#violations.expectEqual(`${what} ${where}`, found, expected);
    };
    expect('CVD_SESSION', state.CVD_SESSION, signedVolume);
    expect('the session’s volume', session.volume, volume);
    expect('HOD', state.HOD, high === null ? null : high / 1e9);
    expect('LOD', state.LOD, low === null ? null : low / 1e9);
    expect('VWAP', state.VWAP, volume === 0 ? null : ratioOf(notional, BigInt(volume) * 10n ** 9n));
    const bar = state.FOOTPRINT_CURR_BAR;
    expect('footprint', [bar.volume, bar.delta], [figures.minuteVolume, figures.minuteDelta]);
    const poc = state.VP_POC;
    const isBusiest = busiestTicks.some((tick) => (tick * TICK_NANOS) / 1e9 === poc);
    if (volume > 0 && !isBusiest)
      this.#violations.note(`VP_POC ${poc} ${where} is not the busiest`);
  }

  // --- what the rules imply

  /** Reads the rules independently at this moment; any difference is a violation. Returns the reading. */
  #checkRules(now: number): ReturnType<typeof referenceState> {
    const naive = this.#naive;
    const reading = referenceState(naive.historyAt(now, false), now);
    const state = this.#state;
    for (const field of RECENT_FIELDS)
      this.#violations.expectEqual(`${field} at ${now}`, state[field], reading[field]);
    if (reading.ABSORPTION_DETECTED) {
      const isFound = state.ABSORPTION_PRICE === reading.ABSORPTION_PRICE;
      this.rules.push({ analyzer: 'absorption', isFound });
    }
    for (const { size } of reading.LARGE_PRINTS_1M) {
      const isFound = state.LARGE_PRINTS_1M.some((print) => print.size === size);
      this.rules.push({ analyzer: 'largePrints', isFound });
    }
    const broken = naive.breakoutAt(now);
    if (broken !== null)
      this.rules.push({ analyzer: 'breakouts', isFound: state.HOD_LOD_LOC === broken });
    this.#violations.expectEqual(`breakout at ${now}`, brokenOf(state.HOD_LOD_LOC), broken);
    const trend = naive.trendAt(now);
    if (trend !== 'FLAT')
      this.rules.push({ analyzer: 'trends', isFound: state.CVD_TREND === trend });
    this.#violations.expectEqual(`CVD_TREND at ${now}`, state.CVD_TREND, trend);
    if (this.#wholeChecks < WHOLE_CHECKS && this.#looks % 7 === 0) this.#checkWhole(now);
    return reading;
  }

  #checkWhole(now: number): void {
    this.#wholeChecks += 1;
    const reading = referenceState(this.#naive.historyAt(now, true), now);
    const state = this.#state;
    const recent: readonly string[] = RECENT_FIELDS;
    for (const [field, expected] of Object.entries(reading)) {
      if (recent.includes(field)) continue;
      const found = state[field as keyof typeof reading];
      this.#violations.expectEqual(`${field} at ${now}`, found, expected);
    }
  }

  // --- alarms

  /** True where the alarm is a new one. */
  #isNew(key: string, now: number): boolean {
    const before = this.#seen.get(key);
    this.#seen.set(key, now);
    return before === undefined || now - before > SAME_ALARM_NS;
  }

  #lookForAbsorption(now: number): void {
    const { ABSORPTION_SIDE: side, ABSORPTION_PRICE: price } = this.#state;
    if (side === null || price === null || !this.#isNew(`absorption ${side} ${price}`, now)) return;
    const reading = this.#checkRules(now);
    this.absorption.push({
      ts: now,
      side: side === 'BID' ? 'BUY' : 'SELL',
      price: Math.round(price * 1e9),
      size: null,
      isByRule: reading.ABSORPTION_SIDE === side && reading.ABSORPTION_PRICE === price,
    });
  }

  #lookForPrints(now: number): void {
    for (const { price, size, side, secs_ago: ago } of this.#state.LARGE_PRINTS_1M) {
      if (ago > 0) break;
      const key = `print ${side} ${price} ${size}`;
      const known = this.#seen.get(key);
      this.#seen.set(key, now);
      if (known !== undefined && now - known <= NS_PER_SECOND) continue;
      const reading = this.#checkRules(now);
      const alarm: Alarm = {
        ts: now,
        side,
        price: null,
        size,
        isByRule: reading.LARGE_PRINTS_1M.some(
          (print) => print.size === size && print.price === price && print.side === side,
        ),
      };
      this.largePrints.push(alarm);
      const isBetweenTicks = Math.round(price * 1e9) % TICK_NANOS !== 0;
      if (size >= SWEPT_SHARES && isBetweenTicks && side !== null) this.sweeps.push(alarm);
    }
  }

  #lookForBreakout(now: number): void {
    const location = this.#state.HOD_LOD_LOC;
    const before = this.#location;
    this.#location = location;
    const broken = brokenOf(location);
    if (broken === null || location === before) return;
    this.breakouts.push({
      ts: now,
      side: broken === 'BREAKOUT' ? 'BUY' : 'SELL',
      price: null,
      size: null,
      isByRule: this.#naive.breakoutAt(now) === broken,
    });
  }

  /** Levels at which much was shown and pulled again: what a ladder shows, as a rule. */
  #lookForPulls(now: number): void {
    const { book } = this.#rig;
    const since = now - PULL_WINDOW_NS;
    const low = Math.floor((book.bids.best + book.asks.best) / 2) - LADDER_ROWS / 2;
    const cells = this.#ladder;
    book.changes.collect(since, low, LADDER_ROWS, cells);
    for (let cell = 0; cell < cells.length; cell += 2) {
      const [added = 0, pulled = 0] = [cells[cell], cells[cell + 1]];
      if (added < PULLED_SHARES || pulled < PULLED_SHARES) continue;
      const tick = low + Math.floor(cell / 4);
      const isBid = cell % 4 === 0;
      if (!this.#isNew(`pull ${isBid} ${tick}`, now)) continue;
      const naive = this.#naive.changedSince(isBid ? 'B' : 'A', tick, since);
      this.pulls.push({
        ts: now,
        side: isBid ? 'BUY' : 'SELL',
        price: tick * TICK_NANOS,
        size: pulled,
        isByRule: this.#violations.expectEqual(
          `level ${tick}`,
          [added, pulled],
          [naive.added, naive.pulled],
        ),
      });
    }
  }

  #lookAtTrend(now: number): void {
    const trend = this.#state.CVD_TREND;
    if (trend === 'FLAT') return;
    this.trends.push({
      ts: now,
      side: trend === 'RISING' ? 'BUY' : 'SELL',
      price: null,
      size: null,
      isByRule: this.#naive.trendAt(now) === trend,
    });
  }

  #lookAtStatus(now: number): void {
    const { isVenueHalted } = this.#rig.engine;
    this.#violations.expectEqual(`halted at ${now}`, isVenueHalted, this.#naive.isHalted);
    if (!isVenueHalted) return;
    const last = this.halts.at(-1);
    if (last !== undefined && now - last.to <= LOOK_NS) last.to = now;
    else this.halts.push({ from: now, to: now });
  }
}

/** Every look, and the moments of the truth. */
function momentsOf(planted: readonly PlantedEvent[]): number[] {
  const moments = new Set<number>();
  for (let at = OPEN + LOOK_NS; at < CLOSE; at += LOOK_NS) moments.add(at);
  for (const { before, after } of planted) moments.add(before.ts).add(after.ts);
  return [...moments].toSorted((a, b) => a - b);
}

function brokenOf(location: MarketState['HOD_LOD_LOC']): 'BREAKOUT' | 'BREAKDOWN' | null {
  return location === 'BREAKOUT' || location === 'BREAKDOWN' ? location : null;
}

/** The volume-weighted price of an event's prints, in dollars to 4 decimals; exact where all are at one. */
function meanOf({ sizes, ticks, volume }: PlantedEvent): number {
  const total = sizes.reduce(
    (sum, size, n) => sum + BigInt(size) * BigInt((ticks[n] ?? 0) * TICK_NANOS),
    0n,
  );
  return ratioOf(total, BigInt(volume) * 10n ** 9n);
}

/** To 4 decimals, halves away from zero; both positive. */
function ratioOf(a: bigint, b: bigint): number {
  return Number((2n * 10_000n * a + b) / (2n * b)) / 10_000;
}
