/** The engine's thread: puts a run together from its plan and drives it. */
import { performance } from 'node:perf_hooks';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openCompiledFeed } from '../adapters/compiled/compiled-feed.ts';
import { CassetteError } from '../brain/cassette/cassette-line.ts';
import type { TextKeeper } from '../brain/model/keeping-client.ts';
import type { Brain } from '../brain/port.ts';
import { RulesBrain } from '../brain/rules/rules-brain.ts';
import { Preflight } from '../brain/validation/preflight.ts';
import type { TradingDay } from '../domain/calendar.ts';
import { formatPrice } from '../domain/price.ts';
import type { RoundTrip, RunResult } from '../domain/run.ts';
import type { SessionSchedule } from '../domain/session-schedule.ts';
import type { SessionTime } from '../domain/time.ts';
import { formatClock, formatDay } from '../domain/time.ts';
import type { EngineMessage, Notice } from '../engine/protocol.ts';
import { type RunObserver, RunRecorder } from '../engine/run-recorder.ts';
import { runResultOf } from '../engine/run-result.ts';
import { TradingEngine } from '../engine/trading-engine.ts';
import { EngineRunner } from '../engine/worker/engine-runner.ts';
import { commandsIn } from '../engine/worker/repeated-run.ts';
import { USUAL_CHECKPOINTS } from '../engine/worker/run-history.ts';
import { depthLabelOf } from '../feeds/depth-label.ts';
import { type Feed, FeedError } from '../feeds/port.ts';
import { RereadFeed } from '../feeds/reread-feed.ts';
import { FanOutJournal } from '../journal/fan-out-journal.ts';
import { JournalError } from '../journal/journal-error.ts';
import { JournalHasher } from '../journal/journal-hasher.ts';
import { RepeatError, RepeatedJournal } from '../journal/repeated-journal.ts';
import { RewindableJournal, standingEntries } from '../journal/rewindable-journal.ts';
import { SecretFilter, withoutSecrets } from '../journal/secret-filter.ts';
import { DecisionLog } from '../journal/store/decision-log.ts';
import { journalPath } from '../journal/store/run-index.ts';
import { readJournal, SqliteJournal } from '../journal/store/sqlite-journal.ts';
import { readEnvironment } from '../platform/environment.ts';
import { redactorOf } from '../platform/redact.ts';
import { createSha256 } from '../platform/sha256.ts';
import { createBookCore } from './book-core.ts';
import { openGeneratedFeed } from './generated-feed.ts';
import type { RunPlan, ToEngineThread } from './run-plan.ts';
import { createExchange, createMarket, openSessionFeed } from './session-setup.ts';

type NoticeBody = Notice extends infer Each
  ? Each extends Notice
    ? Omit<Each, 'sequence' | 'clock'>
    : never
  : never;

