/** Names of the numbers and letters that records carry: databento/dbn 0.54.0, rust/dbn/src/enums.rs, 2026-11. */

const INSTRUMENT_CLASSES: Readonly<Record<string, string>> = {
  B: 'bond',
  C: 'call',
  F: 'future',
  K: 'stock',
  M: 'mixed-spread',
  P: 'put',
  S: 'future-spread',
  T: 'option-spread',
  X: 'fx-spot',
  Y: 'commodity-spot',
};

const STATUS_ACTIONS: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'pre-open',
  2: 'pre-cross',
  3: 'quoting',
  4: 'cross',
  5: 'rotation',
  6: 'new-price-indication',
  7: 'trading',
  8: 'halt',
  9: 'pause',
  10: 'suspend',
  11: 'pre-close',
  12: 'close',
  13: 'post-close',
  14: 'short-sale-restriction-change',
  15: 'not-available-for-trading',
};

const STATUS_REASONS: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'scheduled',
  2: 'surveillance-intervention',
  3: 'market-event',
  4: 'instrument-activation',
  5: 'instrument-expiration',
  6: 'recovery-in-process',
  10: 'regulatory',
  11: 'administrative',
  12: 'non-compliance',
  13: 'filings-not-current',
  14: 'sec-trading-suspension',
  15: 'new-issue',
  16: 'issue-available',
  17: 'issues-reviewed',
  18: 'filing-requirements-satisfied',
  30: 'news-pending',
  31: 'news-released',
  32: 'news-and-resumption-times',
  33: 'news-not-forthcoming',
  40: 'order-imbalance',
  50: 'limit-up-limit-down-pause',
  60: 'operational',
  70: 'additional-information-requested',
  80: 'merger-effective',
  90: 'etf',
  100: 'corporate-action',
  110: 'new-security-offering',
  120: 'market-wide-halt-level-1',
  121: 'market-wide-halt-level-2',
  122: 'market-wide-halt-level-3',
  123: 'market-wide-halt-carryover',
  124: 'market-wide-halt-resumption',
  130: 'quotation-not-available',
};

const STATISTIC_TYPES: Readonly<Record<number, string>> = {
  1: 'opening-price',
  2: 'indicative-opening-price',
  3: 'settlement-price',
  4: 'session-low',
  5: 'session-high',
  6: 'cleared-volume',
  7: 'lowest-offer',
  8: 'highest-bid',
  9: 'open-interest',
  10: 'fixing-price',
  11: 'close-price',
  12: 'net-change',
  13: 'vwap',
  14: 'volatility',
  15: 'delta',
  16: 'uncrossing-price',
  17: 'upper-price-limit',
  18: 'lower-price-limit',
  19: 'block-volume',
  10001: 'venue-specific-volume-1',
};

/** A number or letter that is not known is told as it is. */
export function instrumentClassName(letter: string | undefined): string {
  return INSTRUMENT_CLASSES[letter ?? ''] ?? `class-${letter ?? 'none'}`;
}

export function statusActionName(action: number): string {
  return STATUS_ACTIONS[action] ?? `action-${action}`;
}

export function statusReasonName(reason: number): string {
  return STATUS_REASONS[reason] ?? `reason-${reason}`;
}

export function statisticTypeName(type: number): string {
  return STATISTIC_TYPES[type] ?? `statistic-${type}`;
}
