import type { Episode, TracedDecision, TracedOrder } from '../../domain/run-trace.ts';
import { compareMoves } from './compare-moves.ts';
import { EpisodePair } from './episode-pair.ts';
import { averageOf, entryOrderOf, hasSamePrice, type SideSum, sumsOf } from './episode-sums.ts';
import { episodeText, fillText } from './episode-text.ts';
import type { Findings } from './findings.ts';
import {
  busyWith,
  lastReason,
  laterText,
  milliseconds,
  type Reason,
  reasonOfCode,
  spanReason,
} from './reasons.ts';

/** Compares an episode that both runs have, part by part. */
export function compareEpisodes(findings: Findings, live: Episode, backtest: Episode): void {
  const { facts, standings } = findings;
  const pair = new EpisodePair(findings, live, backtest);
  const ours = sumsOf(live, facts.multiplier);
  const theirs = sumsOf(backtest, facts.multiplier);
  compareBeginning(pair);
  const decided = pair.first === undefined ? 'agreed' : 'differing';
  standings.live.decide(live.decision, decided);
  standings.backtest.decide(backtest.decision, decided);
  const isSameEntry = compareEntry(pair, ours.entry, theirs.entry);
  compareMoves(pair);
  const isSameExit = compareExit(pair, ours.exit, theirs.exit, isSameEntry);
  if (isSameEntry && isSameExit && ours.commissionMicros !== theirs.commissionMicros) {
    const text = (micros: number): string => `${(micros / 1e6).toFixed(4)} $`;
    pair.add(
      'commission',
      { class: 'commission', evidence: orderCounts(live, backtest) },
      { live: text(ours.commissionMicros), backtest: text(theirs.commissionMicros) },
    );
  }
  // fills of equal sums leave nothing; whatever else makes another result must not stay unsaid
  if (pair.unbookedMicros !== 0)
    pair.add('exit fill', lastReason(facts, findings.differences.last), textsOf(pair));
}

/** Least commissions are by the order: the same quantity in more orders costs more. */
function orderCounts(live: Episode, backtest: Episode): string {
  const countOf = ({ orders }: Episode) => orders.filter(({ fills }) => fills.length > 0).length;
  const [ours, theirs] = [countOf(live), countOf(backtest)];
  return ours === theirs ? 'the same orders' : `${ours} orders in place of ${theirs}`;
}

function textsOf({ live, backtest }: EpisodePair) {
  return { live: episodeText(live), backtest: episodeText(backtest) };
}

/** When it was sent, and with what terms. */
function compareBeginning(pair: EpisodePair): void {
  const { live, backtest, findings } = pair;
  const { facts, differences } = findings;
  const shift = live.from - backtest.from;
  const isShifted = Math.abs(shift) > facts.shiftNs;
  if (isShifted) pair.add('time', whyShifted(pair), textsOf(pair));
  const [one, other] = [entryOrderOf(live), entryOrderOf(backtest)];
  const changed = changedTerms(live.decision, backtest.decision, one, other);
  if (changed.length === 0) return;
  const isSameTouch = one?.touch === other?.touch;
  const reason: Reason = isShifted
    ? { class: 'time-shift', evidence: `sent ${milliseconds(shift)} apart` }
    : facts.hasSameData
      ? isSameTouch
        ? lastReason(facts, differences.last)
        : { class: 'latency', evidence: 'the touch had moved' }
      : {
          class: 'market-data',
          evidence: isSameTouch ? 'the same touch' : 'another touch when it was sent',
        };
  const ticks = ticksBetween(one?.price, other?.price, facts.tickNanos);
  pair.add(
    'terms',
    reason,
    {
      live: changed.map(([name, value]) => `${name} ${value}`).join(', '),
      backtest: changed.map(([name, , value]) => `${name} ${value}`).join(', '),
    },
    ticks === undefined ? {} : { ticks },
  );
}

