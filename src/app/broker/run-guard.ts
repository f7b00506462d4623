import { toDollars } from '../../domain/money.ts';
import { UnreachableError } from '../../platform/unreachable-error.ts';
import type { Halt } from '../../risk/risk-context.ts';
import { commandGuard } from '../guard/guard-control.ts';
import type { Guard, GuardListener, GuardOptions } from '../guard/guard-port.ts';
import { findGuard } from '../guard/running-guard.ts';
import { startGuard } from '../guard/start-guard.ts';
import type { RunHandle } from '../run.ts';
import type { RunPlan } from '../run-plan.ts';
import type { BrokerPlan } from './broker-plan.ts';

/** So many signs of life in the guard's patience. */
const BEATS = 10;
/** A guard that is lost is followed by another one after so long, ms. */
const AGAIN_MS = 250;

/** What the run is told of its guard. */
export interface RunGuardListener {
  onKilled(code: Halt['code'], words: string): void;
  onFlat(words: string): void;
  onWords(words: string, isGrave: boolean): void;
}

/** The guard of a run, as the engine's thread has it; one that is lost is started anew, and until it is there no order can leave. */
export class RunGuard {
  readonly #options: GuardOptions;
  #guard: Guard | undefined;
  #listener: RunGuardListener | undefined;
  #beatAtMs = 0;
  #isOver = false;

  private constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** @throws {UnreachableError} If the guard cannot watch: a run without one must not trade. */
  static async start(plan: RunPlan, brokerPlan: BrokerPlan, idPrefix: string): Promise<RunGuard> {
    const guard = new RunGuard(guardOptionsOf(plan, brokerPlan, idPrefix));
    await guard.#begin();
    return guard;
  }

  /** Where the order connection goes now; 0, where nobody listens, while there is no guard. */
  get orderPort(): number {
    return this.#guard?.orderPort ?? 0;
  }

  watch(listener: RunGuardListener): void {
    this.#listener = listener;
  }

  /** Called in every turn of the engine's thread. */
  beat(): void {
    const now = performance.now();
    if (now - this.#beatAtMs < this.#options.patienceMs / BEATS) return;
    this.#beatAtMs = now;
    this.#guard?.heartbeat();
  }

  standDown(): void {
    this.#isOver = true;
    this.#guard?.standDown();
  }

  /** The run fails: its guard closes. */
  abandon(): void {
    this.#isOver = true;
    this.#guard?.abandon();
  }

  async #begin(): Promise<void> {
    const listener: GuardListener = {
      onNotice: (notice) => {
        if (notice.type === 'killed') {
          const code = notice.cause === 'daily-loss' ? 'DAILY_LOSS' : 'KILL';
          this.#listener?.onKilled(code, notice.words);
        } else if (notice.type === 'flat') this.#listener?.onFlat(notice.words);
        else this.#listener?.onWords(`the guard: ${notice.words}`, false);
      },
      onLost: (words) => {
        this.#guard = undefined;
        if (this.#isOver) return;
        this.#listener?.onWords(`${words}: no order can leave until there is another`, true);
        this.#beginAgain();
      },
    };
    this.#guard = await startGuard(this.#options, listener);
    this.#beatAtMs = 0;
    this.beat();
  }

  #beginAgain(): void {
    setTimeout(() => {
      if (this.#isOver) return;
      this.#begin().then(
        () => this.#listener?.onWords('another guard watches', false),
        (error: unknown) => {
          if (!(error instanceof UnreachableError)) throw error;
          this.#beginAgain();
        },
      );
    }, AGAIN_MS);
  }
}

function guardOptionsOf(
  { carried, logsFolder, session }: RunPlan,
  plan: BrokerPlan,
  idPrefix: string,
): GuardOptions {
  const { dailyLossUsd, maxPosition } = session.settings.risk;
  const { lossFromMicros = 0 } = plan.dayNow ?? carried ?? {};
  return {
    host: plan.host,
    port: plan.port,
    orderClientId: plan.ordersClientId,
    guardClientId: plan.guardClientId,
    allowedAccounts: [plan.account],
    contract: plan.contract,
    multiplier: session.instrument.multiplier,
    idPrefix,
    carriedPosition: 0,
    carriedResultUsd: toDollars((carried?.resultMicros ?? 0) - lossFromMicros),
    limits: { dailyLossUsd, maxPosition },
    patienceMs: plan.guardPatienceMs,
    logFolder: logsFolder,
  };
}

/**
 * A run whose kill switch goes to its guard as well, past an engine that may hang, and whose guard lets orders through again with the reset
 * of a halt.
 */
export function alsoToGuard(
  handle: RunHandle,
  logsFolder: string,
  client: Pick<GuardOptions, 'port' | 'orderClientId'>,
): RunHandle {
  const tell = async (command: Parameters<typeof commandGuard>[1]): Promise<void> => {
    const control = await findGuard(logsFolder, client);
    // what it does is told by its run
    if (control !== undefined) await commandGuard(control, command, () => undefined);
  };
  return {
    ...handle,
    send(command) {
      const id = handle.send(command);
      if (command.name === 'kill')
        void tell({ type: 'kill', cause: 'key', words: 'the kill switch' });
      if (command.name === 'reset-halt') void tell({ type: 'resume' });
      return id;
    },
  };
}
