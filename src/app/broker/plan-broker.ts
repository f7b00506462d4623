import { maskAccount } from '../../adapters/ibkr/broker-messages.ts';
import { type Greeting, greetGateway } from '../../adapters/ibkr/greet-gateway.ts';
import { StoqeyLine } from '../../adapters/ibkr/stoqey-line.ts';
import type { ResolvedConfig } from '../../config/load-config.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import { anchorOf, type ClockAnchor } from './market-clock.ts';

type BrokerMode = 'paper' | 'live';

/** A gateway that was asked, and the account that is going to be traded there. */
export interface FoundGateway {
  readonly host: string;
  readonly port: number;
  /** Its whole number; `masked` is what may be shown. */
  readonly account: string;
  readonly masked: string;
  readonly clock: ClockAnchor;
  readonly warnings: readonly string[];
}

/** Where the settings say that the gateway is. */
export function gatewayPlaceOf(
  { config: { broker } }: Pick<ResolvedConfig, 'config'>,
  mode: BrokerMode,
): { readonly host: string; readonly port: number } {
  return { host: broker.host, port: mode === 'live' ? broker.livePort : broker.paperPort };
}

/**
 * Asks the gateway of a mode for its accounts and its clock.
 *
 * @param rate Of its market's clock.
 * @throws {UnreachableError} If it does not answer, or has no account that may be traded; with what to do about it.
 */
export async function findGateway(
  settings: Pick<ResolvedConfig, 'config'>,
  mode: BrokerMode,
  rate: number,
): Promise<FoundGateway> {
  const { broker } = settings.config;
  const { host, port } = gatewayPlaceOf(settings, mode);
  const place = `${host}:${port}`;
  const greeting = await greetGateway(
    (listener) => new StoqeyLine({ host, port, clientId: broker.probeClientId }, listener),
    broker.connectSecs * 1000,
  );
  if ('problem' in greeting)
    throw new UnreachableError(
      [
        `${mode} trading needs TWS or IB Gateway, and none answers at ${place}: ${greeting.problem}`,
        '  Start it, log in, and allow API clients (API, Settings: “Enable ActiveX and Socket Clients”, not read-only).',
        `  It listens elsewhere: --set broker.host=… --set broker.${mode}Port=… (IB Gateway: ${mode === 'live' ? 4001 : 4002}).`,
        '  Without an account: `fsd-tui fake-gateway` in another terminal; recorded data: --backtest. `fsd-tui doctor` looks closer.',
      ].join('\n'),
    );
  const account = accountOf(greeting, mode, broker.accounts?.split(','), place);
  const { anchor, differenceMs } = anchorOf(greeting.second, Date.now(), rate);
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  const warnings =
    differenceMs === 0
      ? []
      : [
          `this machine's clock is ${seconds} s ${differenceMs > 0 ? 'ahead of' : 'behind'} the broker's, which counts`,
        ];
  return { host, port, account, masked: maskAccount(account), clock: anchor, warnings };
}

/** Paper accounts of the broker begin with a D, live ones do not: neither is ever taken for the other. */
function accountOf(
  { accounts }: Greeting,
  mode: BrokerMode,
  allowed: readonly string[] | undefined,
  place: string,
): string {
  const isPaper = mode === 'paper';
  const ofMode = accounts.filter((account) => account.startsWith('D') === isPaper);
  const account = ofMode.find((each) => (allowed === undefined ? isPaper : allowed.includes(each)));
  if (account !== undefined) return account;
  const named = accounts.map(maskAccount).join(', ') || 'no account';
  const why =
    ofMode.length === 0
      ? `none of them is a ${mode} account; ${isPaper ? 'a live one is traded with --live alone' : 'a paper account is traded without --live'}`
      : 'none of them is in broker.accounts, the list of those that may be traded';
  throw new UnreachableError(`the gateway at ${place} has ${named}: ${why}`);
}
