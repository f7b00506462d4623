import type { Episode, TracedDecision } from '../../domain/run-trace.ts';
import type { EpisodePair } from './episode-pair.ts';
import { decisionText } from './episode-text.ts';
import { laterText, type Reason, reasonOfMove, spanReason } from './reasons.ts';
import type { Run } from './shadow-report.ts';

/** Decisions inside an episode that both runs have: moved stops and targets, exits. Each kind's first with the first, and so on. */
export function compareMoves(pair: EpisodePair): void {
  const { live, backtest, findings } = pair;
  const ours = movesOf(findings.live.decisions, live);
  const theirs = movesOf(findings.backtest.decisions, backtest);
  for (const tool of new Set([...ours, ...theirs].map((move) => move.tool))) {
    const left = ours.filter((move) => move.tool === tool);
    const right = theirs.filter((move) => move.tool === tool);
    for (let at = 0; at < Math.max(left.length, right.length); at++)
      compareMove(pair, left[at], right[at]);
  }
}

function movesOf(
  decisions: readonly TracedDecision[],
  episode: Episode,
): readonly TracedDecision[] {
  return decisions.filter(
    (each) => each.code === null && each.episode === episode.id && each !== episode.decision,
  );
}

function compareMove(
  pair: EpisodePair,
  live: TracedDecision | undefined,
  backtest: TracedDecision | undefined,
): void {
  const { facts, standings } = pair.findings;
  if (live === undefined || backtest === undefined) {
    const run = live === undefined ? 'backtest' : 'live';
    const move = live ?? backtest;
    if (move === undefined) return;
    standings[run].decide(move, 'only');
    const text = decisionText(move);
    pair.add(
      'move',
      whyMissing(pair, run === 'live' ? 'backtest' : 'live', move),
      { live: run === 'live' ? text : null, backtest: run === 'live' ? null : text },
      { at: move.at },
    );
    return;
  }
  const shift = live.at - backtest.at;
  const isShifted = Math.abs(shift) > facts.shiftNs;
  const isSame = decisionTerms(live) === decisionTerms(backtest);
  const standing = isShifted || !isSame ? 'differing' : 'agreed';
  standings.live.decide(live, standing);
  standings.backtest.decide(backtest, standing);
  if (standing === 'agreed') return;
  pair.add(
    isSame ? 'time' : 'terms',
    whyOther(pair, shift, isShifted),
    { live: decisionText(live), backtest: decisionText(backtest) },
    { at: live.at },
  );
}

function whyMissing(pair: EpisodePair, other: Run, move: TracedDecision): Reason {
  const { findings } = pair;
  const kept = spanReason(findings[other], move.at, move.at);
  if (kept !== undefined) return kept;
  if (pair.first !== undefined)
    return { class: 'follows', evidence: 'the episodes differ', cause: pair.first };
  return reasonOfMove(findings.facts, findings.differences.last, 'a snapshot missed');
}

function whyOther(pair: EpisodePair, shift: number, isShifted: boolean): Reason {
  if (pair.first !== undefined)
    return { class: 'follows', evidence: laterText(shift), cause: pair.first };
  if (isShifted)
    return {
      class: 'time-shift',
      evidence: laterText(shift),
    };
  return reasonOfMove(
    pair.findings.facts,
    pair.findings.differences.last,
    'what it rests on was known at another time',
  );
}

function decisionTerms({ terms }: TracedDecision): string {
  return JSON.stringify(terms);
}
