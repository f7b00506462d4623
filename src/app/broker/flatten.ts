import { maskAccounts } from '../../adapters/ibkr/broker-messages.ts';
import type { ResolvedConfig } from '../../config/load-config.ts';
import { formatDay } from '../../domain/time.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { redactorOf } from '../../platform/redact.ts';
import { type ControlCommand, commandGuard } from '../guard/guard-control.ts';
import { GuardDuty } from '../guard/guard-duty.ts';
import { GuardLog } from '../guard/guard-log.ts';
import type { GuardNotice } from '../guard/guard-port.ts';
import { findGuard } from '../guard/running-guard.ts';
import { findResumable } from '../resumable-run.ts';
import { instrumentOf, tradingDayOf } from '../session-setup.ts';
import { orderPrefixOf } from './broker-plan.ts';
import { findGateway, gatewayPlaceOf } from './plan-broker.ts';

/** What somebody wants flat. */
export interface FlattenOptions {
  readonly settings: ResolvedConfig;
  readonly mode: 'paper' | 'live';
  readonly logsFolder: string;
  /** Every order of every client and of TWS itself is canceled as well. */
  readonly isEverything: boolean;
  /** Told what happens, a line each. */
  readonly say: (words: string) => void;
  readonly signal: AbortSignal;
}

/** `nothing`: no run of the day has left anything. `left`: somebody did not want to wait for the end. */
export type FlattenOutcome = 'flat' | 'nothing' | 'left';

const BEGIN_MS = 10_000;
/** Begins no reference of any run. */
const NOBODY = 'nobody-';

/**
 * Cancels the orders of a run and closes what it opened: by its guard where one lives, else as a guard would, for the run of the day that
 * did not come to its end.
 *
 * @throws {UnreachableError} If the gateway does not answer or has no account that may be traded.
 */
export async function flatten(options: FlattenOptions): Promise<FlattenOutcome> {
  const { settings, mode, logsFolder, isEverything, say, signal } = options;
  const client = {
    port: gatewayPlaceOf(settings, mode).port,
    orderClientId: settings.config.broker.ordersClientId,
  };
  const control = await findGuard(logsFolder, client);
  if (control !== undefined) {
    const leave = new AbortController();
    signal.addEventListener('abort', () => leave.abort(), { once: true });
    let isFlat = false;
    const command: ControlCommand = isEverything
      ? { type: 'cancel-everything' }
      : { type: 'kill', cause: 'flatten', words: 'asked for by fsd-tui flatten' };
    const isReached = await commandGuard(
      control,
      command,
      (notice) => {
        if ('words' in notice) say(`the guard of the run: ${notice.words}`);
        isFlat ||= notice.type === 'flat';
        if (isFlat) leave.abort();
      },
      leave.signal,
    );
    if (isReached) return isFlat ? 'flat' : 'left';
  }
  return flattenAlone(options);
}

async function flattenAlone(options: FlattenOptions): Promise<FlattenOutcome> {
  const { settings, mode, logsFolder, isEverything, say, signal } = options;
  const { broker, symbol } = settings.config;
  const gateway = await findGateway(settings, mode, 1);
  const left = findResumable(logsFolder, {
    mode,
    symbol,
    session: formatDay(tradingDayOf('IBKR', gateway.clock.marketMs / 1000)),
    account: gateway.masked,
  });
  if (left === undefined && !isEverything) return 'nothing';
  if (left !== undefined) say(`the run ${left.id} has no guard: its orders are canceled from here`);
  const redact = redactorOf({ ...readEnvironment(), BROKER_ACCOUNT: gateway.account });
  const clean = (text: string): string => redact(maskAccounts(text));
  const log = new GuardLog(logsFolder, clean, () => say('the log cannot be written'));
  let isFlat = false;
  const duty = new GuardDuty(
    {
      host: gateway.host,
      port: gateway.port,
      orderClientId: broker.ordersClientId,
      guardClientId: broker.guardClientId,
      allowedAccounts: [gateway.account],
      contract: { symbol, securityType: 'STK', exchange: 'SMART', currency: 'USD' },
      multiplier: instrumentOf(symbol, '').instrument.multiplier,
      idPrefix: left === undefined ? NOBODY : orderPrefixOf(left.id),
      carriedPosition: 0,
      carriedResultUsd: 0,
      limits: { dailyLossUsd: Number.MAX_VALUE, maxPosition: Number.MAX_SAFE_INTEGER },
      patienceMs: Number.MAX_SAFE_INTEGER,
      logFolder: logsFolder,
    },
    {
      tell(notice: GuardNotice) {
        if ('words' in notice) say(clean(notice.words));
        isFlat ||= notice.type === 'flat';
      },
      log: (type, fields) => log.write(type, fields),
    },
  );
  await duty.begin(BEGIN_MS);
  if (isEverything) duty.cancelEverything();
  duty.kill('flatten', 'asked for by fsd-tui flatten');
  duty.onRunGone(false);
  const aborted = Promise.withResolvers<void>();
  const abort = (): void => aborted.resolve();
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([duty.ended, aborted.promise]);
  signal.removeEventListener('abort', abort);
  if (!isFlat) duty.leave();
  await log.close();
  return isFlat ? 'flat' : 'left';
}
