import type { Episode, RunTrace, TracedDecision } from '../../domain/run-trace.ts';
import { compareEpisodes } from './compare-episodes.ts';
import { DifferenceList } from './difference-list.ts';
import { sumsOf } from './episode-sums.ts';
import { decisionText, episodeText } from './episode-text.ts';
import { type Findings, otherOf, StandingBook } from './findings.ts';
import { beginOf, type MatchedEpisodes, matchEpisodes } from './match-episodes.ts';
import {
  busyWith,
  denialReason,
  lastReason,
  laterText,
  type Reason,
  reasonOfCode,
  reasonOfMove,
  spanReason,
} from './reasons.ts';
import type { ComparisonFacts, Run, ShadowComparison } from './shadow-report.ts';

/** Compares what a run did with a backtest of its day: which decisions and fills agree, and why the others do not. */
export function compareRuns(
  live: RunTrace,
  backtest: RunTrace,
  facts: ComparisonFacts,
): ShadowComparison {
  const findings: Findings = {
    facts,
    live,
    backtest,
    differences: new DifferenceList(),
    standings: { live: new StandingBook(), backtest: new StandingBook() },
  };
  const matched = matchEpisodes(live.episodes, backtest.episodes, facts.withinNs);
  const denials = matchDenials(findings, matched);
  // in the order of time: what follows has to come after its cause
  const steps = [
    ...matched.map((each) => ({ at: beginOf(each), take: () => takeEpisodes(findings, each) })),
    ...denials,
  ].sort((a, b) => a.at - b.at);
  for (const step of steps) step.take();
  takeLooseMoves(findings);
  const { standings, differences } = findings;
  const resultOf = (episodes: readonly Episode[]) =>
    episodes.reduce((sum, each) => sum + sumsOf(each, facts.multiplier).resultMicros, 0);
  return {
    decisions: { live: standings.live.decisions, backtest: standings.backtest.decisions },
    fills: { live: standings.live.fills, backtest: standings.backtest.fills },
    result: {
      liveMicros: resultOf(live.episodes),
      backtestMicros: resultOf(backtest.episodes),
    },
    differences: differences.all,
  };
}

function takeEpisodes(findings: Findings, { live, backtest }: MatchedEpisodes): void {
  if (live !== undefined && backtest !== undefined) compareEpisodes(findings, live, backtest);
  else if (live !== undefined) takeOneSided(findings, 'live', live);
  else if (backtest !== undefined) takeOneSided(findings, 'backtest', backtest);
}

/** An episode that one run alone has. */
function takeOneSided(findings: Findings, run: Run, episode: Episode): void {
  const { facts, differences, standings } = findings;
  const { resultMicros } = sumsOf(episode, facts.multiplier);
  const book = standings[run];
  for (const decision of findings[run].decisions)
    if (decision === episode.decision || decision.episode === episode.id)
      book.decide(decision, 'only');
  book.fill(
    episode.orders.reduce((sum, { fills }) => sum + fills.length, 0),
    'only',
  );
  const text = episodeText(episode);
  differences.add({
    at: episode.from,
    episodes: [{ run, id: episode.id }],
    subject: episode.decision === undefined ? 'order' : 'decision',
    ...whyOneSided(findings, run, episode),
    live: run === 'live' ? text : null,
    backtest: run === 'live' ? null : text,
    ticks: null,
    resultMicros: run === 'live' ? resultMicros : -resultMicros,
  });
}

/** Why the other run has no such episode. */
function whyOneSided(findings: Findings, run: Run, episode: Episode): Reason {
  const { facts, differences } = findings;
  const other = findings[otherOf(run)];
  if (episode.origin === 'hand') return { class: 'manual', evidence: 'sent by hand' };
  if (episode.origin === 'guard') return { class: 'halt', evidence: 'sent by the guard' };
  const { from } = episode;
  if (from < other.from || from > other.until)
    return { class: 'absent', evidence: 'the other run was not on then' };
  const kept =
    spanReason(other, from, from) ??
    denialReason(other, episode.decision?.tool, from, facts.withinNs, differences.last) ??
    spanReason(other, from - facts.withinNs, from);
  if (kept !== undefined) return kept;
  const busy = busyWith(other, from, undefined);
  if (busy !== undefined) {
    const cause = differences.ofEpisode(otherOf(run), busy.id) ?? differences.last;
    if (cause !== undefined)
      return { class: 'follows', evidence: `the other was in ${busy.id}`, cause };
  }
  return lastReason(facts, differences.last);
}

