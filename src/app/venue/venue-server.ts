import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { JsonLines } from '../../adapters/venue-link/json-lines.ts';
import {
  type FromVenue,
  PROTOCOL_VERSION,
  type ToVenue,
  type VenueRequest,
} from '../../adapters/venue-link/protocol.ts';
import { NS_PER_MS, type SessionTime } from '../../domain/time.ts';
import { VenueLedger } from './venue-ledger.ts';
import type { VenueMarket } from './venue-market.ts';

type Lines = JsonLines<ToVenue, FromVenue>;

/** Before the first moment of any session; JSON has no infinity. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;
/** How long the connection of a trader that is gone may take to say so. */
const GONE_MS = 2_000;

/**
 * Lets one trader after another work the orders of one run at a market: the venue's side of adapters/venue-link/protocol.ts. What is
 * said on a connection that is lost is still taken, before the next one is welcomed.
 */
export class VenueServer {
  readonly #market: VenueMarket;
  readonly #latency: { readonly orderNs: number; readonly reportNs: number };
  readonly #ledger = new VenueLedger();
  readonly #server: Server;
  /** Everything that is said is done in order, one thing at a time. */
  #work: Promise<void> = Promise.resolve();
  #trader: Lines | undefined;
  #run: string | undefined;
  #reached: SessionTime = BEFORE_ALL;
  #granted: SessionTime = BEFORE_ALL;
  /** Reports that the trader has been sent. */
  #told = 0;

  /** @param latency In milliseconds and constant, as the market's exchange has it. */
  constructor(
    market: VenueMarket,
    latency: { readonly orderMs: number; readonly reportMs: number },
  ) {
    this.#market = market;
    this.#latency = {
      orderNs: Math.round(latency.orderMs * NS_PER_MS),
      reportNs: Math.round(latency.reportMs * NS_PER_MS),
    };
    this.#server = createServer((socket) => {
      const lines: Lines = new JsonLines(socket, (message) => this.#hear(message, lines));
    });
  }

  /** Listens on a Unix socket, whose file is made anew, or on a port of this machine alone. Resolves when it does. */
  async listen(path: string): Promise<void> {
    const isPort = /^\d+$/.test(path);
    if (!isPort) rmSync(path, { force: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    if (isPort) this.#server.listen(Number(path), '127.0.0.1', resolve);
    else this.#server.listen(path, resolve);
    await promise;
  }

  close(): void {
    this.#trader?.close();
    this.#server.close();
  }

  #hear(message: ToVenue, lines: Lines): void {
    const before = this.#trader;
    if (message.type !== 'hello' || before === undefined || before === lines) {
      this.#queue(message, lines);
      return;
    }
    // what the connection before still holds comes first
    const timer = setTimeout(() => before.close(), GONE_MS);
    void before.ended.then(() => {
      clearTimeout(timer);
      this.#queue(message, lines);
    });
  }

  #queue(message: ToVenue, lines: Lines): void {
    if (message.type === 'hello') this.#trader = lines;
    this.#work = this.#work
      .then(() => this.#take(message, lines))
      .catch((error: unknown) => {
        lines.send({
          type: 'refused',
          reason: error instanceof Error ? error.message : String(error),
        });
        lines.close();
      });
  }

  async #take(message: ToVenue, lines: Lines): Promise<void> {
    switch (message.type) {
      case 'hello':
        this.#welcome(message, lines);
        break;
      case 'advance':
        this.#granted = Math.max(this.#granted, message.to);
        await this.#goOn(message.to);
        this.#answer(lines);
        break;
      case 'pass':
        await this.#goOn(message.to);
        this.#answer(lines);
        break;
      case 'finish':
        this.#granted = Math.max(this.#granted, message.at);
        this.#ledger.isFinished = true;
        await this.#market.finish(message.at);
        this.#collect();
        this.#answer(lines);
        break;
      case 'truth':
        lines.send({ type: 'truth', truth: this.#ledger.truth(this.#reached, this.#granted) });
        break;
      case 'submit':
      case 'modify':
      case 'cancel':
      case 'skip':
        if (this.#ledger.receive(message)) this.#act(message);
        break;
    }
  }

  #welcome(hello: Extract<ToVenue, { type: 'hello' }>, lines: Lines): void {
    const refuse = (reason: string): void => lines.send({ type: 'refused', reason });
    if (hello.version !== PROTOCOL_VERSION) {
      refuse(`this venue speaks version ${PROTOCOL_VERSION}, not ${hello.version}`);
      return;
    }
    this.#run ??= hello.run;
    if (hello.run !== this.#run) {
      refuse(`this venue works the orders of the run ${this.#run}`);
      return;
    }
    const { reports } = this.#ledger;
    lines.send({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      run: this.#run,
      ...this.#latency,
      reports: reports.slice(hello.taken),
      truth: this.#ledger.truth(this.#reached, this.#granted),
    });
    this.#told = reports.length;
  }

  #act(request: VenueRequest): void {
    const { exchange } = this.#market;
    const { at } = request;
    // one that could no longer arrive in time, as the market went on alone, is sent at the market's own time
    const sentAt = at + this.#latency.orderNs <= this.#reached ? this.#reached : at;
    // the trader's risk gate approved it, in another process: a type does not cross the wire
    if (request.type === 'submit') exchange.submit(request.order, sentAt);
    if (request.type === 'modify') exchange.modify(request.change, sentAt);
    if (request.type === 'cancel') exchange.cancel(request.id, sentAt);
  }

  async #goOn(to: SessionTime): Promise<void> {
    if (to <= this.#reached) return;
    await this.#market.advance(to);
    this.#reached = to;
    this.#collect();
  }

  #collect(): void {
    for (const report of this.#market.takeReports()) this.#ledger.report(report);
  }

  #answer(lines: Lines): void {
    const { reports } = this.#ledger;
    const isTrader = lines === this.#trader;
    lines.send({
      type: 'reached',
      reached: this.#reached,
      reports: isTrader ? reports.slice(this.#told) : [],
      isLive: this.#ledger.hasOpen || this.#market.isBusy,
    });
    if (isTrader) this.#told = reports.length;
  }
}
