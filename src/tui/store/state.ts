import type { DecisionRecord } from '../../domain/decision.ts';
import type { LadderColumn } from '../../domain/ladder-column.ts';
import type { RoundTrip, RunResult } from '../../domain/run.ts';
import type { Frame, Notice } from '../../engine/protocol.ts';
import type { Size } from '../canvas/grid.ts';

export const PANES = [
  'ladder',
  'tape',
  'cvd',
  'footprint',
  'profile',
  'state',
  'brain',
  'account',
  'orders',
  'log',
  'report',
] as const;
export type PaneId = (typeof PANES)[number];

/** The key that a pane is called by, which its border names too. */
export const PANE_KEYS: Readonly<Record<PaneId, string>> = {
  ladder: '1',
  tape: '2',
  cvd: '3',
  state: '4',
  brain: '5',
  account: '6',
  orders: '7',
  log: '8',
  report: '9',
  footprint: '0',
  profile: 'v',
};

export const FOOTPRINT_MODES = ['bid-ask', 'delta', 'volume', 'imbalance', 'ladder'] as const;
export type FootprintMode = (typeof FOOTPRINT_MODES)[number];

/** Each trade; the trades of one aggressor as one print; what follows each other on one side at one price as one. */
export const TAPE_MODES = ['joined', 'raw', 'summary'] as const;
export type TapeMode = (typeof TAPE_MODES)[number];

export const PROFILE_RANGES = ['session', 'visible', 'fixed'] as const;

/** What the profile pane adds up. `from` and `to` are the fixed range's, session time; `to` null: until now. */
export interface ProfileChoice {
  readonly kind: (typeof PROFILE_RANGES)[number];
  readonly from: number | null;
  readonly to: number | null;
}

/** What has the keyboard. `panes` is the screen itself, the others lie over it or take its status line. */
export const UI_MODES = [
  'panes',
  'welcome',
  'help',
  'bookmarks',
  'columns',
  'trades',
  'entry',
  'quit',
  'filter',
  'command',
] as const;
export type UiMode = (typeof UI_MODES)[number];

export const LOG_KINDS = ['decision', 'order', 'fill', 'trade', 'alarm', 'command'] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/** A line of the log. `source` is what it was made from; a line of our own has none. */
export interface LogEntry {
  /** Counts up over the run of the screen. */
  readonly number: number;
  readonly clock: string;
  readonly kind: LogKind;
  readonly level: 'normal' | 'good' | 'warning' | 'critical';
  readonly text: string;
  readonly source: Notice | null;
}

/** An answer to a command or a word of the screen itself, shown in the status line. */
export interface StatusText {
  readonly text: string;
  readonly level: 'good' | 'warning' | 'critical';
  /** Wall clock, ms. */
  readonly at: number;
}

export interface LogView {
  /** Number of the selected entry; `null` follows the newest. */
  readonly selected: number | null;
  readonly filter: string;
}

export type ColumnId = LadderColumn;

/** What an entry by hand consists of, from the settings. */
export interface BracketTemplate {
  readonly quantity: number;
  readonly stopTicks: number;
  readonly targetTicks: number;
  readonly timeoutSecs: number;
}

/** A moment: after so many events of the market, everything due by `ts` (session time) done. */
export interface Bookmark {
  readonly name: string;
  readonly ts: number;
  readonly events: number;
}

/** What the settings say of the screen. */
export interface ScreenSettings {
  readonly template: BracketTemplate;
  /** The ladder's columns from left to right; `null`: all of them. */
  readonly ladderColumns: readonly ColumnId[] | null;
  /** Nobody has seen this screen here yet: it begins with what is on it. */
  readonly isFirstRun: boolean;
  /** Whether the terminal's bell rings at what has to be heard. */
  readonly bell?: boolean;
  /** The market’s bookmarks, as an earlier screen left them. */
  readonly bookmarks?: readonly Bookmark[];
}

export const USUAL_SETTINGS: ScreenSettings = {
  template: { quantity: 100, stopTicks: 20, targetTicks: 40, timeoutSecs: 60 },
  ladderColumns: null,
  isFirstRun: false,
};

/** What the command line remembers. */
export interface CommandLine {
  /** Lines that were done, the newest last. */
  readonly history: readonly string[];
  /** Place of the line that was called back; `null` while a new one is typed, which `draft` keeps. */
  readonly at: number | null;
  readonly draft: string;
  /** What completion began from, until something else is typed. */
  readonly asked: string | null;
}

