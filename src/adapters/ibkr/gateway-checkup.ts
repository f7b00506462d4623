import { setTimeout as sleep } from 'node:timers/promises';
import { type Contract, EventName, IBApi, SecType, TickByTickDataType } from '@stoqey/ib';
import type { BrokerContract } from './gateway-line.ts';

const CONNECT_FAILED = 502;
const READ_ONLY = 321;
const DEPTH_ROWS = 5;
/** Of messages that tell that a connection behind the gateway is broken. */
const BROKEN_CODES = new Set([1100, 2103, 2105, 2110, 2157]);
/** Warnings about data that come delayed or in part, in place of data. */
const DATA_CODES = new Set([
  354, 10_089, 10_090, 10_091, 10_092, 10_167, 10_168, 10_186, 10_189, 10_190, 10_197, 101, 200,
  309,
]);
const MS_PER_SECOND = 1000;
/** Left out, the library would read it from a file. */
const MOST_A_SECOND = 40;

/** What became of a connection under one client id. `mute`: taken, and never answered; `in-use`: another program has the id. */
export type Reach = 'refused' | 'mute' | 'closed' | 'in-use' | 'ready';

/** What became of a request for data. Neither told nor refused: the market may be closed. */
export interface DataFact {
  readonly what: 'quotes' | 'depth' | 'trades';
  readonly isTold: boolean;
  readonly refusal: { readonly code: number; readonly text: string } | undefined;
}

/** What a gateway says of itself to a client that places no order. */
export interface GatewayFacts {
  readonly reach: Reach;
  readonly accounts: readonly string[];
  readonly serverVersion: number;
  /** The gateway's clock less this machine's, ms, to half a second: it tells whole seconds. */
  readonly clockAheadMs: number | undefined;
  readonly isReadOnly: boolean;
  /** What it says is broken behind it. */
  readonly broken: readonly { readonly code: number; readonly text: string }[];
  readonly data: readonly DataFact[];
}

interface Where {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  /** How long each thing that is asked for may take, ms; data of a market that trades come at once. */
  readonly patienceMs: number;
}

/** Connects under a client id, and hangs up. */
export async function tryClient(where: Where): Promise<Reach> {
  const client = new CheckClient(where);
  const reach = await client.connect();
  client.close();
  return reach;
}

/**
 * Asks a gateway what it lets a client do. Nothing is placed: a gateway in read-only mode already refuses to tell a client its own open
 * orders.
 *
 * @param depthExchange Whose book is asked for.
 * @see https://github.com/erdewit/ib_insync/issues/7 read 2026-11-24, of read-only mode
 */
export async function checkGateway(
  where: Where,
  contract: BrokerContract,
  depthExchange: string,
): Promise<GatewayFacts> {
  const client = new CheckClient(where);
  const reach = await client.connect();
  try {
    if (reach !== 'ready') return { ...NOTHING, reach };
    const [clockAheadMs, isReadOnly, data] = await Promise.all([
      client.clockAhead(),
      client.isReadOnly(),
      client.tryData(contract, depthExchange),
    ]);
    return {
      reach,
      accounts: client.accounts,
      serverVersion: client.serverVersion,
      clockAheadMs,
      isReadOnly,
      broken: client.messages.filter(({ code }) => BROKEN_CODES.has(code)),
      data,
    };
  } finally {
    client.close();
  }
}

const NOTHING: Omit<GatewayFacts, 'reach'> = {
  accounts: [],
  serverVersion: 0,
  clockAheadMs: undefined,
  isReadOnly: false,
  broken: [],
  data: [],
};

/** A client that only asks. */
class CheckClient {
  readonly messages: { readonly id: number; readonly code: number; readonly text: string }[] = [];
  accounts: readonly string[] = [];
  serverVersion = 0;
  readonly #api: IBApi;
  readonly #patienceMs: number;

