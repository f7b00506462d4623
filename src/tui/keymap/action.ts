import type { EngineCommand } from '../../engine/protocol.ts';
import type { PaneId } from '../store/state.ts';

/**
 * Where a key counts. `always`: in every pane, mode and dialog, texts being typed included: flattening and killing, which
 * must need no second key, and quitting. `panes`: while no dialog
 * is open. The panes' own names: while that pane has the focus. `dialog`: help and an opened entry. `columns`, `trades`: the lists
 * of the ladder's columns and of a finished run's trades. `quit`: the question
 * before leaving. `typing`: the filter and the command line.
 */
export type KeyContext =
  | 'always'
  | 'panes'
  | PaneId
  | 'dialog'
  | 'columns'
  | 'trades'
  | 'quit'
  | 'typing';

/** Something a person can do. The one table of keys: dispatch, help and `fsd-tui keys` are made from it. */
export interface Action {
  readonly id: string;
  /** Names of keys; empty for what the command line alone can do. */
  readonly keys: readonly string[];
  readonly label: string;
  /** The same in the command line (`:`). None has a letter that acts in texts too: typing it must do nothing else. */
  readonly command: string;
  readonly contexts: readonly KeyContext[];
  /** What has to stand behind the command, in words; a key that needs it opens the command line. */
  readonly argument?: string;
  /** It may be left out: the key does the same without it. */
  readonly isArgumentOptional?: boolean;
  /** Only while the engine runs. */
  readonly needsLive?: boolean;
  /** What it asks of the engine, for actions that do nothing else. */
  readonly sends?: EngineCommand;
}
