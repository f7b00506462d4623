import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDemoSession } from '../../../src/app/data-generate.ts';
import { runDataGateway } from '../../../src/app/gateway/gateway-program.ts';
import type { GatewayTruth } from '../../../src/app/gateway/gateway-truth.ts';
import { planMarket } from '../../../src/app/run.ts';
import { shadowRun } from '../../../src/app/shadow/shadow-run.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { notionalOf } from '../../../src/domain/money.ts';
import { Random } from '../../../src/domain/random.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { recordedRuns } from '../../../src/journal/store/run-index.ts';
import { readJournal } from '../../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../../src/journal/store/verify-journal.ts';
import { classSumsOf } from '../../../src/reports/shadow/shadow-result.ts';
import { testData } from '../../support/test-data.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';
import { Control } from './control.ts';
import { ProtectionWatch } from './protection-watch.ts';
import { settingsOf, type TraderPlan } from './trader-plan.ts';
import { TraderProcess } from './trader-process.ts';

const CASH = 1_000_000;
/** Seconds of market time in a second: what takes a while here takes four times as long at the market. */
const SPEED = 4;
/** Real time for each kill: start, readiness, and a while of trading. */
const LAP_SECS = 11;
const END_SECS = 12;
const FROM = 9.75 * 3600e9;
/** A restarted run has to be ready by then. */
const READY_MS = 5_000;
/** Of market time. */
const NAKED_MS = 1_000;

/** A gateway in a process's own thread, with its control line. */
interface PlayedGateway {
  readonly port: number;
  readonly symbol: string;
  readonly control: Control;
  stop(): Promise<void>;
}

/**
 * A paper run of a real morning (a made-up hour where this machine has none) at the fake gateway, killed with SIGKILL `count` times at random moments, of which some are while it starts,
 * and started again each time. Looked at all the while: the gateway's position and what protects it. At the end the journal has
 * the gateway's executions, position and cash, every order came once, and a backtest of the same morning is put beside it: every
 * difference of the two has to have a class that explains it.
 */
