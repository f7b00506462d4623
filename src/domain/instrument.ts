export const CALENDAR_NAMES = [
  'us-equities',
  'cme-globex',
  'cme-globex-energy-metals',
  'cme-globex-fx',
] as const;

/** What is traded, with its grid and its money. */
export interface Instrument {
  readonly symbol: string;
  readonly kind: 'stock' | 'future';
  /** Which calendar its sessions follow: a file of config/calendars. `cme-globex` is that of equity index futures. */
  readonly calendar: (typeof CALENDAR_NAMES)[number];
  /** The smallest price step in 1e-9 units: 10,000,000 for a cent. */
  readonly tickNanos: number;
  /** Money per point and unit: 1 for a share, 50 for ES. */
  readonly multiplier: number;
  /** Commission in micros a contract and side; of futures only. */
  readonly commissionMicros?: number;
}
