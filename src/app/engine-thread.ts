/** The engine's thread: puts a run together from its plan and drives it. */
import { performance } from 'node:perf_hooks';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { RulesBrain } from '../brain/rules/rules-brain.ts';
import { Preflight } from '../brain/validation/preflight.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import type { DayNumber, SessionTime } from '../domain/time.ts';
import { formatClock, formatDay, NS_PER_HOUR } from '../domain/time.ts';
import type { Notice } from '../engine/protocol.ts';
import { type RunObserver, RunRecorder } from '../engine/run-recorder.ts';
import { runResultOf } from '../engine/run-result.ts';
import { TradingEngine } from '../engine/trading-engine.ts';
import { EngineRunner } from '../engine/worker/engine-runner.ts';
import { type Feed, FeedError } from '../feeds/port.ts';
import { FanOutJournal } from '../journal/fan-out-journal.ts';
import { JournalHasher } from '../journal/journal-hasher.ts';
import { DecisionLog } from '../journal/store/decision-log.ts';
import { journalPath } from '../journal/store/run-index.ts';
import { SqliteJournal } from '../journal/store/sqlite-journal.ts';
import { createSha256 } from '../platform/sha256.ts';
import { openGeneratedFeed } from './generated-feed.ts';
import { openFeed } from './open-feed.ts';
import type { FromEngineThread, RunPlan, ToEngineThread } from './run-plan.ts';
import { createExchange, createMarket, tradingDayOf } from './session-setup.ts';

/** 16:00 UTC lies in the trading day that the date names, in New York and in Chicago. */
const MIDDAY_UTC = 16 * NS_PER_HOUR;

type NoticeBody = Notice extends infer Each
  ? Each extends Notice
    ? Omit<Each, 'sequence' | 'clock'>
    : never
  : never;

async function main(port: MessagePort, plan: RunPlan): Promise<void> {
  const post = (message: FromEngineThread): void => port.postMessage(message);
  const startedMs = performance.now();
  const { session, runId } = plan;
  const market = createMarket(session);
  const feed = await openPlanned(plan);
  const window = windowOf(plan, market.schedule);

  const store = SqliteJournal.create(journalPath(plan.logsFolder, runId));
  const log = new DecisionLog(plan.logsFolder, runId, logDayOf(market.schedule, window.from));
  const hasher = new JournalHasher(createSha256(), runId);
  const observer = createObserver(post, market.schedule, log);
  const recorder = new RunRecorder(
    new FanOutJournal([store, log, hasher]),
    observer,
    plan.mode !== 'backtest',
  );
  const { settings, instrument, day } = session;
  const engine = new TradingEngine({
    runId,
    settings,
    instrument,
    day,
    schedule: market.schedule,
    window,
    groupEnds: feed.description.groupEnds,
    book: market.book,
    analysis: market.analysis,
    venue: createExchange(session, market.book),
    recorder,
    brain:
      plan.script === undefined
        ? new RulesBrain(settings.profile, settings.brain.size, settings.engine.snapshotMs)
        : undefined,
    validator: new Preflight(settings.validation, settings.brain),
    script: plan.script ?? [],
  });
  recorder.write(window.from, {
    type: 'run-started',
    header: {
      id: runId,
      startedAt: plan.startedAt,
      mode: plan.mode,
      symbol: instrument.symbol,
      session: formatDay(logDayOf(market.schedule, window.from)),
      seed: settings.seed,
      configSha256: session.configSha256,
      provider: plan.script === undefined ? 'rules' : 'script',
    },
  });

  const runner = new EngineRunner({
    engine,
    feed,
    mode: plan.mode,
    profile: settings.profile.name,
    speed: plan.speed,
    post,
  });
  const dataHash = Promise.withResolvers<string>();
  port.on('message', (message: ToEngineThread) => {
    if (message.type === 'data-hashed') dataHash.resolve(message.sha256);
    else runner.onMessage(message);
  });

  try {
    await runner.run();
    const wallMs = performance.now() - startedMs;
    const result = runResultOf(engine, {
      mode: plan.mode,
      configSha256: session.configSha256,
      dataSha256: await dataHash.promise,
      journalSha256: hasher.digest(),
      wallMs,
      warnings: plan.warnings,
    });
    store.storeResult(result);
    post({ type: 'run-ended', result });
  } finally {
    // what was decided is kept, also when the data turned out to be damaged
    log.close();
    store.close();
    await feed.close();
  }
}

async function openPlanned({ files, symbol, session }: RunPlan): Promise<Feed> {
  if (files.length === 0) return openGeneratedFeed(session);
  return openFeed({ paths: files, symbol, tradingDayOf });
}

/** The regular session of the run's day, or the part of it that was asked for; all of the data on a day without one. */
function windowOf(
  { from, to }: RunPlan,
  schedule: SessionSchedule,
): { from: SessionTime; to: SessionTime } {
  const { start, end, session: hours } = schedule.dayAt(MIDDAY_UTC);
  return { from: from ?? hours?.open ?? start, to: to ?? hours?.close ?? end };
}

function logDayOf(schedule: SessionSchedule, ts: SessionTime): DayNumber {
  return schedule.dayAt(ts).date;
}

function createObserver(
  post: (message: FromEngineThread) => void,
  schedule: SessionSchedule,
  log: DecisionLog,
): RunObserver {
  let sequence = 0;
  const notify = (notice: NoticeBody, ts: SessionTime): void => {
    sequence++;
    const clock = formatClock(ts + schedule.zoneOffsetAt(ts), 3);
    post({ ...notice, sequence, clock } as Notice);
  };
  return {
    onDecision: (decision, ts) => notify({ type: 'decision-made', decision }, ts),
    onFill: (fill, order, ts) =>
      notify({ type: 'order-filled', fill, role: order.request.role }, ts),
    onTrip(trade, ts) {
      log.appendTrade(trade);
      notify({ type: 'trade-closed', trade }, ts);
    },
    onOrderEvent: (orderId, what, detail, ts) =>
      notify({ type: 'order-event', orderId, what, detail }, ts),
    onAlarm: (level, text, ts) => notify({ type: 'alarm', level, text }, ts),
  };
}

if (parentPort !== null) {
  const port = parentPort;
  main(port, workerData as RunPlan)
    .catch((error: unknown) => {
      const isData = error instanceof FeedError;
      const text =
        error instanceof Error
          ? isData
            ? error.message
            : (error.stack ?? error.message)
          : String(error);
      port.postMessage({
        type: 'run-failed',
        kind: isData ? 'data' : 'internal',
        text,
      } satisfies FromEngineThread);
    })
    .finally(() => port.close());
}
