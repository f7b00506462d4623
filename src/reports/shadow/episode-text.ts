import { formatPrice } from '../../domain/price.ts';
import type { Episode, TracedDecision } from '../../domain/run-trace.ts';
import { averageOf, type SideSum, sumsOf } from './episode-sums.ts';

/** An episode in one line: who began it, with what, and what became of it. */
export function episodeText(episode: Episode): string {
  const { decision, orders, side, exit } = episode;
  const [first] = orders;
  const { entry, exit: closed } = sumsOf(episode, 1);
  const price = first?.price === undefined ? 'at market' : `at ${formatPrice(first.price, 2)}`;
  const began = `${decision?.id ?? episode.id} ${side} ${first?.quantity ?? 0} ${price}`;
  const left =
    entry.quantity === 0 ? (first?.end ?? 'open') : `filled ${fillText(entry)}${exitText(closed)}`;
  return `${began}, ${left}${closed.quantity > 0 && exit !== undefined ? ` by ${exit}` : ''}`;
}

/** 100 at 250.01 on average. */
export function fillText(sum: SideSum): string {
  if (sum.quantity === 0) return 'nothing';
  return `${sum.quantity} at ${formatPrice(Math.round(averageOf(sum)), 2)}`;
}

export function decisionText({ id, tool, terms, code }: TracedDecision): string {
  const figures = Object.values(terms);
  const what = figures.length === 0 ? tool : `${tool} ${figures.join(' ')}`;
  return `${id} ${what}${code === null ? '' : `, denied: ${code}`}`;
}

function exitText(closed: SideSum): string {
  return closed.quantity === 0 ? '' : `, closed ${fillText(closed)}`;
}