/** What was denied in both runs agrees; what was denied in one of them alone is told, unless it explains an episode. */
function matchDenials(
  findings: Findings,
  matched: readonly MatchedEpisodes[],
): { readonly at: number; readonly take: () => void }[] {
  const { live, backtest, facts, standings } = findings;
  const deniedIn = ({ decisions }: RunTrace) => decisions.filter(({ code }) => code !== null);
  const free = new Set(deniedIn(backtest));
  const steps: { readonly at: number; readonly take: () => void }[] = [];
  const alone = (run: Run, decision: TracedDecision): void => {
    const other = matched.find((each) => {
      const begun = run === 'live' ? each.backtest : each.live;
      const own = run === 'live' ? each.live : each.backtest;
      return (
        begun !== undefined &&
        own === undefined &&
        begun.decision?.tool === decision.tool &&
        begun.from >= decision.at - facts.withinNs &&
        begun.from <= decision.until + facts.withinNs
      );
    });
    // told where the other run's episode is
    standings[run].decide(decision, other === undefined ? 'only' : 'differing');
    if (other !== undefined) return;
    steps.push({ at: decision.at, take: () => takeDenial(findings, run, decision) });
  };
  for (const decision of deniedIn(live)) {
    const partner = [...free]
      .filter(
        (each) =>
          each.tool === decision.tool &&
          each.code === decision.code &&
          Math.abs(each.at - decision.at) <= facts.withinNs,
      )
      .sort((a, b) => Math.abs(a.at - decision.at) - Math.abs(b.at - decision.at))[0];
    if (partner === undefined) {
      alone('live', decision);
      continue;
    }
    free.delete(partner);
    const shift = decision.at - partner.at;
    const isShifted = Math.abs(shift) > facts.shiftNs;
    standings.live.decide(decision, isShifted ? 'differing' : 'agreed');
    standings.backtest.decide(partner, isShifted ? 'differing' : 'agreed');
    if (isShifted)
      steps.push({ at: decision.at, take: () => takeShiftedDenial(findings, decision, partner) });
  }
  for (const decision of free) alone('backtest', decision);
  return steps;
}

function takeDenial({ differences }: Findings, run: Run, decision: TracedDecision): void {
  const text = decisionText(decision);
  differences.add({
    at: decision.at,
    episodes: [],
    subject: 'decision',
    ...reasonOfCode(decision.code ?? '', differences.last),
    live: run === 'live' ? text : null,
    backtest: run === 'live' ? null : text,
    ticks: null,
    resultMicros: 0,
  });
}

function takeShiftedDenial(
  { differences }: Findings,
  live: TracedDecision,
  backtest: TracedDecision,
): void {
  differences.add({
    at: live.at,
    episodes: [],
    subject: 'time',
    class: 'time-shift',
    evidence: laterText(live.at - backtest.at),
    live: decisionText(live),
    backtest: decisionText(backtest),
    ticks: null,
    resultMicros: 0,
  });
}

/** Decisions that act outside of any episode, like cancels where nothing works. */
function takeLooseMoves(findings: Findings): void {
  const { facts, differences, standings } = findings;
  const looseOf = (run: Run) => findings[run].decisions.filter((each) => !standings[run].has(each));
  const free = new Set(looseOf('backtest'));
  const alone = (run: Run, decision: TracedDecision): void => {
    standings[run].decide(decision, 'only');
    const text = decisionText(decision);
    differences.add({
      at: decision.at,
      episodes: [],
      subject: 'move',
      ...(spanReason(findings[otherOf(run)], decision.at, decision.at) ??
        reasonOfMove(facts, differences.lastBefore(decision.at), 'a snapshot missed')),
      live: run === 'live' ? text : null,
      backtest: run === 'live' ? null : text,
      ticks: null,
      resultMicros: 0,
    });
  };
  for (const decision of looseOf('live')) {
    const partner = [...free].find(
      (each) => each.tool === decision.tool && Math.abs(each.at - decision.at) <= facts.withinNs,
    );
    if (partner === undefined) {
      alone('live', decision);
      continue;
    }
    free.delete(partner);
    standings.live.decide(decision, 'agreed');
    standings.backtest.decide(partner, 'agreed');
  }
  for (const decision of free) alone('backtest', decision);
}
