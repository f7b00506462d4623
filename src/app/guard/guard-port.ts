import type { BrokerContract } from '../../adapters/ibkr/gateway-line.ts';

/** What a guard is started with, as plain data. */
export interface GuardOptions {
  /** Where TWS or IB Gateway listens. */
  readonly host: string;
  readonly port: number;
  /** Client id under which the run sends orders; its connection goes through the guard. */
  readonly orderClientId: number;
  /** The guard's own: it reads the account and flattens under it. */
  readonly guardClientId: number;
  /** Accounts that may be traded; the first of them that the gateway names is guarded. */
  readonly allowedAccounts: readonly string[];
  readonly contract: BrokerContract;
  /** Dollars that a unit makes when the price moves by one. */
  readonly multiplier: number;
  /** What the references of the run's orders begin with: only those are canceled, and only what they made is flattened. */
  readonly idPrefix: string;
  /** What the run holds from before the broker's midnight, bought less sold: the broker tells executions of today alone. */
  readonly carriedPosition: number;
  /** What earlier runs of the day have made, dollars, commissions taken off: it counts towards the daily loss. */
  readonly carriedResultUsd: number;
  readonly limits: GuardLimits;
  /** A run that was not heard of for so long hangs, ms. */
  readonly patienceMs: number;
  /** Folder of the guard's log, `guard-YYYYMMDD.jsonl`. */
  readonly logFolder: string;
}

export interface GuardLimits {
  /** Loss of the day at which the guard ends trading, dollars, open result and commissions included. */
  readonly dailyLossUsd: number;
  /** Shares or contracts of the run's at most. */
  readonly maxPosition: number;
}

/** Why a guard ended trading. `flatten`: somebody asked for it from another process. */
export type KillCause =
  | 'key'
  | 'heartbeat-lost'
  | 'pipe-closed'
  | 'daily-loss'
  | 'max-position'
  | 'flatten';

/** What a guard tells its run, one JSON object a line. */
export type GuardNotice =
  /** It watches. The run's order connection goes to that port of this machine from now on; `control` takes kills from other threads. */
  | {
      readonly type: 'ready';
      readonly orderPort: number;
      readonly control: GuardControl;
    }
  /** It ends trading: what opens is refused from now on, our orders are canceled, our position is closed. */
  | { readonly type: 'killed'; readonly cause: KillCause; readonly words: string }
  /** No order of ours works, and nothing that we opened is open. */
  | { readonly type: 'flat'; readonly words: string }
  /** It does not get to watch, and ends. */
  | { readonly type: 'failed'; readonly words: string }
  /** For the log and the screen. */
  | { readonly type: 'words'; readonly words: string };

/** How another thread or process reaches a guard. */
export interface GuardControl {
  /** Of this machine. */
  readonly port: number;
  /** Who does not know it is not listened to. */
  readonly token: string;
}

/** Who runs beside a guard: told what it does. */
export interface GuardListener {
  onNotice(notice: Exclude<GuardNotice, { type: 'ready' | 'failed' }>): void;
  /** The guard's process is gone without being asked to: nothing may be opened any more. */
  onLost(words: string): void;
}

/**
 * A guard as the thread of the engine has it: that thread alone starts it and gives it signs of life, so that a main thread that draws on
 * does not hide an engine that hangs.
 */
export interface Guard {
  /** Where the run's order connection goes, on 127.0.0.1, with the client id `orderClientId`. */
  readonly orderPort: number;
  readonly control: GuardControl;
  /** A sign of life; to be given several times in `patienceMs`. */
  heartbeat(): void;
  /** Ends trading at once: cancels our orders, closes our position, refuses what opens. */
  kill(words: string): void;
  /** Lets orders through again after a kill, when somebody has reset the halt. Nothing happens until the guard is flat. */
  resume(): void;
  /** The run ends in order: the guard ends as well and touches nothing, or goes on to the end of a kill that it has begun. */
  standDown(): void;
  /** The run fails: the guard does what it does for one that is dead. */
  abandon(): void;
}
