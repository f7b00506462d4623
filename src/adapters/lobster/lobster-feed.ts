import type { EventBatch } from '../../domain/event.ts';
import type { Feed, FeedCounts, FeedDescription } from '../../feeds/port.ts';
import { type LobsterFiles, openLobsterFiles } from './lobster-files.ts';
import { type LobsterAnomalies, LobsterTranslator } from './lobster-translator.ts';
import type { NumberRows } from './number-rows.ts';

/** Messages of a batch, about. */
const BATCH_EVENTS = 16_384;

/** A feed of one LOBSTER day; `records` counts messages, bytes are those of both files uncompressed. */
export interface LobsterFeed extends Feed {
  readonly anomalies: LobsterAnomalies;
  /** Messages so far by type, in LOBSTER's words. */
  readonly messageTypes: Readonly<Record<string, number>>;
}

const TYPE_NAMES = [
  '',
  'new',
  'cancel',
  'delete',
  'execution',
  'hidden-execution',
  'cross',
  'halt',
];

/**
 * Opens a LOBSTER zip, or a message file with its orderbook file beside it.
 *
 * @throws {FeedError} If a file of the pair is missing or can't be opened.
 */
export async function openLobsterFeed(path: string): Promise<LobsterFeed> {
  return new FilesFeed(path, await openLobsterFiles(path));
}

class FilesFeed implements LobsterFeed {
  readonly description: FeedDescription;
  readonly #files: LobsterFiles;
  readonly #translator: LobsterTranslator;
  #isAtEnd = false;

  constructor(path: string, files: LobsterFiles) {
    const { symbol, date, levels } = files.name;
    this.#files = files;
    this.#translator = new LobsterTranslator(files);
    this.description = {
      format: 'lobster',
      source: [path],
      symbol,
      dataset: 'LOBSTER',
      day: date,
      groupEnds: 'last-flag',
      depth: 'orders',
      levels,
      totalBytes: files.totalBytes,
    };
  }

  get counts(): FeedCounts {
    const { messages, rows } = this.#files;
    return { records: messages.row, bytesRead: messages.bytesRead + rows.bytesRead, skipped: {} };
  }

  get anomalies(): LobsterAnomalies {
    return this.#translator.anomalies;
  }

  get messageTypes(): Record<string, number> {
    const named: Record<string, number> = {};
    this.#translator.typeCounts.forEach((count, type) => {
      if (count > 0) named[TYPE_NAMES[type] ?? ''] = count;
    });
    return named;
  }

  async next(): Promise<EventBatch | undefined> {
    const { messages, rows } = this.#files;
    let full: EventBatch | undefined;
    while (full === undefined && !this.#isAtEnd) {
      if (!(messages.advance() || (await advanceLater(messages)))) {
        this.#isAtEnd = true;
        await this.#checkEnd();
      } else {
        if (!(rows.advance() || (await advanceLater(rows)))) {
          throw messages.problem(
            `the orderbook file ends after row ${rows.row}, before this message; get the pair again`,
          );
        }
        // only between groups, so that each batch ends with its group's last event
        if (this.#translator.count >= BATCH_EVENTS && this.#translator.beginsGroup)
          full = this.#translator.takeBatch();
        this.#translator.onMessage();
      }
    }
    if (full !== undefined) return full;
    return this.#translator.count > 0 ? this.#translator.takeBatch() : undefined;
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  async #checkEnd(): Promise<void> {
    const { messages, rows } = this.#files;
    if (rows.advance() || (await advanceLater(rows))) {
      throw rows.problem(
        `the message file ends after row ${messages.row}, before this row; get the pair again`,
      );
    }
  }
}

async function advanceLater(rows: NumberRows): Promise<boolean> {
  while (await rows.fill()) {
    if (rows.advance()) return true;
  }
  return false;
}
