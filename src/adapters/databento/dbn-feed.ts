import type { EventBatch } from '../../domain/event.ts';
import type { DayNumber } from '../../domain/time.ts';
import { FeedPlaces } from '../../feeds/feed-places.ts';
import { insertEvents } from '../../feeds/insert-events.ts';
import { LevelTranslator } from '../../feeds/level-translator.ts';
import { type Feed, type FeedCounts, type FeedDescription, FeedError } from '../../feeds/port.ts';
import { STYPE_RAW_SYMBOL } from './dbn-format.ts';
import type { DbnMetadata, DbnVersion } from './dbn-metadata.ts';
import { DbnStream } from './dbn-stream.ts';
import { PLAYABLE_SCHEMAS, sourceOfSchema } from './event-source.ts';
import { type FilePlace, FilePlayer, Tally } from './file-player.ts';
import { type InstrumentChoice, listedInstruments } from './instrument-choice.ts';
import { findDefinition } from './instrument-definition.ts';
import { type IsOurs, readStatusEvents, StatusTranslator } from './status-events.ts';

export interface DbnFeedOptions {
  /**
   * Paths, in the order of their time. Those of schema definition and status are no events of their own: the one tells
   * tick size and multiplier, the other when the instrument is halted and when it trades again.
   */
  readonly files: readonly string[];
  /** Which instrument, where a file holds several. */
  readonly symbol?: string | undefined;
  readonly instrumentId?: number | undefined;
  /** The trading day of a moment, UNIX seconds; the UTC day by default. */
  readonly tradingDayOf?: ((dataset: string, epochSeconds: number) => DayNumber) | undefined;
  /** For files without metadata (`.frag`): the version of their records. */
  readonly fragmentVersion?: DbnVersion | undefined;
}

const SECONDS_PER_DAY = 86_400;
/** Datasets of Nasdaq's exchanges begin so; there several records of one event are flagged LAST. */
const NASDAQ = /^(?:XNAS|XBOS|XPSX)\./;

/**
 * Opens one or several DBN files as one feed of one instrument's events.
 *
 * Of `mbo` files every record is handed on as it is; those of `mbp-10` and `mbp-1` are translated (LevelTranslator); of
 * `trades` and `tbbo` files each becomes a trade event that is its own event group. Status records that change something become status events. Records of other types are skipped and counted. A
 * file that mixes types gives its MBO records, or where it has none those that tell most.
 *
 * @throws {FeedError} If a file is not sound at its head, is of another schema, or the instrument is not clear.
 */
export async function openDbnFeed(options: DbnFeedOptions): Promise<Feed> {
  if (options.files.length === 0) throw new FeedError('', undefined, 'no file was given');
  const heads: FileHead[] = [];
  for (const path of options.files) {
    const stream = await DbnStream.open(path, options.fragmentVersion);
    await stream.close();
    heads.push({ path, stream });
  }
  const files = heads.filter(({ stream }) => !isSideSchema(stream.metadata?.schema));
  const [first] = files;
  if (first === undefined) throw noEvents(heads);
  for (const { stream } of heads) checkDataset(stream, first.stream.metadata);
  for (const { stream } of files) {
    checkSchema(stream);
    checkSameKind(stream, first.stream);
  }
  const played = { ...options, files: files.map(({ path }) => path) };
  const player = await openPlayer(first.path, played);
  try {
    return await addSideFiles(played, player, heads);
  } catch (error) {
    await player.close();
    throw error;
  }
}

/** A file whose metadata were read; its stream is closed. */
interface FileHead {
  readonly path: string;
  readonly stream: DbnStream;
}

function isSideSchema(schema: string | undefined): boolean {
  return schema === 'definition' || schema === 'status';
}

function noEvents(heads: readonly FileHead[]): FeedError {
  const [head] = heads;
  const problem = `holds ${head?.stream.metadata?.schema} and no order flow; ask Databento for schema ${PLAYABLE_SCHEMAS.join(', ')}`;
  return new FeedError(head?.stream.file ?? '', 24, problem);
}

/** The feed, with what the files beside the events tell of the instrument. */
async function addSideFiles(
  options: DbnFeedOptions,
  player: FilePlayer,
  heads: readonly FileHead[],
): Promise<Feed> {
  const pathsOf = (schema: string | undefined) =>
    heads
      .filter(({ stream }) => stream.metadata !== undefined && stream.metadata.schema === schema)
      .map(({ path }) => path);
  const files = heads.filter(({ stream }) => !isSideSchema(stream.metadata?.schema));
  const description = describe(
    heads.map(({ path }) => path),
    options,
    player,
    files.map(({ stream }) => stream),
  );
  const isOurs = membership(player.choice, files);
  const { symbol, day } = description;
  const isRawSymbol = files.every(({ stream }) => stream.metadata?.stypeIn === STYPE_RAW_SYMBOL);
  const definition = await findDefinition(pathsOf('definition'), pathsOf(undefined), {
    symbol,
    // a continuous or parent symbol stands in no definition: there the id tells which
    isOurs: isRawSymbol ? () => false : isOurs,
    day,
  });
  const statuses = await readStatusEvents(pathsOf('status'), isOurs);
  const feed = new DbnFeed(options, player, { ...description, definition });
  return insertEvents(feed, statuses, files.at(-1)?.stream.metadata?.endNs);
}

/** Which ids are the instrument's on which days, over all files: equities have new ids every day. */
function membership({ symbol, onlyId }: InstrumentChoice, files: readonly FileHead[]): IsOurs {
  const intervals = files.flatMap(
    ({ stream }) => listedInstruments(stream.metadata).get(symbol ?? '') ?? [],
  );
  if (intervals.length === 0) return (id) => id === onlyId;
  return (id, day) =>
    intervals.some((each) => each.id === id && day >= each.fromDay && day < each.toDay);
}

