import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CassetteHeader } from '../brain/cassette/cassette-line.ts';
import { neededTokens } from '../brain/model/needed-tokens.ts';
import { ConfigError } from '../config/config-error.ts';
import { configFolders } from '../config/config-folder.ts';
import { configSha256Of } from '../config/engine-settings.ts';
import { loadModels } from '../config/models.ts';
import { loadPrompt } from '../config/prompts.ts';
import { TradingCalendar } from '../domain/calendar.ts';
import { marketTimeOf } from '../domain/market-time.ts';
import type { RunResult } from '../domain/run.ts';
import { type DayNumber, formatDay, type SessionTime } from '../domain/time.ts';
import type { RunShare } from '../engine/day-so-far.ts';
import { parseOrderScript, type ScriptAction } from '../engine/order-script.ts';
import type { EngineCommand, EngineMessage, FrontMessage } from '../engine/protocol.ts';
import { depthWarningsOf } from '../feeds/depth-label.ts';
import { type FeedDescription, FeedError } from '../feeds/port.ts';
import { redactorOf } from '../platform/redact.ts';
import { sha256Of } from '../platform/sha256.ts';
import { UnreachableError } from '../platform/unreachable-error.ts';
import type { CarriedDay } from '../risk/carried-day.ts';
import { isModelProvider, type ModelPlan, planModel, planReplay } from './brain/plan-brain.ts';
import { findCompiledDay } from './compiled-day.ts';
import { carriedWarnings, carriesDay, readCarried, readDaySoFar } from './day-journals.ts';
import { digestOfFile } from './known-digests.ts';
import { findSessionFiles } from './open-feed.ts';
import { findResumable, type ResumableRun } from './resumable-run.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPlan, ToEngineThread } from './run-plan.ts';
import {
  chosenSymbol,
  GENERATED_DAY,
  openSessionFeed,
  planSession,
  type SessionPlan,
} from './session-setup.ts';
import { latencyProblem, type VenuePlan } from './venue/start-venue.ts';

/** How a run failed, as a value: `data` for damaged input, `unreachable` for a venue, `internal` for our own mistake. */
export interface RunFailure {
  readonly kind: 'data' | 'internal' | 'unreachable';
  readonly text: string;
}

/** A run in its own thread. */
export interface RunHandle {
  readonly runId: string;
  readonly symbol: string;
  readonly source: string;
  /** Names the market that is played: the same for every run of it. */
  readonly market: string;
  /** The run that is gone on with, where one is. */
  readonly resumed?: ResumableRun | undefined;
  /** Tells every message; returns how to stop listening. */
  subscribe(listener: (message: EngineMessage) => void): () => void;
  /** Sends a command; its answer comes as a message. Returns the id that the answer carries. */
  send(command: EngineCommand): number;
  /** Asks for frames. */
  view(view: Omit<Extract<FrontMessage, { type: 'view' }>, 'type'>): void;
  readonly finished: Promise<RunResult | RunFailure>;
}

/**
 * Starts a run in a thread of its own.
 *
 * @param confirm Asked whether to go on with a run that stopped, where the options say that somebody is to be asked; no begins anew.
 * @throws {FeedError} If the data cannot be opened, or a run that is to be gone on with has a damaged journal; {ConfigError} if the
 * instrument is not known; {DayJournalError} if it is not known what earlier runs of the trading day have done.
 */
export async function startRun(
  options: RunOptions,
  confirm: (run: ResumableRun) => Promise<boolean> = async () => true,
): Promise<RunHandle> {
  const cassette = await readCassetteHeader(options.cassetteFile);
  const { market, description, sha256s } = await planMarket(options, cassette);
  const { session, files } = market;
  const latency = options.venue === undefined ? undefined : session.settings.latency;
  const problem = latency === undefined ? undefined : latencyProblem(latency);
  if (problem !== undefined) throw new ConfigError([problem]);
  const script = await readScript(options, session.day);
  const model = await planModelOf(options, session, cassette);
  const resumed = await findStopped(options, session, confirm);
  const day = dayBefore(options, session, resumed);
  const plan: RunPlan = {
    ...market,
    runId: resumed?.id ?? newRunId(),
    isResumed: resumed !== undefined,
    venue: options.venue,
    mode: options.mode,
    startedAt: new Date().toISOString(),
    speed: options.speed === 'max' ? Number.POSITIVE_INFINITY : options.speed,
    script,
    model: model?.plan,
    keepsCheckpoints: !options.isHeadless && options.venue === undefined,
    carried: day.carried,
    warnings: [
      ...warningsOf(session, description),
      ...(model?.warnings ?? []),
      ...(day.carried === undefined ? [] : carriedWarnings(day.carried, day.shares)),
    ],
    logsFolder: options.settings.config.paths.logs,
  };
  // a compiled day has its files' digests: they need not be read at all
  return startThread(plan, sha256s ?? digestsOf(files, options.settings), description, resumed);
}

