import type { Instrument } from '../../domain/instrument.ts';
import { MICROS_PER_UNIT, type MoneyMicros } from '../../domain/money.ts';
import type { ExecutionSettings } from '../../domain/settings.ts';
import { type DayNumber, dayOf } from '../../domain/time.ts';

/** Regulatory fees on sales of US stocks, from a day on. */
interface SellFees {
  readonly from: DayNumber;
  /** SEC section 31, dollars a million of value. */
  readonly secPerMillion: number;
  /** FINRA trading activity fee, micros a share, and its most a trade. */
  readonly tafMicrosPerShare: number;
  readonly tafMaxMicros: number;
}

/**
 * Rates by date, newest first; days before the first entry pay its rates. Sources: SEC fee rate advisory for 2026
 * ($20.60 from 2026-04-04), FINRA schedule A for 2026 and 2027.
 */
const SELL_FEES: readonly SellFees[] = [
  {
    from: dayOf(2027, 1, 1),
    secPerMillion: 20.6,
    tafMicrosPerShare: 232,
    tafMaxMicros: 11_610_000,
  },
  { from: dayOf(2026, 4, 4), secPerMillion: 20.6, tafMicrosPerShare: 195, tafMaxMicros: 9_790_000 },
];

/** IBKR's US stock plans (interactivebrokers.com, commissions): dollars a share, least an order, most in percent of value. */
const PLANS = {
  'ibkr-fixed': { perShareMicros: 5000, leastMicros: 1_000_000, mostShare: 0.01 },
  'ibkr-tiered': { perShareMicros: 3500, leastMicros: 350_000, mostShare: 0.01 },
} as const;

/**
 * What an order has cost in all after `filled` units worth `valueMicros`, in whole micros.
 * A part fill pays the difference to what the order paid before.
 */
export function commissionOf(
  plan: ExecutionSettings['commission'],
  instrument: Instrument,
  sign: 1 | -1,
  filled: number,
  valueMicros: MoneyMicros,
  day: DayNumber,
): MoneyMicros {
  if (plan === 'none' || filled === 0) return 0;
  if (instrument.kind === 'future') return (instrument.commissionMicros ?? 0) * filled;
  const rates = PLANS[plan];
  const byShare = Math.max(rates.leastMicros, rates.perShareMicros * filled);
  const commission = Math.min(byShare, Math.round(valueMicros * rates.mostShare));
  return sign === -1 ? commission + sellFeesOf(filled, valueMicros, day) : commission;
}

function sellFeesOf(shares: number, valueMicros: MoneyMicros, day: DayNumber): MoneyMicros {
  const fees = SELL_FEES.find((entry) => entry.from <= day) ?? SELL_FEES.at(-1);
  if (fees === undefined) return 0;
  const sec = Math.round((valueMicros / MICROS_PER_UNIT) * fees.secPerMillion);
  return sec + Math.min(fees.tafMaxMicros, fees.tafMicrosPerShare * shares);
}
