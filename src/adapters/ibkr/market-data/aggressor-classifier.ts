/** By what a trade's aggressor was found: the quote that stood before, the trades before, or not at all. */
export type AggressorSource = 'quote' | 'tick' | 'none';

export interface Classified {
  readonly side: 'buy' | 'sell' | undefined;
  readonly source: AggressorSource;
}

const UNKNOWN: Classified = { side: undefined, source: 'none' };

/**
 * Works out who the aggressor of a trade was, which the broker does not tell: at the quote or beyond it, by the quote that stood
 * before; between bid and ask by the tick rule, the last trade at another price (Lee and Ready, "Inferring Trade Direction from
 * Intraday Data", 1991). Without a quote it says nothing.
 */
export class AggressorClassifier {
  #lastPrice = Number.NaN;
  /** The last change of price: 1 up, -1 down. */
  #lastMove = 0;
  /** How many trades were found by what. */
  readonly counts: Record<AggressorSource, number> = { quote: 0, tick: 0, none: 0 };

  classify(price: number, bid: number | undefined, ask: number | undefined): Classified {
    if (price !== this.#lastPrice && !Number.isNaN(this.#lastPrice))
      this.#lastMove = Math.sign(price - this.#lastPrice);
    this.#lastPrice = price;
    const found = this.#find(price, bid, ask);
    this.counts[found.source]++;
    return found;
  }

  /** Trades were missed: what the last one was tells nothing about the next. */
  forget(): void {
    this.#lastPrice = Number.NaN;
    this.#lastMove = 0;
  }

  #find(price: number, bid: number | undefined, ask: number | undefined): Classified {
    if (bid === undefined || ask === undefined || bid >= ask) return UNKNOWN;
    if (price >= ask) return { side: 'buy', source: 'quote' };
    if (price <= bid) return { side: 'sell', source: 'quote' };
    if (this.#lastMove === 0) return UNKNOWN;
    return { side: this.#lastMove > 0 ? 'buy' : 'sell', source: 'tick' };
  }
}
