import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { readCompiledHeader } from '../adapters/compiled/compiled-feed.ts';
import {
  COMPILED_ENDING,
  COMPILED_VERSION,
  type CompiledHeader,
  type CompiledSource,
} from '../adapters/compiled/compiled-format.ts';
import { createCompiledWriter } from '../adapters/compiled/compiled-writer.ts';
import type { ResolvedConfig } from '../config/load-config.ts';
import { EVENT_WORDS } from '../domain/event.ts';
import { toEpochWords } from '../domain/time.ts';
import { type Feed, FeedError } from '../feeds/port.ts';
import { CompactWriter } from '../market/book/compact-writer.ts';
import { reasonOf } from '../platform/file-errors.ts';
import { sha256OfFile } from '../platform/sha256.ts';
import { findSessionFiles } from './open-feed.ts';
import { chosenSymbol, openSessionFeed, planSession } from './session-setup.ts';

/** Where the fast form of a session's files lies: beside the first of them. */
export function compiledPathOf(files: readonly string[]): string {
  return `${files[0] ?? ''}${COMPILED_ENDING}`;
}

/** A compiled day that stands for a session's files. */
export interface CompiledDay {
  readonly path: string;
  /** SHA-256 of each file that it was made of. */
  readonly sha256s: readonly string[];
}

/**
 * The compiled day beside a session's files, where there is one that may stand for them: made of just these files, which
 * have not changed since, for the same instrument, day and tick.
 */
export async function findCompiledDay(
  files: readonly string[],
  session: { readonly symbol: string; readonly day: number; readonly tickNanos: number },
): Promise<CompiledDay | undefined> {
  if (files.length === 0) return undefined;
  const path = compiledPathOf(files);
  const header = await readCompiledHeader(path);
  if (header === undefined) return undefined;
  const { description, tickNanos, sources } = header;
  const isSame =
    description.symbol === session.symbol &&
    description.day === session.day &&
    tickNanos === session.tickNanos &&
    sources.length === files.length;
  if (!isSame) return undefined;
  const { mtimeMs: madeMs } = await stat(path);
  for (const [i, file] of files.entries()) {
    const { size, mtimeMs } = await stat(file);
    const source = sources[i];
    if (
      source?.name !== basename(file) ||
      source.bytes !== size ||
      source.modifiedMs !== mtimeMs ||
      madeMs < mtimeMs
    )
      return undefined;
  }
  return { path, sha256s: sources.map(({ sha256 }) => sha256) };
}

/**
 * Compiles a day, with what lies beside it of its definitions and status changes, as a run of it would read them.
 *
 * @throws {FeedError} As `compileDay` does, {ConfigError} if the instrument is not known.
 */
export async function compileFile(
  file: string,
  settings: ResolvedConfig,
  onProgress: (share: number) => void,
): Promise<CompiledSummary> {
  const files = await findSessionFiles([file]);
  const feed = await openSessionFeed(files, chosenSymbol(settings));
  try {
    const { instrument } = planSession(feed.description, settings);
    return await compileDay(feed, files, instrument.tickNanos, onProgress);
  } finally {
    await feed.close();
  }
}

/** What a compilation came to. */
export interface CompiledSummary {
  readonly file: string;
  readonly symbol: string;
  readonly events: number;
  readonly orders: number;
  readonly bytes: number;
  readonly sourceBytes: number;
}

/**
 * Writes the fast form of a session's feed beside its files.
 *
 * @param onProgress Told the share of the files that has been read, 0 to 1.
 * @throws {FeedError} If the data are damaged, know no single orders, or the file can't be written.
 */
export async function compileDay(
  feed: Feed,
  files: readonly string[],
  tickNanos: number,
  onProgress: (share: number) => void,
): Promise<CompiledSummary> {
  const { source: _, definition: __, ...description } = feed.description;
  const [first = ''] = files;
  if (description.depth !== 'orders')
    throw new FeedError(first, undefined, 'knows no single orders: there is nothing to compile');
  const path = compiledPathOf(files);
  // before it is read: a change while it is read must show afterwards
  const sources = await Promise.all(files.map(sourceOf));
  const file = await createCompiledWriter(path).catch((error: unknown) => {
    throw new FeedError(path, undefined, `can't be written: ${reasonOf(error)}`, { cause: error });
  });
  try {
    const writer = new CompactWriter(tickNanos, toEpochWords(description.day, 0));
    let events = 0;
    for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
      for (let i = 0; i < batch.count; i++) {
        if (writer.isFull) await file.write(writer.take());
        writer.push(batch.words, i * EVENT_WORDS);
      }
      events += batch.count;
      onProgress(feed.counts.bytesRead / description.totalBytes);
    }
    if (writer.count > 0) await file.write(writer.take());
    const header: CompiledHeader = {
      version: COMPILED_VERSION,
      description,
      tickNanos,
      slots: writer.slots,
      events,
      sources,
    };
    await file.commit(header);
    return {
      file: path,
      symbol: description.symbol,
      events,
      orders: writer.slots,
      bytes: (await stat(path)).size,
      sourceBytes: sources.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

async function sourceOf(file: string): Promise<CompiledSource> {
  const { size, mtimeMs } = await stat(file);
  return {
    name: basename(file),
    bytes: size,
    modifiedMs: mtimeMs,
    sha256: await sha256OfFile(file),
  };
}
