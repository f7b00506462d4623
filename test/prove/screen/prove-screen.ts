import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../../src/domain/random.ts';
import { ACTIONS } from '../../../src/tui/keymap/actions.ts';
import { PANE_KEYS, PANES } from '../../../src/tui/store/state.ts';
import { type ProofOptions, type ProofResult, Violations } from '../proof.ts';
import { bytesOf, ESCAPE_MS } from './keys.ts';
import { WatchedScreen } from './watched-screen.ts';

type Size = { readonly columns: number; readonly rows: number };

const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 35 },
  { columns: 160, rows: 45 },
  { columns: 240, rows: 70 },
  { columns: 60, rows: 20 },
  { columns: 400, rows: 120 },
];
const WIDE: Size = { columns: 160, rows: 45 };

const PANIC: Readonly<Record<string, readonly string[]>> = {
  x: ['flatten'],
  X: ['flatten-and-halt'],
  K: ['kill'],
};
/** These two are letters in a text that is typed. */
const PANIC_BUT_TEXTS: typeof PANIC = {
  ...PANIC,
  p: ['pause-brain', 'resume-brain'],
  C: ['cancel-entries'],
};

/** How every mode is reached from the panes, and left again. A position is needed for the question before leaving. */
const MODES: readonly {
  name: string;
  way: readonly string[];
  back: readonly string[];
  isText?: boolean;
}[] = [
  { name: 'panes', way: [], back: [] },
  { name: 'help', way: ['?'], back: ['escape'] },
  { name: 'entry', way: ['8', 'enter'], back: ['escape'] },
  { name: 'filter', way: ['/', 'a'], back: ['escape'], isText: true },
  { name: 'command line', way: [':', 'z', 'o'], back: ['escape'], isText: true },
  { name: 'welcome', way: [':', ...Array.from('welcome'), 'enter'], back: ['escape'] },
];

/** All keys that any action has, but for those that end the program or the run. */
const KEYS: readonly string[] = [...new Set(ACTIONS.flatMap(({ keys }) => keys))].filter(
  (key) => !['q', 'ctrl+c', 'y'].includes(key) && bytesOf(key) !== undefined,
);

interface Figures {
  keys: number;
  frames: number;
  overtaken: number;
  resizes: number;
  stalls: number;
  panicKeys: number;
  states: number;
  leavings: number;
  memoryMb: number[];
}

/** Whether something comes to be shown in time. */
async function seen(
  screen: WatchedScreen,
  check: (text: string) => boolean,
  timeoutMs: number,
): Promise<boolean> {
  try {
    await screen.until(check, timeoutMs);
    return true;
  } catch {
    return false;
  }
}

class ScreenProof {
  readonly figures: Figures = {
    keys: 0,
    frames: 0,
    overtaken: 0,
    resizes: 0,
    stalls: 0,
    panicKeys: 0,
    states: 0,
    leavings: 0,
    memoryMb: [],
  };
  readonly #random: Random;
  readonly #violations: Violations;
  readonly #folder: string;

  constructor(random: Random, violations: Violations, folder: string) {
    this.#random = random;
    this.#violations = violations;
    this.#folder = folder;
  }

  /** The program with a generated market, as soon as it is on the screen. */
  async start(size: Size, ...more: readonly string[]): Promise<WatchedScreen> {
    const screen = new WatchedScreen(
      ['--sim', '--set', 'brain.provider=rules', ...more],
      size,
      this.#folder,
      (what) => this.#violations.note(what),
    );
    const isUp = (text: string) => text.includes('ladder') || text.includes('this terminal is');
    await screen.until((text) => isUp(text) || text.includes('Esc'), 15_000);
    await this.press(screen, 'escape');
    return screen;
  }

