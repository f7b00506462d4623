import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { VenueClient } from '../adapters/venue-link/venue-client.ts';
import { CassetteError } from '../brain/cassette/cassette-line.ts';
import { Preflight } from '../brain/validation/preflight.ts';
import type { RunResult } from '../domain/run.ts';
import type { EngineMessage } from '../engine/protocol.ts';
import { RunRecorder } from '../engine/run-recorder.ts';
import { runResultOf } from '../engine/run-result.ts';
import { TradingEngine } from '../engine/trading-engine.ts';
import { EngineRunner, type VenueLink } from '../engine/worker/engine-runner.ts';
import { commandsIn } from '../engine/worker/repeated-run.ts';
import { USUAL_CHECKPOINTS } from '../engine/worker/run-history.ts';
import { FeedError } from '../feeds/port.ts';
import { RereadFeed } from '../feeds/reread-feed.ts';
import { FanOutJournal } from '../journal/fan-out-journal.ts';
import { JournalError } from '../journal/journal-error.ts';
import { JournalHasher } from '../journal/journal-hasher.ts';
import { RepeatError, RepeatedJournal } from '../journal/repeated-journal.ts';
import { RewindableJournal, standingEntries } from '../journal/rewindable-journal.ts';
import { SecretFilter, withoutSecrets } from '../journal/secret-filter.ts';
import { DecisionLog } from '../journal/store/decision-log.ts';
import { readEnvironment } from '../platform/environment.ts';
import { redactorOf } from '../platform/redact.ts';
import { createSha256 } from '../platform/sha256.ts';
import { SpoolFile } from '../platform/spool-file.ts';
import { UnreachableError } from '../platform/unreachable-error.ts';
import { createBookCore } from './book-core.ts';
import { openPlanned } from './open-planned.ts';
import {
  type BrainOf,
  closeJournal,
  createObserver,
  listenTo,
  openStore,
  plannedBrain,
  runHeaderOf,
  withStored,
} from './run-parts.ts';
import type { RunPlan } from './run-plan.ts';
import { createExchange, createMarket } from './session-setup.ts';
import { windowOf } from './session-window.ts';
import { differencesOf, welcomeText } from './venue/compare-truth.ts';

/**
 * Puts a run together from its plan and drives it to its end. What happens is posted, the result last; a run that fails posts
 * that. Commands are taken from the same port, and the hash of the data, which the result waits for.
 */
export async function playRun(
  port: MessagePort,
  plan: RunPlan,
  brainOf: BrainOf = plannedBrain,
): Promise<void> {
  try {
    if (plan.broker === undefined) {
      await play(port, plan, brainOf);
    } else {
      // the broker's client library is large, and most runs need none
      const { playAtBroker } = await import('./broker/play-broker-run.ts');
      await playAtBroker(port, plan, plan.broker, brainOf);
    }
  } catch (error) {
    port.postMessage(failureOf(error));
  } finally {
    port.close();
  }
}

