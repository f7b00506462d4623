/**
 * Figures of a finished run. A trade is a round trip; it wins when its net result, after commission, is above 0 and
 * loses when it is below. Money in dollars, ratios rounded to 4 decimals; what is undefined is `null`.
 */
export interface RunStats {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** Trades that neither won nor lost. */
  readonly scratches: number;
  readonly longs: number;
  readonly shorts: number;
  /** Wins as a share of all trades. */
  readonly winRate: number | null;
  /** What the wins made ÷ what the losses cost; `null` without a loss. */
  readonly profitFactor: number | null;
  readonly averageWin: number | null;
  /** Negative, as all losses here. */
  readonly averageLoss: number | null;
  /** Mean net result of a trade. */
  readonly expectancy: number | null;
  readonly largestWin: number | null;
  readonly largestLoss: number | null;
  readonly longestLosingStreak: number;
  /** Mean worst and best open result of the trades, before commission. */
  readonly averageMae: number | null;
  readonly averageMfe: number | null;
  readonly averageHoldSecs: number | null;
  readonly tradesPerHour: number | null;
  /** Largest fall of equity from an earlier peak, 0 or negative. */
  readonly maxDrawdown: number;
  /** From that peak until equity was back there, or the run's end; `null` without a fall. */
  readonly maxDrawdownSecs: number | null;
  /** Mean ÷ sample deviation of the trades' net results; not annualized. */
  readonly sharpePerTrade: number | null;
  /** Mean ÷ sample deviation of the change of equity from minute to minute; not annualized. */
  readonly sharpePerMinute: number | null;
  readonly grossPl: number;
  readonly commission: number;
  readonly slippage: number;
  readonly netPl: number;
  readonly unrealizedPl: number;
  /** Trades by the reason they ended, net result by reason. */
  readonly exitReasons: Readonly<
    Record<string, { readonly trades: number; readonly netPl: number }>
  >;
  /** Decisions and orders that were denied, by code. */
  readonly denied: Readonly<Record<string, number>>;
}
