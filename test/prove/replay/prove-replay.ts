import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBookCore } from '../../../src/app/book-core.ts';
import { compileFile } from '../../../src/app/compiled-day.ts';
import { generateData } from '../../../src/app/data-generate.ts';
import { openPlanned } from '../../../src/app/open-planned.ts';
import { planMarket } from '../../../src/app/run.ts';
import {
  createExchange,
  createMarket,
  GENERATED_DAY,
  loadCalendar,
} from '../../../src/app/session-setup.ts';
import { windowOf } from '../../../src/app/session-window.ts';
import type { ModelClient } from '../../../src/brain/model/port.ts';
import { RememberingClient } from '../../../src/brain/model/remembering-client.ts';
import { requestText } from '../../../src/brain/model/request-text.ts';
import { RulesBrain } from '../../../src/brain/rules/rules-brain.ts';
import { Preflight } from '../../../src/brain/validation/preflight.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { TradingCalendar } from '../../../src/domain/calendar.ts';
import type { EventBatch } from '../../../src/domain/event.ts';
import { Random } from '../../../src/domain/random.ts';
import { FrameBuilder } from '../../../src/engine/frame-builder.ts';
import type { EngineCommand, EngineMessage } from '../../../src/engine/protocol.ts';
import { RunRecorder } from '../../../src/engine/run-recorder.ts';
import { TradingEngine } from '../../../src/engine/trading-engine.ts';
import { EngineRunner } from '../../../src/engine/worker/engine-runner.ts';
import { USUAL_CHECKPOINTS } from '../../../src/engine/worker/run-history.ts';
import { RereadFeed } from '../../../src/feeds/reread-feed.ts';
import { JournalHasher } from '../../../src/journal/journal-hasher.ts';
import { RewindableJournal } from '../../../src/journal/rewindable-journal.ts';
import { createSha256, sha256Of } from '../../../src/platform/sha256.ts';
import { SpoolFile } from '../../../src/platform/spool-file.ts';
import { replyTo, scriptedClient } from '../../support/model-brain.ts';
import { modelBrain } from '../../support/model-rig.ts';
import { testData } from '../../support/test-data.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';

/** What is asked of a jump in a day of that size, ms: the figure. */
const MOST_MS = 300;
const DAY_EVENTS = 10_000_000;
const UNITS = ['event', 'trade', 'snapshot', 'decision', 'fill'] as const;

/** How a day is opened, and the ending of the file that it is in. */
const FORMS = { compiled: '.dbn', packed: '.dbn.zst' } as const;
type Form = keyof typeof FORMS;

/** Where a way led, and what was seen there. */
interface Seen {
  readonly what: string;
  readonly events: number;
  /** `null`: nothing after the last event. */
  readonly clock: number | null;
  readonly sha256: string;
}

/** A day that is gone about in, and who decides in it: the rules, or a model whose answers rest on the questions alone. */
interface Day {
  readonly file: string;
  readonly folder: string;
  readonly brain: 'rules' | 'model';
}

/** A model that waits most of the time; what it does else rests on the question too. */
function patientClient(): ModelClient {
  const inner = scriptedClient();
  return {
    ask(request) {
      const dice = Number.parseInt(sha256Of(requestText(request)).slice(-2), 16);
      if (dice < 10) return inner.ask(request);
      const reasoning = 'nothing to do';
      const calls = [{ tool: 'wait', arguments: { reasoning } }];
      return Promise.resolve(replyTo(request, { calls, latencyMs: 300 + dice }));
    },
  };
}

/** What is paid is counted and limits nothing; a question every two seconds, as a model is asked. */
const MODEL_SETTINGS = ['brain.gate=0', 'brain.intervalMs=2000'];

/** A run's engine over the file, as the program puts it together, with a journal that nobody keeps. */
async function rigOf({ file, folder, brain: who }: Day) {
  const settings = loadConfig({
    workingFolder: folder,
    environment: {},
    assignments: [
      'risk.enabled=false',
      `paths.cache=${folder}`,
      `paths.logs=${folder}`,
      ...(who === 'model' ? MODEL_SETTINGS : []),
    ],
  });
  const { market } = await planMarket({
    settings,
    data: [file],
    date: undefined,
    from: undefined,
    to: undefined,
  });
  const { session } = market;
  const feed = await RereadFeed.of(() => openPlanned(market), SpoolFile.in(tmpdir()));
  const parts = createMarket(session, feed.description, createBookCore());
  const nothing = (): void => undefined;
  const hasher = new JournalHasher(createSha256(), 'proof');
  const recorder = new RunRecorder(
    new RewindableJournal({ append: nothing }, hasher),
    {
      onDecision: nothing,
      onFill: nothing,
      onTrip: nothing,
      onOrderEvent: nothing,
      onAlarm: nothing,
    },
    false,
  );
  const { brain, profile, engine: engineSettings } = session.settings;
  const engine = new TradingEngine({
    runId: 'proof',
    settings: session.settings,
    instrument: session.instrument,
    day: session.day,
    schedule: parts.schedule,
    window: windowOf(market),
    groupEnds: feed.description.groupEnds,
    book: parts.book,
    analysis: parts.analysis,
    venue: createExchange(session, parts.book, feed.description),
    recorder,
    brain:
      who === 'rules'
        ? new RulesBrain(profile, brain.size, engineSettings.snapshotMs)
        : modelBrain(new RememberingClient(patientClient(), sha256Of), session.settings),
    validator: new Preflight(session.settings.validation, brain),
    script: [],
  });
  return { feed, engine };
}

