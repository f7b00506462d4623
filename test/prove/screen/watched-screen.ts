import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { IBufferCell } from '@xterm/headless';
import type { TracedFrame } from '../../../src/tui/canvas/frame-trace.ts';
import type { Style } from '../../../src/tui/canvas/styles.ts';
import { PROGRAM } from '../../support/built-program.ts';
import { feed, TerminalProgram } from '../../support/terminal.ts';

/** How every frame ends (synchronized output). */
const FRAME_END = '\u001B[?2026l';
const CLEAR = '\u001B[2J';
const PLAIN: Style = { fg: null, bg: null };

/** A command as it left the program: its name, and when, ms since 1970. */
export interface SentCommand {
  readonly sent: string;
  readonly at: number;
}

/** Rows of the frame that should be shown: characters, and the style of each cell. */
class FrameModel {
  columns = 0;
  rows = 0;
  readonly #text: string[][] = [];
  readonly #styles: number[][] = [];
  readonly #known = new Map<number, Style>();

  take(frame: TracedFrame): void {
    this.columns = frame.columns;
    this.rows = frame.rows;
    for (const [id, style] of Object.entries(frame.styles)) this.#known.set(Number(id), style);
    for (const [y, text, runs] of frame.changed) {
      this.#text[y] = Array.from(text);
      const styles: number[] = [];
      for (let i = 0; i < runs.length; i += 2)
        for (let n = runs[i + 1] ?? 0; n > 0; n--) styles.push(runs[i] ?? 0);
      this.#styles[y] = styles;
    }
  }

  characterAt(x: number, y: number): string {
    return this.#text[y]?.[x] ?? '?';
  }

  styleAt(x: number, y: number): Style {
    return this.#known.get(this.#styles[y]?.[x] ?? 0) ?? PLAIN;
  }
}

function hasColor(cell: IBufferCell, color: Style['fg'], isBackground: boolean): boolean {
  if (color === null) return isBackground ? cell.isBgDefault() : cell.isFgDefault();
  const isRgb = isBackground ? cell.isBgRGB() : cell.isFgRGB();
  return isRgb && (isBackground ? cell.getBgColor() : cell.getFgColor()) === color.rgb;
}

function looksLike(cell: IBufferCell, character: string, style: Style): boolean {
  return (
    (cell.getChars() || ' ') === character &&
    hasColor(cell, style.fg, false) &&
    hasColor(cell, style.bg, true) &&
    (cell.isBold() !== 0) === (style.bold ?? false) &&
    (cell.isDim() !== 0) === (style.dim ?? false) &&
    (cell.isInverse() !== 0) === (style.inverse ?? false) &&
    (cell.isUnderline() !== 0) === (style.underline ?? false)
  );
}

/**
 * The built program in a pseudo-terminal of 24-bit colours, each of whose frames is compared, cell for cell, with what
 * it meant to show. Its files go to `folder`.
 */
export class WatchedScreen extends TerminalProgram {
  /** Frames that were equal; and those that came for a size that the terminal no longer had, which nobody can compare. */
  compared = 0;
  overtaken = 0;
  readonly sent: SentCommand[] = [];
  readonly #trace: string;
  readonly #onBroken: (what: string) => void;
  readonly #model = new FrameModel();
  readonly #waiting: TracedFrame[] = [];
  #offset = 0;
  #partOfLine = '';
  #rest = '';
  #chain: Promise<void> = Promise.resolve();
  /** Counts the terminal's sizes; a frame is the size's own when it began with an empty screen of it. */
  #sizes = 0;
  #settled = true;

  constructor(
    args: readonly string[],
    size: { columns: number; rows: number },
    folder: string,
    onBroken: (what: string) => void,
    environment: Record<string, string> = {},
  ) {
    const trace = join(folder, `trace-${process.hrtime.bigint()}.jsonl`);
    writeFileSync(trace, '');
    super(
      [PROGRAM, ...args],
      size,
      { NODE_ENV: 'production', FSD_SCREEN_TRACE: trace, ...environment },
      folder,
    );
    this.#trace = trace;
    this.#onBroken = onBroken;
  }

  /** Whether a whole frame of the present size stands there. */
  get isSettled(): boolean {
    return this.#settled;
  }

