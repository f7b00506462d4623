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

/** What market data say themselves of the instrument that they are of: its venue's definition. */
export interface InstrumentDefinition {
  /** Name of the file that it stands in. */
  readonly origin: string;
  /** The smallest price step in 1e-9 units; `undefined` where the venue tells none, as Nasdaq does. */
  readonly tickNanos: number | undefined;
  /** Money per point and unit; `undefined` where the definition tells none that can be relied on. */
  readonly multiplier: number | undefined;
}