async function openPlayer(
  path: string,
  options: DbnFeedOptions,
  statuses = new StatusTranslator(),
): Promise<FilePlayer> {
  const stream = await DbnStream.open(path, options.fragmentVersion);
  try {
    const player = new FilePlayer(stream, options, statuses);
    await player.look();
    return player;
  } catch (error) {
    await stream.close();
    throw error;
  }
}

function checkSchema({ file, metadata }: DbnStream): void {
  const schema = metadata?.schema;
  if (schema === undefined || sourceOfSchema(schema) !== undefined) return;
  throw new FeedError(
    file,
    24,
    `holds ${schema} and no order flow; ask Databento for schema ${PLAYABLE_SCHEMAS.join(', ')}`,
  );
}

function checkSameKind({ file, metadata }: DbnStream, first: DbnStream): void {
  const [schema, expected] = [metadata?.schema, first.metadata?.schema];
  if (sourceOfSchema(schema ?? '') === sourceOfSchema(expected ?? '')) return;
  throw new FeedError(
    file,
    24,
    `holds ${schema ?? 'no schema'}, the first file ${expected ?? 'no schema'}; play them one by one`,
  );
}

function checkDataset({ file, metadata }: DbnStream, first: DbnMetadata | undefined): void {
  if (metadata?.dataset === first?.dataset) return;
  throw new FeedError(
    file,
    8,
    `is of dataset ${metadata?.dataset}, the first file of ${first?.dataset}; play them one by one`,
  );
}

function describe(
  source: readonly string[],
  options: DbnFeedOptions,
  player: FilePlayer,
  streams: readonly DbnStream[],
): FeedDescription {
  const dataset = streams[0]?.metadata?.dataset ?? '';
  const last = streams.at(-1)?.metadata;
  const end = last?.endNs !== undefined ? last.endNs - 1n : last?.startNs;
  const seconds = end === undefined ? player.firstSeconds : Number(end / 1_000_000_000n);
  return {
    format: 'dbn',
    source,
    symbol: player.choice.symbol ?? '',
    dataset,
    day: options.tradingDayOf?.(dataset, seconds) ?? Math.floor(seconds / SECONDS_PER_DAY),
    groupEnds: NASDAQ.test(dataset) ? 'sequence' : 'last-flag',
    depth: player.wanted.depth,
    ...(player.wanted.depth === 'levels' ? { levels: player.wanted.levels } : {}),
    totalBytes: streams.reduce((sum, stream) => sum + stream.source.fileBytes, 0),
  };
}

class DbnFeed implements Feed {
  readonly description: FeedDescription;
  readonly #options: DbnFeedOptions;
  readonly #tally = new Tally();
  readonly #translator: LevelTranslator;
  readonly #places = new FeedPlaces<{
    readonly file: number;
    readonly finishedBytes: number;
    readonly inFile: FilePlace;
  }>();
  #player: FilePlayer | undefined;
  #fileIndex = 0;
  #finishedBytes = 0;
  /** Events handed on before the next batch. */
  #events = 0;
  /** The symbol that the first file was found to be of. */
  #symbol: string | undefined;

  constructor(options: DbnFeedOptions, player: FilePlayer, description: FeedDescription) {
    this.#options = options;
    this.#player = player;
    this.#symbol = options.symbol ?? player.choice.symbol;
    this.#translator = new LevelTranslator(player.wanted.levels);
    this.description = description;
  }

  get counts(): FeedCounts {
    return {
      records: this.#tally.records,
      bytesRead: this.#finishedBytes + (this.#player?.stream.source.fileBytesRead ?? 0),
      skipped: this.#tally.skipped(),
    };
  }

  async next(): Promise<EventBatch | undefined> {
    while (this.#player !== undefined) {
      const batch = await this.#player.next(this.#tally, this.#translator);
      if (batch === undefined) await this.#openNextFile(this.#player);
      else if (batch.count > 0) {
        const inFile = this.#player.place;
        if (inFile !== undefined)
          this.#places.note(this.#events, {
            file: this.#fileIndex,
            finishedBytes: this.#finishedBytes,
            inFile,
          });
        this.#events += batch.count;
        return batch;
      }
    }
    const rest = this.#translator.takeBatch(true);
    return rest.count > 0 ? rest : undefined;
  }

  async seek(events: number): Promise<number | undefined> {
    const found = this.#places.find(events);
    if (found === undefined) return undefined;
    const { file, finishedBytes, inFile } = found.place;
    if (this.#player === undefined || file !== this.#fileIndex) {
      await this.close();
      this.#player = await this.#open(file, undefined);
      this.#fileIndex = file;
      this.#finishedBytes = finishedBytes;
    }
    await this.#player?.goTo(inFile);
    this.#events = found.events;
    return found.events;
  }

  async close(): Promise<void> {
    await this.#player?.close();
    this.#player = undefined;
  }

  async #openNextFile(finished: FilePlayer): Promise<void> {
    this.#player = undefined;
    this.#finishedBytes += finished.stream.source.fileBytes;
    await finished.close();
    this.#fileIndex++;
    this.#symbol ??= finished.choice.symbol;
    if (this.#options.files[this.#fileIndex] === undefined) return;
    this.#translator.onGap();
    this.#player = await this.#open(this.#fileIndex, finished.statuses);
  }

  async #open(
    file: number,
    statuses: StatusTranslator | undefined,
  ): Promise<FilePlayer | undefined> {
    const path = this.#options.files[file];
    if (path === undefined) return undefined;
    const symbol = file === 0 ? this.#options.symbol : this.#symbol;
    return openPlayer(path, { ...this.#options, symbol }, statuses);
  }
}
