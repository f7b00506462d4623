import { type Instance, render } from 'ink';
import type { RoundTrip, RunResult } from '../domain/run.ts';
import type { EngineCommand, EngineMessage, FrontMessage } from '../engine/protocol.ts';
import { App } from './app.tsx';
import { FrameTrace, type TracedFrame } from './canvas/frame-trace.ts';
import { toAnsi, toSvg, toText } from './canvas/picture.ts';
import { ScreenWriter, type TerminalOutput } from './canvas/screen-writer.ts';
import type { ColorDepth } from './canvas/styles.ts';
import { DEFAULT_KEYMAP, type Keymap } from './keymap/keymap.ts';
import { paintHot, paneLines } from './screen.ts';
import { BellLimit, soundOf } from './store/bell.ts';
import { footprintWish, profileWish } from './store/charts.ts';
import { dialogOf } from './store/dialog.ts';
import { clockOf, onMessage, onResize } from './store/messages.ts';
import { onKey } from './store/perform.ts';
import { layoutToSave, type SavedLayout, withLayout } from './store/saved-layout.ts';
import { currentLayout, ladderRows } from './store/selectors.ts';
import type { Bookmark } from './store/state.ts';
import {
  initialState,
  type ScreenSettings,
  type ScreenState,
  USUAL_SETTINGS,
} from './store/state.ts';
import { Store } from './store/store.ts';
import { reviewing } from './store/trades.ts';
import { createLook, PAPER, type ThemeName } from './theme/themes.ts';

/** Hot panes: 30 times a second. What Ink draws: 4 times; a whole frame of Ink costs some 8 ms however little changed. */
const HOT_MS = 33;
const COLD_MS = 250;
const FRAMES_PER_SECOND = 30;
/** How often highlights and answers are looked at for having faded, when nothing else happens. */
const FADE_MS = 250;
const DRAIN_MS = 300;

export type ViewMessage = Extract<FrontMessage, { type: 'view' }>;

export interface ScreenOptions {
  readonly theme: ThemeName;
  readonly ascii: boolean;
  readonly color: ColorDepth;
  readonly keymap?: Keymap;
}

export interface ScreenSetup {
  /** Calls back with every message of the engine, in order, until the returned function is called. */
  readonly messages: (listener: (message: EngineMessage) => void) => () => void;
  readonly send: (command: EngineCommand) => void;
  /** Told at the start and whenever it changes how much of the ladder can be seen. */
  readonly setView: (view: ViewMessage) => void;
  readonly terminal: {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: TerminalOutput;
  };
  readonly options: ScreenOptions;
  readonly settings?: ScreenSettings;
  /** Saves files of these endings and says where; without it the screen cannot be saved. */
  readonly saveScreen?: (
    name: string,
    files: Readonly<Record<'txt' | 'ans' | 'svg', string>>,
  ) => Promise<string>;
  /** Keeps the market’s bookmarks for the next screen; without it they end with this one. */
  readonly saveBookmarks?: (bookmarks: readonly Bookmark[]) => Promise<void>;
  /** How the screen was kept; `problem`: why what was kept cannot be read. */
  readonly layout?: { readonly layout: SavedLayout } | { readonly problem: string };
  /** Keeps the layout for the next runs and says where; without it none is kept. */
  readonly saveLayout?: (layout: SavedLayout) => Promise<string>;
  /**
   * Plays a run that has ended again, for a trade's moment; resolves with what lets it come, rejects with the reason
   * where that cannot be. Without it no trade opens.
   */
  readonly openTrade?: (trade: RoundTrip, session: string) => Promise<() => void>;
  /** The statistics of a finished run as text, for the report pane. */
  readonly reportLines: (result: RunResult) => string[];
  /** Told every frame before it is sent to the terminal, for proofs of the screen. */
  readonly onFrame?: (frame: TracedFrame) => void;
  /** Closes the screen from outside, as `q` does, without a question. */
  readonly signal?: AbortSignal;
}

/**
 * Lets the terminal's stream take what it can and keep the rest: Node makes terminals blocking, and a terminal that
 * stalls would then hold up the keyboard too. The method is Node's own and not documented; without it writes block.
 */
function setBlocking(stdout: TerminalOutput, isBlocking: boolean): void {
  const handle: unknown = Reflect.get(stdout, '_handle');
  if (typeof handle !== 'object' || handle === null) return;
  const method: unknown = Reflect.get(handle, 'setBlocking');
  if (typeof method === 'function') Reflect.apply(method, handle, [isBlocking]);
}