  async press(screen: WatchedScreen, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      screen.press(bytesOf(key) ?? '');
      this.figures.keys++;
      if (key === 'escape') await pause(ESCAPE_MS);
    }
  }

  async #settle(screen: WatchedScreen, when: string): Promise<void> {
    if (!(await screen.settled(5_000)))
      this.#violations.note(`${when}: no whole frame within 5 s of a new size`);
  }

  #resize(screen: WatchedScreen, size: Size): void {
    screen.resize(size.columns, size.rows);
    this.figures.resizes++;
  }

  #anySize(): Size {
    const chosen = SIZES[this.#random.below(SIZES.length)] ?? WIDE;
    const odd = (value: number) => Math.max(20, value + this.#random.below(7) - 3);
    return { columns: odd(chosen.columns), rows: odd(chosen.rows) };
  }

  /** Random keys at random sizes, and now and then a terminal that does not read for a while. */
  async wander(count: number): Promise<void> {
    const screen = await this.start(WIDE, '--speed', '20');
    for (let done = 0; done < count; done++) {
      const dice = this.#random.below(100);
      if (dice < 3) this.#resize(screen, this.#anySize());
      else if (dice < 5) {
        screen.stall(true);
        this.figures.stalls++;
        await pause(50 + this.#random.below(350));
        screen.stall(false);
      }
      const key = KEYS[this.#random.below(KEYS.length)] ?? 'tab';
      await this.press(screen, key);
      if (this.#random.below(3) === 0) await pause(this.#random.below(80));
      if (done % 50 === 49) {
        await this.#settle(screen, 'random keys');
        this.figures.memoryMb.push(screen.memoryMb());
      }
      if (!this.#isAlive(screen)) return;
    }
    await this.#settle(screen, 'the end of random keys');
    await this.leave(screen, 'ctrl+c twice');
  }

  /** Sizes that change faster than anything can be drawn, again and again back at once to the size that was. */
  async storm(count: number): Promise<void> {
    const screen = await this.start(WIDE, '--speed', '20');
    for (let done = 0; done < count; done++) {
      const size = this.#anySize();
      this.#resize(screen, size);
      if (this.#random.below(4) === 0) {
        this.#resize(screen, { columns: size.columns - 9, rows: size.rows - 5 });
        this.#resize(screen, size);
        done += 2;
      }
      await pause(this.#random.below(25));
      if (this.#random.below(10) > 0) continue;
      await this.#settle(screen, 'the resize storm');
      // smaller and back at once: no new size, and yet the terminal has lost what stood there
      this.#resize(screen, { columns: size.columns - 9, rows: size.rows - 5 });
      this.#resize(screen, size);
      await this.#settle(screen, 'a size that came back');
      done += 2;
    }
    await this.#settle(screen, 'the end of the storm');
    await pause(200);
    await this.leave(screen, 'SIGTERM');
  }

  /** Every panic key in every state that keys lead to. `most` states at most, spread over all. */
  async panic(most: number): Promise<void> {
    const states = PANES.filter((pane) => pane !== 'report').flatMap((pane) =>
      [false, true].flatMap((isZoomed) => MODES.map((mode) => ({ pane, isZoomed, mode }))),
    );
    const stride = Math.max(1, states.length / Math.max(1, most));
    const screen = await this.start(WIDE, '--speed', '20');
    await screen.until((text) => text.includes('open drive'), 15_000);
    // at the market's own pace a position stays until the keys come to it
    await this.press(screen, '-', '-', '-', '-');
    await this.#panicWhileAsked(screen);
    for (let at = 0; at < states.length; at += stride) {
      const state = states[Math.floor(at)];
      if (state === undefined) break;
      const { pane, isZoomed, mode } = state;
      await this.press(screen, 'escape', PANE_KEYS[pane], ...(isZoomed ? ['z'] : []), ...mode.way);
      const where = `${mode.name} over ${pane}${isZoomed ? ', zoomed' : ''}`;
      await this.#pressPanic(screen, where, mode.isText === true ? PANIC : PANIC_BUT_TEXTS);
      await this.press(screen, ...mode.back, 'escape');
      this.figures.states++;
    }
    await this.#settle(screen, 'the panic keys');
    await this.#panicInReport(screen);
    await this.leave(screen, 'q');
  }

  async #pressPanic(screen: WatchedScreen, where: string, keys: typeof PANIC): Promise<void> {
    const before = screen.commands().length;
    await this.press(screen, ...Object.keys(keys));
    const wanted = Object.entries(keys);
    const end = Date.now() + 5_000;
    while (screen.commands().length < before + wanted.length && Date.now() < end) await pause(4);
    this.figures.panicKeys += wanted.length;
    const sent = screen.commands().slice(before);
    const isRight =
      sent.length === wanted.length &&
      wanted.every(([, names], i) => names.includes(sent[i]?.sent ?? ''));
    if (!isRight)
      this.#violations.note(
        `${where}: ${Object.keys(keys).join(' ')} sent ${sent.map((c) => c.sent).join(', ')}`,
      );
  }

  /** The question before leaving stands only over a position or an order: one is opened by hand for it. */
  async #panicWhileAsked(screen: WatchedScreen): Promise<void> {
    for (let attempt = 0; attempt < 8; attempt++) {
      await this.press(screen, 'b');
      const hasPosition = (text: string) => /position +(?:long|short) \d/.test(text);
      if (!(await seen(screen, hasPosition, 1_500))) continue;
      await this.press(screen, 'q');
      if (!(await seen(screen, (text) => text.includes('Nothing stays anywhere'), 2_000))) break;
      await this.#pressPanic(screen, 'the question before leaving', PANIC_BUT_TEXTS);
      await this.press(screen, 'escape', 'escape', ':', ...Array.from('reset-halt'), 'enter', 'p');
      this.figures.states++;
      return;
    }
    this.#violations.note('the question before leaving could not be brought up');
  }

  /** When the run has ended nothing is sent any more, and the screen says so. */
  async #panicInReport(screen: WatchedScreen): Promise<void> {
    await this.press(screen, 'escape', ':', ...Array.from('stop'), 'enter');
    if (!(await seen(screen, (text) => text.includes('Gross P&L'), 10_000))) {
      this.#violations.note('the report did not come');
      return;
    }
    for (const key of Object.keys(PANIC_BUT_TEXTS)) {
      const before = screen.commands().length;
      await this.press(screen, key);
      if (!(await seen(screen, (text) => text.includes('the run has ended'), 3_000)))
        this.#violations.note(`${key} after the end says nothing`);
      if (screen.commands().length !== before)
        this.#violations.note(`${key} was sent after the end`);
    }
    this.figures.states++;
  }

  /** Plays on for a while, and sees whether the memory stays. */
  async rest(seconds: number): Promise<void> {
    const screen = await this.start(WIDE, '--speed', '60');
    const samples: number[] = [];
    for (let second = 0; second < seconds; second++) {
      await pause(1_000);
      samples.push(screen.memoryMb());
    }
    const part = Math.floor(samples.length / 3);
    const median = (values: readonly number[]) =>
      values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
    const [middle, last] = [median(samples.slice(part, -part)), median(samples.slice(-part))];
    this.figures.memoryMb = [middle, last];
    if (last > middle * 1.15 + 16)
      this.#violations.note(`memory grew from ${middle.toFixed(0)} to ${last.toFixed(0)} MB`);
    await this.leave(screen, 'SIGHUP');
  }

  #isAlive(screen: WatchedScreen): boolean {
    if (screen.hasExited === null) return true;
    this.#violations.note(`the program ended by itself: ${JSON.stringify(screen.hasExited)}`);
    this.#count(screen);
    return false;
  }

  #count(screen: WatchedScreen): void {
    this.figures.frames += screen.compared;
    this.figures.overtaken += screen.overtaken;
  }

  /** Leaves, and looks at what is left of the terminal. */
  async leave(
    screen: WatchedScreen,
    how: 'q' | 'ctrl+c twice' | 'SIGTERM' | 'SIGHUP',
  ): Promise<void> {
    if (how === 'q') await this.press(screen, 'q');
    else if (how === 'ctrl+c twice') await this.press(screen, 'ctrl+c', 'ctrl+c');
    else screen.kill(how);
    const late = new Promise<null>((resolve) => {
      setTimeout(resolve, 10_000, null).unref();
    });
    const end = await Promise.race([screen.exited, late]);
    await screen.text();
    this.#count(screen);
    this.figures.leavings++;
    if (end === null) {
      this.#violations.note(`${how}: the program was still there after 10 s`);
      screen.kill('SIGKILL');
    }
    if (screen.isAlternate || !screen.isCursorShown)
      this.#violations.note(`${how}: the terminal was not given back`);
  }
}

