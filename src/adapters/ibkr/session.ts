import { maskAccount, readMessage } from './broker-messages.ts';
import type { GatewayLine, LineListener, OpenLine } from './gateway-line.ts';
import { MessagePacer } from './message-pacer.ts';

/** Where a session stands. `refused`: it cannot be used, and is not tried again. */
export type SessionState = 'connecting' | 'ready' | 'link-lost' | 'waiting' | 'refused' | 'closed';

/** A farm of the broker's, as it last told of it: it concerns data, not orders. */
export interface FarmState {
  readonly isUp: boolean;
  readonly words: string;
}

export interface SessionOptions {
  readonly openLine: OpenLine;
  /** Accounts that may be traded; the first of them that the gateway names is used. */
  readonly allowedAccounts: readonly string[];
  readonly times?: Partial<SessionTimes>;
}

/** Milliseconds. */
export interface SessionTimes {
  /** Between two questions whether the gateway still answers. */
  readonly probeEvery: number;
  /** After so long without an answer it does not; with the time between it is noticed within 2 s. */
  readonly probePatience: number;
  /** From the opening of the socket until everything may be sent. */
  readonly readyPatience: number;
  readonly firstRetry: number;
  /** Every retry takes twice as long as the one before, up to this: less than 5 s, so that it is back in that time. */
  readonly longestRetry: number;
}

const USUAL_TIMES: SessionTimes = {
  probeEvery: 500,
  probePatience: 1_400,
  readyPatience: 4_000,
  firstRetry: 250,
  longestRetry: 4_000,
};

/** Who uses a session: told of its state, and of everything that the gateway says while it may be used. */
export interface SessionListener
  extends Omit<LineListener, 'onReady' | 'onClosed' | 'onCurrentTime' | 'onMessage'> {
  /** Everything may be sent from now on. `isAnew`: over another connection, so that nothing that was asked is answered. */
  onUsable(nextOrderId: number, isAnew: boolean, words: string): void;
  /** Nothing may be sent any more. `isCut`: the connection itself is gone. */
  onUnusable(words: string, isCut: boolean): void;
  /** About one of our orders or requests. */
  onMessage(id: number, code: number, text: string): void;
  /** About nothing in particular: for the log and the screen. */
  onWords(words: string): void;
}

/**
 * One client of the gateway: connects, is ready when the gateway has named the account and the next order id, asks all the time
 * whether it still answers, and connects again after a loss, always as the same client and by a new connection object.
 */
export class GatewaySession {
  readonly #options: SessionOptions;
  readonly #times: SessionTimes;
  readonly #listener: SessionListener;
  readonly #farms = new Map<string, FarmState>();
  readonly #pacer = new MessagePacer();
  #line: GatewayLine | undefined;
  #state: SessionState = 'closed';
  #account = '';
  #retryMs: number;
  #nextOrderId = 0;
  /** When the questions that are not answered yet were written, ms, oldest first. */
  readonly #probes: number[] = [];
  #probeTimer: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What the gateway said before it closes, and why the session cannot be used. */
  #closingWords = '';
  #lastWords = '';

  constructor(options: SessionOptions, listener: SessionListener) {
    this.#options = options;
    this.#times = { ...USUAL_TIMES, ...options.times };
    this.#retryMs = this.#times.firstRetry;
    this.#listener = listener;
  }

  get state(): SessionState {
    return this.#state;
  }

  get isUsable(): boolean {
    return this.#state === 'ready';
  }

  /** The account that is traded; empty until the gateway has named it. */
  get account(): string {
    return this.#account;
  }

  /** Why it cannot be used, while it cannot. */
  get lastWords(): string {
    return this.#lastWords;
  }

  /** Farms by what they are for, as they last told. */
  get farms(): ReadonlyMap<string, FarmState> {
    return this.#farms;
  }

  /** What may be sent, through `pacer` alone; `undefined` while nothing may. */
  get line(): GatewayLine | undefined {
    return this.isUsable ? this.#line : undefined;
  }

  get pacer(): MessagePacer {
    return this.#pacer;
  }

  start(): void {
    if (this.#state === 'closed') this.#connect();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#end('closed', 'the session was closed');
  }

  #connect(): void {
    this.#state = 'connecting';
    // what an earlier connection still tells is not heard
    const line: GatewayLine = this.#options.openLine(this.#listenerOf(() => this.#line === line));
    this.#line = line;
    this.#setTimer(this.#times.readyPatience, () => this.#lose('the gateway does not get ready'));
    line.connect();
  }

