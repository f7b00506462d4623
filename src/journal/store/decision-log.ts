import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { RoundTrip } from '../../domain/run.ts';
import { type DayNumber, formatDay } from '../../domain/time.ts';
import type { Journal, JournalEntry } from '../entry.ts';
import { tradeLogLineOf } from '../trade-log-line.ts';

const FLUSH_MS = 250;

/**
 * Writes the session's public logs from journal entries, one JSON object a line: decisions to
 * `LOGS/decisions-YYYYMMDD.jsonl`, orders, fills and round trips to `LOGS/trades-YYYYMMDD.jsonl`. Lines are in the files at most
 * 250 ms after they came, by the wall clock, however busy the thread is; and when the log is closed.
 */
export class DecisionLog implements Journal {
  readonly #run: string;
  readonly #day: DayNumber;
  readonly #decisions: LineFile;
  readonly #trades: LineFile;
  readonly #timer: NodeJS.Timeout;

  constructor(logsFolder: string, run: string, day: DayNumber) {
    mkdirSync(logsFolder, { recursive: true });
    const date = formatDay(day, '');
    this.#run = run;
    this.#day = day;
    this.#decisions = new LineFile(join(logsFolder, `decisions-${date}.jsonl`));
    this.#trades = new LineFile(join(logsFolder, `trades-${date}.jsonl`));
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
  #descriptor: number | undefined;
  #pending: string[] = [];
  #lastFlush = performance.now();

  constructor(path: string) {
    this.#path = path;
  }

  add(line: string): void {
    this.#pending.push(line);
    // a busy thread never comes to its timer
    if (performance.now() - this.#lastFlush >= FLUSH_MS) this.flush();
  }

  flush(): void {
    this.#lastFlush = performance.now();
    if (this.#pending.length === 0) return;
    this.#descriptor ??= openSync(this.#path, 'a');
    const bytes = Buffer.from(`${this.#pending.join('\n')}\n`);
    this.#pending = [];
    for (let written = 0; written < bytes.length; )
      written += writeSync(this.#descriptor, bytes, written);
  }

  close(): void {
    this.flush();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