function sizeOf(stdout: TerminalOutput): { columns: number; rows: number } {
  return { columns: stdout.columns, rows: stdout.rows };
}

/** The first state with the layout that was kept, or with a word on why it is not. */
function withKept(state: ScreenState, kept: ScreenSetup['layout']): ScreenState {
  if (kept === undefined) return state;
  if ('layout' in kept) return withLayout(state, kept.layout);
  const text = `the kept layout cannot be read: ${kept.problem}`;
  return { ...state, status: { text, level: 'warning', at: state.now } };
}

class Session {
  readonly #setup: ScreenSetup;
  readonly #look;
  readonly #keymap: Keymap;
  readonly #writer: ScreenWriter;
  readonly #store: Store;
  /** The state that Ink draws. */
  readonly #shown: Store;
  readonly #bell = new BellLimit();
  readonly #cleanups: (() => void)[] = [];
  #ink: Instance | null = null;
  #hotTimer: NodeJS.Timeout | null = null;
  #coldTimer: NodeJS.Timeout | null = null;
  #hotAt = 0;
  #coldAt = 0;
  #view = '';
  #isOver = false;
  #resolve: (end: 'quit' | 'ended') => void = () => undefined;

  constructor(setup: ScreenSetup) {
    const { options, terminal } = setup;
    this.#setup = setup;
    this.#keymap = options.keymap ?? DEFAULT_KEYMAP;
    // where there are no colours, weight and inversion must carry what they would have told
    const theme = options.color === 'none' ? 'none' : options.theme;
    this.#look = createLook(theme, options.ascii);
    const trace = new FrameTrace(this.#look.table, options.ascii);
    const { onFrame } = setup;
    this.#writer = new ScreenWriter(
      terminal.stdout,
      this.#look.table,
      options.color,
      options.ascii,
      onFrame === undefined ? undefined : (grid) => onFrame(trace.next(grid)),
    );
    const state = withKept(
      initialState(sizeOf(terminal.stdout), Date.now(), setup.settings ?? USUAL_SETTINGS),
      setup.layout,
    );
    this.#store = new Store(state);
    this.#shown = new Store(state);
  }

