/** The run as lines of text instead of a screen, for screen readers and for terminals that cannot place a cursor. */
import { createInterface } from 'node:readline';
import type { EngineMessage } from '../engine/protocol.ts';
import { decimalsOf, formatInteger, formatMoney } from './format.ts';
import type { Action } from './keymap/action.ts';
import { isCommand } from './keymap/actions.ts';
import { actionOf, DEFAULT_KEYMAP, type Keymap, keyOf } from './keymap/keymap.ts';
import type { ScreenSetup } from './run-screen.tsx';
import { paneLines } from './screen.ts';
import { parseCommand } from './store/command-line.ts';
import { clockOf, onMessage } from './store/messages.ts';
import { perform } from './store/perform.ts';
import { initialState, PANES, type ScreenState, USUAL_SETTINGS } from './store/state.ts';
import { createLook, type Look } from './theme/themes.ts';

/** What a pane is painted into before its rows are said; nobody sees it. */
const SIZE = { columns: 80, rows: 24 };
const FRAMES_PER_SECOND = 4;

type LinesSetup = Pick<
  ScreenSetup,
  'messages' | 'send' | 'setView' | 'settings' | 'reportLines' | 'signal'
> & {
  readonly input: NodeJS.ReadableStream;
  readonly output: { write(text: string): unknown };
  readonly keymap?: Keymap;
};

/** Where things stand, in one line: price, position, result. */
function summaryOf({ frame }: ScreenState): string {
  if (frame === null) return 'waiting for the engine';
  const { LAST, SPREAD } = frame.state;
  const price =
    LAST === null ? 'no price yet' : `last ${LAST.toFixed(decimalsOf(frame.tickNanos))}`;
  const spread = SPREAD === null ? '' : `, spread ${SPREAD}`;
  const halt = frame.halted === null ? '' : `, HALTED: ${frame.halted}`;
  const day = `, day ${formatMoney(frame.account.DAILY_PL)}`;
  return `${frame.mode} ${frame.symbol} ${clockOf(frame)}, ${price}${spread}, ${positionOf(frame)}${day}${halt}`;
}

function positionOf(frame: NonNullable<ScreenState['frame']>): string {
  const { POSITION, AVG_ENTRY } = frame.account;
  if (POSITION === 0) return 'position flat';
  const side = POSITION > 0 ? 'long' : 'short';
  const entry = AVG_ENTRY === null ? '' : ` at ${AVG_ENTRY.toFixed(decimalsOf(frame.tickNanos))}`;
  return `position ${side} ${formatInteger(Math.abs(POSITION))}${entry}`;
}

class LinesSession {
  readonly #setup: LinesSetup;
  readonly #keymap: Keymap;
  readonly #look: Look = createLook('none', true);
  #state: ScreenState;
  #position = '';
  #isOver = false;
  #resolve: (end: 'quit' | 'ended') => void = () => undefined;

  constructor(setup: LinesSetup) {
    this.#setup = setup;
    this.#keymap = setup.keymap ?? DEFAULT_KEYMAP;
    const settings = { ...(setup.settings ?? USUAL_SETTINGS), isFirstRun: false };
    this.#state = initialState(SIZE, Date.now(), settings);
  }