  #listenerOf(isCurrent: () => boolean): LineListener {
    const listener = this.#listener;
    const hear =
      <Told extends readonly unknown[]>(tell: (...told: Told) => void) =>
      (...told: Told): void => {
        if (isCurrent()) tell(...told);
      };
    return {
      onReady: hear((nextOrderId, accounts) => this.#onReady(nextOrderId, accounts)),
      onClosed: hear(() =>
        this.#lose(this.#closingWords || 'the gateway has closed the connection'),
      ),
      onCurrentTime: hear(() => this.#probes.shift()),
      onMessage: hear((id, code, text) => this.#onMessage(id, code, text)),
      onOpenOrder: hear((order) => listener.onOpenOrder(order)),
      onOpenOrdersEnd: hear(() => listener.onOpenOrdersEnd()),
      onOrderStatus: hear((status) => listener.onOrderStatus(status)),
      onExecution: hear((execution) => listener.onExecution(execution)),
      onExecutionsEnd: hear((id) => listener.onExecutionsEnd(id)),
      onCommission: hear((report) => listener.onCommission(report)),
      onPosition: hear((position) => listener.onPosition(position)),
      onPositionsEnd: hear(() => listener.onPositionsEnd()),
      onAccountValue: hear((...value) => listener.onAccountValue(...value)),
      onContract: hear((told) => listener.onContract?.(told)),
      onContractsEnd: hear((id) => listener.onContractsEnd?.(id)),
      onPnl: hear((told) => listener.onPnl?.(told)),
    };
  }

  #onReady(nextOrderId: number, accounts: readonly string[]): void {
    if (this.#state !== 'connecting') return;
    const { allowedAccounts } = this.#options;
    const account = allowedAccounts.find((allowed) => accounts.includes(allowed));
    if (account === undefined) {
      const named = accounts.map(maskAccount).join(', ') || 'none';
      this.#end('refused', `the gateway has ${named}: no account that may be traded`);
      return;
    }
    this.#account = account;
    this.#nextOrderId = nextOrderId;
    this.#retryMs = this.#times.firstRetry;
    this.#lastWords = '';
    clearTimeout(this.#timer);
    this.#state = 'ready';
    this.#probe();
    this.#listener.onUsable(nextOrderId, true, 'connected to the gateway');
  }

  #onMessage(id: number, code: number, text: string): void {
    const { kind, words } = readMessage(code, text);
    switch (kind) {
      case 'link-lost':
        this.#lastWords = words;
        if (this.#state === 'ready') {
          this.#state = 'link-lost';
          this.#pacer.clear();
          this.#listener.onUnusable(words, false);
        }
        return;
      case 'link-back':
      case 'link-back-data-lost':
        if (this.#state === 'link-lost') {
          this.#state = 'ready';
          this.#lastWords = '';
          this.#listener.onUsable(this.#nextOrderId, false, words);
        }
        return;
      case 'farm-lost':
      case 'farm-back':
      case 'farm-idle':
        this.#farms.set(farmOf(text), { isUp: kind !== 'farm-lost', words });
        this.#listener.onWords(words);
        return;
      case 'client-id-in-use':
        // the gateway may hold the dead connection of an earlier one for a while
        this.#closingWords = words;
        this.#retryMs = this.#times.longestRetry;
        return;
      case 'pacing':
        this.#listener.onWords(words);
        return;
      case 'warning':
      case 'canceled':
      case 'not-found':
      case 'too-late':
      case 'refused':
        if (id < 0) {
          if (this.#state === 'connecting') this.#closingWords = words;
          this.#listener.onWords(words);
        } else this.#listener.onMessage(id, code, text);
    }
  }

  /** Asks whether it still answers, from end to end. Not held by the pacer: a queue of ours would look like a gateway that is dead. */
  #probe(): void {
    const now = performance.now();
    const [oldest] = this.#probes;
    if (oldest !== undefined && now - oldest >= this.#times.probePatience) {
      this.#lose('the gateway does not answer');
      return;
    }
    this.#probes.push(now);
    this.#pacer.count(1);
    this.#line?.requestCurrentTime();
    const next = Math.min(
      this.#times.probeEvery,
      (this.#probes[0] ?? now) + this.#times.probePatience - now,
    );
    this.#probeTimer = setTimeout(() => this.#probe(), next);
  }

  #lose(words: string): void {
    this.#end('waiting', words);
    const wait = this.#retryMs;
    this.#retryMs = Math.min(wait * 2, this.#times.longestRetry);
    this.#setTimer(wait, () => this.#connect());
  }

  #end(state: 'waiting' | 'refused' | 'closed', words: string): void {
    const wasUsable = this.#state === 'ready' || this.#state === 'link-lost';
    const line = this.#line;
    this.#line = undefined;
    this.#state = state;
    this.#lastWords = words;
    clearTimeout(this.#timer);
    clearTimeout(this.#probeTimer);
    this.#probes.length = 0;
    this.#pacer.clear();
    line?.close();
    if (wasUsable) this.#listener.onUnusable(words, true);
    else this.#listener.onWords(words);
    this.#closingWords = '';
  }

  #setTimer(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}

/** What stands behind the colon of a farm's message: `Market data farm connection is OK:usfarm`. */
function farmOf(text: string): string {
  return text.slice(text.lastIndexOf(':') + 1).trim();
}