/**
 * Drives the built program, with a generated market behind it, in a pseudo-terminal. Every frame that it sends is compared, cell
 * for cell, with what it meant to show (a terminal's emulator on one side, the cells of the canvas on the other):
 * under random keys at random sizes and with a terminal that stops reading; in a storm of new sizes; in every state while the
 * panic keys are pressed, each of which has to leave as a command; and over a time of rest, in which the memory must not grow.
 * At the end of each the terminal has to be given back. `count` is the number of random keys; the storm and the walk
 * grow with it up to their full size, 1,000 sizes and every state, which 2,000 reach.
 */
export async function proveScreen({ count, seed, say }: ProofOptions): Promise<ProofResult> {
  const violations = new Violations(say);
  const folder = mkdtempSync(join(tmpdir(), 'prove-screen-'));
  const proof = new ScreenProof(new Random(seed), violations, folder);
  const share = Math.min(1, count / 2_000);
  const { figures } = proof;
  try {
    await proof.panic(Math.max(MODES.length - 1, Math.ceil(120 * share)));
    say(`panic keys: ${figures.panicKeys} in ${figures.states} states`);
    await proof.wander(count);
    say(`random keys: ${figures.keys} keys, ${figures.frames} frames equal to the cell`);
    await proof.storm(Math.ceil(1_000 * share));
    say(`storm: ${figures.resizes} new sizes, ${figures.stalls} stalls`);
    if (share === 1) {
      await proof.rest(62);
      say(
        `an hour of the market: memory ${figures.memoryMb.map((mb) => mb.toFixed(0)).join(' to ')} MB`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    violations: violations.count,
    ...figures,
    memoryMb: figures.memoryMb.slice(-2).map(Math.round),
  };
}