async function main(port: MessagePort, plan: RunPlan): Promise<void> {
  const post = (message: EngineMessage): void => port.postMessage(message);
  const startedMs = performance.now();
  const { session, runId } = plan;
  const feed = plan.keepsCheckpoints
    ? await RereadFeed.of(() => openPlanned(plan))
    : await openPlanned(plan);
  const market = createMarket(session, feed.description, createBookCore());
  const window = windowOf(plan, market.calendar.dayOn(session.day, session.day));

  const path = journalPath(plan.logsFolder, runId);
  const store = plan.isResumed ? SqliteJournal.reopen(path) : SqliteJournal.create(path);
  const stored = plan.isResumed ? readJournal(path).entries : [];
  const log = new DecisionLog(plan.logsFolder, runId, session.day, (text) =>
    observer.onAlarm('warning', text, engine.clock),
  );
  const hasher = new JournalHasher(createSha256(), runId);
  const journal = new RewindableJournal(new FanOutJournal([store, log]), hasher);
  const standing = standingEntries(stored);
  const repeated = new RepeatedJournal(journal, standing, runId);
  if (plan.isResumed) {
    journal.knowStored(stored);
    log.complete(stored);
    store.noteResumed(plan.startedAt);
  }
  const observer = createObserver(post, market.schedule, (trade) => {
    // a run that went back and repeats itself has closed it before; one that is resumed may have, and the log knows
    if (!journal.isRepeating || repeated.isRepeating) log.appendTrade(trade);
  });
  const redact = redactorOf(readEnvironment());
  const recorder = new RunRecorder(
    new SecretFilter(repeated, redact),
    observer,
    plan.mode !== 'backtest',
  );
  const { settings, instrument, day } = session;
  const { brain, close: closeBrain } = await brainOf(plan, {
    keep: (sha256, text) => store.keepText(sha256, redact(text)),
  });
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
    venue: createExchange(session, market.book, feed.description),
    recorder,
    brain,
    validator: new Preflight(settings.validation, settings.brain),
    script: plan.script ?? [],
  });
  const { tradeDate } = market.calendar.dayOn(day, day);
  const label = depthLabelOf(feed.description.depth, settings.execution.queueModel);
  recorder.write(window.from, {
    type: 'run-started',
    header: {
      id: runId,
      startedAt: plan.startedAt,
      // where this machine has the data; no part of the hash
      environment: { files: plan.files },
      mode: plan.mode,
      symbol: instrument.symbol,
      session: formatDay(day),
      // a holiday on which futures trade
      ...(tradeDate === day ? {} : { tradeDate: formatDay(tradeDate) }),
      seed: settings.seed,
      configSha256: session.configSha256,
      ...(session.historyHeader === null ? {} : { volumeHistory: session.historyHeader }),
      provider: brain?.provider ?? 'script',
      ...(session.definedBy === undefined
        ? {}
        : {
            instrument: {
              tick: formatPrice(instrument.tickNanos),
              multiplier: instrument.multiplier,
              definedBy: session.definedBy,
            },
          }),
      ...(label === undefined ? {} : { data: label }),
    },
  });

  const runner = new EngineRunner({
    engine,
    feed,
    mode: plan.mode,
    profile: settings.profile.name,
    speed: plan.speed,
    post,
    checkpoints: plan.keepsCheckpoints ? USUAL_CHECKPOINTS : undefined,
    repeats: plan.isResumed
      ? {
          until: standing.at(-1)?.ts ?? window.from,
          commands: commandsIn(standing),
          isRepeating: () => repeated.isRepeating,
        }
      : undefined,
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
    post({ type: 'run-ended', result: withStored(store, withoutSecrets(result, redact)) });
  } finally {
    // what was decided is kept, also when the data turned out to be damaged
    log.close();
    closeBrain();
    closeJournal(store);
    await feed.close();
  }
}

/** Who decides; `undefined`: a script is played. */
async function brainOf(
  { script, model, session }: RunPlan,
  keeper: TextKeeper,
): Promise<{ readonly brain: Brain | undefined; close(): void }> {
  const close = (): void => undefined;
  if (script !== undefined) return { brain: undefined, close };
  const { settings } = session;
  if (model === undefined) {
    const { brain, profile, engine } = settings;
    return { brain: new RulesBrain(profile, brain.size, engine.snapshotMs), close };
  }
  // the client library is large, and most runs ask no model
  const { createModelBrain } = await import('./brain/create-brain.ts');
  return createModelBrain(model, settings, keeper);
}

/** The result, kept in the journal; with a warning where that cannot be. */
function withStored(store: SqliteJournal, result: RunResult): RunResult {
  try {
    store.storeResult(result);
    return result;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const warning = `the journal of this run is not complete: ${error.message}`;
    return { ...result, warnings: [...result.warnings, warning] };
  }
}

/** Closes it; what could not be written has been told. */
function closeJournal(store: SqliteJournal): void {
  try {
    store.close();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
  }
}

async function openPlanned({ files, compiled, symbol, session }: RunPlan): Promise<Feed> {
  if (files.length === 0) return openGeneratedFeed(session);
  if (compiled !== undefined) return openCompiledFeed(compiled, files);
  return openSessionFeed(files, symbol);
}

/** The regular session of the run's day, or the part of it that was asked for; all of the data on a day without one. */
function windowOf(
  { from, to }: RunPlan,
  { start, end, session }: TradingDay,
): { from: SessionTime; to: SessionTime } {
  return { from: from ?? session?.open ?? start, to: to ?? session?.close ?? end };
}

function createObserver(
  post: (message: EngineMessage) => void,
  schedule: SessionSchedule,
  onTrade: (trade: RoundTrip) => void,
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
      onTrade(trade);
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
      const isData =
        error instanceof FeedError ||
        error instanceof CassetteError ||
        error instanceof RepeatError;
      const text =
        error instanceof Error
          ? isData || error instanceof JournalError
            ? error.message
            : (error.stack ?? error.message)
          : String(error);
      port.postMessage({
        type: 'run-failed',
        kind: isData ? 'data' : 'internal',
        text,
      } satisfies EngineMessage);
    })
    .finally(() => port.close());
}
