import type { Sign } from '../../domain/side.ts';
import { Histogram } from './histogram.ts';
import { SignMemory } from './sign-memory.ts';

export const SIGN_LAGS = [1, 5, 20, 50] as const;

/** Prints, the aggressive orders that made them, and their sides. */
export class TradeFlow {
  /** Shares of a print, and of all prints of one aggressor at one time stamp. */
  readonly printSizes = new Histogram();
  readonly aggressorSizes = new Histogram();
  /** Ticks that one aggressor went through, from 0. */
  readonly reach = new Histogram();
  readonly signs = new SignMemory(SIGN_LAGS);
  /** Prints without a resting order shown. */
  hidden = 0;
  hiddenVolume = 0;
  volume = 0;

  #print: { readonly size: number; isShown: boolean } | undefined;
  #orderTs = Number.NaN;
  #orderSign: Sign = 0;
  #orderSize = 0;
  #firstTick = 0;
  #lastTick = 0;

  onTrade(ts: number, tick: number, size: number, sign: Sign): void {
    this.#endPrint();
    this.#print = { size, isShown: false };
    this.printSizes.add(size);
    this.volume += size;
    if (sign === 0) return;
    if (ts !== this.#orderTs || sign !== this.#orderSign) {
      this.#endOrder();
      this.#orderTs = ts;
      this.#orderSign = sign;
      this.#firstTick = tick;
    }
    this.#orderSize += size;
    this.#lastTick = tick;
  }

  /** The last trade was against this order, or against one without a number: nobody saw it. */
  onFill(isNumbered: boolean): void {
    if (isNumbered && this.#print !== undefined) this.#print.isShown = true;
  }

  /** No more trades come. */
  end(): void {
    this.#endPrint();
    this.#endOrder();
  }

  #endPrint(): void {
    const print = this.#print;
    this.#print = undefined;
    if (print === undefined || print.isShown) return;
    this.hidden++;
    this.hiddenVolume += print.size;
  }

  #endOrder(): void {
    if (this.#orderSign === 0) return;
    this.aggressorSizes.add(this.#orderSize);
    this.reach.add(Math.abs(this.#lastTick - this.#firstTick));
    this.signs.add(this.#orderSign);
    this.#orderSign = 0;
    this.#orderSize = 0;
  }
}
