import type { MoneyMicros } from '../domain/money.ts';
import type { DayNumber } from '../domain/time.ts';
import type { Halt } from './risk-context.ts';

/** A halt that no reset has lifted, with the journal entry that tells of it. */
export interface StandingHalt extends Halt {
  readonly run: string;
  readonly sequence: number;
}

/**
 * What a trading day has used up of its limits before a run begins: the sums of its earlier runs, as their journals tell
 * them. The gate and the account count on from here, so that a day is judged alike in however many runs it is traded.
 */
export interface CarriedDay {
  readonly date: DayNumber;
  /** The runs that it was read from, oldest first. */
  readonly runs: readonly string[];
  /** Oldest first. One for the daily loss is of this day; others last until somebody resets them, so may be older. */
  readonly halts: readonly StandingHalt[];
  /** Round trips opened. */
  readonly trades: number;
  /** Orders approved. */
  readonly orders: number;
  /** Realized result after commissions. */
  readonly resultMicros: MoneyMicros;
  /** The day's result that the loss limit counts from: 0, but after a reset of a halt for the daily loss. */
  readonly lossFromMicros: MoneyMicros;
}

/** The halt that counts: as in the gate the first, but one for the daily loss gives way to any that lasts. */
export function rulingHaltOf(halts: readonly StandingHalt[]): StandingHalt | undefined {
  return halts.find(({ code }) => code !== 'DAILY_LOSS') ?? halts[0];
}

/**
 * What a reset between runs does, `undefined` where nothing is halted: as in a running program it lifts the halt that counts.
 * One for the daily loss beneath another one stays until it is reset itself; then the loss limit counts anew.
 */
export function resetOf({ halts, resultMicros }: CarriedDay):
  | {
      readonly lifts: readonly { readonly run: string; readonly sequence: number }[];
      readonly lossFromMicros?: MoneyMicros;
    }
  | undefined {
  const ruling = rulingHaltOf(halts);
  if (ruling === undefined) return undefined;
  const isLoss = ruling.code === 'DAILY_LOSS';
  const lifts = halts
    .filter(({ code }) => isLoss || code !== 'DAILY_LOSS')
    .map(({ run, sequence }) => ({ run, sequence }));
  return isLoss ? { lifts, lossFromMicros: resultMicros } : { lifts };
}
