import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LinkTruth } from '../../../src/adapters/venue-link/protocol.ts';
import type { RunPlan } from '../../../src/app/run-plan.ts';
import { Random } from '../../../src/domain/random.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { journalPath } from '../../../src/journal/store/run-index.ts';
import { readJournal } from '../../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../../src/journal/store/verify-journal.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';
import type { TraderOutcome } from './crash-plan.ts';
import { planDay, startVenueProcess, trade } from './trading-day.ts';
import { watchVenue } from './venue-watch.ts';

const EVENTS = 6_000;
const NS_PER_SECOND = 1e9;
/** A restarted run has to be where it stopped by then. */
const RECOVERY_MS = 5_000;
/** Starts of one day after which something goes round in circles. */
const MOST_STARTS = 400;

type Kind = 'venue outside' | 'venue inside' | 'market goes on';

/** What the kills of one day are. */
interface Lap {
  readonly kind: Kind;
  readonly events: number;
  readonly seed: number;
  /** Fault points between two kills, at most. */
  readonly stride: number;
}

interface Figures {
  kills: number;
  days: number;
  slowestMs: number;
  /** Starts after a kill that came to where the run had stopped; the others were killed before. */
  recoveries: number;
}

/**
 * Kills a trader (SIGKILL to itself, at a fault point: before and after every write, send and wait) again and again while it plays a
 * short day, and lets it go on each time. The venue is a process of its own, which lives. `count` is the number of kills.
 *
 * After every kill: the journal's chain is whole; the venue knows no request that the journal does not tell of; every order id
 * came once. After every restart: both sides agree on position and orders, within five seconds. At the end, where the market stood still
 * while nobody traded, the journal has the hash of a run that nobody killed: same decisions, orders, fills, protection,
 * counters. Where the market went on: the position, every execution counted once, no broken invariant, nothing open at the venue.
 */
export async function proveCrash(
  { count, seed, say }: ProofOptions,
  kinds: readonly Kind[] = ['venue outside', 'venue inside', 'market goes on'],
  events: number = EVENTS,
): Promise<ProofResult> {
  const violations = new Violations(say);
  const figures: Figures = { kills: 0, days: 0, slowestMs: 0, recoveries: 0 };
  const byKind: Partial<Record<Kind, number>> = {};
  const random = new Random(seed);
  for (let day = 0; figures.kills < count; day++) {
    const kind = kinds[day % kinds.length] ?? 'venue outside';
    const before = figures.kills;
    const stride = kind === 'venue inside' ? 60 : 240;
    const most = Math.min(count - figures.kills, Math.ceil(count / kinds.length));
    await killThrough(
      { kind, events, seed: seed * 1000 + day, stride },
      most,
      random,
      figures,
      violations,
    );
    byKind[kind] = (byKind[kind] ?? 0) + figures.kills - before;
    say(`${kind}: ${figures.kills - before} kills, ${figures.kills} in all`);
  }
  const { kills, days, recoveries, slowestMs } = figures;
  return {
    violations: violations.count,
    kills,
    days,
    byKind,
    recoveries,
    slowestRecoveryMs: Math.round(slowestMs),
  };
}

