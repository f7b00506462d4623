/** Where a market's clock stood when the wall clock stood somewhere. Milliseconds since 1970. */
export interface ClockAnchor {
  readonly marketMs: number;
  readonly wallMs: number;
  /** Seconds of market time in a second; another one than 1 only of a market that is played. */
  readonly rate: number;
}

/**
 * The market's clock from here on, milliseconds since 1970: by the monotonic clock of this process, so that a wall clock that is set
 * meanwhile moves nothing.
 */
export function marketClockFrom({ marketMs, wallMs, rate }: ClockAnchor): () => number {
  const startMs = marketMs + (Date.now() - wallMs) * rate;
  const origin = performance.now();
  return () => startMs + (performance.now() - origin) * rate;
}

/** How far two clocks may differ and still be the same one, told in whole seconds over a wire. */
const SAME_CLOCK_MS = 2_000;

/**
 * The clock to go by where the broker's shows `second`: this machine's where the two agree as far as whole seconds tell, else the
 * broker's, which is the one that the exchange's hours are meant by.
 */
export function anchorOf(
  second: number,
  wallMs: number,
  rate: number,
): { readonly anchor: ClockAnchor; readonly differenceMs: number } {
  const marketMs = second * 1000 + 500;
  const differenceMs = wallMs - marketMs;
  const isSame = rate === 1 && Math.abs(differenceMs) <= SAME_CLOCK_MS;
  return {
    anchor: { marketMs: isSame ? wallMs : marketMs, wallMs, rate },
    differenceMs: isSame ? 0 : differenceMs,
  };
}
