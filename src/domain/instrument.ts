/** What is traded, with its grid and its money. */
export interface Instrument {
  readonly symbol: string;
  readonly kind: 'stock' | 'future';
  /** Which calendar its sessions follow. */
  readonly calendar: 'us-equities' | 'cme-globex';
  /** The smallest price step in 1e-9 units: 10,000,000 for a cent. */
  readonly tickNanos: number;
  /** Money per point and unit: 1 for a share, 50 for ES. */
  readonly multiplier: number;
  /** Commission in micros a contract and side; of futures only. */
  readonly commissionMicros?: number;
}
