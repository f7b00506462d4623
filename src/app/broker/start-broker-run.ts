import { ConfigError } from '../../config/config-error.ts';
import type { ResolvedConfig } from '../../config/load-config.ts';
import { TradingCalendar } from '../../domain/calendar.ts';
import { marketTimeOf } from '../../domain/market-time.ts';
import { formatDay } from '../../domain/time.ts';
import { carriedWarnings, readCarried, readDaySoFar } from '../day-journals.ts';
import { findResumable, type ResumableRun } from '../resumable-run.ts';
import { newRunId, planModelOf, type RunHandle, startThread, warningsOf } from '../run.ts';
import type { RunOptions } from '../run-options.ts';
import type { RunPlan } from '../run-plan.ts';
import { planSession, type SessionPlan, tradingDayOf } from '../session-setup.ts';
import type { BrokerPlan } from './broker-plan.ts';
import { type FoundGateway, findGateway } from './plan-broker.ts';
import { alsoToGuard } from './run-guard.ts';

const DATASET = 'IBKR';

/** What a person has to confirm before real money is traded. */
export interface LiveTerms {
  /** What may be shown of the account. */
  readonly account: string;
  readonly symbol: string;
  readonly limits: Pick<
    SessionPlan['settings']['risk'],
    'dailyLossUsd' | 'dailyTrades' | 'maxPosition' | 'maxNotionalUsd'
  >;
}

/** The questions that are put to whoever starts the run. No to the first begins anew, no to the second ends it. */
export interface BrokerQuestions {
  confirmResume(run: ResumableRun): Promise<boolean>;
  confirmLive(terms: LiveTerms): Promise<boolean>;
}

/**
 * Starts a paper or live run in a thread of its own: asks the gateway which account there is and how late it is, and takes up the run of
 * the day that an earlier process left, if there is one.
 *
 * @throws {UnreachableError} If the gateway does not answer or has no account that may be traded; {ConfigError} if the instrument
 * cannot be traded there; {DayJournalError} as `readDaySoFar` does.
 */
export async function startBrokerRun(
  options: RunOptions & { readonly mode: 'paper' | 'live' },
  questions: BrokerQuestions,
): Promise<RunHandle | undefined> {
  const { mode, settings } = options;
  const rate = options.speed === 'max' ? 1 : options.speed;
  const gateway = await findGateway(settings, mode, rate);
  const { symbol } = settings.config;
  const day = tradingDayOf(DATASET, gateway.clock.marketMs / 1000);
  const session = planSession({ symbol, dataset: DATASET, day, definition: undefined }, settings);
  const { instrument } = session;
  if (instrument.kind !== 'stock')
    throw new ConfigError([
      {
        where: 'the instrument',
        key: 'symbol',
        found: symbol,
        allowed: 'a stock; futures are not traded here yet',
      },
    ]);
  const isArmed = mode === 'live' && (await questions.confirmLive(termsOf(gateway, session)));
  if (mode === 'live' && !isArmed) return undefined;
  const model = await planModelOf(options, session, undefined);
  const logsFolder = settings.config.paths.logs;
  const resumed = await findLeft(options, session, gateway, questions);
  const { carried, shares } = readDaySoFar({ logsFolder, mode, instrument, date: day });
  const { to } = options;
  const plan: RunPlan = {
    session,
    files: [],
    compiled: undefined,
    symbol,
    from: undefined,
    to: to === undefined ? undefined : marketTimeOf(to, day, new TradingCalendar(session.calendar)),
    runId: resumed?.id ?? newRunId(),
    isResumed: resumed !== undefined,
    venue: undefined,
    mode,
    broker: brokerPlanOf(settings, gateway, symbol, isArmed, resumed && carried),
    startedAt: new Date().toISOString(),
    speed: rate,
    script: undefined,
    model: model?.plan,
    keepsCheckpoints: false,
    carried: resumed === undefined ? carried : readCarried(resumed.path),
    warnings: [
      ...warningsOf(session, {
        depth: 'levels',
        levels: settings.config.broker.depthRows,
        aggressor: 'inferred',
      }),
      ...(model?.warnings ?? []),
      ...gateway.warnings,
      ...(resumed === undefined ? carriedWarnings(carried, shares) : []),
    ],
    logsFolder,
  };
  const source = [`${gateway.host}:${gateway.port}`];
  const handle = startThread(plan, [], { source, symbol }, resumed);
  const { ordersClientId: orderClientId } = settings.config.broker;
  return alsoToGuard(handle, logsFolder, { port: gateway.port, orderClientId });
}

function termsOf({ masked }: FoundGateway, { instrument, settings }: SessionPlan): LiveTerms {
  const { dailyLossUsd, dailyTrades, maxPosition, maxNotionalUsd } = settings.risk;
  return {
    account: masked,
    symbol: instrument.symbol,
    limits: { dailyLossUsd, dailyTrades, maxPosition, maxNotionalUsd },
  };
}

/** The run of the day that an earlier process left behind; unless somebody who was asked says no, it is taken up. */
async function findLeft(
  { mode, resume, settings }: RunOptions,
  { day, instrument }: SessionPlan,
  { masked }: FoundGateway,
  questions: BrokerQuestions,
): Promise<ResumableRun | undefined> {
  const found = findResumable(settings.config.paths.logs, {
    mode,
    symbol: instrument.symbol,
    session: formatDay(day),
    account: masked,
  });
  if (found === undefined) return undefined;
  return resume !== 'ask' || (await questions.confirmResume(found)) ? found : undefined;
}

function brokerPlanOf(
  { config: { broker } }: ResolvedConfig,
  { host, port, account, masked, clock }: FoundGateway,
  symbol: string,
  isArmed: boolean,
  dayNow: BrokerPlan['dayNow'],
): BrokerPlan {
  const { ordersClientId, dataClientId, depthExchange, depthRows, dataLines, topOfBook } = broker;
  const { guardClientId, guardPatienceMs } = broker;
  return {
    host,
    port,
    account,
    masked,
    contract: { symbol, securityType: 'STK', exchange: 'SMART', currency: 'USD' },
    ordersClientId,
    dataClientId,
    guardClientId,
    guardPatienceMs,
    topOfBook,
    depthExchange,
    depthRows,
    dataLines,
    connectMs: broker.connectSecs * 1000,
    reconcileMs: broker.reconcileSecs * 1000,
    clock,
    isArmed,
    dayNow,
  };
}
