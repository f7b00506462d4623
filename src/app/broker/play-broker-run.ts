import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { Preflight } from '../../brain/validation/preflight.ts';
import { LEFT_AT_BROKER, type RunResult } from '../../domain/run.ts';
import type { SessionSchedule } from '../../domain/session-schedule.ts';
import type { SessionTime } from '../../domain/time.ts';
import { DistantVenue } from '../../engine/distant-venue.ts';
import type { EngineMessage } from '../../engine/protocol.ts';
import { RunRecorder } from '../../engine/run-recorder.ts';
import { runResultOf } from '../../engine/run-result.ts';
import { takeUpRun } from '../../engine/take-up-run.ts';
import { TradingEngine } from '../../engine/trading-engine.ts';
import { LiveRunner } from '../../engine/worker/live-runner.ts';
import type { LiveFeed } from '../../feeds/port.ts';
import { FanOutJournal } from '../../journal/fan-out-journal.ts';
import { JournalHasher } from '../../journal/journal-hasher.ts';
import { SecretFilter, withoutSecrets } from '../../journal/secret-filter.ts';
import { DecisionLog } from '../../journal/store/decision-log.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { redactorOf } from '../../platform/redact.ts';
import { createSha256 } from '../../platform/sha256.ts';
import { createBookCore } from '../book-core.ts';
import {
  type BrainOf,
  closeJournal,
  createObserver,
  listenTo,
  openStore,
  runHeaderOf,
  withStored,
} from '../run-parts.ts';
import type { RunPlan } from '../run-plan.ts';
import { createMarket } from '../session-setup.ts';
import { type BrokerPlan, orderPrefixOf } from './broker-plan.ts';
import { openBroker } from './open-broker.ts';
import { RunGuard } from './run-guard.ts';

/**
 * A run at a broker, in the engine's thread: its feed and its venue are the gateway's, and its clock the market's own. A run that an earlier
 * process left is taken up: its journal goes on, and the broker is asked what became of what it sent.
 */
export async function playAtBroker(
  port: MessagePort,
  plan: RunPlan,
  brokerPlan: BrokerPlan,
  brainOf: BrainOf,
): Promise<void> {
  const guard = await RunGuard.start(plan, brokerPlan, orderPrefixOf(plan.runId));
  try {
    await playGuarded(port, plan, brokerPlan, brainOf, guard);
  } catch (error) {
    guard.abandon();
    throw error;
  }
}

