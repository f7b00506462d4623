import type { RunTrace, TracedDecision, TracedOrder } from '../../domain/run-trace.ts';

/** The same run by a clock that shows `byNs` more. */
export function shiftTrace(trace: RunTrace, byNs: number): RunTrace {
  const decisions = new Map(trace.decisions.map((each) => [each, shiftDecision(each, byNs)]));
  return {
    ...trace,
    from: trace.from + byNs,
    until: trace.until + byNs,
    decisions: [...decisions.values()],
    episodes: trace.episodes.map((episode) => ({
      ...episode,
      from: episode.from + byNs,
      until: episode.until + byNs,
      // the same object as in the list: who compares goes by it
      decision: episode.decision === undefined ? undefined : decisions.get(episode.decision),
      orders: episode.orders.map((order) => shiftOrder(order, byNs)),
    })),
    spans: trace.spans.map((span) => ({
      ...span,
      from: span.from + byNs,
      until: span.until + byNs,
    })),
  };
}

function shiftDecision(decision: TracedDecision, byNs: number): TracedDecision {
  const { ts, at, until } = decision;
  return { ...decision, ts: ts + byNs, at: at + byNs, until: until + byNs };
}

function shiftOrder(order: TracedOrder, byNs: number): TracedOrder {
  const { acknowledged } = order;
  return {
    ...order,
    sentAt: order.sentAt + byNs,
    acknowledged:
      acknowledged === undefined
        ? undefined
        : { ts: acknowledged.ts + byNs, knownAt: acknowledged.knownAt + byNs },
    fills: order.fills.map((fill) => ({ ...fill, ts: fill.ts + byNs })),
  };
}