function whyShifted({ live, backtest, findings }: EpisodePair): Reason {
  const { facts, differences } = findings;
  const shift = live.from - backtest.from;
  const later = shift > 0 ? ('live' as const) : ('backtest' as const);
  const at = Math.min(live.from, backtest.from);
  const kept = spanReason(findings[later], at - facts.withinNs, at);
  if (kept !== undefined) return kept;
  const own = later === 'live' ? live : backtest;
  const busy = busyWith(findings[later], at, own);
  const cause = busy === undefined ? undefined : differences.ofEpisode(later, busy.id);
  if (busy !== undefined && cause !== undefined)
    return { class: 'follows', evidence: `the later one was in ${busy.id}`, cause };
  return {
    class: 'time-shift',
    evidence: laterText(shift),
  };
}

/** Name, live and backtest of each term that is not the same. */
function changedTerms(
  one: TracedDecision | undefined,
  other: TracedDecision | undefined,
  sent: TracedOrder | undefined,
  replayed: TracedOrder | undefined,
): readonly (readonly [string, string, string])[] {
  const text = (value: number | undefined): string =>
    value === undefined ? 'none' : String(value);
  const names = new Set([...Object.keys(one?.terms ?? {}), ...Object.keys(other?.terms ?? {})]);
  const changed = [...names].flatMap((name) => {
    const [left, right] = [one?.terms[name], other?.terms[name]];
    return left === right ? [] : [[name, text(left), text(right)] as const];
  });
  if (changed.length > 0 || sent === undefined || replayed === undefined) return changed;
  return (['type', 'price', 'stopPrice'] as const).flatMap((name) =>
    sent[name] === replayed[name]
      ? []
      : [[name, String(sent[name] ?? 'none'), String(replayed[name] ?? 'none')] as const],
  );
}

/** Whether what opened it is the same in both. */
function compareEntry(pair: EpisodePair, ours: SideSum, theirs: SideSum): boolean {
  const { live, backtest, findings } = pair;
  const { facts } = findings;
  const [one, other] = [entryOrderOf(live), entryOrderOf(backtest)];
  if (ours.quantity === 0 && theirs.quantity === 0) {
    const ends: readonly string[] = [one?.end ?? 'open', other?.end ?? 'open'];
    const isRefused = ends.some((end) => end === 'rejected' || end === 'denied');
    if (!isRefused || ends[0] === ends[1]) return true;
    pair.add(
      'order',
      whyUnfilled(pair, ends[0] === 'denied' || ends[0] === 'rejected' ? one : other, 'taker'),
      {
        live: episodeText(live),
        backtest: episodeText(backtest),
      },
    );
    return false;
  }
  const { before } = pairState(pair);
  if (ours.quantity === 0 || theirs.quantity === 0) {
    const filled = ours.quantity === 0 ? theirs : ours;
    const unfilled = ours.quantity === 0 ? one : other;
    bookFills(pair, ours, theirs, 'only');
    pair.add(
      'entry fill',
      whyUnfilled(pair, unfilled, filled.isTaker ? 'taker' : 'maker'),
      textsOf(pair),
    );
    return false;
  }
  if (ours.quantity !== theirs.quantity) {
    bookFills(pair, ours, theirs, 'differing');
    const fewer = ours.quantity < theirs.quantity ? one : other;
    const kept = pair.span(live.from, Math.max(live.until, backtest.until));
    const reason: Reason =
      fewer?.end === 'rejected'
        ? { class: 'broker', evidence: fewer.reason }
        : (kept ?? {
            class: 'partial',
            evidence: `${ours.quantity} and ${theirs.quantity} of ${one?.quantity ?? 0}`,
          });
    pair.add(
      'entry fill',
      reason,
      { live: fillText(ours), backtest: fillText(theirs) },
      ticksOf(ours, theirs, facts.tickNanos),
    );
    return false;
  }
  if (!hasSamePrice(ours, theirs)) {
    bookFills(pair, ours, theirs, 'differing');
    pair.add(
      'entry fill',
      whyPrice(pair, ours, theirs, one, other, before),
      { live: fillText(ours), backtest: fillText(theirs) },
      ticksOf(ours, theirs, facts.tickNanos),
    );
    return false;
  }
  return compareTimes(pair, 'entry fill', ours, theirs);
}

