import { setTimeout as pause } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm, { type IBufferCell, type Terminal } from '@xterm/headless';

/** A terminal that exists in memory only. */
export function createTerminal(columns: number, rows: number): Terminal {
  return new xterm.Terminal({ cols: columns, rows, scrollback: 100, allowProposedApi: true });
}

/** Feeds a terminal and waits until it has drawn. */
export function feed(terminal: Terminal, text: string): Promise<void> {
  return new Promise((resolve) => terminal.write(text, resolve));
}

/** The screen's rows, without trailing blanks. */
export function screenLines(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, y) =>
    (active.getLine(active.baseY + y)?.translateToString(true) ?? '').trimEnd(),
  );
}

function colorText(cell: IBufferCell, isBackground: boolean): string {
  const isDefault = isBackground ? cell.isBgDefault() : cell.isFgDefault();
  if (isDefault) return '';
  const isRgb = isBackground ? cell.isBgRGB() : cell.isFgRGB();
  const value = isBackground ? cell.getBgColor() : cell.getFgColor();
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : String(value);
}

/** Every cell of the screen as text: its character, colours and attributes. */
export function screenCells(terminal: Terminal): string[][] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, y) => {
    const line = active.getLine(active.baseY + y);
    return Array.from({ length: terminal.cols }, (_unused, x) => {
      const cell = line?.getCell(x);
      if (cell === undefined) return '?';
      const attributes = `${cell.isBold() ? 'b' : ''}${cell.isDim() ? 'd' : ''}${cell.isInverse() ? 'i' : ''}${cell.isUnderline() ? 'u' : ''}`;
      return `${cell.getChars() || ' '}|${colorText(cell, false)}|${colorText(cell, true)}|${attributes}`;
    });
  });
}

/** A program in a pseudo-terminal, and the screen it shows. */
export class TerminalProgram {
  readonly terminal: Terminal;
  readonly exited: Promise<{ exitCode: number; signal?: number }>;
  /** How it ended, once it has. */
  hasExited: { exitCode: number; signal?: number } | null = null;
  /** Everything the program wrote. */
  written = '';
  readonly #pty: IPty;
  #drawn: Promise<void> = Promise.resolve();

  constructor(
    args: readonly string[],
    size: { columns: number; rows: number },
    environment: Record<string, string> = {},
    workingFolder = process.cwd(),
  ) {
    const { columns, rows } = size;
    this.terminal = createTerminal(columns, rows);
    // what a test runner sets would change how the program behaves
    const hidden = new Set([
      'CI',
      'VITEST',
      'NODE_ENV',
      'NO_COLOR',
      'FORCE_COLOR',
      'COLUMNS',
      'LINES',
    ]);
    const inherited = Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !hidden.has(entry[0]),
    );
    this.#pty = spawn(process.execPath, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd: workingFolder,
      env: {
        ...Object.fromEntries(inherited),
        TERM: 'xterm-256color',
        COLORTERM: 'truecolor',
        ...environment,
      },
    });
    this.#pty.onData((data) => {
      this.written += data;
      this.#drawn = this.draw(data);
    });
    this.exited = new Promise((resolve) => this.#pty.onExit(resolve));
    void this.exited.then((end) => {
      this.hasExited = end;
    });
  }

  /** Draws what the program wrote; resolves when that is on the screen. */
  protected draw(data: string): Promise<void> {
    return feed(this.terminal, data);
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get isAlternate(): boolean {
    return this.terminal.buffer.active.type === 'alternate';
  }

  get isCursorShown(): boolean {
    return this.written.lastIndexOf('\u001B[?25h') > this.written.lastIndexOf('\u001B[?25l');
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Stops and lets go on reading what the program writes: a terminal that stalls. */
  stall(isStalled: boolean): void {
    if (isStalled) this.#pty.pause();
    else this.#pty.resume();
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  async text(): Promise<string> {
    await this.#drawn;
    return screenLines(this.terminal).join('\n');
  }

  /** Waits until the screen's text passes `check`. Throws with the screen after `timeoutMs`. */
  async until(check: (text: string) => boolean, timeoutMs = 8_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const text = await this.text();
      if (check(text)) return text;
      if (Date.now() > end)
        throw new Error(`not seen in ${timeoutMs} ms; the screen was:\n${text}`);
      await pause(10);
    }
  }
}
