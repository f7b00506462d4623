import type { SessionTime } from '../domain/time.ts';
import type { ScriptAction } from '../engine/order-script.ts';
import type { FrontMessage, Mode } from '../engine/protocol.ts';
import type { CarriedDay } from '../risk/carried-day.ts';
import type { ModelPlan } from './brain/plan-brain.ts';
import type { BrokerPlan } from './broker/broker-plan.ts';
import type { SessionPlan } from './session-setup.ts';

/** Everything that the engine's thread needs to make a run: plain data. */
export interface RunPlan {
  readonly runId: string;
  /** A run of this id stopped before its end, and is gone on with in its journal. */
  readonly isResumed: boolean;
  /** Address of a venue in another process; `undefined`: the exchange is simulated in this one. */
  readonly venue: string | undefined;
  readonly mode: Mode;
  /** Given: market and venue are a broker's, in the present. */
  readonly broker?: BrokerPlan | undefined;
  /** Wall clock, ISO 8601; for the journal's header alone. */
  readonly startedAt: string;
  readonly session: SessionPlan;
  /** Data files in order; empty: the generated market. */
  readonly files: readonly string[];
  /** The fast form of these files, where there is one. */
  readonly compiled: string | undefined;
  readonly symbol: string | undefined;
  /** When the run trades; `undefined`: the whole regular session. */
  readonly from: SessionTime | undefined;
  readonly to: SessionTime | undefined;
  /** Multiple of real time; infinite: as fast as it goes. */
  readonly speed: number;
  readonly script: readonly ScriptAction[] | undefined;
  /** The model that decides; `undefined`: the rules, or a script. */
  readonly model: ModelPlan | undefined;
  /** The run can go back: it is looked at on a screen. */
  readonly keepsCheckpoints: boolean;
  /** What earlier runs of the trading day leave; `undefined` in a mode whose runs are a day of their own. */
  readonly carried: CarriedDay | undefined;
  readonly warnings: readonly string[];
  readonly logsFolder: string;
}

/** What goes to the engine's thread. */
export type ToEngineThread =
  | FrontMessage
  | { readonly type: 'data-hashed'; readonly sha256: string };
