import type { ResolvedConfig } from '../config/load-config.ts';
import type { DayNumber } from '../domain/time.ts';
import type { Environment } from '../platform/environment.ts';

/** What a run is asked to be: settings are resolved, every text is checked. */
export interface RunOptions {
  readonly mode: 'backtest' | 'simulation' | 'paper' | 'live';
  /** Options that stand for a setting (symbol, seed, provider, profile, …) are in it already. */
  readonly settings: ResolvedConfig;
  /** Files to play, in order; empty in a simulation of the generated market. */
  readonly data: readonly string[];
  readonly date: DayNumber | undefined;
  /** Exchange time, nanoseconds after midnight. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Multiple of real time, or as fast as it goes. */
  readonly speed: number | 'max';
  /** Lines of `--orders FILE`, of the provider `script`. */
  readonly ordersFile: string | undefined;
  /** Where the providers' keys are read. */
  readonly environment: Environment;
  /** Every exchange with the model is written to this cassette. */
  readonly recordFile: string | undefined;
  /** Answers come from this cassette, of the provider `replay`. */
  readonly cassetteFile: string | undefined;
  /** Go on with a run of the same kind that stopped before its end, where there is one; `ask`: if whoever is asked says so. */
  readonly resume?: 'auto' | 'ask' | undefined;
  /** A venue in another process: a Unix socket, a port, or HOST:PORT. */
  readonly venue?: string | undefined;
  readonly isHeadless: boolean;
  readonly output: 'text' | 'json';
  /** Also written there, in the form of its ending. */
  readonly reportFile: string | undefined;
  readonly hasColor: boolean;
}
