import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientOrderId, OrderReport } from '../../domain/order.ts';
import type { SessionTime } from '../../domain/time.ts';
import type { ExecutionVenue } from '../../execution/venue.ts';
import { faultPoint } from '../../platform/fault-point.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import type { ApprovedChange, ApprovedOrder } from '../../risk/approved-order.ts';
import { JsonLines } from './json-lines.ts';
import {
  type FromVenue,
  type LinkTruth,
  PROTOCOL_VERSION,
  type TimedReport,
  type ToVenue,
  type VenueRequest,
} from './protocol.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** How long a venue may take to be there, and to answer. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 20;
/** The reason of a report that we make ourselves: the request is known not to have reached the venue, and comes too late now. */
const NEVER_SENT = 'never sent: the program stopped before';

type Unnumbered<Request> = Request extends VenueRequest ? Omit<Request, 'number'> : never;

/** What the first connection of a process told. */
export interface Welcome {
  readonly truth: LinkTruth;
  readonly reports: readonly TimedReport[];
  /** The market went on without the trader up to there. */
  readonly awayUntil: SessionTime | undefined;
}

/**
 * A venue in another process, as the engine sees it: calls return at once, reports come when the engine's market time has
 * reached the moment at which they are known. `horizon` and `sync` keep both clocks together, by the protocol's rules.
 *
 * After a restart the engine is played again, with its journal before its eyes: every request is made again and gets its number
 * again, and is sent if the venue has not received that number; every report comes again when it was known.
 */
export class VenueClient implements ExecutionVenue {
  // the book is played elsewhere: nothing of the market need be seen here
  readonly isWatching = false;
  readonly needsEveryEvent = false;
  readonly watchesQuotes = false;
  readonly nextArrival = NEVER;

  readonly #path: string;
  readonly #run: string;
  readonly #requests: VenueRequest[] = [];
  #sent = 0;
  readonly #reports: TimedReport[] = [];
  /** Reports of the venue's that have come. */
  #taken = 0;
  readonly #from: SessionTime;
  readonly #lastKnown: SessionTime;
  #lines: JsonLines<FromVenue, ToVenue> | undefined;
  #answer: ((answer: FromVenue | undefined) => void) | undefined;
  #orderNs = 0;
  #reportNs = 0;
  #horizon: SessionTime = Number.NEGATIVE_INFINITY;
  #isLive = true;
  #awayUntil: SessionTime | undefined;
  /** Numbers of requests that an earlier process dropped. */
  readonly #skipped = new Set<number>();
  readonly #droppedGroups = new Set<string>();
  readonly #droppedIds = new Set<ClientOrderId>();

  /**
   * @param options.path A Unix socket, or `PORT` or `HOST:PORT`.
   * @param options.from Nothing is sent before.
   * @param options.lastKnown The last moment that the run's journal knows; `from` of a new run.
   */
  constructor(options: {
    readonly path: string;
    readonly run: string;
    readonly from: SessionTime;
    readonly lastKnown: SessionTime;
  }) {
    this.#path = options.path;
    this.#run = options.run;
    this.#from = options.from;
    this.#lastKnown = options.lastKnown;
  }

  /** Up to there the engine may go: everything that the venue has to tell by then has come. */
  get horizon(): SessionTime {
    return this.#horizon;
  }

  /** The market went on without us up to there. */
  get awayUntil(): SessionTime | undefined {
    return this.#awayUntil;
  }

  /** Reports that have come, and whose time has not. */
  get pending(): readonly TimedReport[] {
    return this.#reports;
  }

  get nextReport(): SessionTime {
    return this.#reports[0]?.knownAt ?? NEVER;
  }

  submit(order: ApprovedOrder, now: SessionTime): void {
    this.#request({ type: 'submit', order, at: now });
  }

  modify(change: ApprovedChange, now: SessionTime): void {
    this.#request({ type: 'modify', change, at: now });
  }

  cancel(id: ClientOrderId, now: SessionTime): void {
    this.#request({ type: 'cancel', id, at: now });
  }