/** What the person at the keyboard has chosen. */
export interface UiState {
  readonly mode: UiMode;
  readonly focus: PaneId;
  readonly zoomed: PaneId | null;
  /** A chart that stands beside the ladder for other panes, on screens that have no place of its own for it. */
  readonly beside: PaneId | null;
  readonly footprintMode: FootprintMode;
  readonly profile: ProfileChoice;
  /** Price at the ladder's middle, 1e-9 units; `null` keeps the last price there. */
  readonly ladderCenter: number | null;
  readonly ladderCursor: number | null;
  /** Place of the cursor in the list of a finished run's trades. */
  readonly trade: number;
  /** Where the cursor stands in the list of the ladder's columns. */
  readonly column: ColumnId;
  readonly tapeMode: TapeMode;
  /** Prints below this size are not shown. */
  readonly tapeMinSize: number;
  readonly tapeScroll: number;
  readonly log: LogView;
  /** First line shown of what can be scrolled: help, an opened entry, the brain's reasoning, the report. */
  readonly scroll: number;
  /** The text being typed, in the modes `filter` and `command`. */
  readonly input: string;
  readonly line: CommandLine;
  /** The next key is text whatever it means. */
  readonly isQuoting: boolean;
  /** The letter that acted instead of being text, until the text goes on. */
  readonly acted: string | null;
}

/** What was asked for and no frame has told yet: the next key press goes on from there. */
export interface Intent {
  readonly unanswered: number;
  readonly brainPaused: boolean | null;
  readonly replayPaused: boolean | null;
  readonly speed: number | null;
  /** Where the stop and the target were asked to go, 1e-9 units, until a frame shows them there. */
  readonly stop: Move | null;
  readonly target: Move | null;
}

export interface Move {
  readonly price: number;
  /** Wall clock, ms. */
  readonly at: number;
}

export const NO_INTENT: Intent = {
  unanswered: 0,
  brainPaused: null,
  replayPaused: null,
  speed: null,
  stop: null,
  target: null,
};

/** Everything the screen shows. Replaced, never changed; a pane is a function of it. */
export interface ScreenState {
  readonly settings: ScreenSettings;
  readonly size: Size;
  /** Wall clock of the last change, ms, by which highlights fade. */
  readonly now: number;
  readonly frame: Frame | null;
  /** When a shown value last changed (wall clock, ms), by its name. */
  readonly changes: ReadonlyMap<string, number>;
  readonly log: readonly LogEntry[];
  readonly logged: number;
  /** Sequence of the last notice; a gap is told in the log. */
  readonly noticed: number;
  readonly fills: readonly Extract<Notice, { type: 'order-filled' }>[];
  readonly trades: readonly RoundTrip[];
  readonly decision: DecisionRecord | null;
  /** The least size that the engine called large so far. */
  readonly largeSize: number | null;
  readonly status: StatusText | null;
  readonly progress: { readonly percent: number; readonly clock: string } | null;
  readonly result: RunResult | null;
  readonly reportLines: readonly string[];
  /** The run that ended, while it is looked into again. */
  readonly reviewed: { readonly result: RunResult; readonly reportLines: readonly string[] } | null;
  readonly failure: string | null;
  readonly intent: Intent;
  /** In the order of market time. */
  readonly bookmarks: readonly Bookmark[];
  readonly ui: UiState;
}

export function initialState(
  size: Size,
  now: number,
  settings: ScreenSettings = USUAL_SETTINGS,
): ScreenState {
  return {
    settings,
    size,
    now,
    frame: null,
    changes: new Map(),
    log: [],
    logged: 0,
    noticed: 0,
    fills: [],
    trades: [],
    decision: null,
    largeSize: null,
    status: null,
    progress: null,
    result: null,
    reportLines: [],
    reviewed: null,
    failure: null,
    intent: NO_INTENT,
    bookmarks: settings.bookmarks ?? [],
    ui: {
      mode: settings.isFirstRun ? 'welcome' : 'panes',
      focus: 'ladder',
      zoomed: null,
      beside: null,
      footprintMode: 'bid-ask',
      profile: { kind: 'session', from: null, to: null },
      ladderCenter: null,
      ladderCursor: null,
      trade: 0,
      column: 'marks',
      tapeMode: 'joined',
      tapeMinSize: 0,
      tapeScroll: 0,
      log: { selected: null, filter: '' },
      scroll: 0,
      input: '',
      line: { history: [], at: null, draft: '', asked: null },
      isQuoting: false,
      acted: null,
    },
  };
}