  run(): Promise<'quit' | 'ended'> {
    const { input, messages, setView, signal } = this.#setup;
    const ended = new Promise<'quit' | 'ended'>((resolve) => {
      this.#resolve = resolve;
    });
    this.#say(
      'Lines instead of a screen. Enter alone: where things stand; ? and Enter: the commands.',
    );
    this.#say(
      `A key or a command acts with Enter: ${keyOf(this.#keymap, 'flatten')} flattens, ${keyOf(this.#keymap, 'kill')} is the kill switch, ${keyOf(this.#keymap, 'quit')} leaves.`,
    );
    setView({
      type: 'view',
      ladderRows: SIZE.rows,
      ladderCenter: null,
      framesPerSecond: FRAMES_PER_SECOND,
    });
    const lines = createInterface({ input, terminal: false });
    lines.on('line', (line) => this.#onLine(line.trim()));
    // an input that ended asks for nothing more: the run goes on, and its end is told
    const stop = messages((message) => this.#onMessage(message));
    const onAbort = () => this.#leave();
    signal?.addEventListener('abort', onAbort, { once: true });
    return ended.finally(() => {
      stop();
      lines.close();
      signal?.removeEventListener('abort', onAbort);
    });
  }

  #say(text: string): void {
    this.#setup.output.write(`${text}\n`);
  }

  /** Says what is new in the log, and a word of the screen's own that the log does not have. */
  #sayNew(before: ScreenState): void {
    const fresh = this.#state.log.filter(
      (entry) => entry.number > (before.log.at(-1)?.number ?? -1),
    );
    for (const { clock, kind, text } of fresh) this.#say(`${clock.slice(0, 8)} ${kind}: ${text}`);
    const { status } = this.#state;
    if (
      status !== before.status &&
      status !== null &&
      !fresh.some(({ text }) => text === status.text)
    )
      this.#say(status.text);
  }

  #onMessage(message: EngineMessage): void {
    if (this.#isOver) return;
    const before = this.#state;
    this.#state = onMessage(before, message, Date.now());
    this.#sayNew(before);
    if (message.type === 'frame') {
      const position = positionOf(message);
      if (position !== this.#position && this.#position !== '') this.#say(position);
      this.#position = position;
    }
    if (message.type === 'run-ended') {
      for (const line of this.#setup.reportLines(message.result)) this.#say(line);
      this.#leave();
    }
    if (message.type === 'run-failed') this.#leave();
  }

  #onLine(line: string): void {
    if (this.#isOver) return;
    if (line === '') this.#say(summaryOf(this.#state));
    else if (line === '?') this.#sayCommands();
    else this.#act(line);
  }

  #act(line: string): void {
    const isAsked = this.#state.ui.mode === 'quit';
    const contexts = isAsked ? (['always', 'quit'] as const) : (['always', 'panes'] as const);
    const byKey = actionOf(this.#keymap, line === 'space' ? 'space' : line, contexts);
    const asked =
      byKey === undefined ? parseCommand(this.#keymap, line) : { action: byKey, argument: '' };
    if (asked === undefined) return;
    if ('error' in asked) this.#say(asked.error);
    else this.#do(asked.action, asked.argument ?? '');
  }

  #do(action: Action, argument: string): void {
    const pane = PANES.find((each) => action.id === `focus-${each}`);
    if (pane !== undefined) {
      for (const line of paneLines(pane, this.#state, this.#look, SIZE)) this.#say(line);
      return;
    }
    if (action.argument !== undefined && argument === '') {
      this.#say(`${action.command} needs ${action.argument}`);
      return;
    }
    const before = this.#state;
    const step = perform(before, action, this.#keymap, Date.now(), argument);
    this.#state = step.state;
    for (const command of step.commands) this.#setup.send(command);
    this.#sayNew(before);
    if (step.isLeaving) this.#leave();
    else if (step.state.ui.mode === 'quit')
      this.#say(`${summaryOf(this.#state)}. Leaving ends the run: y leaves, n stays.`);
  }

  #sayCommands(): void {
    for (const action of this.#keymap.actions.filter(isCommand))
      this.#say(
        `${action.command}${action.keys.length > 0 ? ` (${action.keys[0]})` : ''}: ${action.label}`,
      );
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { result, failure } = this.#state;
    this.#resolve(result !== null || failure !== null ? 'ended' : 'quit');
  }
}

/** Tells a run line by line until it ends (`ended`) or the person leaves (`quit`). A key or command acts with Enter. */
export function runLines(setup: LinesSetup): Promise<'quit' | 'ended'> {
  return new LinesSession(setup).run();
}
