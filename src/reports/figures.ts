/** What stands where a figure is undefined. */
export const UNKNOWN = '–';

/** Dollars with sign and thousands: +1,234.50, -0.25. Zero has no sign. */
export function formatMoney(dollars: number | null): string {
  if (dollars === null) return UNKNOWN;
  const cents = Math.round(Math.abs(dollars) * 100);
  if (cents === 0) return '0.00';
  const whole = formatCount(Math.floor(cents / 100));
  return `${dollars < 0 ? '-' : '+'}${whole}.${String(cents % 100).padStart(2, '0')}`;
}

/** A whole number with thousands: 1,234,567. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function formatRatio(value: number | null, decimals = 2): string {
  return value === null ? UNKNOWN : value.toFixed(decimals);
}

export function formatPercent(share: number | null): string {
  return share === null ? UNKNOWN : `${(share * 100).toFixed(1)} %`;
}

/** A length of time: 45 s, 3 min 05 s, 1 h 02 min. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
