/**
 * The equity curve as blessed-contrib draws it, on a screen that exists in memory only: nothing reaches a terminal,
 * no key is read, and the handlers that blessed hangs on the process are taken off again.
 */
import { createRequire } from 'node:module';
import { PassThrough, Writable } from 'node:stream';

const PROCESS_EVENTS = ['uncaughtException', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'exit'];

/** The part of blessed that is used; the package brings no types. */
interface BlessedScreen {
  readonly lines: readonly (readonly (readonly [attributes: number, character: string])[])[];
  draw: () => void;
  append(widget: object): void;
  render(): void;
  destroy(): void;
}

interface Blessed {
  program(options: object): object;
  screen(options: object): BlessedScreen;
}

interface LineChart {
  setData(
    series: readonly { readonly x: readonly string[]; readonly y: readonly number[] }[],
  ): void;
}

type LineFactory = (options: object) => LineChart;

class NullTerminal extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

/** Runs `build` and takes off every process-wide listener that it added. */
function withoutListeners<T>(build: () => T): T {
  const before = new Map(PROCESS_EVENTS.map((e) => [e, new Set(process.rawListeners(e))]));
  const built = build();
  for (const event of PROCESS_EVENTS) {
    for (const listener of process.rawListeners(event)) {
      const isNew = before.get(event)?.has(listener) !== true;
      if (isNew) process.removeListener(event, listener as (...args: unknown[]) => void);
    }
  }
  return built;
}

function createScreen(blessed: Blessed, columns: number, rows: number): BlessedScreen {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const program = blessed.program({
    input,
    output: new NullTerminal(columns, rows),
    // the terminal description that blessed ships, not the machine's
    terminal: 'xterm',
    termcap: false,
    extended: true,
    forceUnicode: true,
    dump: false,
    log: false,
  });
  const screen = blessed.screen({
    program,
    smartCSR: false,
    fullUnicode: false,
    forceUnicode: true,
  });
  // render() then fills the cells and sends nothing
  screen.draw = () => undefined;
  return screen;
}

/**
 * A line chart of `values` over `labels`, as at most `rows` lines of `columns` characters: axes with their numbers, and the
 * curve in braille. Needs some 20 × 6 cells; below that and without two values it is empty.
 */
export function chartLines(
  labels: readonly string[],
  values: readonly number[],
  columns: number,
  rows: number,
): readonly string[] {
  if (columns < 20 || rows < 6 || values.length < 2) return [];
  const require = createRequire(import.meta.url);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const range = high - low || 1;
  const screen = withoutListeners(() => {
    const blessed = require('blessed') as Blessed;
    return createScreen(blessed, columns, rows);
  });
  const line = require('blessed-contrib/lib/widget/charts/line') as LineFactory;
  const chart = line({
    top: 0,
    left: 0,
    width: columns,
    height: rows,
    minY: low - range * 0.05,
    // the chart cuts what comes near its top
    maxY: high + range * 0.12,
    xLabelPadding: 3,
    xPadding: 5,
    numYLabels: Math.max(2, rows >> 2),
  });
  screen.append(chart);
  chart.setData([{ x: labels, y: values }]);
  screen.render();
  const lines = screen.lines.map((row) => row.map(([, character]) => character).join(''));
  withoutListeners(() => screen.destroy());
  while (lines.at(-1)?.trim() === '') lines.pop();
  return lines;
}