  override resize(columns: number, rows: number): void {
    // a size that is the same already is told to nobody, and nothing is drawn for it
    if (columns === this.terminal.cols && rows === this.terminal.rows) return;
    this.#sizes++;
    this.#settled = false;
    super.resize(columns, rows);
  }

  /** Waits until the screen is whole at the present size; `false` when it is not after `timeoutMs`. */
  async settled(timeoutMs: number): Promise<boolean> {
    const end = Date.now() + timeoutMs;
    while (!this.#settled) {
      if (Date.now() > end) return false;
      await pause(5);
    }
    return true;
  }

  /** What left the program so far. */
  commands(): readonly SentCommand[] {
    this.#readTrace();
    return this.sent;
  }

  /** Resident memory of the whole process, MB. */
  memoryMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  protected override draw(data: string): Promise<void> {
    this.#chain = this.#chain.then(() => this.#take(data));
    return this.#chain;
  }

  async #take(data: string): Promise<void> {
    this.#rest += data;
    for (;;) {
      const end = this.#rest.indexOf(FRAME_END);
      if (end < 0) break;
      const frame = this.#rest.slice(0, end + FRAME_END.length);
      this.#rest = this.#rest.slice(end + FRAME_END.length);
      const size = this.#sizes;
      await feed(this.terminal, frame);
      // the end mark is sent once more when the program leaves, with no frame before it
      if (frame.includes('\u001B[?2026h')) this.#judge(frame, size);
    }
    // what is no part of a frame, such as leaving, has to be drawn too
    if (this.#rest !== '' && !this.#rest.includes('\u001B[?2026h')) {
      const text = this.#rest;
      const cut =
        text.lastIndexOf('\u001B') > text.length - 8 ? text.lastIndexOf('\u001B') : text.length;
      this.#rest = text.slice(cut);
      await feed(this.terminal, text.slice(0, cut));
    }
  }

  #judge(text: string, size: number): void {
    this.#readTrace();
    const frame = this.#waiting.shift();
    if (frame === undefined) {
      this.#onBroken('a frame was sent that the program did not mean');
      return;
    }
    this.#model.take(frame);
    const isOwn =
      size === this.#sizes &&
      frame.columns === this.terminal.cols &&
      frame.rows === this.terminal.rows;
    if (isOwn && text.includes(CLEAR)) this.#settled = true;
    if (!isOwn || !this.#settled) {
      this.overtaken++;
      return;
    }
    this.compared++;
    const wrong = this.#firstDifference();
    if (wrong !== null) {
      const how = text.includes(CLEAR) ? 'whole' : 'difference';
      this.#onBroken(`${wrong} (${how} of ${frame.columns}x${frame.rows})`);
    }
  }

  #firstDifference(): string | null {
    const { active } = this.terminal.buffer;
    let cell: IBufferCell | undefined = active.getNullCell();
    for (let y = 0; y < this.terminal.rows; y++) {
      const line = active.getLine(active.baseY + y);
      for (let x = 0; x < this.terminal.cols; x++) {
        cell = line?.getCell(x, cell);
        const character = this.#model.characterAt(x, y);
        if (cell === undefined) return `no cell at ${x},${y}`;
        if (!looksLike(cell, character, this.#model.styleAt(x, y)))
          return `frame ${this.compared}, cell ${x},${y}: shown "${cell.getChars()}", meant "${character}" or its style`;
      }
    }
    return null;
  }

  #readTrace(): void {
    const file = openSync(this.#trace, 'r');
    const buffer = Buffer.alloc(1 << 16);
    const parts: Buffer[] = [];
    for (;;) {
      const count = readSync(file, buffer, 0, buffer.length, this.#offset);
      if (count === 0) break;
      this.#offset += count;
      parts.push(Buffer.from(buffer.subarray(0, count)));
    }
    closeSync(file);
    // lines are ASCII at their ends, so a cut inside a character is mended with the next piece
    const lines = (this.#partOfLine + Buffer.concat(parts).toString('latin1')).split('\n');
    this.#partOfLine = lines.pop() ?? '';
    for (const line of lines) {
      const told = JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as
        | TracedFrame
        | SentCommand;
      if ('sent' in told) this.sent.push(told);
      else this.#waiting.push(told);
    }
  }
}
