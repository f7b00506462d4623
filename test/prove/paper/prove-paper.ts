import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FakeGateway } from '../../../src/adapters/ibkr-gateway/fake-gateway.ts';
import { MatchedMarket } from '../../../src/app/gateway/matched-market.ts';
import { playData } from '../../../src/app/gateway/play-data.ts';
import { createGateway, NO_LATENCY } from '../../../src/app/gateway/start-fake-gateway.ts';
import { openGeneratedFeed } from '../../../src/app/generated-feed.ts';
import { planMarket } from '../../../src/app/run.ts';
import { GENERATED_DAY, openSessionFeed } from '../../../src/app/session-setup.ts';
import { windowOf } from '../../../src/app/session-window.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { MICROS_PER_UNIT } from '../../../src/domain/money.ts';
import { Random } from '../../../src/domain/random.ts';
import type { RunResult } from '../../../src/domain/run.ts';
import { signOf } from '../../../src/domain/side.ts';
import { recordedRuns } from '../../../src/journal/store/run-index.ts';
import { readJournal } from '../../../src/journal/store/sqlite-journal.ts';
import { verifyJournal } from '../../../src/journal/store/verify-journal.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { SimulatedExchange } from '../../../src/simulation/exchange/simulated-exchange.ts';
import { PAPER_ACCOUNT } from '../../support/broker-rig.ts';
import { testData } from '../../support/test-data.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';

const LOBSTER_DAY = 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip';
const SPEED = 10;
const CASH = 100_000;
/** A trader lives so long, ms, at least and at most. */
const LIFE_MS = [300, 1800] as const;
/** Processes start slowly on a busy machine; what is measured is told apart. */
const PATIENCE_MS = 30_000;

interface PlayedGateway {
  readonly gateway: FakeGateway;
  readonly port: number;
  readonly symbol: string;
  close(): Promise<void>;
}

/**
 * A paper session at the fake gateway, which plays a LOBSTER day (a generated market where this machine has none) at ten times its pace. The
 * trader trades by hand without rest, is killed with SIGKILL `count` times at random moments, and started again each time. At the
 * end everything is closed. Journal and gateway must have the same executions, position and money, to the share and the cent; every
 * order was sent once; every journal is whole.
 */
export async function provePaper({ count, seed, say }: ProofOptions): Promise<ProofResult> {
  const violations = new Violations(say);
  const random = new Random(seed);
  const logs = mkdtempSync(join(tmpdir(), 'fsd-paper-'));
  const played = await playGateway(logs);
  const { gateway } = played;
  const readyMs: number[] = [];
  let heldAtKills = 0;
  try {
    for (let kill = 0; kill < count; kill++) {
      const trader = startTrader(played, logs, seed * 1000 + kill);
      readyMs.push(await trader.ready);
      await sleep(LIFE_MS[0] + random.float() * (LIFE_MS[1] - LIFE_MS[0]));
      trader.child.kill('SIGKILL');
      await trader.gone;
      if (gateway.account.position !== 0) heldAtKills++;
      for (const { id, path } of recordedRuns(logs))
        violations.expectEqual(`the journal of ${id}`, verifyJournal(path).state, 'whole');
      say(`kill ${kill + 1}: the gateway holds ${gateway.account.position}`);
    }
    const last = startTrader(played, logs, seed * 1000 + count);
    readyMs.push(await last.ready);
    last.child.stdin?.write('end\n');
    const result = await last.result;
    violations.expectEqual('position at the end', gateway.account.position, 0);
    violations.expectEqual('position of the run', result.account.position, 0);
    violations.expectEqual('open at the gateway', gateway.orders.open.length, 0);
    const books = compareBooks(gateway, logs, violations);
    return {
      violations: violations.count,
      symbol: played.symbol,
      kills: count,
      heldAtKills,
      ...books,
      slowestReadyMs: Math.max(...readyMs),
    };
  } finally {
    await played.close();
    rmSync(logs, { recursive: true, force: true });
  }
}

