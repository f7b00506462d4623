import { maskAccount, maskAccounts } from '../adapters/ibkr/broker-messages.ts';
import {
  checkGateway,
  type DataFact,
  type GatewayFacts,
  type Reach,
  tryClient,
} from '../adapters/ibkr/gateway-checkup.ts';
import type { BrokerContract } from '../adapters/ibkr/gateway-line.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import type { Finding } from './doctor.ts';

/** Whole seconds are told, so less than this is none. */
const MOST_CLOCK_MS = 2_000;

/** What is asked of a gateway. */
export interface BrokerQuestion {
  readonly host: string;
  readonly port: number;
  readonly mode: 'paper' | 'live';
  /** Accounts that may be traded; `undefined`: any paper account. */
  readonly accounts: readonly string[] | undefined;
  /** The client that asks; no run has its id. */
  readonly probeClientId: number;
  /** Ids that runs need, by what for. */
  readonly clientIds: Readonly<Record<'orders' | 'data' | 'guard', number>>;
  readonly contract: BrokerContract;
  readonly depthExchange: string;
  /** A run of this program's is going there: it has the ids that runs need. */
  readonly isRunGoing?: boolean;
  /** How long each answer may take, ms. */
  readonly patienceMs?: number;
}

const USUAL_PATIENCE_MS = 3_000;

/** What the settings say of the gateway of a mode. */
export function brokerQuestionOf(
  { config: { broker, symbol } }: ResolvedConfig,
  mode: 'paper' | 'live',
): BrokerQuestion {
  return {
    host: broker.host,
    port: mode === 'live' ? broker.livePort : broker.paperPort,
    mode,
    accounts: broker.accounts?.split(','),
    probeClientId: broker.probeClientId,
    clientIds: {
      orders: broker.ordersClientId,
      data: broker.dataClientId,
      guard: broker.guardClientId,
    },
    contract: { symbol, securityType: 'STK', exchange: 'SMART', currency: 'USD' },
    depthExchange: broker.depthExchange,
  };
}

/** Looks at TWS or IB Gateway as a run would find it: each problem with its remedy. No order is placed. */
export async function examineBroker(question: BrokerQuestion): Promise<readonly Finding[]> {
  const { host, port, probeClientId, contract, depthExchange } = question;
  const { patienceMs = USUAL_PATIENCE_MS } = question;
  const where = { host, port, clientId: probeClientId, patienceMs };
  const facts = await checkGateway(where, contract, depthExchange);
  const found = gatewayFinding(question, facts);
  if (facts.reach !== 'ready') return [found];
  const reaches: [name: string, id: number, reach: Reach][] = [];
  for (const [name, clientId] of Object.entries(question.clientIds))
    reaches.push([name, clientId, await tryClient({ host, port, clientId, patienceMs })]);
  return [
    found,
    accountFinding(question, facts.accounts),
    clientFinding(question, reaches),
    readOnlyFinding(facts.isReadOnly),
    clockFinding(facts.clockAheadMs),
    ...facts.data.map((fact) => dataFinding(fact, question)),
  ];
}

function gatewayFinding(
  { host, port, mode, probeClientId }: BrokerQuestion,
  facts: GatewayFacts,
): Finding {
  const name = `broker (${mode})`;
  const where = `${host}:${port}`;
  switch (facts.reach) {
    case 'refused':
      return {
        name,
        state: 'note',
        text: `nothing listens on ${where}: no ${mode} trading now`,
        remedy:
          'start TWS or IB Gateway, enable "ActiveX and Socket Clients" in its API settings, and set its port there or broker.* here',
      };
    case 'mute':
      return {
        name,
        state: 'problem',
        text: `${where} takes the connection and does not answer`,
        remedy:
          'accept the connection in the dialog of TWS, or add 127.0.0.1 to "Trusted IPs"; after a frozen login restart TWS; or another program has the port',
      };
    case 'closed':
      return {
        name,
        state: 'problem',
        text: `${where} hangs up`,
        remedy:
          'in the API settings allow this machine ("Trusted IPs", "Allow connections from localhost only"); during the nightly restart wait some minutes',
      };
    case 'in-use':
      return {
        name,
        state: 'problem',
        text: `${where}: client id ${probeClientId} is in use`,
        remedy: 'end the other program, or choose another broker.probeClientId',
      };
    case 'ready': {
      const [broken] = facts.broken;
      const text = `${where} answers, protocol ${facts.serverVersion}`;
      if (broken === undefined) return { name, state: 'fine', text };
      const remedy =
        'wait until it is connected again; TWS shows the state of its connections at the top right';
      return { name, state: 'problem', text: `${text}; ${broken.code}: ${broken.text}`, remedy };
    }
  }
}