  /** Never asked: numbered requests bring both sides together after every lost connection, so the desk hears of none. */
  requestTruth(): never {
    throw new Error('a venue in another process is asked by `truth`');
  }

  takeNotice(): undefined {
    return undefined;
  }

  takeReport(now: SessionTime): OrderReport | undefined {
    const first = this.#reports[0];
    if (first === undefined || first.knownAt > now) return undefined;
    this.#reports.shift();
    return first.report;
  }

  queueAhead(): null {
    return null;
  }

  estimatedAhead(): null {
    return null;
  }

  /**
   * Connects, before the engine begins.
   *
   * @throws {UnreachableError} If the venue cannot be reached, or answers something else than it should.
   */
  async begin(): Promise<Welcome> {
    const { truth, reports } = await this.#connect();
    this.#awayUntil =
      truth.reached > Math.max(truth.granted, this.#lastKnown) ? truth.reached : undefined;
    this.#sent = truth.received;
    for (const number of truth.skipped) this.#skipped.add(number);
    this.#horizon = Math.max(truth.reached, this.#from) + this.#reportNs;
    return { truth, reports, awayUntil: this.#awayUntil };
  }

  /**
   * The engine has done everything up to and with `done`: the venue goes on, and `horizon` with it.
   *
   * @throws {UnreachableError} As `begin`.
   */
  async sync(done: SessionTime): Promise<void> {
    if (this.#lines?.isOpen !== true) await this.#connectAgain();
    let reached = done + this.#orderNs - 1;
    if (this.#isLive) {
      faultPoint('venue: before an advance');
      const answer = await this.#ask({ type: 'advance', to: reached });
      faultPoint('venue: after an advance');
      // a lost connection: nothing is known, the next call begins by asking
      if (answer === undefined) return;
      reached = Math.max(reached, this.#onReached(answer));
    }
    this.#horizon = Math.max(this.#horizon, reached + this.#reportNs);
  }

  /** The engine's session is over at `at`: what works expires, and every report comes. */
  async finish(at: SessionTime): Promise<void> {
    if (this.#lines?.isOpen !== true) await this.#connectAgain();
    faultPoint('venue: before the finish');
    const answer = await this.#ask({ type: 'finish', at });
    if (answer === undefined) throw new UnreachableError(`${this.#path}: the venue went away`);
    this.#onReached(answer);
    faultPoint('venue: after the finish');
  }

  /** How things stand at the venue now, after everything that was sent. */
  async truth(): Promise<LinkTruth> {
    if (this.#lines?.isOpen !== true) await this.#connectAgain();
    const answer = await this.#ask({ type: 'truth' });
    if (answer?.type !== 'truth')
      throw new UnreachableError(`${this.#path}: the venue did not answer as it should`);
    return answer.truth;
  }

  close(): void {
    this.#lines?.close();
  }

  // the market that the engine plays is not this venue's
  watchOn(): void {}
  handleArrival(): void {}
  onEvent(): void {}
  onQuotes(): void {}
  setOpen(): void {}
  expireAll(): void {}

  capture(): never {
    throw new Error('a venue in another process has no copies');
  }

  restore(): never {
    throw new Error('a venue in another process has no copies');
  }

  #request(asked: Unnumbered<VenueRequest>): void {
    const number = this.#requests.length + 1;
    const isNew = number > this.#sent;
    // the venue has it already, or it comes too late, or it is sent
    const isLate = isNew && asked.at < (this.#awayUntil ?? Number.NEGATIVE_INFINITY);
    const isSkipped = (isLate || this.#skipped.has(number)) && this.#isDropped(asked);
    const request: VenueRequest = isSkipped
      ? { type: 'skip', number, at: asked.at }
      : { ...asked, number };
    this.#requests.push(request);
    if (isNew) this.#sendWaiting();
  }

  /**
   * The market went on while nobody traded: entries that had not left come too late, with the exits that belong to them. What
   * protects or closes a position is sent as ever.
   */
  #isDropped(asked: Unnumbered<VenueRequest>): boolean {
    switch (asked.type) {
      case 'submit': {
        const { id, ocoGroup, reduceOnly } = asked.order;
        if (reduceOnly && !this.#droppedGroups.has(ocoGroup ?? '')) return false;
        this.#droppedIds.add(id);
        if (ocoGroup !== undefined) this.#droppedGroups.add(ocoGroup);
        const type = reduceOnly ? 'order-canceled' : 'order-rejected';
        const report = { type, orderId: id, ts: asked.at, reason: NEVER_SENT } as const;
        this.#reports.unshift({ knownAt: asked.at, report });
        return true;
      }
      case 'modify':
        return this.#droppedIds.has(asked.change.id);
      case 'cancel':
        return this.#droppedIds.has(asked.id);
      case 'skip':
        return true;
    }
  }

  #sendWaiting(): void {
    for (const request of this.#requests.slice(this.#sent)) {
      faultPoint('venue: before a request');
      if (this.#lines?.isOpen !== true) return;
      this.#lines.send(request);
      this.#sent = request.number;
      this.#isLive = true;
      faultPoint('venue: after a request');
    }
  }

  /** After a lost connection: what the venue has not received is sent, what we have not is told. */
  async #connectAgain(): Promise<void> {
    const { truth } = await this.#connect();
    this.#sent = Math.min(truth.received, this.#requests.length);
    this.#sendWaiting();
  }

  async #connect(): Promise<Extract<FromVenue, { type: 'welcome' }>> {
    const lines = await this.#open();
    faultPoint('venue: connected');
    const path = this.#path;
    const hello = { version: PROTOCOL_VERSION, run: this.#run, taken: this.#taken };
    const welcome = await this.#ask({ type: 'hello', ...hello });
    faultPoint('venue: welcomed');
    if (welcome?.type === 'refused') throw new UnreachableError(`${path}: ${welcome.reason}`);
    if (welcome?.type !== 'welcome' || !lines.isOpen)
      throw new UnreachableError(`${path}: the venue did not answer as it should`);
    this.#orderNs = welcome.orderNs;
    this.#reportNs = welcome.reportNs;
    this.#isLive = true;
    this.#take(welcome.reports);
    return welcome;
  }

  async #open(): Promise<JsonLines<FromVenue, ToVenue>> {
    const started = performance.now();
    for (;;) {
      const socket = createConnection(addressOf(this.#path));
      const isThere = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      if (isThere) {
        const lines = new JsonLines<FromVenue, ToVenue>(socket, (answer) => this.#answer?.(answer));
        void lines.ended.then(() => this.#answer?.(undefined));
        this.#lines = lines;
        return lines;
      }
      socket.destroy();
      if (performance.now() - started > PATIENCE_MS)
        throw new UnreachableError(`${this.#path}: there is no venue; fsd-tui venue starts one`);
      await sleep(RETRY_MS);
    }
  }

  /** Resolves with the next answer; `undefined` when the connection was lost. */
  async #ask(question: ToVenue): Promise<FromVenue | undefined> {
    const { promise, resolve } = Promise.withResolvers<FromVenue | undefined>();
    this.#answer = resolve;
    const timer = setTimeout(() => this.#lines?.close(), PATIENCE_MS);
    this.#lines?.send(question);
    const answer = await promise;
    clearTimeout(timer);
    this.#answer = undefined;
    return answer;
  }

  #onReached(answer: FromVenue): SessionTime {
    if (answer.type !== 'reached')
      throw new UnreachableError(`${this.#path}: the venue did not answer as it should`);
    this.#take(answer.reports);
    this.#isLive = answer.isLive;
    return answer.reached;
  }

  #take(reports: readonly TimedReport[]): void {
    this.#taken += reports.length;
    this.#reports.push(...reports);
  }
}

function addressOf(path: string): { readonly path: string } | { host: string; port: number } {
  const [, host = '127.0.0.1', port] = /^(?:([\w.-]+):)?(\d+)$/.exec(path) ?? [];
  return port === undefined ? { path } : { host, port: Number(port) };
}