async function killThrough(
  lap: Lap,
  mostKills: number,
  random: Random,
  figures: Figures,
  violations: Violations,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fsd-tui-crash-'));
  const name = `${lap.kind}, day ${lap.seed}`;
  try {
    const inside = await planDay(folder, lap.seed, lap.events);
    const { outcome: undisturbed } = await trade(folder, {
      plan: { ...inside, logsFolder: join(folder, 'whole') },
      dieAt: 0,
    });
    if (undisturbed === undefined || (undisturbed.trades ?? 0) < 1)
      throw new Error(`${name}: too little happens on it`);
    const isOutside = lap.kind !== 'venue inside';
    const plan = isOutside ? { ...inside, venue: join(folder, 'venue.sock') } : inside;
    const venue = isOutside ? await startVenueProcess(folder, plan) : undefined;
    const watch = plan.venue === undefined ? undefined : await watchVenue(plan.venue);
    try {
      let kills = 0;
      let outcome: TraderOutcome | undefined;
      let hasStopped = false;
      for (let start = 0; outcome === undefined && start < MOST_STARTS; start++) {
        const dieAt = kills < mostKills ? 1 + Math.floor(random.float() * lap.stride) : 0;
        const traded = await trade(folder, { plan: { ...plan, isResumed: hasStopped }, dieAt });
        const { recoveredMs = 0 } = traded;
        figures.slowestMs = Math.max(figures.slowestMs, recoveredMs);
        if (recoveredMs > RECOVERY_MS) violations.note(`${name}: recovered in ${recoveredMs} ms`);
        if (recoveredMs > 0) figures.recoveries++;
        outcome = traded.outcome;
        if (outcome !== undefined) break;
        kills++;
        figures.kills++;
        hasStopped = checkJournal(plan, name, violations);
        if (watch === undefined) continue;
        const truth = await watch.truth();
        const entries = hasStopped ? readJournal(pathOf(plan)).entries : [];
        checkReceived(entries, truth, `${name}, kill ${kills}`, violations);
        if (lap.kind === 'market goes on' && kills % 3 === 0 && hasStopped) {
          const last = entries.at(-1)?.ts ?? 0;
          await watch.pass(last + Math.floor(random.float() * 2 * NS_PER_SECOND));
        }
      }
      figures.days++;
      if (outcome === undefined) {
        violations.note(`${name}: not at its end after ${MOST_STARTS} starts`);
        return;
      }
      checkEnd(lap, name, outcome, undisturbed, violations);
      const { entries } = readJournal(pathOf(plan));
      checkAccount(entries, outcome, name, violations);
      if (watch === undefined) return;
      const truth = await watch.truth();
      checkReceived(entries, truth, name, violations);
      violations.expectEqual(`${name}: position`, outcome.position, truth.position);
      violations.expectEqual(`${name}: open at the venue`, truth.open, []);
      const filled = entries.filter(
        ({ body }) => body.type === 'order-report' && body.report.type === 'order-filled',
      ).length;
      violations.expectEqual(`${name}: fills`, filled, truth.fills);
    } finally {
      watch?.close();
      venue?.kill('SIGKILL');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pathOf(plan: RunPlan): string {
  return journalPath(plan.logsFolder, plan.runId);
}

/** After a kill: the chain is whole. Returns whether there is a run to go on with; what never began is cleared away. */
function checkJournal(plan: RunPlan, name: string, violations: Violations): boolean {
  const path = pathOf(plan);
  if (existsSync(path)) {
    const verdict = verifyJournal(path);
    if (verdict.state === 'whole' && verdict.entries > 0) return true;
    // killed while the file was made: nothing was sent, and nothing is lost
    const isEmpty = verdict.state !== 'broken' || verdict.trusted === 0;
    if (!isEmpty) violations.note(`${name}: ${JSON.stringify(verdict)}`);
  }
  rmSync(dirname(path), { recursive: true, force: true });
  return false;
}

const INTENTS: ReadonlySet<string> = new Set([
  'order-submitted',
  'order-change-requested',
  'order-cancel-requested',
]);

/** What the venue received is a part of what the journal tells, each order once; and what it holds is protected there. */
function checkReceived(
  entries: readonly JournalEntry[],
  truth: LinkTruth,
  name: string,
  violations: Violations,
): void {
  const intents = entries.filter(({ body }) => INTENTS.has(body.type));
  if (truth.received > intents.length)
    violations.note(`${name}: ${truth.received} requests received, ${intents.length} journalled`);
  if (new Set(truth.ids).size !== truth.ids.length) violations.note(`${name}: an order came twice`);
  const journalled = new Set(
    intents.flatMap(({ body }) => (body.type === 'order-submitted' ? [body.order.id] : [])),
  );
  for (const id of truth.ids)
    if (!journalled.has(id)) violations.note(`${name}: ${id} was sent and is in no journal`);
  const isGuarded = truth.open.some(({ order }) => order.reduceOnly);
  if (truth.position !== 0 && !isGuarded && !truth.isFinished)
    violations.note(`${name}: a position of ${truth.position} without an order that closes it`);
}

function checkEnd(
  { kind }: Lap,
  name: string,
  outcome: TraderOutcome,
  undisturbed: TraderOutcome,
  violations: Violations,
): void {
  if (outcome.failure !== undefined) violations.note(`${name}: ${outcome.failure}`);
  for (const alarm of outcome.alarms)
    if (
      /invariant|tells otherwise|the venue|works (?:here|at)/.test(alarm) &&
      !/^the venue has \d+ of our/.test(alarm)
    )
      violations.note(`${name}: ${alarm}`);
  if (kind === 'market goes on') return;
  for (const what of ['journalSha256', 'position', 'trades', 'netPl'] as const)
    violations.expectEqual(`${name}: ${what}`, outcome[what], undisturbed[what]);
}

/** Position, trips and money, counted anew from the journal's fills. */
function checkAccount(
  entries: readonly JournalEntry[],
  outcome: TraderOutcome,
  name: string,
  violations: Violations,
): void {
  let position = 0;
  let trips = 0;
  let cents = 0;
  for (const { body } of entries) {
    if (body.type === 'invariant-violated') violations.note(`${name}: ${body.rule} ${body.detail}`);
    if (body.type !== 'order-report' || body.report.type !== 'order-filled') continue;
    const { fill, commissionMicros } = body.report;
    const sign = fill.side === 'buy' ? 1 : -1;
    const next = position + sign * fill.quantity;
    if (position !== 0 && (next === 0 || Math.sign(next) !== Math.sign(position))) trips++;
    position = next;
    cents -= (sign * fill.quantity * fill.price) / 1e7 + commissionMicros / 1e4;
  }
  violations.expectEqual(`${name}: position by its fills`, outcome.position, position);
  violations.expectEqual(`${name}: trips by its fills`, outcome.trades, trips);
  if (position === 0)
    violations.expectEqual(
      `${name}: result by its fills`,
      Math.round((outcome.netPl ?? 0) * 100),
      Math.round(cents),
    );
}
