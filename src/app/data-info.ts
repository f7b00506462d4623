import { basename } from 'node:path';
import type { DbnVersion } from '../adapters/databento/dbn-metadata.ts';
import { summarizeDbn } from '../adapters/databento/dbn-summary.ts';
import { showRecord } from '../adapters/databento/records/dbn-record.ts';
import { readRecords } from '../adapters/databento/records/read-records.ts';
import type { SideSummary } from '../adapters/databento/side-summary.ts';
import { openLobsterFeed } from '../adapters/lobster/lobster-feed.ts';
import { EVENT_WORDS, eventTimeOf, FLAG_SNAPSHOT, WORD_TAGS } from '../domain/event.ts';
import { formatTimestamp, NS_PER_DAY, toEpochWords } from '../domain/time.ts';
import { FeedError } from '../feeds/port.ts';
import { fileBytesOf } from '../platform/file-bytes.ts';
import { recognizeFile } from './recognize-file.ts';

/** What `data info` prints: public specification "cli". Counts are of the whole file. */
export interface DataInfo extends SideSummary {
  readonly format: 'dbn' | 'lobster';
  /** DBN's version; `null` where nothing tells it. */
  readonly version: number | null;
  /** `mixed` where the file holds several; `null` for a fragment without metadata. */
  readonly schema: string | null;
  readonly dataset: string | null;
  readonly symbols: readonly string[];
  /** ISO 8601 with nanoseconds; `null` where no record tells a time. */
  readonly firstEvent: string | null;
  readonly lastEvent: string | null;
  readonly records: number;
  readonly byType: Readonly<Record<string, number>>;
  /** By Databento's letters. */
  readonly byAction: Readonly<Record<string, number>>;
  readonly bySide: Readonly<Record<string, number>>;
  /** Of the sequence; `null` where a file of one instrument can't tell. */
  readonly gaps: { readonly jumps: number; readonly missing: number } | null;
  readonly anomalies: Readonly<Record<string, number>>;
  readonly compression: 'none' | 'zstd' | 'zip';
  /** Of the file as it lies there; `null` where it is not compressed. */
  readonly compressedBytes: number | null;
  readonly uncompressedBytes: number;
  /** Zstd frames; `null` elsewhere. */
  readonly frames: number | null;
}

/**
 * Reads a market data file to its end and describes it.
 *
 * @param version Of the records of a file without metadata, where its name doesn't tell it (`.v2.dbn.frag`).
 * @throws {FeedError} If it is damaged or of no known kind.
 */
export async function dataInfo(path: string, version?: DbnVersion): Promise<DataInfo> {
  const kind = await recognizeFile(path);
  if (kind === 'lobster') return lobsterInfo(path);
  if (kind === 'dbn') return dbnInfo(path, undefined, undefined);
  const told = version ?? versionInName(path);
  // records are framed alike in all versions
  return dbnInfo(path, told, told ?? 3);
}

/**
 * The first records of a DBN file as JSON has them, one by one: prices as decimals, times in ISO 8601. Records of types
 * that are not known are left out.
 *
 * @throws {FeedError} If the file is damaged before them, or no DBN file.
 */
export async function* firstRecords(path: string, most: number): AsyncGenerator<object> {
  const kind = await recognizeFile(path);
  if (kind === 'lobster') throw new FeedError(path, 0, 'is no DBN file: it has no typed records');
  let left = most;
  const version = kind === 'dbn-fragment' ? (versionInName(path) ?? 3) : undefined;
  for await (const record of readRecords(path, version)) {
    if (left-- === 0) return;
    yield showRecord(record);
  }
}

async function dbnInfo(
  path: string,
  told: DbnVersion | undefined,
  fragmentVersion: DbnVersion | undefined,
): Promise<DataInfo> {
  const summary = await summarizeDbn(path, fragmentVersion);
  const { metadata } = summary;
  const isCompressed = summary.compression === 'zstd';
  return {
    format: 'dbn',
    version: metadata?.version ?? told ?? null,
    schema: metadata === undefined ? null : (metadata.schema ?? 'mixed'),
    dataset: metadata?.dataset ?? null,
    symbols: summary.symbols,
    firstEvent: asTimestamp(summary.firstNs),
    lastEvent: asTimestamp(summary.lastNs),
    records: summary.records,
    byType: summary.byType,
    byAction: summary.byAction,
    bySide: summary.bySide,
    gaps: summary.gaps ?? null,
    anomalies: summary.anomalies,
    ...summary.side,
    compression: summary.compression,
    compressedBytes: isCompressed ? summary.fileBytes : null,
    uncompressedBytes: summary.headBytes + summary.bodyBytes,
    frames: isCompressed ? summary.frames : null,
  };
}

async function lobsterInfo(path: string): Promise<DataInfo> {
  const feed = await openLobsterFeed(path);
  const { day, symbol, levels = 0, dataset, totalBytes } = feed.description;
  const [baseLow, baseHigh] = toEpochWords(day, 0);
  const byAction: Record<string, number> = {};
  const bySide: Record<string, number> = {};
  let windowEvents = 0;
  let first: number | undefined;
  let last: number | undefined;
  try {
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      const { words, count } = batch;
      for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
        const tags = words[at + WORD_TAGS] ?? 0;
        if ((tags & FLAG_SNAPSHOT) !== 0) {
          windowEvents++;
        } else {
          const action = String.fromCharCode((tags >> 16) & 0xff);
          const side = String.fromCharCode(tags >>> 24);
          byAction[action] = (byAction[action] ?? 0) + 1;
          bySide[side] = (bySide[side] ?? 0) + 1;
          last = eventTimeOf(words, at, baseLow, baseHigh);
          first ??= last;
        }
      }
    }
  } finally {
    await feed.close();
  }
  const isZip = !path.endsWith('.csv');
  return {
    format: 'lobster',
    version: null,
    schema: `message, orderbook of ${levels} level${levels === 1 ? '' : 's'}`,
    dataset,
    symbols: [symbol],
    firstEvent: first === undefined ? null : formatTimestamp(day, first),
    lastEvent: last === undefined ? null : formatTimestamp(day, last),
    records: feed.counts.records,
    byType: feed.messageTypes,
    byAction,
    bySide,
    gaps: null,
    anomalies: { ...feed.anomalies, windowEvents },
    compression: isZip ? 'zip' : 'none',
    compressedBytes: isZip ? await fileBytesOf(path) : null,
    uncompressedBytes: totalBytes,
    frames: null,
  };
}

function versionInName(path: string): DbnVersion | undefined {
  const match = /\.v([123])\.dbn\.frag/.exec(basename(path));
  return match === null ? undefined : (Number(match[1]) as DbnVersion);
}

function asTimestamp(ns: bigint | undefined): string | null {
  if (ns === undefined) return null;
  const perDay = BigInt(NS_PER_DAY);
  return formatTimestamp(Number(ns / perDay), Number(ns % perDay));
}
