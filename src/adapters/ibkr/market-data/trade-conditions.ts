/**
 * Conditions under which a trade is no trade of this moment at the market's price: settled otherwise (C, N, R), at a price of another time or
 * of no time (B, W: average; G: bunched and sold; H: away from the market; L: reported late; P: of a prior reference; U, Z, 3: out of
 * sequence; 4: derived; V, 7: contingent on something else), or no trade at all but a price that is told again (M, Q, 9).
 *
 * Odd lots (I) are trades like any other: every other feed of the program counts them, too.
 *
 * @see https://www.interactivebrokers.com/en/index.php?f=7235 read 2026-11-24, codes of both tapes
 */
const OUTSIDE_THE_MARKET = 'CNRBWGHLPUZ34V7MQ9';

/** Why a trade with such conditions counts for nothing here; `undefined` of one that counts. `conditions` as the broker tells them. */
export function whyNotCounted(conditions: string): string | undefined {
  for (const code of conditions.replaceAll(/[\s;,]/g, ''))
    if (OUTSIDE_THE_MARKET.includes(code)) return `trade-condition-${code}`;
  return undefined;
}
