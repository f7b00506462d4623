import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { RoundTrip } from '../../domain/run.ts';
import { type DayNumber, formatDay } from '../../domain/time.ts';
import { faultPoint } from '../../platform/fault-point.ts';
import type { Journal, JournalEntry } from '../entry.ts';
import { tradeLogLineOf } from '../trade-log-line.ts';

const FLUSH_MS = 250;

/**
 * Writes the session's public logs from journal entries, one JSON object a line: decisions to
 * `LOGS/decisions-YYYYMMDD.jsonl`, orders, fills and round trips to `LOGS/trades-YYYYMMDD.jsonl`. Lines are in the files at most
 * 250 ms after they came, by the wall clock, however busy the thread is; and when the log is closed. Lines that cannot be
 * written, as the disk is full or read-only, wait for the next try; that is told once. They are a copy of the journal to look at:
 * nothing is recovered from them, and nothing stops for them.
 */
export class DecisionLog implements Journal {
  readonly #run: string;
  readonly #day: DayNumber;
  readonly #decisions: LineFile;
  readonly #trades: LineFile;
  readonly #timer: NodeJS.Timeout;

  /** @param onProblem Told, once, when lines cannot be written. */
  constructor(
    logsFolder: string,
    run: string,
    day: DayNumber,
    onProblem: (text: string) => void = () => undefined,
  ) {
    mkdirSync(logsFolder, { recursive: true });
    const date = formatDay(day, '');
    this.#run = run;
    this.#day = day;
    this.#decisions = new LineFile(join(logsFolder, `decisions-${date}.jsonl`), onProblem);
    this.#trades = new LineFile(join(logsFolder, `trades-${date}.jsonl`), onProblem);
    this.#timer = setInterval(() => this.flush(), FLUSH_MS);
    this.#timer.unref();
  }

  append(entry: JournalEntry): void {
    if (entry.body.type === 'decision') {
      this.#decisions.add(JSON.stringify(entry.body.decision));
      return;
    }
    const line = tradeLogLineOf(entry, this.#run, this.#day);
    if (line === undefined) return;
    this.#trades.add(JSON.stringify(line));
    // its decisions do not stand either
    if (line.kind === 'rewound') this.#decisions.add(JSON.stringify(line));
  }

  /** Adds a closed round trip to the trades' file. */
  appendTrade(trade: RoundTrip): void {
    this.#trades.add(JSON.stringify({ run: this.#run, kind: 'trade', ts: trade.exitTs, ...trade }));
  }

  flush(): void {
    this.#decisions.flush();
    this.#trades.flush();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#decisions.close();
    this.#trades.close();
  }
}

/** Appends whole lines to a file, which is opened with the first one. */
class LineFile {
  readonly #path: string;
  readonly #onProblem: (text: string) => void;
  #descriptor: number | undefined;
  #pending: string[] = [];
  /** What is left of the lines taken up, after a write that stopped short. */
  #rest: Buffer = Buffer.alloc(0);
  #lastFlush = performance.now();
  #hasProblem = false;

  constructor(path: string, onProblem: (text: string) => void) {
    this.#path = path;
    this.#onProblem = onProblem;
  }

  add(line: string): void {
    this.#pending.push(line);
    // a busy thread never comes to its timer
    if (performance.now() - this.#lastFlush >= FLUSH_MS) this.flush();
  }

  flush(): void {
    this.#lastFlush = performance.now();
    if (this.#rest.length === 0) {
      if (this.#pending.length === 0) return;
      this.#rest = Buffer.from(`${this.#pending.join('\n')}\n`);
      this.#pending = [];
    }
    try {
      this.#descriptor ??= openAtLineStart(this.#path);
      while (this.#rest.length > 0) {
        faultPoint('log: before a write');
        this.#rest = this.#rest.subarray(writeSync(this.#descriptor, this.#rest));
      }
      this.#hasProblem = false;
    } catch (error) {
      if (this.#hasProblem) return;
      this.#hasProblem = true;
      const text = error instanceof Error ? error.message : String(error);
      this.#onProblem(`${this.#path} cannot be written: ${text}`);
    }
  }

  close(): void {
    this.flush();
    // a second time for what came while the rest of a short write waited
    if (this.#pending.length > 0) this.flush();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Opens a file to append to; a last line that a kill cut off is ended first. */
function openAtLineStart(path: string): number {
  const descriptor = openSync(path, 'a+');
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== '\n')
    writeSync(descriptor, '\n');
  return descriptor;
}
