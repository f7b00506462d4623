import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { readCarrier } from './carrier.ts';
import { DiffEncoder, forget } from './diff.ts';
import { Grid, type Rect } from './grid.ts';
import type { ColorDepth, StyleTable } from './styles.ts';

/** The terminal's side of a TTY stream, as far as it is used here. */
export interface TerminalOutput extends NodeJS.WritableStream {
  readonly columns: number;
  readonly rows: number;
  readonly fd?: number;
}

/** A pane that is painted straight into cells; `grid` is drawn at (x, y). */
export interface Layer {
  readonly x: number;
  readonly y: number;
  readonly grid: Grid;
}

const ENTER = '\u001B[?1049h';
const LEAVE = '\u001B[?1049l';
const SHOW_CURSOR = '\u001B[?25h';
const BELL = '\u0007';
const ESCAPE = '\u001B';
/** Every control sequence but those of colour. */
const CONTROL = new RegExp(`${ESCAPE}\\[(?:[?>=]?[\\d;]*[A-Za-ln-z]|[?>=][\\d;]*m)`, 'g');
/** A mode being set or reset. */
const MODE = new RegExp(`^${ESCAPE}\\[\\?[\\d;]+[hl]$`);

/** How long a terminal that takes nothing may hold up leaving, in steps of 5 ms. */
const LEAVE_ATTEMPTS = 60;