  constructor({ patienceMs, ...where }: Where) {
    this.#api = new IBApi({ ...where, maxReqPerSec: MOST_A_SECOND });
    this.#patienceMs = patienceMs;
    const hear = (id: number, code: number, text: string): void =>
      void this.messages.push({ id, code, text });
    this.#api.on(EventName.info, (text, code) => hear(-1, code, text));
    this.#api.on(EventName.error, (error, code, id) => hear(id, code, error.message));
    this.#api.on(EventName.managedAccounts, (list) => {
      this.accounts = list.split(',').filter((account) => account !== '');
    });
    this.#api.on(EventName.server, (version) => {
      this.serverVersion = version;
    });
  }

  async connect(): Promise<Reach> {
    const { promise, resolve } = Promise.withResolvers<Reach>();
    this.#api.once(EventName.nextValidId, () => resolve('ready'));
    this.#api.once(EventName.disconnected, () => {
      if (this.#has(CONNECT_FAILED)) resolve('refused');
      else resolve(this.#has(326) ? 'in-use' : 'closed');
    });
    this.#api.connect();
    return Promise.race([promise, sleep(this.#patienceMs, 'mute' as const)]);
  }

  close(): void {
    this.#api.disconnect();
  }

  async clockAhead(): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const askedAt = Date.now();
    this.#api.once(EventName.currentTime, (second) => {
      const now = (askedAt + Date.now()) / 2;
      resolve((second + 0.5) * MS_PER_SECOND - now);
    });
    this.#api.reqCurrentTime();
    return Promise.race([promise, sleep(this.#patienceMs, undefined)]);
  }

  async isReadOnly(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#api.once(EventName.openOrderEnd, () => resolve(false));
    const refused = (code: number): void => {
      if (code === READ_ONLY) resolve(true);
    };
    this.#api.on(EventName.info, (_text, code) => refused(code));
    this.#api.on(EventName.error, (_error, code) => refused(code));
    this.#api.reqOpenOrders();
    return Promise.race([promise, sleep(this.#patienceMs, false)]);
  }

  async tryData(contract: BrokerContract, depthExchange: string): Promise<readonly DataFact[]> {
    const told = new Set<number>();
    const api = this.#api;
    api.on(EventName.tickPrice, (id) => void told.add(id));
    api.on(EventName.tickSize, (id) => void told.add(id));
    api.on(EventName.updateMktDepth, (id) => void told.add(id));
    api.on(EventName.updateMktDepthL2, (id) => void told.add(id));
    api.on(EventName.tickByTickAllLast, (id) => void told.add(id));
    const smart = toContract(contract);
    api.reqMktData(1, smart, '', false, false);
    api.reqMktDepth(2, { ...smart, exchange: depthExchange }, DEPTH_ROWS, false);
    api.reqTickByTickData(3, smart, TickByTickDataType.AllLast, 0, false);
    const facts = (): DataFact[] =>
      (['quotes', 'depth', 'trades'] as const).map((what, index) => ({
        what,
        isTold: told.has(index + 1),
        refusal: this.messages.find(({ id, code }) => id === index + 1 && DATA_CODES.has(code)),
      }));
    const until = performance.now() + this.#patienceMs;
    while (performance.now() < until) {
      await sleep(20);
      if (facts().every(({ isTold, refusal }) => isTold || refusal !== undefined)) break;
    }
    api.cancelMktData(1);
    api.cancelMktDepth(2, false);
    api.cancelTickByTickData(3);
    return facts();
  }

  #has(code: number): boolean {
    return this.messages.some((message) => message.code === code);
  }
}

function toContract({
  symbol,
  securityType,
  exchange,
  currency,
  localSymbol,
}: BrokerContract): Contract {
  return {
    symbol,
    secType: securityType === 'STK' ? SecType.STK : SecType.FUT,
    exchange,
    currency,
    ...(localSymbol === undefined ? {} : { localSymbol }),
  };
}
