/** What one measurement of one row gave. */
export interface Sample {
  readonly events: number;
  readonly seconds: number;
  readonly peakRssMb: number;
  /** The longest pause of the garbage collector in any thread; 0 where there was none. */
  readonly gcLongestMs: number;
  /** What else the row has to tell, by name. */
  readonly figures: Readonly<Record<string, number>>;
}
