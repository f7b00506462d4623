import type {
  Episode,
  RunTrace,
  TracedDecision,
  TracedFill,
  TracedOrder,
  TracedSpan,
} from '../../../src/domain/run-trace.ts';

const SECOND = 1e9;

/** A fill of 100 at a price in dollars. */
export function fillOf(at: number, price: number, changes: Partial<TracedFill> = {}): TracedFill {
  return {
    ts: at * SECOND,
    side: 'buy',
    price: Math.round(price * 1e9),
    quantity: 100,
    commissionMicros: 1_000_000,
    liquidity: 'taker',
    ...changes,
  };
}

export function orderOf(id: string, at: number, changes: Partial<TracedOrder> = {}): TracedOrder {
  return {
    id,
    role: 'ENTRY',
    side: 'buy',
    type: 'limit',
    price: 10e9,
    stopPrice: undefined,
    quantity: 100,
    sentAt: at * SECOND,
    touch: 10e9,
    acknowledged: { ts: at * SECOND + 20e6, knownAt: at * SECOND + 40e6 },
    end: 'filled',
    reason: '',
    isCancelRequested: false,
    fills: [fillOf(at + 0.02, 10)],
    ...changes,
  };
}

/** A long of 100 shares, bought at 10.00 at second `at` and sold at `exitPrice` ten seconds later. */
export function episodeOf(
  id: string,
  at: number,
  changes: {
    readonly entry?: Partial<TracedOrder>;
    readonly exit?: Partial<TracedOrder> | null;
    readonly episode?: Partial<Episode>;
  } = {},
): Episode {
  const entry = orderOf(id, at, changes.entry);
  const sold = orderOf(`${id}x`, at + 10, {
    role: 'EXIT',
    side: 'sell',
    type: 'market',
    price: undefined,
    fills: [fillOf(at + 10.02, 10.1, { side: 'sell' })],
    ...changes.exit,
  });
  const orders = changes.exit === null ? [entry] : [entry, sold];
  return {
    id,
    origin: 'decision',
    decision: decisionOf(`D${id}`, at, { episode: id }),
    side: 'buy',
    from: at * SECOND,
    until: (at + (changes.exit === null ? 5 : 10.1)) * SECOND,
    orders,
    exit: changes.exit === null ? undefined : 'exit',
    ...changes.episode,
  };
}

export function decisionOf(
  id: string,
  at: number,
  changes: Partial<TracedDecision> = {},
): TracedDecision {
  const ts = at * SECOND;
  return {
    id,
    ts,
    at: ts,
    tool: 'enter_long',
    terms: { limit_price: 10 },
    code: null,
    until: ts,
    episode: undefined,
    ...changes,
  };
}

/** A run of a hundred seconds. */
export function traceOf(
  episodes: readonly Episode[],
  more: {
    readonly spans?: readonly TracedSpan[];
    readonly decisions?: readonly TracedDecision[];
  } = {},
): RunTrace {
  const own = episodes.flatMap(({ decision }) => decision ?? []);
  return {
    id: 'r',
    from: 0,
    until: 100 * SECOND,
    decisions: [...own, ...(more.decisions ?? [])],
    episodes,
    spans: more.spans ?? [],
  };
}

export function spanOf(kind: TracedSpan['kind'], from: number, until: number): TracedSpan {
  return { kind, from: from * SECOND, until: until * SECOND, words: 'it was so' };
}
