import type { SessionTime } from '../domain/time.ts';

/** Price went further than at its last turn and the cumulative delta did not go with it. */
export interface Divergence {
  /** Where in the series the two turns are. */
  readonly from: number;
  readonly at: number;
  readonly ts: SessionTime;
  /** `bearish`: a higher high of the price with a lower delta; `bullish`: a lower low with a higher one. */
  readonly kind: 'bearish' | 'bullish';
}

interface Series {
  readonly ts: readonly number[];
  readonly cvd: readonly number[];
  readonly price: readonly number[];
}

/** A turn is the extreme of so many points on either side, which a later point can confirm only. */
const REACH = 5;

/** Points that no other one within reach goes beyond; of a flat top the first. */
function turnsOf(price: readonly number[], sign: 1 | -1): number[] {
  const turns: number[] = [];
  for (let i = REACH; i < price.length - REACH; i++) {
    const here = (price[i] ?? 0) * sign;
    let isTurn = true;
    for (let k = 1; k <= REACH && isTurn; k++)
      isTurn = here > (price[i - k] ?? 0) * sign && here >= (price[i + k] ?? 0) * sign;
    if (isTurn) turns.push(i);
  }
  return turns;
}

/**
 * The regular divergences between price and cumulative delta, oldest first: two turns of the price that follow each other, the
 * second one further, with the delta less far.
 */
export function divergencesOf({ ts, cvd, price }: Series): Divergence[] {
  const found: Divergence[] = [];
  for (const [sign, kind] of [
    [1, 'bearish'],
    [-1, 'bullish'],
  ] as const) {
    const turns = turnsOf(price, sign);
    for (const [i, at] of turns.entries()) {
      const from = turns[i - 1];
      if (from === undefined) continue;
      const further = ((price[at] ?? 0) - (price[from] ?? 0)) * sign > 0;
      const lagging = ((cvd[at] ?? 0) - (cvd[from] ?? 0)) * sign < 0;
      if (further && lagging) found.push({ from, at, ts: ts[at] ?? 0, kind });
    }
  }
  return found.sort((a, b) => a.at - b.at);
}