  run(): Promise<'quit' | 'ended'> {
    const { messages, terminal, signal } = this.#setup;
    setBlocking(terminal.stdout, false);
    // Ink asks for raw keys only after its first frame; a key pressed before would be echoed into it and push it up
    const { stdin } = terminal;
    if (stdin.isTTY) {
      stdin.setRawMode(true);
      this.#cleanups.push(() => stdin.setRawMode(false));
    }
    this.#guard();
    const ended = new Promise<'quit' | 'ended'>((resolve) => {
      this.#resolve = resolve;
    });
    // before Ink listens, so that the state has the new size when Ink draws
    this.#writer.on('resize', () => this.#onResize());
    const onWindow = () => this.#writer.repaint();
    process.on('SIGWINCH', onWindow);
    this.#cleanups.push(() => process.off('SIGWINCH', onWindow));
    this.#ink = this.#startInk();
    this.#cleanups.push(messages((message) => this.#onMessage(message)));
    const fade = setInterval(() => this.#fade(), FADE_MS);
    this.#cleanups.push(() => clearInterval(fade));
    const onAbort = () => void this.#leave();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#cleanups.push(() => signal?.removeEventListener('abort', onAbort));
    this.#paintHot();
    return ended;
  }

  #startInk(): Instance {
    const ink = render(
      <App
        shown={this.#shown}
        look={this.#look}
        keymap={this.#keymap}
        onKeys={(keys) => this.#onKeys(keys)}
        onCommit={(columns, rows) => this.#writer.laidOut(columns, rows)}
      />,
      {
        // Ink asks of its stdout what a terminal's stream has and this writer provides
        stdout: this.#writer as unknown as NodeJS.WriteStream,
        stdin: this.#setup.terminal.stdin,
        alternateScreen: true,
        interactive: true,
        exitOnCtrlC: false,
        patchConsole: false,
        maxFps: 60,
        isScreenReaderEnabled: false,
      },
    );
    ink.waitUntilExit().then(
      () => void this.#leave(),
      (error: unknown) => this.#crash(error),
    );
    return ink;
  }

  /** Gives the terminal back whatever ends the process. Signals end it by Ink's own exit handler. */
  #guard(): void {
    const onCrash = (error: unknown) => this.#crash(error);
    const onExit = () => this.#writer.leave();
    const onGone = () => void this.#leave();
    process.on('uncaughtException', onCrash);
    process.on('unhandledRejection', onCrash);
    process.on('exit', onExit);
    this.#setup.terminal.stdout.on('error', onGone);
    this.#cleanups.push(() => {
      process.off('uncaughtException', onCrash);
      process.off('unhandledRejection', onCrash);
      process.off('exit', onExit);
      this.#setup.terminal.stdout.off('error', onGone);
    });
  }

  #crash(error: unknown): void {
    this.#writer.leave();
    this.#ink?.unmount();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\n`, () => process.exit(1));
  }

  #onMessage(message: EngineMessage): void {
    if (this.#isOver) return;
    const now = Date.now();
    const { state } = this.#store;
    const sound = state.settings.bell === true ? soundOf(state, message) : undefined;
    if (sound !== undefined && this.#bell.rings(sound, now)) this.#writer.ring();
    let next = onMessage(state, message, now);
    if (message.type === 'run-ended') {
      next = { ...next, reportLines: this.#setup.reportLines(message.result) };
    }
    this.#store.replace(next);
    if (message.type !== 'frame') this.#scheduleCold(COLD_MS / 2);
    this.#schedule();
  }

  #onKeys(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#isOver) return;
      const { state, commands, isLeaving, isSaving, isKeeping, isCopying, opens } = onKey(
        this.#store.state,
        key,
        this.#keymap,
        Date.now(),
      );
      const { bookmarks } = this.#store.state;
      this.#store.replace(state);
      // what a key asks for leaves before anything is drawn
      for (const command of commands) this.#setup.send(command);
      if (state.bookmarks !== bookmarks) void this.#saveBookmarks(state.bookmarks);
      if (isSaving === true) void this.#saveScreen();
      if (isKeeping === true) void this.#keepLayout();
      if (isCopying === true) this.#copyPane();
      if (opens !== undefined) void this.#openTrade(opens);
      if (isLeaving) void this.#leave();
    }
    this.#paintCold();
    this.#paintHot();
  }

  async #saveBookmarks(bookmarks: readonly Bookmark[]): Promise<void> {
    try {
      await this.#setup.saveBookmarks?.(bookmarks);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `the bookmarks are not kept: ${why}`;
      const status = { text, level: 'warning', at: Date.now() } as const;
      this.#store.replace({ ...this.#store.state, status });
      this.#paintCold();
    }
  }