/** Sends now, in whole, even when the process is about to end. */
function sendNow(target: TerminalOutput, text: string): void {
  if (target.fd === undefined) {
    target.write(text);
    return;
  }
  let rest = Buffer.from(text);
  for (let attempt = 0; rest.length > 0 && attempt < LEAVE_ATTEMPTS; attempt++) {
    try {
      rest = rest.subarray(writeSync(target.fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/**
 * The stdout that Ink is given. Ink's frames become the ground, layers are laid over it, and the terminal is sent the
 * difference to what it shows, one write at a time: while one is under way frames are skipped, never queued.
 */
export class ScreenWriter extends Writable {
  readonly isTTY = true;
  /** What was sent so far, for measurements. */
  bytes = 0;
  writes = 0;
  readonly #target: TerminalOutput;
  readonly #encoder: DiffEncoder;
  #ground: Grid;
  #next: Grid;
  #shown: Grid;
  #layers: readonly Layer[] = [];
  #holes: readonly Rect[] = [];
  /** The last frame that was laid out for the size the terminal had, as its lines. Most lines stay and are read once. */
  #frame: { readonly size: string; readonly lines: readonly string[] } = { size: '', lines: [] };
  /** The size the tree above was laid out for; frames of another size are not shown. */
  #laidOut = '';
  #hasGround = false;
  #isCleared = false;
  #isWriting = false;
  #isDirty = false;
  #isRinging = false;
  /** Modes, and what is copied, that wait for the end of the frame that is under way. */
  #modes = '';
  #isAlternate = false;
  #isClosed = false;
  #onIdle: (() => void) | null = null;
  readonly #onResize = () => this.#resize();
  readonly #onFrame: ((grid: Grid) => void) | undefined;

  /** `onFrame` is shown every frame before it is sent; it must not keep or change it. */
  constructor(
    target: TerminalOutput,
    table: StyleTable,
    depth: ColorDepth,
    ascii: boolean,
    onFrame?: (grid: Grid) => void,
  ) {
    super({ decodeStrings: false });
    this.#onFrame = onFrame;
    this.#target = target;
    this.#encoder = new DiffEncoder(table, depth, ascii);
    this.#ground = new Grid(target.columns, target.rows);
    this.#next = new Grid(target.columns, target.rows);
    this.#shown = new Grid(target.columns, target.rows);
    forget(this.#shown);
    target.on('resize', this.#onResize);
  }

  get columns(): number {
    return this.#target.columns;
  }

  get rows(): number {
    return this.#target.rows;
  }

  /** Says for what size the next frame of Ink is laid out. */
  laidOut(columns: number, rows: number): void {
    this.#laidOut = `${columns}x${rows}`;
  }

  /** The panes painted over Ink's frame, and the rectangles (of dialogs) where they are not. */
  setLayers(layers: readonly Layer[], holes: readonly Rect[]): void {
    this.#layers = layers;
    this.#holes = holes;
  }

  /** Shows the ground and the layers as they are now, or as soon as the terminal has taken what was sent before. */
  paint(): void {
    if (this.#isClosed || !this.#isAlternate || !this.#hasGround) return;
    if (this.#isWriting) {
      this.#isDirty = true;
      return;
    }
    this.#isDirty = false;
    this.#compose();
    const difference = this.#encoder.encode(this.#shown, this.#next);
    const bell = this.#isRinging ? BELL : '';
    this.#isRinging = false;
    if (difference === '' && bell === '') return;
    const clear = this.#isCleared ? '' : '\u001B[0m\u001B[2J';
    this.#isCleared = true;
    const frame = difference === '' ? '' : `\u001B[?2026h${clear}${difference}\u001B[?2026l`;
    const text = bell + frame;
    this.bytes += Buffer.byteLength(text);
    this.writes++;
    this.#isWriting = true;
    if (frame !== '') this.#onFrame?.(this.#next);
    this.#target.write(text, () => {
      this.#isWriting = false;
      if (this.#modes !== '') sendNow(this.#target, this.#modes);
      this.#modes = '';
      this.#onIdle?.();
      if (this.#isDirty) this.paint();
    });
  }

  /** Rings with the next frame, or as soon as the terminal takes one: a terminal that reads nothing hears one bell, not many. */
  ring(): void {
    this.#isRinging = true;
    this.paint();
  }

  /** Puts a text into the terminal's clipboard (OSC 52); terminals that do not know or allow it leave it out. */
  copy(text: string): void {
    const sequence = `\u001B]52;c;${Buffer.from(text).toString('base64')}${BELL}`;
    if (this.#isWriting) this.#modes += sequence;
    else sendNow(this.#target, sequence);
  }

  /**
   * Shows everything again. A terminal that is made smaller and as large again at once tells of no new size, and has
   * lost what stood beyond the smaller one all the same.
   */
  repaint(): void {
    forget(this.#shown);
    this.#encoder.reset();
    this.#isCleared = false;
    this.paint();
  }

  /** A copy of the screen as it is now. */
  picture(): Grid {
    this.#compose();
    const copy = new Grid(this.#next.columns, this.#next.rows);
    copy.points.set(this.#next.points);
    copy.styles.set(this.#next.styles);
    return copy;
  }

  /** Resolves when nothing is under way any more, or after `timeoutMs`. */
  idle(timeoutMs: number): Promise<void> {
    if (!this.#isWriting) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Gives the terminal back; safe to call again, and from an exit handler. */
  leave(): void {
    this.#target.off('resize', this.#onResize);
    if (this.#isAlternate) {
      this.#isAlternate = false;
      sendNow(this.#target, `\u001B[?2026l\u001B[0m${LEAVE}${SHOW_CURSOR}`);
    }
    this.#isClosed = true;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const text = String(chunk);
    const controls = text.match(CONTROL) ?? [];
    for (const control of controls) this.#pass(control);
    const frame = controls.length > 0 ? text.replace(CONTROL, '') : text;
    if (!this.#isClosed && frame !== '' && frame !== '\n') this.#takeFrame(frame);
    done();
  }

  /** Modes go through; erasing and moving are Ink's way of drawing and have no meaning here. */
  #pass(control: string): void {
    if (control === LEAVE) this.leave();
    else if (control === ENTER) {
      this.#isAlternate = true;
      sendNow(this.#target, ENTER);
    } else if (MODE.test(control) && !control.startsWith('\u001B[?2026')) {
      // in the midst of a frame that the terminal has taken a part of it would break a sequence in two
      if (this.#isWriting) this.#modes += control;
      else sendNow(this.#target, control);
    }
  }

  #takeFrame(text: string): void {
    const size = `${this.columns}x${this.rows}`;
    if (this.#laidOut !== size) return;
    const before = this.#hasGround ? this.#frame.lines : [];
    this.#frame = { size, lines: text.split('\n') };
    this.#adopt(before);
    this.paint();
  }

  /** Makes the last frame the ground, but for the lines that stand there already. */
  #adopt(before: readonly string[]): void {
    const { lines } = this.#frame;
    for (let y = 0; y < this.rows; y++) {
      const line = lines[y] ?? '';
      if (line !== before[y]) readCarrier(line, this.#ground, y);
    }
    this.#hasGround = true;
  }

  #compose(): void {
    this.#next.points.set(this.#ground.points);
    this.#next.styles.set(this.#ground.styles);
    for (const layer of this.#layers) {
      this.#next.blit(layer.grid, layer.x, layer.y, this.#holes);
    }
  }

  #resize(): void {
    this.#ground = new Grid(this.columns, this.rows);
    this.#next = new Grid(this.columns, this.rows);
    this.#shown = new Grid(this.columns, this.rows);
    forget(this.#shown);
    this.#encoder.reset();
    this.#layers = [];
    this.#hasGround = false;
    this.#isCleared = false;
    // back at the size of the last frame: Ink will not write again what it thinks is there
    if (this.#frame.size === `${this.columns}x${this.rows}`) this.#adopt([]);
    this.emit('resize');
  }
}