/** Same quantity and price: the time may be another. Returns whether it counts as the same. */
function compareTimes(
  pair: EpisodePair,
  subject: 'entry fill' | 'exit fill',
  ours: SideSum,
  theirs: SideSum,
): boolean {
  const { facts } = pair.findings;
  const shift = (ours.lastTs ?? 0) - (theirs.lastTs ?? 0);
  const isSame = Math.abs(shift) <= facts.withinNs;
  bookFills(pair, ours, theirs, isSame ? 'agreed' : 'differing');
  if (isSame) return true;
  const reason: Reason =
    pair.first !== undefined
      ? { class: 'follows', evidence: laterText(shift), cause: pair.first }
      : (pair.span(pair.live.from, pair.live.until) ?? {
          class: ours.isTaker || theirs.isTaker ? 'latency' : 'queue-time',
          evidence: laterText(shift),
        });
  pair.add(subject, reason, { live: fillText(ours), backtest: fillText(theirs) });
  return true;
}

/** Why an order was not filled where the other run's was. */
function whyUnfilled(
  pair: EpisodePair,
  unfilled: TracedOrder | undefined,
  liquidity: 'maker' | 'taker',
): Reason {
  const { live, backtest, findings } = pair;
  const { facts } = findings;
  const isOfLive = live.orders.some((order) => order === unfilled);
  const own = isOfLive ? live : backtest;
  if (unfilled?.end === 'denied') return reasonOfCode(unfilled.reason, pair.cause);
  if (unfilled?.end === 'rejected') return { class: 'broker', evidence: unfilled.reason };
  const kept = spanReason(findings[isOfLive ? 'live' : 'backtest'], own.from, own.until);
  if (kept !== undefined) return kept;
  if (
    unfilled?.end === 'canceled' &&
    !unfilled.isCancelRequested &&
    unfilled.type === 'limit' &&
    !facts.hasSameData
  )
    return { class: 'broker', evidence: unfilled.reason };
  const evidence = `${unfilled?.end ?? 'open'}${unfilled?.reason ? `: ${unfilled.reason}` : ''}`;
  if (pair.first !== undefined) return { class: 'follows', evidence, cause: pair.first };
  if (liquidity === 'maker') return { class: isOfLive ? 'queue-backtest' : 'queue-live', evidence };
  const [one, other] = [entryOrderOf(live), entryOrderOf(backtest)];
  if (!facts.hasSameData && one?.touch !== other?.touch)
    return { class: 'market-data', evidence: 'another touch when it was sent' };
  return { class: 'latency', evidence: arrivalText(one, other) };
}

/** Why the same order has another price. */
function whyPrice(
  pair: EpisodePair,
  ours: SideSum,
  theirs: SideSum,
  one: TracedOrder | undefined,
  other: TracedOrder | undefined,
  before: number | undefined,
): Reason {
  const { facts, differences } = pair.findings;
  if (pair.first !== undefined)
    return { class: 'follows', evidence: 'other terms or time', cause: pair.first };
  if (!facts.hasSameData && one?.touch !== other?.touch)
    return { class: 'market-data', evidence: 'another touch when it was sent' };
  const shift = (ours.firstTs ?? 0) - (theirs.firstTs ?? 0);
  if (shift !== 0 && (!facts.hasSameLatency || !facts.hasSameData))
    return {
      class: 'latency',
      evidence: `traded ${laterText(shift)}`,
    };
  if (!facts.hasSameData) return { class: 'price', evidence: 'same touch, same time' };
  return before === undefined
    ? lastReason(facts, differences.last)
    : { class: 'follows', evidence: 'what was taken before is not offered twice', cause: before };
}