/** Executions, money and order references, as journals and gateway have them. */
function compareBooks(
  gateway: FakeGateway,
  logs: string,
  violations: Violations,
): { readonly runs: number; readonly orders: number; readonly executions: number } {
  const told = new Map<string, string>();
  let cashMicros = CASH * MICROS_PER_UNIT;
  const runs = recordedRuns(logs);
  for (const { path } of runs)
    for (const { body } of readJournal(path).entries) {
      if (body.type === 'invariant-violated') violations.note(`${body.rule}: ${body.detail}`);
      if (body.type !== 'order-report' || body.report.type !== 'order-filled') continue;
      const { fill, commissionMicros } = body.report;
      if (told.has(fill.executionId)) continue;
      told.set(fill.executionId, `${fill.orderId} ${fill.side} ${fill.quantity} ${fill.price}`);
      cashMicros -= signOf(fill.side) * (fill.price / 1000) * fill.quantity + commissionMicros;
    }
  const { executions } = gateway.orders;
  violations.expectEqual('executions', told.size, executions.length);
  const cents = (micros: number): number => Math.round(micros / 10_000);
  violations.expectEqual('cash in cents', cents(cashMicros), cents(gateway.account.cashMicros));
  const references = gateway.orders.all.map(({ terms }) => terms.orderRef);
  violations.expectEqual('orders sent once', new Set(references).size, references.length);
  return { runs: runs.length, orders: references.length, executions: executions.length };
}

async function playGateway(folder: string): Promise<PlayedGateway> {
  const day = testData('lobster', LOBSTER_DAY);
  const { market: plan } = await planMarket({
    settings: loadConfig({ workingFolder: folder, environment: {} }),
    data: day === undefined ? [] : [day],
    date: day === undefined ? GENERATED_DAY : undefined,
    from: undefined,
    to: undefined,
  });
  const { session, files } = plan;
  const { instrument, settings } = session;
  const feed =
    files.length === 0 ? openGeneratedFeed(session) : await openSessionFeed(files, undefined);
  const { depth, levels, groupEnds } = feed.description;
  const book = new OrderBook(instrument.tickNanos);
  const exchange = new SimulatedExchange({
    book,
    instrument,
    execution: settings.execution,
    latency: NO_LATENCY,
    random: new Random(settings.seed),
    day: session.day,
    depth,
    knownLevels: levels,
    groupEnds,
  });
  const market = new MatchedMarket({
    book,
    exchange,
    day: session.day,
    from: Number.NEGATIVE_INFINITY,
  });
  const gateway = createGateway(market, instrument, { account: PAPER_ACCOUNT, cash: CASH });
  const end = new AbortController();
  const begun = Promise.withResolvers<void>();
  const playing = playData(market, feed, {
    day: session.day,
    ...windowOf(plan),
    speed: SPEED,
    signal: end.signal,
    onBegin: () => begun.resolve(),
  });
  await begun.promise;
  const port = await gateway.listen(0);
  return {
    gateway,
    port,
    symbol: instrument.symbol,
    async close() {
      end.abort();
      await playing;
      await gateway.close();
      await feed.close();
    },
  };
}

interface Trader {
  readonly child: ChildProcess;
  /** Resolves, with how long that took, when it agrees with the broker. */
  readonly ready: Promise<number>;
  readonly result: Promise<RunResult>;
  readonly gone: Promise<unknown>;
}

function startTrader({ port, symbol }: PlayedGateway, logs: string, seed: number): Trader {
  const file = fileURLToPath(new URL('trader.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [file, String(port), logs, symbol, String(SPEED), String(seed)],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const ready = Promise.withResolvers<number>();
  const result = Promise.withResolvers<RunResult>();
  // whoever does not wait for it does not mind
  result.promise.catch(() => undefined);
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
    const match = /ready \S+ (\d+)\n/.exec(said);
    if (match !== null) ready.resolve(Number(match[1]));
    const json = /^\{.*\}\n/m.exec(said);
    if (json !== null) result.resolve(JSON.parse(json[0]) as RunResult);
  });
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const gone = once(child, 'exit');
  const fail = (why: string): void => {
    const error = new Error(`${why}: ${said}`);
    ready.reject(error);
    result.reject(error);
  };
  const timer = setTimeout(() => fail('the trader does not get ready'), PATIENCE_MS);
  void gone.then(() => {
    clearTimeout(timer);
    fail('the trader ended');
  });
  return { child, ready: ready.promise, result: result.promise, gone };
}
