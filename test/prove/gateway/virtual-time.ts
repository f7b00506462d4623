import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

type Action = () => void;

interface Timer {
  /** Virtual ms. */
  at: number;
  readonly number: number;
  readonly action: Action;
  readonly everyMs: number | undefined;
  isOver: boolean;
}

/** A handle that the program may keep as if Node had made it. */
class TimerHandle {
  readonly timer: Timer;

  constructor(timer: Timer) {
    this.timer = timer;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

const ROUNDS_OF_PROMISES = 4;
const QUIET_TURNS = 2;

/**
 * The process's timers and its monotonic clock, which go on only when they are told to: waiting takes no time, and a second of it is
 * exactly that however busy the machine is. Sockets stay real: before time goes on, everything that was written on either side of every
 * connection has been read on the other, and what that led to has been done.
 */
export class VirtualTime {
  readonly #timers: Timer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    now: performance.now.bind(performance),
  };
  #numbers = 0;
  #closed = 0;
  #nowMs = 1_000;
  #signature = '';
  /** Called after everything that happened at a moment. */
  onMoment: Action = () => undefined;

  /** Milliseconds, from an arbitrary beginning. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The machine's own clock, ms. */
  realNow(): number {
    return this.#real.now();
  }

  install(): void {
    const set = (action: Action, ms: unknown, everyMs?: number): TimerHandle => {
      const wait = Math.max(1, Number(ms) || 0);
      const timer: Timer = {
        at: this.#nowMs + wait,
        number: ++this.#numbers,
        action,
        everyMs,
        isOver: false,
      };
      this.#insert(timer);
      return new TimerHandle(timer);
    };
    const clear = (handle: unknown): void => {
      if (handle instanceof TimerHandle) handle.timer.isOver = true;
    };
    const withTimers: Record<string, unknown> = globalThis;
    withTimers['setTimeout'] = (
      action: (...given: unknown[]) => void,
      ms?: number,
      ...given: unknown[]
    ) => set(() => action(...given), ms);
    withTimers['setInterval'] = (
      action: (...given: unknown[]) => void,
      ms?: number,
      ...given: unknown[]
    ) => set(() => action(...given), ms, Math.max(1, ms ?? 1));
    withTimers['clearTimeout'] = clear;
    withTimers['clearInterval'] = clear;
    performance.now = () => this.#nowMs;
    subscribe('net.client.socket', this.#onSocket);
    subscribe('net.server.socket', this.#onSocket);
  }

  uninstall(): void {
    const { now, ...timers } = this.#real;
    Object.assign(globalThis, timers);
    performance.now = now;
    unsubscribe('net.client.socket', this.#onSocket);
    unsubscribe('net.server.socket', this.#onSocket);
  }

  /** Lets so much time pass, and everything happen that is due in it. */
  async pass(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    await this.settle();
    for (;;) {
      const [next] = this.#timers;
      if (next === undefined || next.at > end) break;
      this.#nowMs = Math.max(this.#nowMs, next.at);
      while (this.#timers[0] !== undefined && this.#timers[0].at <= this.#nowMs) this.#fire();
      await this.#happen();
    }
    this.#nowMs = end;
    await this.#happen();
  }

  /** Resolves when the sockets have nothing more to say. Time stands still meanwhile. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      await new Promise(setImmediate);
      const signature = this.#read();
      const isSame = signature === this.#signature;
      this.#signature = signature;
      quiet = isSame && this.#isQuiet() ? quiet + 1 : 0;
    }
    this.onMoment();
    // what that led to
    if (this.#read() !== this.#signature) await this.settle();
  }

  async #happen(): Promise<void> {
    for (let round = 0; round < ROUNDS_OF_PROMISES; round++) await Promise.resolve();
    this.onMoment();
    for (let round = 0; round < ROUNDS_OF_PROMISES; round++) await Promise.resolve();
    if (this.#read() !== this.#signature) await this.settle();
  }

  #fire(): void {
    const timer = this.#timers.shift();
    if (timer === undefined || timer.isOver) return;
    if (timer.everyMs !== undefined) {
      timer.at += timer.everyMs;
      this.#insert(timer);
    }
    timer.action();
  }

  #insert(timer: Timer): void {
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.at ?? 0) > timer.at) at--;
    this.#timers.splice(at, 0, timer);
  }

  readonly #onSocket = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#closed++;
    });
  };

  /** What was written and opened and closed so far. */
  #read(): string {
    let written = 0;
    let gone = 0;
    for (const socket of this.#sockets) {
      written += socket.bytesWritten;
      if (socket.destroyed || socket.connecting || socket.writableEnded) gone++;
    }
    return `${this.#sockets.size} ${this.#closed} ${gone} ${written}`;
  }

  #isQuiet(): boolean {
    const byPort = new Map<number, Socket>();
    for (const socket of this.#sockets) {
      if (socket.connecting || socket.destroyed) return false;
      if (socket.localPort !== undefined)
        byPort.set(socket.localPort * 65_536 + (socket.remotePort ?? 0), socket);
    }
    for (const socket of this.#sockets) {
      // somebody who does not listen at the moment
      if (socket.isPaused()) continue;
      const other = byPort.get((socket.remotePort ?? 0) * 65_536 + (socket.localPort ?? 0));
      if (other === undefined || other.bytesWritten !== socket.bytesRead) return false;
    }
    return true;
  }
}