/** What a run's market is, on either side of a venue; `sha256s`: of the files, where they are known without reading them. */
export async function planMarket(
  options: Pick<RunOptions, 'settings' | 'data' | 'date' | 'from' | 'to'>,
  cassette?: OpenedCassette,
): Promise<{
  readonly market: VenuePlan;
  readonly description: Pick<FeedDescription, 'symbol' | 'depth' | 'levels' | 'source'>;
  readonly sha256s: readonly string[] | undefined;
}> {
  // once: every part of the run has to see the same files
  const files = await findSessionFiles(options.data);
  const description = await describe(options, files);
  const session = sessionOf(planSession(description, options.settings), cassette);
  const compiled = await findCompiledDay(files, {
    symbol: description.symbol,
    day: session.day,
    tickNanos: session.instrument.tickNanos,
  });
  const market = {
    session,
    files,
    compiled: compiled?.path,
    symbol: chosenSymbol(options.settings),
    from: windowTime(options.from, session),
    to: windowTime(options.to, session),
  };
  return { market, description, sha256s: compiled?.sha256s };
}

/** What the trading day's earlier runs leave; a run that is gone on with counts on from what it began with. */
function dayBefore(
  { mode, settings }: RunOptions,
  { instrument, day }: SessionPlan,
  resumed: ResumableRun | undefined,
): { readonly carried: CarriedDay | undefined; readonly shares: readonly RunShare[] } {
  if (!carriesDay(mode)) return { carried: undefined, shares: [] };
  if (resumed !== undefined) return { carried: readCarried(resumed.path), shares: [] };
  const logsFolder = settings.config.paths.logs;
  return readDaySoFar({ logsFolder, mode, instrument, date: day });
}

async function findStopped(
  { mode, settings, resume, venue }: RunOptions,
  session: SessionPlan,
  confirm: (run: ResumableRun) => Promise<boolean>,
): Promise<ResumableRun | undefined> {
  if (resume === undefined) return undefined;
  const { provider } = session.settings.brain;
  if (isModelProvider(provider)) {
    // asked again it may answer otherwise
    const allowed = 'rules, script or replay';
    throw new ConfigError([{ where: '--resume', key: 'brain.provider', found: provider, allowed }]);
  }
  const found = findResumable(settings.config.paths.logs, {
    mode,
    symbol: session.instrument.symbol,
    session: formatDay(session.day),
    seed: session.settings.seed,
    configSha256: session.configSha256,
    provider,
    venue: venue === undefined ? undefined : 'outside',
  });
  if (found === undefined) return undefined;
  return resume === 'auto' || (await confirm(found)) ? found : undefined;
}

async function describe(
  options: Pick<RunOptions, 'settings' | 'date'>,
  files: readonly string[],
): Promise<
  Pick<FeedDescription, 'symbol' | 'dataset' | 'day' | 'depth' | 'levels' | 'source' | 'definition'>
> {
  if (files.length === 0) {
    const day = options.date ?? GENERATED_DAY;
    return {
      symbol: options.settings.config.symbol,
      dataset: 'GENERATED',
      day,
      depth: 'orders',
      source: ['generated'],
    };
  }
  const feed = await openSessionFeed(files, chosenSymbol(options.settings));
  await feed.close();
  return options.date === undefined ? feed.description : { ...feed.description, day: options.date };
}

/** A cassette that answers, and who did when it was recorded. */
export interface OpenedCassette {
  readonly path: string;
  readonly header: CassetteHeader;
}