export async function proveSession({ count, seed, say }: ProofOptions): Promise<ProofResult> {
  const violations = new Violations(say);
  const folder = mkdtempSync(join(tmpdir(), 'fsd-tui-session-'));
  const logsFolder = join(folder, 'logs');
  const day = testData('lobster', 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip');
  if (day === undefined) say('no LOBSTER day here: a generated hour is played');
  const data = day ?? (await ensureDemoSession(join(folder, 'cache')));
  let trader: TraderProcess | undefined;
  let gateway: PlayedGateway | undefined;
  let watch: ProtectionWatch | undefined;
  try {
    const seconds = count * LAP_SECS + END_SECS;
    gateway = await playDay(data, logsFolder, FROM + (seconds + 60) * SPEED * 1e9);
    const { control, port, symbol } = gateway;
    const plan: TraderPlan = { port, logsFolder, symbol, speed: SPEED };
    watch = new ProtectionWatch(
      () => control.status(),
      NAKED_MS,
      (text) => violations.note(text),
    );
    const random = new Random(seed);
    const readyMs: number[] = [];
    const runs = new Set<string>();
    let killedHolding = 0;
    let killedStarting = 0;
    const begunMs = performance.now();
    for (let kill = 0; kill < count; kill++) {
      trader = new TraderProcess(plan);
      // every fifth is killed while it starts, wherever it is
      if (random.float() < 0.2) {
        await Promise.race([trader.ready, sleep(300 + random.float() * 2_500)]);
        killedStarting++;
      } else {
        const id = await readyOf(trader, readyMs, violations, `start ${kill}`);
        if (id !== undefined) runs.add(id);
        const left = begunMs + (kill + 1) * LAP_SECS * 1000 - performance.now();
        await sleep(random.float() * Math.max(1_000, 2 * (left - 1_000)));
        // most of them as soon as something is held
        if (random.float() < 0.7) await whileFlat(watch, 6_000);
      }
      const position = watch.last?.position ?? 0;
      if (position !== 0) killedHolding++;
      if (trader.isGone)
        violations.note(`start ${kill}: the process ended by itself: ${trader.complaint}`);
      await trader.kill();
      say(
        `kill ${kill + 1}: position ${position}, ready after ${Math.round(trader.readyMs ?? 0)} ms`,
      );
    }
    trader = new TraderProcess(plan);
    const id = await readyOf(trader, readyMs, violations, 'the last start');
    if (id !== undefined) runs.add(id);
    await sleep(END_SECS * 500);
    await trader.finish(15_000);
    for (const alarm of trader.alarms) say(`alarm ${alarm}`);
    if (trader.outcome === undefined)
      violations.note(`the last process did not end by itself: ${trader.complaint}`);
    await sleep(300);
    await watch.stop();
    const truth = await control.truth();
    checkChains(logsFolder, 'at the end', violations);
    const entries = allEntries(logsFolder);
    const figures = compareTruth(entries, truth, violations);
    const shadow = await shadowOf(data, plan, violations);
    return {
      violations: violations.count,
      symbol,
      kills: count,
      killedHolding,
      killedStarting,
      runs: runs.size,
      slowestReadyMs: Math.round(Math.max(...readyMs)),
      longestUnprotectedMs: Math.round(watch.longestMs),
      looks: watch.looks,
      looksHolding: watch.held,
      coarsestLookMs: Math.round(watch.coarsestMs),
      ...figures,
      shadow,
    };
  } finally {
    await trader?.kill();
    await watch?.stop();
    await gateway?.stop();
    // what went wrong is in the journals
    if (violations.count > 0) say(`the journals are kept in ${logsFolder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

async function playDay(data: string, logsFolder: string, to: number): Promise<PlayedGateway> {
  const { market } = await planMarket({
    settings: loadConfig({ workingFolder: logsFolder, environment: {} }),
    data: [data],
    date: undefined,
    from: FROM,
    to,
  });
  const stop = new AbortController();
  const ports: number[] = [];
  const told = Promise.withResolvers<void>();
  const ended = runDataGateway(market, SPEED, {
    port: 0,
    control: 0,
    cash: CASH,
    signal: stop.signal,
    say(line) {
      ports.push(Number(/port (\d+)/.exec(line)?.[1]));
      if (ports.length === 2) told.resolve();
    },
  });
  await Promise.race([told.promise, ended]);
  const [control = 0, port = 0] = ports;
  const line = await Control.open(control);
  return {
    port,
    symbol: market.session.instrument.symbol,
    control: line,
    async stop() {
      line.close();
      stop.abort();
      await ended;
    },
  };
}

async function readyOf(
  trader: TraderProcess,
  readyMs: number[],
  violations: Violations,
  name: string,
): Promise<string | undefined> {
  const id = await Promise.race([trader.ready, sleep(4 * READY_MS)]);
  const { readyMs: took } = trader;
  if (took === undefined) violations.note(`${name}: never ready: ${trader.complaint}`);
  else {
    readyMs.push(took);
    if (took > READY_MS) violations.note(`${name}: ready after ${Math.round(took)} ms`);
  }
  return id ?? undefined;
}

async function whileFlat(watch: ProtectionWatch, mostMs: number): Promise<void> {
  const end = performance.now() + mostMs;
  while ((watch.last?.position ?? 0) === 0 && performance.now() < end) await sleep(5);
}

function checkChains(logsFolder: string, name: string, violations: Violations): void {
  for (const { id, path } of recordedRuns(logsFolder)) {
    const verdict = verifyJournal(path);
    // killed while the file was made: nothing was sent yet
    if (verdict.state === 'broken' && verdict.trusted > 0)
      violations.note(`${name}: ${id}: ${JSON.stringify(verdict)}`);
  }
}

function allEntries(logsFolder: string): readonly JournalEntry[] {
  return recordedRuns(logsFolder)
    .toReversed()
    .flatMap(({ path }) => readJournal(path).entries);
}

/** The journal's executions, position and cash are the gateway's, and every order came once. */
function compareTruth(
  entries: readonly JournalEntry[],
  truth: GatewayTruth,
  violations: Violations,
): Readonly<Record<string, unknown>> {
  const executions = new Map<string, { signed: number; cashMicros: number; commission: number }>();
  const sent = new Map<string, number>();
  for (const { body } of entries) {
    if (body.type === 'invariant-violated')
      violations.note(`invariant: ${body.rule} ${body.detail}`);
    if (body.type === 'order-submitted')
      sent.set(body.order.id, (sent.get(body.order.id) ?? 0) + 1);
    if (body.type !== 'order-report' || body.report.type !== 'order-filled') continue;
    const { fill, commissionMicros } = body.report;
    const sign = fill.side === 'buy' ? 1 : -1;
    executions.set(fill.executionId, {
      signed: sign * fill.quantity,
      cashMicros: -sign * notionalOf(fill.price, fill.quantity, 1),
      commission: commissionMicros,
    });
  }
  for (const [id, times] of sent)
    if (times > 1) violations.note(`${id} is in the journal ${times} times`);
  const references = new Map<string, number>();
  for (const { orderRef } of truth.orders)
    references.set(orderRef, (references.get(orderRef) ?? 0) + 1);
  for (const [reference, times] of references) {
    if (times > 1) violations.note(`${reference} came to the gateway ${times} times`);
    if (!sent.has(reference)) violations.note(`${reference} is at the gateway and in no journal`);
  }
  const sums = { position: 0, cash: 0, commission: 0 };
  for (const { signed, cashMicros, commission } of executions.values()) {
    sums.position += signed;
    sums.cash += cashMicros;
    sums.commission += commission;
  }
  const cents = (micros: number): number => Math.round(micros / 10_000);
  const gross = truth.cashMicros - CASH * 1e6 + truth.commissionMicros;
  violations.expectEqual('position', sums.position, truth.position);
  violations.expectEqual('executions', executions.size, truth.executions.length);
  violations.expectEqual('cash before commissions, cents', cents(sums.cash), cents(gross));
  violations.expectEqual(
    'commissions, cents',
    cents(sums.commission),
    cents(truth.commissionMicros),
  );
  const open = truth.orders.filter(({ isOver }) => !isOver);
  violations.expectEqual('left open at the gateway', open.length, 0);
  return {
    orders: truth.orders.length,
    executions: truth.executions.length,
    position: truth.position,
    cashUsd: truth.cashMicros / 1e6,
    commissionUsd: truth.commissionMicros / 1e6,
  };
}

/** A backtest of the same morning with the run's own latencies, and what the two differ in. */
async function shadowOf(
  data: string,
  plan: TraderPlan,
  violations: Violations,
): Promise<Readonly<Record<string, unknown>>> {
  const result = await shadowRun({
    logsFolder: plan.logsFolder,
    run: 'last',
    settings: settingsOf(plan),
    namedData: () => [data],
    findData: () => undefined,
    ordersFile: undefined,
    cassetteFile: undefined,
    withinSecs: 2,
    environment: {},
    onProgress: () => undefined,
  });
  if ('problem' in result) {
    violations.note(`shadow: ${result.problem}`);
    return { problem: result.problem };
  }
  const { decisions, fills, latencies, warnings } = result;
  const classes = classSumsOf(result);
  const unexplained = classes.find((each) => each.class === 'unexplained');
  if (unexplained !== undefined)
    violations.note(`shadow: ${unexplained.count} differences are not explained`);
  const booked = result.differences.reduce((sum, each) => sum + each.resultMicros, 0);
  const { liveMicros, backtestMicros } = result.result;
  violations.expectEqual(
    'shadow: sum of the differences, cents',
    Math.round(booked / 1e4),
    Math.round((liveMicros - backtestMicros) / 1e4),
  );
  return {
    decisions,
    fills,
    classes: Object.fromEntries(classes.map((each) => [each.class, each.count])),
    latencies: {
      roundTripMs: inMs(latencies.roundTrip.medianNs),
      roundTripP95Ms: inMs(latencies.roundTrip.p95Ns),
      data: latencies.data,
      applied: latencies.applied,
    },
    liveUsd: liveMicros / 1e6,
    backtestUsd: backtestMicros / 1e6,
    warnings,
  };
}

function inMs(ns: number | null): number | null {
  return ns === null ? null : Math.round(ns / 1e4) / 100;
}