  /** Saves what is shown, and says where it is. */
  async #saveScreen(): Promise<void> {
    const { saveScreen, options } = this.#setup;
    const { frame } = this.#store.state;
    const theme = options.color === 'none' ? 'none' : options.theme;
    const grid = this.#writer.picture();
    const { table } = this.#look;
    const clock = clockOf(frame).replaceAll(':', '').replaceAll('-', '');
    const name = frame === null ? 'screen' : `${frame.symbol}-${frame.session}-${clock}`;
    const files = {
      txt: toText(grid),
      ans: toAnsi(grid, table, options.color),
      svg: toSvg(grid, table, PAPER[theme]),
    };
    let status: ScreenState['status'];
    try {
      if (saveScreen === undefined) throw new Error('there is no place for it');
      const place = await saveScreen(name, files);
      status = { text: `screen saved: ${place}`, level: 'good', at: Date.now() };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      status = { text: `the screen was not saved: ${why}`, level: 'warning', at: Date.now() };
    }
    this.#store.replace({ ...this.#store.state, status });
    this.#paintCold();
  }

  /** Copies what the pane with the keyboard says. */
  #copyPane(): void {
    const { state } = this.#store;
    const pane = state.ui.focus;
    const rect = currentLayout(state)?.panes[pane];
    if (rect === undefined) return;
    const size = { columns: rect.width - 4, rows: rect.height - 2 };
    const lines = paneLines(pane, state, this.#look, size);
    this.#writer.copy(`${lines.join('\n')}\n`);
    const text = `copied: ${lines.length} lines of the ${pane}, where the terminal allows it (OSC 52)`;
    this.#store.replace({ ...state, status: { text, level: 'good', at: Date.now() } });
  }

  async #keepLayout(): Promise<void> {
    const { saveLayout } = this.#setup;
    let status: ScreenState['status'];
    try {
      if (saveLayout === undefined) throw new Error('there is no place for it');
      const place = await saveLayout(layoutToSave(this.#store.state));
      status = { text: `layout kept: ${place}`, level: 'good', at: Date.now() };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      status = { text: `the layout was not kept: ${why}`, level: 'warning', at: Date.now() };
    }
    this.#store.replace({ ...this.#store.state, status });
    this.#paintCold();
  }

  /** Shows the run again from a trade's moment on; the report stays where its key leads. */
  async #openTrade(trade: RoundTrip): Promise<void> {
    const { result, reportLines } = this.#store.state;
    if (result === null) return;
    try {
      if (this.#setup.openTrade === undefined) throw new Error('there is no market to go back to');
      const begin = await this.#setup.openTrade(trade, result.run.session);
      this.#store.replace(reviewing(this.#store.state, { result, reportLines }, Date.now()));
      begin();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const status = { text: `the trade does not open: ${why}`, level: 'warning' } as const;
      this.#store.replace({ ...this.#store.state, status: { ...status, at: Date.now() } });
    }
    this.#paintCold();
    this.#paintHot();
  }

  #onResize(): void {
    const now = Date.now();
    this.#store.replace(onResize(this.#store.state, sizeOf(this.#setup.terminal.stdout), now));
    this.#paintCold();
    this.#paintHot();
  }

  /** Draws again what looks different only because time went by. */
  #fade(): void {
    const { state } = this.#store;
    if (state.changes.size === 0 && state.status === null) return;
    this.#store.replace({ ...state, now: Date.now() });
    this.#schedule();
  }

  #schedule(): void {
    const wait = this.#hotAt + HOT_MS - Date.now();
    this.#hotTimer ??= setTimeout(() => this.#paintHot(), Math.max(0, wait));
    this.#scheduleCold(COLD_MS);
  }

  #scheduleCold(pauseMs: number): void {
    const wait = this.#coldAt + pauseMs - Date.now();
    this.#coldTimer ??= setTimeout(() => this.#paintCold(), Math.max(0, wait));
  }

  #paintHot(): void {
    if (this.#hotTimer !== null) clearTimeout(this.#hotTimer);
    this.#hotTimer = null;
    if (this.#isOver) return;
    this.#hotAt = Date.now();
    const { state } = this.#store;
    const layout = currentLayout(state);
    const dialog = layout === null ? null : dialogOf(state, this.#keymap);
    const layers = layout === null ? [] : paintHot(state, layout, this.#look);
    this.#writer.setLayers(layers, dialog === null ? [] : [dialog.rect]);
    this.#writer.paint();
    this.#tellView(state);
  }

  #paintCold(): void {
    if (this.#coldTimer !== null) clearTimeout(this.#coldTimer);
    this.#coldTimer = null;
    if (this.#isOver) return;
    this.#coldAt = Date.now();
    this.#shown.replace(this.#store.state);
  }

  #tellView(state: ScreenState): void {
    const [footprint, profile] = [footprintWish(state), profileWish(state)];
    const view: ViewMessage = {
      type: 'view',
      ladderRows: ladderRows(state),
      ladderCenter: state.ui.ladderCenter,
      framesPerSecond: FRAMES_PER_SECOND,
      ...(footprint === undefined ? {} : { footprint }),
      ...(profile === undefined ? {} : { profile }),
      ...(state.ui.tapeMode === 'raw' ? { trades: true } : {}),
    };
    const key = JSON.stringify(view);
    if (key === this.#view) return;
    this.#view = key;
    this.#setup.setView(view);
  }

  async #leave(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { state } = this.#store;
    if (this.#hotTimer !== null) clearTimeout(this.#hotTimer);
    if (this.#coldTimer !== null) clearTimeout(this.#coldTimer);
    await this.#writer.idle(DRAIN_MS);
    setBlocking(this.#setup.terminal.stdout, true);
    this.#ink?.unmount();
    this.#writer.leave();
    for (const cleanup of this.#cleanups) cleanup();
    this.#resolve(state.result !== null || state.failure !== null ? 'ended' : 'quit');
  }
}

/**
 * Shows the screen until it is left: `quit` while the run was going on, `ended` after its end. The terminal is given
 * back on every way out; an error nobody caught is printed on the normal screen and ends the process with 1.
 */
export function runScreen(setup: ScreenSetup): Promise<'quit' | 'ended'> {
  return new Session(setup).run();
}
