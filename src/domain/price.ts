/** A price in units of 1e-9 of the quote currency: exact in a double up to about 9 million. */
export type PriceNanos = number;

export const NANOS_PER_UNIT = 1_000_000_000;

/** Databento's mark for "no price" (int64 maximum), as the high and low 32-bit words of the record. */
export const UNDEFINED_PRICE_HIGH = 0x7fffffff;
export const UNDEFINED_PRICE_LOW = -1;

/** The price as a number in dollars or points: the double nearest to the exact decimal, so it prints as quoted. */
export function toPriceNumber(nanos: PriceNanos): number {
  return nanos / NANOS_PER_UNIT;
}

/** Writes the price as the shortest exact decimal, with at least `minDecimals` places: 577.635, 4810.25, 150.10. */
export function formatPrice(nanos: PriceNanos, minDecimals = 0): string {
  const sign = nanos < 0 ? '-' : '';
  const magnitude = Math.abs(nanos);
  const whole = Math.floor(magnitude / NANOS_PER_UNIT);
  let decimals = String(magnitude - whole * NANOS_PER_UNIT).padStart(9, '0');
  while (decimals.length > minDecimals && decimals.endsWith('0')) decimals = decimals.slice(0, -1);
  return decimals.length > 0 ? `${sign}${whole}.${decimals}` : `${sign}${whole}`;
}

/** Reads a plain decimal ("250.01"). Returns `undefined` for anything else, and beyond 9 places or 15 digits. */
export function parsePrice(text: string): PriceNanos | undefined {
  const match = /^(-?)(\d{1,7})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '0', decimals = ''] = match;
  const nanos = Number(whole) * NANOS_PER_UNIT + Number(decimals.padEnd(9, '0'));
  return sign === '-' ? -nanos : nanos;
}

/** The price as nanos when `value` dollars lies on the tick grid to within 1e-9 dollars, else `undefined`. */
export function nanosOnGrid(value: number, tickNanos: number): PriceNanos | undefined {
  const nanos = Math.round(value * NANOS_PER_UNIT);
  // what a double does not tell to 1e-9 is on no grid
  if (!Number.isSafeInteger(nanos)) return undefined;
  const onGrid = Math.round(nanos / tickNanos) * tickNanos;
  return Math.abs(nanos - onGrid) <= 1 ? onGrid : undefined;
}

/**
 * Rounds to 4 decimals, halves away from zero: the snapshot's rule for ratios, averages and percentages.
 * A half is what reads as one in decimal: 1.00005 becomes 1.0001 although the double lies a hair below.
 */
export function roundRatio(value: number): number {
  const magnitude = Math.abs(value);
  const scaled = magnitude * 10_000;
  // from here on the spacing of doubles is coarser than what is asked for
  if (!(scaled < 2 ** 52)) return value;
  const floor = Math.floor(scaled);
  const fraction = scaled - floor;
  // the product is off by half a unit in its last place at most, so only next to a half is the text needed
  const doubt = (scaled + 1) * Number.EPSILON;
  const isUp = Math.abs(fraction - 0.5) > doubt ? fraction > 0.5 : isFifthDecimalHigh(magnitude);
  const rounded = (isUp ? floor + 1 : floor) / 10_000;
  return value < 0 && rounded !== 0 ? -rounded : rounded;
}

function isFifthDecimalHigh(magnitude: number): boolean {
  const text = String(magnitude);
  const digit = text.charAt(text.indexOf('.') + 5);
  return text.includes('.') && digit >= '5';
}
