import type { Environment } from '../platform/environment.ts';

/** An output of the process. */
export interface Output {
  write(text: string): void;
  /** Writes, and resolves when the reader has kept up: for output that could fill the memory. */
  drained(text: string): Promise<void>;
  readonly isTTY: boolean;
  readonly columns: number;
}

/** What a command has to do with: the process's outputs and surroundings, or a test's. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether keys can be read. */
  readonly isInteractive: boolean;
  /** The terminal itself, for the full screen; `undefined` where there is none. */
  readonly streams:
    | { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream }
    | undefined;
  readonly environment: Environment;
  readonly workingFolder: string;
  /** Aborted when a command that would go on for ever shall end. */
  readonly signal: AbortSignal;
}