/** Who answered when a cassette was recorded. @throws {CassetteError} If it cannot be read. */
export async function readCassetteHeader(
  path: string | undefined,
): Promise<OpenedCassette | undefined> {
  if (path === undefined) return undefined;
  const { readCassette } = await import('./cassette-file.ts');
  return { path, header: (await readCassette(path)).header };
}

/** A replay is the recorded run over again: it has the settings that said who was asked. */
export function sessionOf(session: SessionPlan, cassette: OpenedCassette | undefined): SessionPlan {
  if (cassette === undefined) return session;
  const brain = { ...session.settings.brain, ...cassette.header.settings };
  const settings = { ...session.settings, brain };
  return { ...session, settings, configSha256: configSha256Of(settings) };
}

/**
 * The model that decides, after its provider was asked whether it will answer at all.
 *
 * @throws {UnreachableError} If it will not, and nobody is to decide in its place; {ConfigError} where settings contradict.
 */
export async function planModelOf(
  { environment, recordFile }: Pick<RunOptions, 'environment' | 'recordFile'>,
  { settings, instrument }: SessionPlan,
  cassette: OpenedCassette | undefined,
): Promise<{ readonly plan: ModelPlan; readonly warnings: readonly string[] } | undefined> {
  const { brain, profile } = settings;
  if (!isModelProvider(brain.provider)) return undefined;
  const folders = configFolders(process.cwd());
  const prompt = loadPrompt(brain.prompt, profile.kind, folders);
  const models = loadModels(folders);
  const { tickNanos } = instrument;
  if (cassette !== undefined) {
    const { path, header } = cassette;
    const { model } = header;
    const replay = planReplay(settings, tickNanos, models, prompt, { path, model });
    return { plan: replay, warnings: replay.warnings };
  }
  const planned = planModel(settings, tickNanos, models, environment, prompt);
  const plan = { ...planned, recordFile };
  const { checkAccess } = await import('../adapters/llm/check-access.ts');
  const { access } = planned.answeredBy;
  const needed = neededTokens(plan.prompt.system, brain.answers) + access.maxOutputTokens;
  const trouble = await checkAccess(access, plan.model, needed, redactorOf(environment));
  if (trouble === undefined) return { plan, warnings: plan.warnings };
  if (brain.fallback === 'wait') throw new UnreachableError(trouble);
  return { plan, warnings: [...plan.warnings, `${trouble}; the rules decide in its place`] };
}

async function readScript(
  options: RunOptions,
  day: DayNumber,
): Promise<readonly ScriptAction[] | undefined> {
  if (options.ordersFile === undefined) return undefined;
  const parsed = parseOrderScript(await readFile(options.ordersFile, 'utf8'), day);
  if ('actions' in parsed) return parsed.actions;
  const lines = parsed.problems.map(({ line, problem }) => `line ${line}: ${problem}`);
  throw new FeedError(
    options.ordersFile,
    undefined,
    `orders that cannot be played:\n  ${lines.join('\n  ')}`,
  );
}

/** Nanoseconds of the exchange's clock on the trading day, as a time of the session. */
function windowTime(
  clock: number | undefined,
  { day, calendar }: SessionPlan,
): SessionTime | undefined {
  return clock === undefined ? undefined : marketTimeOf(clock, day, new TradingCalendar(calendar));
}

export function warningsOf(
  { settings, instrument, calendar, day, history, contradiction }: SessionPlan,
  description: Pick<FeedDescription, 'depth' | 'levels' | 'aggressor'>,
): string[] {
  const warnings: string[] = [];
  if (!settings.risk.enabled) warnings.push('the risk gate was off: every order was let through');
  if (contradiction !== undefined) warnings.push(contradiction);
  if (instrument.kind === 'future' && instrument.commissionMicros === undefined)
    warnings.push(`no commission is known of ${instrument.symbol}: none is counted`);
  warnings.push(...depthWarningsOf(description, settings.execution.queueModel));
  const { minRvol } = settings.profile;
  const { metrics } = settings.analyzers;
  const hasVolume =
    history.sessions.length >= Math.max(1, metrics.rvolMinSessions) ||
    (metrics.averageDailyVolume !== null && history.intradayCurve !== null);
  if (minRvol > 0 && !hasVolume) {
    warnings.push(
      `the profile asks for RVOL_DAY, which is not known: ${history.sessions.length} of the ${metrics.rvolMinSessions} earlier sessions that it takes; collect them with \`fsd-tui data history FILE…\``,
    );
  }
  const doubt = new TradingCalendar(calendar).doubtOn(day);
  if (doubt !== undefined)
    warnings.push(`the session's hours of ${formatDay(day)} are not certain: ${doubt}`);
  return warnings;
}