/** Whether what closed it is the same in both. */
function compareExit(
  pair: EpisodePair,
  ours: SideSum,
  theirs: SideSum,
  isSameEntry: boolean,
): boolean {
  const { live, backtest, findings } = pair;
  const { facts, differences } = findings;
  if (ours.quantity === 0 && theirs.quantity === 0) return true;
  const texts = {
    live: `${fillText(ours)}${live.exit === undefined ? '' : ` by ${live.exit}`}`,
    backtest: `${fillText(theirs)}${backtest.exit === undefined ? '' : ` by ${backtest.exit}`}`,
  };
  const at = Math.min(
    ours.firstTs ?? Number.POSITIVE_INFINITY,
    theirs.firstTs ?? Number.POSITIVE_INFINITY,
  );
  const more = { at: Math.max(live.from, at), ...ticksOf(ours, theirs, facts.tickNanos) };
  const isOneSided = ours.quantity === 0 || theirs.quantity === 0;
  if (isOneSided || ours.quantity !== theirs.quantity || live.exit !== backtest.exit) {
    bookFills(pair, ours, theirs, isOneSided ? 'only' : 'differing');
    pair.add(
      live.exit === backtest.exit ? 'exit fill' : 'exit',
      whyExit(pair, ours, theirs, isSameEntry),
      texts,
      isOneSided ? { at: more.at } : more,
    );
    return false;
  }
  if (!hasSamePrice(ours, theirs)) {
    bookFills(pair, ours, theirs, 'differing');
    const { before } = pairState(pair);
    pair.add(
      'exit fill',
      whyPrice(
        pair,
        ours,
        theirs,
        live.orders.at(-1),
        backtest.orders.at(-1),
        before ?? differences.last,
      ),
      texts,
      more,
    );
    return false;
  }
  return compareTimes(pair, 'exit fill', ours, theirs);
}

/** Why it was closed in another way, or by another quantity. */
function whyExit(pair: EpisodePair, ours: SideSum, theirs: SideSum, isSameEntry: boolean): Reason {
  const { live, backtest, findings } = pair;
  const { facts, differences } = findings;
  const exits = [live.exit, backtest.exit];
  const evidence = `${live.exit ?? 'still open'} and ${backtest.exit ?? 'still open'}`;
  if (live.exit === 'flatten') return { class: 'manual', evidence };
  if (live.exit === 'guard' || exits.includes('kill') || exits.includes('daily-loss'))
    return { class: 'halt', evidence };
  const kept = pair.span(live.from, Math.max(live.until, backtest.until));
  if (kept !== undefined) return kept;
  if (!isSameEntry || pair.first !== undefined)
    return { class: 'follows', evidence, cause: pair.cause };
  if (exits.includes('target') && live.exit !== backtest.exit)
    return { class: live.exit === 'target' ? 'queue-live' : 'queue-backtest', evidence };
  if (!facts.hasSameLatency) {
    const isPart = ours.quantity !== theirs.quantity && live.exit === backtest.exit;
    return { class: isPart ? 'partial' : 'latency', evidence };
  }
  return lastReason(facts, differences.last);
}

function pairState(pair: EpisodePair): { readonly before: number | undefined } {
  return { before: pair.first === undefined ? pair.findings.differences.last : pair.first };
}

function bookFills(
  { findings }: EpisodePair,
  ours: SideSum,
  theirs: SideSum,
  standing: 'agreed' | 'differing' | 'only',
): void {
  findings.standings.live.fill(ours.fills.length, standing);
  findings.standings.backtest.fill(theirs.fills.length, standing);
}

function ticksOf(ours: SideSum, theirs: SideSum, tickNanos: number): { readonly ticks?: number } {
  if (ours.quantity === 0 || theirs.quantity === 0) return {};
  const ticks = (averageOf(ours) - averageOf(theirs)) / tickNanos;
  return { ticks: Math.round(ticks * 100) / 100 };
}

function ticksBetween(
  one: number | undefined,
  other: number | undefined,
  tickNanos: number,
): number | undefined {
  return one === undefined || other === undefined ? undefined : (one - other) / tickNanos;
}

function arrivalText(one: TracedOrder | undefined, other: TracedOrder | undefined): string {
  const [left, right] = [one?.acknowledged?.ts, other?.acknowledged?.ts];
  if (left === undefined || right === undefined) return 'it arrived at another time';
  return `it arrived ${laterText(left - right)}`;
}
