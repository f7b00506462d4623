import { findCompanions, type SideSchema } from '../adapters/databento/companion-files.ts';
import { type DbnFeedOptions, openDbnFeed } from '../adapters/databento/dbn-feed.ts';
import { openLobsterFeed } from '../adapters/lobster/lobster-feed.ts';
import { type Feed, FeedError } from '../feeds/port.ts';
import { recognizeFile } from './recognize-file.ts';

export interface OpenFeedOptions extends Omit<DbnFeedOptions, 'files'> {
  /** Files in the order of their time: several of Databento, or one of LOBSTER. */
  readonly paths: readonly string[];
}

/**
 * Opens market data files as a feed, whatever their kind.
 *
 * @throws {FeedError} If a file is missing, damaged or of no known kind, or doesn't hold the symbol asked for.
 */
export async function openFeed(options: OpenFeedOptions): Promise<Feed> {
  const { paths, symbol } = options;
  const [first] = paths;
  if (first === undefined) throw new FeedError('', undefined, 'no file was given');
  const kinds = await Promise.all(paths.map(recognizeFile));
  if (!kinds.includes('lobster')) return openDbnFeed({ ...options, files: paths });
  const other = paths[1];
  if (other !== undefined)
    throw new FeedError(
      other,
      undefined,
      'is one file too many: LOBSTER days are played one by one',
    );
  const feed = await openLobsterFeed(first);
  if (symbol === undefined || symbol.toUpperCase() === feed.description.symbol.toUpperCase())
    return feed;
  await feed.close();
  throw new FeedError(
    first,
    undefined,
    `holds ${feed.description.symbol} and not ${symbol}; choose with --symbol`,
  );
}

/**
 * The files of a session: those given, and the definition and status files that lie beside them.
 *
 * @throws {FeedError} If a file is missing or of no known kind.
 */
export async function findSessionFiles(
  paths: readonly string[],
  schemas: readonly SideSchema[] = ['definition', 'status'],
): Promise<readonly string[]> {
  const kinds = await Promise.all(paths.map(recognizeFile));
  if (!kinds.every((kind) => kind === 'dbn')) return paths;
  return [...paths, ...(await findCompanions(paths, schemas))];
}