/** The whole frame and what the account has done, as one digest. */
function digestOf({ engine }: Awaited<ReturnType<typeof rigOf>>): string {
  const { desk, options, trades, snapshots, fills } = engine;
  // a builder of its own: one keeps the rows of its charts where they were
  const frame = new FrameBuilder(engine).build({
    sequence: 0,
    mode: 'backtest',
    feedState: 'live',
    depth: 'orders',
    eventsPerSecond: 0,
    progress: null,
    replay: null,
    profile: '',
    ladderRows: 120,
    ladderCenter: null,
    footprintWish: { bars: 12, rows: 60 },
    profileWish: { rows: 60, range: { kind: 'session' } },
  });
  const { asked, decisions, lastDecision, equity } = options.recorder;
  const all = [
    // what was paid on other ways is no part of this one
    { ...frame, brain: { ...frame.brain, paidUsd: null } },
    [...desk.orders.all],
    desk.portfolio.trips,
    [trades, snapshots, fills, asked, decisions, lastDecision, equity],
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** Jumps and steps about in a day, timed; returns what was seen where. */
async function wander(day: Day, count: number, random: Random, violations: Violations) {
  const rig = await rigOf(day);
  const { engine, feed } = rig;
  const answers = new Map<number, (answer: { accepted: boolean; text: string }) => void>();
  const runner = new EngineRunner({
    engine,
    feed,
    mode: 'backtest',
    profile: '',
    speed: Number.POSITIVE_INFINITY,
    post: (message: EngineMessage) => {
      if (message.type === 'command-answered') answers.get(message.id)?.(message);
    },
    checkpoints: USUAL_CHECKPOINTS,
  });
  let ids = 0;
  const ask = async (command: EngineCommand): Promise<{ accepted: boolean; text: string }> => {
    const id = ++ids;
    const answered = new Promise<{ accepted: boolean; text: string }>((resolve) =>
      answers.set(id, resolve),
    );
    runner.onMessage({ type: 'command', id, command });
    return answered;
  };
  await ask({ name: 'pause-replay' });
  const finished = runner.run();
  const { from, to } = engine.options.window;
  // played once, so that every jump from here on leads to where it has been
  const beganMs = performance.now();
  await ask({ name: 'jump-to', ts: to - 60e9 });
  const playMs = performance.now() - beganMs;
  const { events } = engine;
  const times: { readonly what: string; readonly ms: number }[] = [];
  const seen: Seen[] = [];
  for (let turn = 0; turn < count; turn++) {
    const unit = UNITS[turn % (UNITS.length * 2)];
    const isJump = unit === undefined;
    const what = isJump ? 'jump' : `${unit} back`;
    const ts = Math.floor(from + random.float() * (to - 60e9 - from));
    const command: EngineCommand = isJump
      ? { name: 'jump-to', ts }
      : { name: 'step', unit, direction: 'back' };
    const startMs = performance.now();
    const { accepted, text } = await ask(command);
    times.push({ what, ms: performance.now() - startMs });
    if (!accepted && !text.startsWith('there is no')) violations.note(`${what}: ${text}`);
    const { clock, isAtEnd } = engine;
    const there = { events: engine.events, clock: isAtEnd ? clock : null };
    seen.push({ what, ...there, sha256: digestOf(rig) });
  }
  const { checkpoints } = runner;
  await ask({ name: 'stop' });
  await finished;
  await feed.close();
  return { times, seen, playMs, checkpoints, events };
}

/** Waits for a brain that thinks; false where none does. */
async function answered(engine: TradingEngine): Promise<boolean> {
  if (engine.waiting === undefined) return false;
  await engine.waiting;
  engine.wake();
  return true;
}

/** Plays the day once, never back, and compares at every place. */
async function compare(day: Day, seen: readonly Seen[], violations: Violations): Promise<void> {
  const rig = await rigOf(day);
  const { engine, feed } = rig;
  const last = Number.POSITIVE_INFINITY;
  let batch: EventBatch | undefined;
  let index = 0;
  // of as many events the one that stopped inside a time stamp is before those after its end
  const order = [...seen].sort(
    (a, b) => a.events - b.events || (a.clock ?? -last) - (b.clock ?? -last),
  );
  for (const { what, events, clock, sha256 } of order) {
    while (engine.events < events) {
      if (batch === undefined || index >= batch.count) {
        batch = await feed.next();
        index = 0;
        if (batch === undefined) break;
      }
      const end = Math.min(batch.count, index + events - engine.events);
      index = engine.advance({ ...batch, count: end }, index, last, batch.count);
      await answered(engine);
    }
    // a model that is asked on the way stops the clock until it has answered
    while (clock !== null && engine.clock < clock) {
      engine.advanceClock(clock);
      if (!(await answered(engine))) break;
    }
    if (digestOf(rig) !== sha256)
      violations.note(`${what} to ${events} events is not what playing gives`);
  }
  await feed.close();
}

/** Goes about in a day, compares, and sums up how long it took. */
async function figuresOf(
  day: Day,
  count: number,
  seed: number,
  violations: Violations,
): Promise<{ readonly mostMs: number; readonly slowest: string } & Record<string, unknown>> {
  const random = new Random(seed);
  const { times, seen, playMs, checkpoints, events } = await wander(day, count, random, violations);
  await compare(day, seen, violations);
  const sorted = times.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 10) / 10;
  const slowest = times.reduce((a, b) => (b.ms > a.ms ? b : a));
  return {
    events,
    playMs: Math.round(playMs),
    medianMs: at(0.5),
    p99Ms: at(0.99),
    mostMs: at(1),
    slowest: slowest.what,
    within300: sorted.filter((ms) => ms <= MOST_MS).length / sorted.length,
    checkpoints: checkpoints.count,
    checkpointMb: Math.round(checkpoints.bytes / 1e5) / 10,
  };
}

/** Real days, read as they come; a machine that has none skips them and says so. */
const REAL_DAYS = {
  goog: 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip',
  aapl: 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip',
} as const;

/**
 * Random jumps and steps back in a day of ten million events, in real days of LOBSTER's where there are any, and in a generated day
 * of a million in which a model decides: how long each takes, and that the whole frame and state are
 * those of a run that was played there and never went back. `count`: jumps and steps a form of the data. The test suite has the
 * same with a smaller day in `test/engine/worker/step-back.prop.test.ts`.
 */
export async function proveReplay(
  { count, seed, say }: ProofOptions,
  dayEvents = DAY_EVENTS,
): Promise<ProofResult> {
  const violations = new Violations(say);
  const folder = await mkdtemp(join(tmpdir(), 'fsd-tui-replay-'));
  const calendar = new TradingCalendar(loadCalendar('us-equities'));
  const figures: Record<string, unknown> = {};
  const measure = async (name: string, day: Day, turns: number): Promise<void> => {
    const found = await figuresOf(day, turns, seed, violations);
    figures[name] = found;
    say(`${name}: ${JSON.stringify(found)}`);
    const { mostMs, slowest } = found;
    if (mostMs > MOST_MS) violations.note(`${name}: ${slowest} took ${mostMs} ms`);
  };
  try {
    for (const form of Object.keys(FORMS) as Form[]) {
      const file = join(folder, form, `TSLA${FORMS[form]}`);
      const place = join(folder, form);
      await mkdir(place);
      await generateData({ out: file, events: dayEvents, session: GENERATED_DAY, calendar, seed });
      if (form === 'compiled') {
        const config = loadConfig({ workingFolder: place, environment: {} });
        await compileFile(file, config, () => undefined);
      }
      await measure(form, { file, folder: place, brain: 'rules' }, count);
      await rm(place, { recursive: true });
    }
    for (const [name, archive] of Object.entries(REAL_DAYS)) {
      const file = testData('lobster', archive);
      if (file === undefined) say(`${name}: skipped, there is no ${archive} here`);
      else await measure(name, { file, folder, brain: 'rules' }, Math.ceil(count / 3));
    }
    const file = join(folder, 'model.dbn');
    const events = Math.ceil(dayEvents / 10);
    await generateData({ out: file, events, session: GENERATED_DAY, calendar, seed });
    await measure('model', { file, folder, brain: 'model' }, Math.ceil(count / 3));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { violations: violations.count, ...figures };
}
