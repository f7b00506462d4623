import type { Instrument } from '../domain/instrument.ts';
import type { MoneyMicros } from '../domain/money.ts';
import type { DayNumber } from '../domain/time.ts';
import { Portfolio, type PortfolioState } from '../execution/portfolio.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { standingEntries } from '../journal/rewindable-journal.ts';
import type { CarriedDay, StandingHalt } from '../risk/carried-day.ts';
import { rebuildDesk } from './rebuild-desk.ts';

/** A journal of an earlier run, whether it came to its end or not. */
export interface EarlierRun {
  readonly id: string;
  /** A whole journal's, in order. */
  readonly entries: readonly JournalEntry[];
}

/** What one run has used up of the day. */
export interface RunShare {
  readonly run: string;
  readonly trades: number;
  readonly orders: number;
  readonly resultMicros: MoneyMicros;
  /** Signed; other than 0 where the run ended before it was flat. */
  readonly position: number;
}

/** What a day has used up in all, and the share of each run in it. */
export interface DaySoFar {
  readonly carried: CarriedDay;
  readonly shares: readonly RunShare[];
}

/**
 * Sums up the runs of one trading day. Round trips, result and commissions are those of the desk that the journal's facts
 * make, so a fill counts as soon as its report is in the journal, however the run ended.
 *
 * @param runs Oldest first, all of them of this day, instrument and mode.
 * @param before Halts that stood when the day's first run began.
 */
export function daySoFar(
  runs: readonly EarlierRun[],
  before: readonly StandingHalt[],
  day: { readonly date: DayNumber; readonly instrument: Instrument },
): DaySoFar {
  const shares: RunShare[] = [];
  let halts = before;
  let lossFromMicros = 0;
  for (const { id, entries } of runs) {
    const standing = standingEntries(entries);
    const { opened, realizedMicros, commissionMicros, position } = portfolioOf(standing, day);
    shares.push({
      run: id,
      trades: opened,
      orders: standing.filter(({ body }) => body.type === 'order-submitted').length,
      resultMicros: realizedMicros - commissionMicros,
      position,
    });
    ({ halts, lossFromMicros } = haltsAfter(id, standing, halts, lossFromMicros));
  }
  const carried: CarriedDay = {
    date: day.date,
    runs: runs.map(({ id }) => id),
    halts,
    trades: sumOf(shares, ({ trades }) => trades),
    orders: sumOf(shares, ({ orders }) => orders),
    resultMicros: sumOf(shares, ({ resultMicros }) => resultMicros),
    lossFromMicros,
  };
  return { carried, shares };
}

/** The halts that stood before a run, as its own journal tells them; `undefined` where it does not. */
export function haltsBefore({ entries: [first] }: EarlierRun): readonly StandingHalt[] | undefined {
  return first?.body.type === 'run-started' ? carriedOf(first.body.header)?.halts : undefined;
}

/** The member `carried` of a run's header: what the run counted on from. A run writes it and this reads it. */
export function carriedOf(header: Readonly<Record<string, unknown>>): CarriedDay | undefined {
  return header['carried'] as CarriedDay | undefined;
}

function portfolioOf(
  entries: readonly JournalEntry[],
  { date, instrument }: { readonly date: DayNumber; readonly instrument: Instrument },
): PortfolioState {
  const { multiplier } = instrument;
  return rebuildDesk(entries, new Portfolio(instrument, date), { idPrefix: '', multiplier }).ledger
    .portfolio;
}

/**
 * What stands after a run of what stood before it. Which halt a reset lifts is told by names and not by time: runs may
 * overlap, and a reset lifts only what whoever made it could see.
 */
function haltsAfter(
  run: string,
  entries: readonly JournalEntry[],
  before: readonly StandingHalt[],
  lossFromBefore: MoneyMicros,
): { readonly halts: readonly StandingHalt[]; readonly lossFromMicros: MoneyMicros } {
  let halts = before;
  let lossFromMicros = lossFromBefore;
  const known: { readonly run: string; readonly sequence: number }[] = [];
  for (const { sequence, body } of entries) {
    if (body.type === 'run-started') {
      known.push(...(carriedOf(body.header)?.halts ?? []));
    } else if (body.type === 'halted') {
      const halt = { run, sequence, code: body.code as StandingHalt['code'], reason: body.reason };
      halts = [...halts, halt];
      known.push(halt);
    } else if (body.type === 'halt-reset') {
      const lifted = body.lifts ?? known;
      const left = halts.filter((halt) => !lifted.some((each) => isSame(each, halt)));
      // a reset of what somebody else has reset gives no second allowance
      if (left.length < halts.length) lossFromMicros = body.lossFromMicros ?? lossFromMicros;
      halts = left;
    }
  }
  return { halts, lossFromMicros };
}

function isSame(
  one: { readonly run: string; readonly sequence: number },
  other: { readonly run: string; readonly sequence: number },
): boolean {
  return one.run === other.run && one.sequence === other.sequence;
}

function sumOf(shares: readonly RunShare[], figure: (share: RunShare) => number): number {
  return shares.reduce((sum, share) => sum + figure(share), 0);
}