function accountFinding({ accounts, mode }: BrokerQuestion, named: readonly string[]): Finding {
  const name = 'broker account';
  const isPaper = (account: string): boolean => account.startsWith('D');
  const isMeant = (account: string): boolean =>
    accounts === undefined ? isPaper(account) : accounts.includes(account);
  const account = named.find(isMeant);
  const told = named.map(maskAccount).join(', ') || 'none';
  if (account === undefined)
    return {
      name,
      state: 'problem',
      text: `the gateway has ${told}: none that may be traded`,
      remedy: 'log in with the other user, or name the account by broker.accounts',
    };
  if (isPaper(account) === (mode === 'paper'))
    return { name, state: 'fine', text: `${maskAccount(account)}, ${mode}` };
  return {
    name,
    state: 'problem',
    text: `${maskAccount(account)} is a ${isPaper(account) ? 'paper' : 'live'} account on the port for ${mode} trading`,
    remedy:
      'log TWS in to the other kind of account, or set the ports: broker.paperPort, broker.livePort',
  };
}

function clientFinding(
  { host, port, isRunGoing = false }: BrokerQuestion,
  reaches: readonly (readonly [name: string, id: number, reach: Reach])[],
): Finding {
  const name = 'broker clients';
  const taken = reaches.filter(([, , reach]) => reach !== 'ready');
  const ids = reaches.map(([what, id]) => `${what} ${id}`).join(', ');
  if (taken.length === 0) return { name, state: 'fine', text: `free: ${ids}` };
  const text = taken.map(([what, id, reach]) => `${what} ${id} (${reach})`).join(', ');
  if (isRunGoing) {
    const remedy = 'end that run before another one is started';
    return { name, state: 'note', text: `a run is going that has ${text}`, remedy };
  }
  return {
    name,
    state: 'problem',
    text: `client ids that are not free on ${host}:${port}: ${text}`,
    remedy:
      'end the run or the other program that has them, wait a minute where it was killed, or choose others: broker.*ClientId',
  };
}

function readOnlyFinding(isReadOnly: boolean): Finding {
  const name = 'broker orders';
  if (!isReadOnly) return { name, state: 'fine', text: 'the API is not read-only' };
  return {
    name,
    state: 'problem',
    text: 'the API is read-only: every order would be refused (321)',
    remedy: 'take "Read-Only API" off in the API settings; in a Docker image READ_ONLY_API=no',
  };
}

function clockFinding(aheadMs: number | undefined): Finding {
  const name = 'broker clock';
  if (aheadMs === undefined)
    return {
      name,
      state: 'problem',
      text: 'the gateway does not tell its time',
      remedy: 'restart it',
    };
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  if (Math.abs(aheadMs) <= MOST_CLOCK_MS)
    return { name, state: 'fine', text: 'agrees with this machine’s to a second' };
  return {
    name,
    state: 'problem',
    text: `this machine’s clock is ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} the gateway’s`,
    remedy: 'set the clock by the network: timedatectl set-ntp true, or the system’s time settings',
  };
}

function dataFinding(
  { what, isTold, refusal }: DataFact,
  { contract, depthExchange }: BrokerQuestion,
): Finding {
  const name = `broker ${what}`;
  const of = what === 'depth' ? `${contract.symbol} on ${depthExchange}` : contract.symbol;
  if (refusal !== undefined) {
    const { code, text } = refusal;
    return {
      name,
      state: 'problem',
      text: `${of}: ${code}: ${maskAccounts(text)}`,
      remedy: remedyOf(code),
    };
  }
  if (isTold) return { name, state: 'fine', text: `${of} comes` };
  const remedy = 'look again while the market is open: nothing was refused';
  return { name, state: 'note', text: `${of}: nothing came`, remedy };
}

function remedyOf(code: number): string {
  switch (code) {
    case 200:
      return 'name an instrument that the broker has: --symbol, config/instruments';
    case 101:
    case 309:
    case 10_190:
      return 'end other programs that take data of this account: its lines are used up';
    case 10_197:
      return 'log out where the same user is logged in: only one session gets data';
    case 10_092:
      return 'choose another exchange by broker.depthExchange';
    default:
      return 'subscribe to the data in Client Portal (for paper: share them from the live account), and log TWS in anew';
  }
}
