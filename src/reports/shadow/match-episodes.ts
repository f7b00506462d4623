import type { Episode } from '../../domain/run-trace.ts';

/** Episodes of both runs that came of the same decision or order, or one that only one of them has. */
export interface MatchedEpisodes {
  readonly live: Episode | undefined;
  readonly backtest: Episode | undefined;
}

/**
 * Puts the episodes of two runs side by side: of the same side, maker and kind, the nearest in time first, none farther apart than
 * `withinNs`. A list's orders have their names and need no time. In the order of time.
 */
export function matchEpisodes(
  live: readonly Episode[],
  backtest: readonly Episode[],
  withinNs: number,
): readonly MatchedEpisodes[] {
  const pairs = [...candidatesOf(live, backtest, withinNs)].sort(
    (a, b) => a.distance - b.distance || a.live - b.live || a.backtest - b.backtest,
  );
  const partnerOf = new Map<number, number>();
  const taken = new Set<number>();
  for (const { live: one, backtest: other } of pairs) {
    if (partnerOf.has(one) || taken.has(other)) continue;
    partnerOf.set(one, other);
    taken.add(other);
  }
  const matched: MatchedEpisodes[] = live.map((episode, index) => {
    const partner = partnerOf.get(index);
    return { live: episode, backtest: partner === undefined ? undefined : backtest[partner] };
  });
  for (const [index, episode] of backtest.entries())
    if (!taken.has(index)) matched.push({ live: undefined, backtest: episode });
  return matched.sort((a, b) => beginOf(a) - beginOf(b));
}

/** The first of the two. */
export function beginOf({ live, backtest }: MatchedEpisodes): number {
  return Math.min(
    live?.from ?? Number.POSITIVE_INFINITY,
    backtest?.from ?? Number.POSITIVE_INFINITY,
  );
}

function* candidatesOf(
  live: readonly Episode[],
  backtest: readonly Episode[],
  withinNs: number,
): Generator<{ readonly live: number; readonly backtest: number; readonly distance: number }> {
  const named = new Map(
    backtest.flatMap((episode, index) =>
      episode.origin === 'orders' ? [[episode.id, index] as const] : [],
    ),
  );
  let first = 0;
  for (const [index, one] of live.entries()) {
    if (one.origin === 'orders') {
      const partner = named.get(one.id);
      if (partner !== undefined) yield { live: index, backtest: partner, distance: 0 };
      continue;
    }
    while ((backtest[first]?.from ?? Number.POSITIVE_INFINITY) < one.from - withinNs) first++;
    for (let at = first; at < backtest.length; at++) {
      const other = backtest[at];
      if (other === undefined || other.from > one.from + withinNs) break;
      if (isAlike(one, other))
        yield { live: index, backtest: at, distance: Math.abs(one.from - other.from) };
    }
  }
}

function isAlike(one: Episode, other: Episode): boolean {
  return (
    one.side === other.side &&
    one.origin === other.origin &&
    one.orders[0]?.role === other.orders[0]?.role
  );
}