async function play(port: MessagePort, plan: RunPlan, brainOf: BrainOf): Promise<void> {
  const post = (message: EngineMessage): void => port.postMessage(message);
  const startedMs = performance.now();
  const { session, runId } = plan;
  const feed = plan.keepsCheckpoints
    ? await RereadFeed.of(() => openPlanned(plan), SpoolFile.in(tmpdir()))
    : await openPlanned(plan);
  const market = createMarket(session, feed.description, createBookCore());
  const window = windowOf(plan);

  const { store, stored } = openStore(plan);
  const log = new DecisionLog(plan.logsFolder, runId, session.day, (text) =>
    observer.onAlarm('warning', text, engine.clock),
  );
  const hasher = new JournalHasher(createSha256(), runId);
  const journal = new RewindableJournal(new FanOutJournal([store, log]), hasher);
  const standing = standingEntries(stored);
  const tellThere = (): void =>
    observer.onAlarm('info', 'the run is where it stopped, and goes on', engine.clock);
  const repeated = new RepeatedJournal(journal, standing, runId, () => {
    // a venue in another process is asked first
    if (client === undefined) tellThere();
  });
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
    plan.mode !== 'backtest' || plan.venue !== undefined,
  );
  const client =
    plan.venue === undefined
      ? undefined
      : new VenueClient({
          path: plan.venue,
          run: runId,
          from: window.from,
          lastKnown: standing.at(-1)?.ts ?? window.from,
        });
  const { settings, instrument, day } = session;
  const decider = await brainOf(plan, {
    keep: (sha256, text) => store.keepText(sha256, redact(text)),
  });
  const { brain } = decider;
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
    venue: client ?? createExchange(session, market.book, feed.description),
    recorder,
    brain,
    validator: new Preflight(settings.validation, settings.brain),
    script: plan.script ?? [],
    ...(plan.carried === undefined ? {} : { carried: plan.carried }),
  });
  recorder.write(window.from, {
    type: 'run-started',
    header: runHeaderOf(plan, market.calendar, feed.description, brain?.provider),
  });
  const { halt } = engine.risk;
  if (halt !== undefined)
    observer.onAlarm('critical', `trading is still halted: ${halt.reason}`, window.from);

  const runner = new EngineRunner({
    engine,
    feed,
    mode: plan.mode,
    profile: settings.profile.name,
    speed: plan.speed,
    post,
    checkpoints: plan.keepsCheckpoints ? USUAL_CHECKPOINTS : undefined,
    oneWay:
      plan.venue === undefined
        ? undefined
        : 'the venue is another process, whose orders cannot be undone: no way back',
    repeats: plan.isResumed
      ? {
          until: standing.at(-1)?.ts ?? window.from,
          commands: commandsIn(standing),
          isRepeating: () => repeated.isRepeating,
        }
      : undefined,
    link:
      client === undefined
        ? undefined
        : linkOf(client, async () => {
            const differences = differencesOf(await client.truth(), engine.desk, client.pending);
            for (const text of differences) observer.onAlarm('critical', text, engine.clock);
            if (plan.isResumed && differences.length === 0) tellThere();
            return differences.length === 0;
          }),
  });
  const dataHash = listenTo(port, runner);

  let ended: RunResult;
  try {
    const welcome = await client?.begin();
    if (welcome !== undefined && plan.isResumed)
      observer.onAlarm('info', welcomeText(welcome), engine.clock);
    await runner.run();
    const wallMs = performance.now() - startedMs;
    const result = runResultOf(engine, {
      mode: plan.mode,
      configSha256: session.configSha256,
      dataSha256: await dataHash,
      journalSha256: hasher.digest(),
      wallMs,
      warnings: plan.warnings,
    });
    ended = withStored(store, withoutSecrets(result, redact));
  } finally {
    // what was decided is kept, also when the data turned out to be damaged
    client?.close();
    log.close();
    decider.close();
    closeJournal(store);
    await feed.close();
  }
  // whoever hears of the end finds the files closed
  post({ type: 'run-ended', result: ended });
}

/** The client as the runner knows it, with who compares what both sides know. */
function linkOf(client: VenueClient, agrees: () => Promise<boolean>): VenueLink {
  return {
    get horizon() {
      return client.horizon;
    },
    get awayUntil() {
      return client.awayUntil;
    },
    sync: (done) => client.sync(done),
    finish: (at) => client.finish(at),
    agrees,
  };
}

function failureOf(error: unknown): EngineMessage {
  const isUnreachable = error instanceof UnreachableError;
  const isData =
    error instanceof FeedError || error instanceof CassetteError || error instanceof RepeatError;
  const isForeseen = isData || isUnreachable || error instanceof JournalError;
  const text =
    error instanceof Error
      ? isForeseen
        ? error.message
        : (error.stack ?? error.message)
      : String(error);
  return {
    type: 'run-failed',
    kind: isUnreachable ? 'unreachable' : isData ? 'data' : 'internal',
    text,
  };
}