async function playGuarded(
  port: MessagePort,
  plan: RunPlan,
  brokerPlan: BrokerPlan,
  brainOf: BrainOf,
  guard: RunGuard,
): Promise<void> {
  const post = (message: EngineMessage): void => port.postMessage(message);
  const startedMs = performance.now();
  const { session, runId } = plan;
  const { settings, instrument, day } = session;
  const idPrefix = orderPrefixOf(runId);
  const early: string[] = [];
  let tell = (words: string): void => void early.push(words);
  const broker = await openBroker(
    brokerPlan,
    session,
    idPrefix,
    () => guard.orderPort,
    (words) => tell(words),
  );
  const { clock, venue } = broker;
  const feed: LiveFeed = broker.feed;
  const market = createMarket(session, feed.description, createBookCore());
  const window = windowFrom(clock(), plan, market.schedule);

  const { store, stored } = openStore(plan);
  const log = new DecisionLog(plan.logsFolder, runId, day, (text) =>
    observer.onAlarm('warning', text, clock()),
  );
  const hasher = new JournalHasher(createSha256(), runId);
  for (const entry of stored) hasher.append(entry);
  const observer = createObserver(post, market.schedule, (trade) => log.appendTrade(trade));
  // the account's number is a secret like a key
  const redact = redactorOf({ ...readEnvironment(), BROKER_ACCOUNT: brokerPlan.account });
  const recorder = new RunRecorder(
    new SecretFilter(new FanOutJournal([store, log, hasher]), redact),
    observer,
    true,
  );
  const decider = await brainOf(plan, {
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
    venue: new DistantVenue(venue),
    recorder,
    brain: decider.brain,
    validator: new Preflight(settings.validation, settings.brain),
    script: [],
    present: {
      idPrefix,
      positionBefore: venue.positionBefore,
      isArmed: plan.mode !== 'live' || brokerPlan.isArmed,
      feedTrouble() {
        const { state, words } = feed.standing;
        return state === 'live' ? undefined : `market data ${state}: ${words}`;
      },
      venueTrouble: () => venue.session.lastWords || undefined,
    },
    ...(plan.carried === undefined ? {} : { carried: plan.carried }),
  });
  if (brokerPlan.dayNow === undefined) {
    recorder.write(window.from, {
      type: 'run-started',
      header: runHeaderOf(plan, market.calendar, feed.description, decider.brain?.provider),
    });
  } else {
    store.noteResumed(plan.startedAt);
    log.complete(stored);
    takeUpRun(engine, stored, brokerPlan.dayNow);
    // those that the log has are not written twice
    for (const trip of engine.desk.portfolio.trips) log.appendTrade(trip);
    observer.onAlarm('info', takenUpText(engine), clock());
  }
  // whoever comes first finds that the broker is being asked, and nothing is sent before it has answered
  engine.desk.takeReports(clock());
  tell = (words) => observer.onAlarm('info', words, engine.clock);
  for (const words of early) tell(words);
  const { halt } = engine.risk;
  if (halt !== undefined)
    observer.onAlarm('critical', `trading is still halted: ${halt.reason}`, clock());
  if (venue.positionBefore !== 0) {
    const text = `the account held ${venue.positionBefore} ${instrument.symbol} before this run: that is not touched`;
    observer.onAlarm('warning', text, clock());
  }

  const runner = new LiveRunner({
    engine,
    feed,
    mode: plan.mode,
    profile: settings.profile.name,
    clock,
    post,
    broker: () => broker.view(engine.desk.venueStanding),
    isTakenIn: () => venue.isTakenIn,
    onTurn: () => guard.beat(),
  });
  guard.watch({
    onKilled(code, words) {
      engine.halt(code, `the guard has ended trading: ${words}`);
      engine.wake();
    },
    onFlat(words) {
      observer.onAlarm('warning', `the guard: ${words}`, engine.clock);
      venue.refresh();
    },
    onWords: (words, isGrave) =>
      observer.onAlarm(isGrave ? 'critical' : 'info', words, engine.clock),
  });
  const dataHash = listenTo(port, runner);

  let ended: RunResult;
  try {
    await runner.run();
    const left = leftText(engine);
    const result = withoutSecrets(
      runResultOf(engine, {
        mode: plan.mode,
        configSha256: session.configSha256,
        dataSha256: await dataHash,
        journalSha256: hasher.digest(),
        wallMs: performance.now() - startedMs,
        warnings: left === undefined ? plan.warnings : [...plan.warnings, left],
      }),
      redact,
    );
    // what leaves something at the broker is not over: the next start goes on with it
    ended = left === undefined ? withStored(store, result) : result;

    guard.standDown();
  } finally {
    log.close();
    decider.close();
    closeJournal(store);
    await broker.close();
  }
  // whoever hears of the end finds the files closed
  post({ type: 'run-ended', result: ended });
}

/** From now to the session's close, or to what was asked for; out of the session to the end of its day. */
function windowFrom(
  now: SessionTime,
  { to }: RunPlan,
  schedule: SessionSchedule,
): { readonly from: SessionTime; readonly to: SessionTime } {
  const { session, end } = schedule.dayAt(now);
  const close = session !== null && now < session.close ? session.close : end;
  return { from: now, to: to !== undefined && to > now ? to : close };
}

function openText({ desk }: TradingEngine): string {
  const orders = [...desk.orders.working].length;
  const { position } = desk.portfolio;
  const held = position === 0 ? 'flat' : `${position > 0 ? 'long' : 'short'} ${Math.abs(position)}`;
  return `${held}, ${orders} ${orders === 1 ? 'order works' : 'orders work'}`;
}

function takenUpText(engine: TradingEngine): string {
  return `the run is taken up as its journal left it: ${openText(engine)}; the broker is asked what became of it`;
}

/** What a run leaves at the broker; `undefined` where that is nothing. */
function leftText(engine: TradingEngine): string | undefined {
  const { orders, portfolio } = engine.desk;
  if (portfolio.position === 0 && !orders.hasWorking) return undefined;
  return `${LEFT_AT_BROKER}: ${openText(engine)}; the next start today takes the run up again`;
}
