import type { ArgumentSpecs, Arguments } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** A command as the program registers it. */
export interface Command {
  /** Its words: `book`, `data info`; empty for what runs without a command. */
  readonly name: string;
  readonly help: string;
  /** Positionals in their order: `<file>` is demanded, `[run]` may be left out. */
  readonly positionals: readonly {
    readonly name: string;
    readonly isRequired: boolean;
    /** Takes all that follow: `<file..>`. */
    readonly isList?: boolean;
    readonly help: string;
  }[];
  readonly options: ArgumentSpecs;
  /** Resolves with the exit code. */
  run(given: Arguments, terminal: Terminal): Promise<number>;
}
