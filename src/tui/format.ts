/** Numbers as traders write them. Every function is fixed in its locale, so that a column never changes its width by one. */

const MINUS = '-';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1,234`. */
export function formatInteger(value: number): string {
  const rounded = Math.round(value);
  return `${rounded < 0 ? MINUS : ''}${grouped(String(Math.abs(rounded)))}`;
}

/** `+1,234`, `-1,234`, `0`. */
export function formatSigned(value: number): string {
  return value > 0 && Math.round(value) !== 0 ? `+${formatInteger(value)}` : formatInteger(value);
}

/** At most `width` characters: `950`, `1,234`, `12.5k`, `3.4M`; the next larger unit where it would not fit. */
export function formatCompact(value: number, width = 5): string {
  const exact = formatInteger(value);
  if (exact.length <= width) return exact;
  const magnitude = Math.abs(value);
  const sign = value < 0 ? MINUS : '';
  for (const [unit, letter] of UNITS) {
    if (magnitude < unit * 0.95) continue;
    const scaled = magnitude / unit;
    for (const decimals of [1, 0]) {
      const text = `${sign}${scaled.toFixed(decimals)}${letter}`;
      if (text.length <= width && Number(text.slice(0, -1)) < 1000) return text;
    }
  }
  return exact.slice(0, width);
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e3, 'k'],
  [1e6, 'M'],
  [1e9, 'B'],
];

/** `+12.5k`. */
export function formatSignedCompact(value: number, width = 6): string {
  return value > 0 ? `+${formatCompact(value, width - 1)}` : formatCompact(value, width);
}

/** Places that a price of this grid has: 2 for cents and for quarters. */
export function decimalsOf(tickNanos: number): number {
  let step = Math.abs(Math.round(tickNanos));
  let decimals = 9;
  while (decimals > 0 && step % 10 === 0) {
    step /= 10;
    decimals--;
  }
  return Math.max(2, decimals);
}

/** Dollars with at least `decimals` places and, off the grid, with two more at most. */
export function formatDollars(value: number, decimals: number): string {
  const wide = value.toFixed(decimals + 2);
  return wide.endsWith('00') ? wide.slice(0, -2) : wide.replace(/0$/, '');
}

/** A price, or what stands for one that is not known. */
export function formatPriceOr(value: number | null, decimals: number, unknown: string): string {
  return value === null ? unknown : formatDollars(value, decimals);
}

/** `+12.50`, `-1,204.00`: money with its sign. */
export function formatMoney(value: number): string {
  const cents = Math.round(Math.abs(value) * 100);
  const sign = cents === 0 ? '' : value < 0 ? MINUS : '+';
  return `${sign}${grouped(String(Math.floor(cents / 100)))}.${String(cents % 100).padStart(2, '0')}`;
}

/** `$25,000.00`, without a sign where it is positive. */
export function formatCash(value: number): string {
  const text = formatMoney(value);
  return text.startsWith(MINUS) ? `${MINUS}$${text.slice(1)}` : `$${text.replace('+', '')}`;
}

/** `850 ms`, `1.2 s`, `3 min`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Names of the protocol as words: `AGGRESSIVE_BUYING` to `aggressive buying`. */
export function formatWords(name: string): string {
  return name.toLowerCase().replaceAll('_', ' ');
}

/** A span of market time in three cells or less, `35s`, `12m`, `3h`; `unknown` stands for one that cannot be told. */
export function formatWait(ms: number | null, unknown: string): string {
  if (ms === null) return unknown;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 100) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes}m` : `${Math.min(99, Math.round(minutes / 60))}h`;
}
