import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
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
  #tradesToSkip = 0;

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
    if (this.#tradesToSkip > 0) {
      this.#tradesToSkip--;
      return;
    }
    this.#trades.add(JSON.stringify({ run: this.#run, kind: 'trade', ts: trade.exitTs, ...trade }));
  }

  /**
   * An earlier process wrote these entries to the journal; what of them a kill kept from the logs is added. Closed trades come
   * again by themselves: as many as the file has are not added twice.
   */
  complete(stored: readonly JournalEntry[]): void {
    const isOurs = (line: LoggedLine) => line.run === this.#run;
    const trades = this.#trades.readLines().filter(isOurs);
    this.#tradesToSkip = trades.filter(({ kind }) => kind === 'trade').length;
    this.#trades.skip = trades.length - this.#tradesToSkip;
    this.#decisions.skip = this.#decisions.readLines().filter(isOurs).length;
    // a file may also be ahead of a journal that is written in batches: what it has more comes again, too
    for (const entry of stored) this.append(entry);
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
  /** So many of the next lines are in the file already. */
  skip = 0;

  constructor(path: string, onProblem: (text: string) => void) {
    this.#path = path;
    this.#onProblem = onProblem;
  }

  add(line: string): void {
    if (this.skip > 0) {
      this.skip--;
      return;
    }
    this.#pending.push(line);
    // a busy thread never comes to its timer
    if (performance.now() - this.#lastFlush >= FLUSH_MS) this.flush();
  }

  /** Whole lines of the file that are one of ours or another run's; a line that a kill cut off is none. */
  readLines(): LoggedLine[] {
    if (!existsSync(this.#path)) return [];
    return readFileSync(this.#path, 'utf8').split('\n').flatMap(parseLine);
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

/** What of a line tells whose it is. */
interface LoggedLine {
  readonly run: unknown;
  readonly kind: unknown;
}

function parseLine(text: string): LoggedLine[] {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line !== 'object' || line === null) return [];
    const { run, kind } = line as Readonly<Record<string, unknown>>;
    return [{ run, kind }];
  } catch {
    return [];
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
