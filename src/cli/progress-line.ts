import type { Output } from './terminal.ts';

/** How far a run is. */
export interface Progress {
  readonly percent: number;
  /** Market time as the exchange's clock shows it. */
  readonly clock: string;
  readonly events: number;
  readonly eventsPerSecond: number;
  /** Net result so far, dollars. */
  readonly netPl: number;
}

type ProgressOutput = Pick<Output, 'write' | 'isTTY' | 'columns'>;

const REWRITE_MS = 100;
const LINE_MS = 5000;

/** Progress on stderr: one line that is rewritten on a terminal, else a line every five seconds and at the end. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #lastShown = Number.NEGATIVE_INFINITY;
  #isLineOpen = false;

  /** `now`: wall clock in ms. */
  constructor(output: ProgressOutput, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  show(progress: Progress): void {
    const now = this.#now();
    const isDone = progress.percent >= 100;
    if (!isDone && now - this.#lastShown < (this.#output.isTTY ? REWRITE_MS : LINE_MS)) return;
    this.#lastShown = now;
    const text = textOf(progress);
    if (this.#output.isTTY) {
      this.#output.write(`\r${text.slice(0, Math.max(0, this.#output.columns - 1))}\x1b[K`);
      this.#isLineOpen = true;
    } else {
      this.#output.write(`${text}\n`);
    }
  }

  /** Takes the rewritten line away, so that what follows begins on a clean one. */
  end(): void {
    if (this.#isLineOpen) this.#output.write('\r\x1b[K');
    this.#isLineOpen = false;
  }
}

function textOf({ percent, clock, events, eventsPerSecond, netPl }: Progress): string {
  const sign = netPl < 0 ? '-' : '+';
  return [
    `${percent.toFixed(0).padStart(3)} %`,
    clock,
    `${grouped(events)} events`,
    `${grouped(eventsPerSecond)}/s`,
    `P&L ${sign}${Math.abs(netPl).toFixed(2)} $`,
  ].join('  ');
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
