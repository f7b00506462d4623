import { OrderBook } from '../../../src/market/book/order-book.ts';
import type { OracleAction } from '../../support/oracle/matching-oracle.ts';
import { TICK_NANOS } from '../../support/oracle/public-feed.ts';
import { Episode, type NumberedAction } from './episode.ts';
import type { OwnCase } from './own-case.ts';

/** What went wrong in an experiment, with the fewest actions of its market that still make it go wrong. */
export function smallestFailure(episode: Episode, failed: OwnCase): string[] {
  const replay = (actions: readonly NumberedAction[]): OwnCase | undefined =>
    new Episode(episode.style, new OrderBook(TICK_NANOS), 0).replay(actions, failed.plan);
  const isWrong = (actions: readonly NumberedAction[]): boolean =>
    (replay(actions)?.wrong.length ?? 0) > 0;
  let kept: readonly NumberedAction[] = episode.actions;
  if (!isWrong(kept)) return [...failed.wrong, 'and it goes well when it is played alone'];
  for (let part = kept.length >> 1; part >= 1; part >>= 1) {
    for (let at = kept.length - part; at >= 0; at -= part) {
      const fewer = kept.toSpliced(at, part);
      if (isWrong(fewer)) kept = fewer;
    }
  }
  return [
    ...(replay(kept)?.wrong ?? []),
    `ours: ${JSON.stringify(failed.plan)}`,
    ...kept.map(({ stamp, action }) => `${stamp}: ${lineOf(action)}`),
  ];
}

function lineOf(action: OracleAction): string {
  if (action.kind === 'cancel') return `cancel ${action.id} ${action.size ?? 'whole'}`;
  if (action.kind === 'modify') return `modify ${action.id} to ${action.total}@${action.tick}`;
  const { id, isBid, size, tick, tif, peak, isHidden } = action.terms;
  const more = `${peak === undefined ? '' : ` shows ${peak}`}${isHidden === true ? ' hidden' : ''}`;
  return `${isBid ? 'bid' : 'ask'} ${id} ${size}@${tick ?? 'market'} ${tif}${more}`;
}
