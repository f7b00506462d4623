import { EventEmitter } from 'node:events';
import type { Terminal } from '@xterm/headless';
import type { TerminalOutput } from '../../src/tui/canvas/screen-writer.ts';
import { createTerminal } from './terminal.ts';

/** A terminal's stream in memory. While it stalls it takes one write and says nothing until it goes on. */
export class FakeOutput extends EventEmitter {
  columns: number;
  rows: number;
  readonly terminal: Terminal;
  readonly written: string[] = [];
  isStalled = false;
  #pending: (() => void)[] = [];

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.terminal = createTerminal(columns, rows);
  }

  /** The stream, as its users know it. */
  get stream(): TerminalOutput {
    return this as unknown as TerminalOutput;
  }

  get waiting(): number {
    return this.#pending.length;
  }

  write(text: string, done: () => void = () => undefined): boolean {
    this.written.push(text);
    this.terminal.write(text, () => {
      if (this.isStalled) this.#pending.push(done);
      else done();
    });
    return true;
  }

  go(): void {
    this.isStalled = false;
    const pending = this.#pending;
    this.#pending = [];
    for (const done of pending) done();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.terminal.resize(columns, rows);
    this.emit('resize');
  }

  /** Resolves when the terminal has drawn everything written so far. */
  drawn(): Promise<void> {
    return new Promise((resolve) => this.terminal.write('', resolve));
  }
}