/** Starts the engine's thread for a plan. @param digests Of its data files. */
export function startThread(
  plan: RunPlan,
  digests: readonly string[] | Promise<readonly string[]>,
  description: Pick<FeedDescription, 'source' | 'symbol'>,
  resumed: ResumableRun | undefined,
): RunHandle {
  const isSource = import.meta.url.endsWith('.ts');
  // from dist/chunks as from here
  const file = new URL(`../app/engine-thread.${isSource ? 'ts' : 'js'}`, import.meta.url);
  const worker = new Worker(file, {
    workerData: plan,
    name: 'engine',
    // it makes little that dies young: a larger space would only stand there
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
    stdout: true,
    stderr: true,
  });
  // the terminal belongs to the screen: nothing of the engine's may reach it
  worker.stdout.resume();
  let complaints = '';
  worker.stderr.on('data', (text: Buffer) => {
    complaints = (complaints + text.toString()).slice(-4000);
  });
  const listeners = new Set<(message: EngineMessage) => void>();
  const finished = Promise.withResolvers<RunResult | RunFailure>();
  const post = (message: ToEngineThread): void => worker.postMessage(message);
  let isOver = false;
  worker.on('message', (message: EngineMessage) => {
    if (message.type === 'run-ended' || message.type === 'run-failed') isOver = true;
    if (message.type === 'run-ended') finished.resolve(message.result);
    if (message.type === 'run-failed') finished.resolve({ kind: message.kind, text: message.text });
    for (const listener of listeners) listener(message);
  });
  // one failure has several signs: an error is followed by an exit
  const fail = (text: string): void => {
    if (isOver) return;
    isOver = true;
    const failure = { type: 'run-failed', kind: 'internal', text } as const;
    finished.resolve(failure);
    for (const listener of listeners) listener(failure);
  };
  worker.on('error', (error: Error) => fail(error.stack ?? error.message));
  worker.on('exit', (code) => {
    if (code !== 0) fail(`the engine's thread ended with code ${code}\n${complaints}`);
  });
  Promise.resolve(digests).then(
    (each) => post({ type: 'data-hashed', sha256: joinedDigest(each) }),
    (error: unknown) => {
      // the thread would wait for the hash for ever
      fail(`the data cannot be read any more: ${String(error)}`);
      void worker.terminate();
    },
  );
  let commands = 0;
  return {
    runId: plan.runId,
    symbol: description.symbol,
    market: marketNameOf(plan),
    source: description.source.join(', '),
    resumed,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(command) {
      commands++;
      post({ type: 'command', id: commands, command });
      return commands;
    },
    view: (view) => post({ type: 'view', ...view }),
    finished: finished.promise,
  };
}

/** A symbol and its day; of the generated market, which is another one by its seed, that too. */
function marketNameOf({ session, files }: RunPlan): string {
  const seed = files.length === 0 ? `-seed${session.settings.seed}` : '';
  return `${session.instrument.symbol}-${formatDay(session.day)}${seed}`;
}

async function digestsOf(
  files: readonly string[],
  { config }: RunOptions['settings'],
): Promise<readonly string[]> {
  const digests: string[] = [];
  for (const file of files) digests.push(await digestOfFile(file, resolve(config.paths.cache)));
  return digests;
}

/** SHA-256 of the data: of one file its own, of several that of their digests in order. */
function joinedDigest(digests: readonly string[]): string {
  const [only] = digests;
  if (only !== undefined && digests.length === 1) return only;
  return sha256Of(digests.join('\n'));
}

/** Wall-clock time and a random end: ids of two runs never meet. */
export function newRunId(): string {
  const [date = '', time = ''] = new Date().toISOString().split('T');
  const end = Math.random().toString(36).slice(2, 6).padEnd(4, '0');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${end}`;
}
