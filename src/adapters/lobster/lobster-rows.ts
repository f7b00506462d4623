import { COLUMNS_PER_LEVEL, openLobsterFiles } from './lobster-files.ts';

/** A level of the orderbook file: price in 1e-9 and size. The file doesn't tell orders. */
export interface LobsterLevel {
  readonly price: number;
  readonly size: number;
  readonly orders: undefined;
}

/** A row of the orderbook file: the book after the message of the same number. */
export interface LobsterRow {
  /** From 1; also the sequence of the message's events. */
  readonly row: number;
  readonly sequence: number;
  /** Levels a side that the file shows at most. */
  readonly depth: number;
  readonly bids: readonly LobsterLevel[];
  readonly asks: readonly LobsterLevel[];
}

const NANOS_PER_PRICE = 100_000;

/**
 * Reads the orderbook file of a LOBSTER zip or message file.
 *
 * @throws {FeedError} If it is missing or a row is damaged.
 */
export async function* readLobsterRows(path: string): AsyncGenerator<LobsterRow> {
  const files = await openLobsterFiles(path);
  const { rows } = files;
  const depth = files.name.levels;
  const sideOf = (column: number) => {
    const levels: LobsterLevel[] = [];
    for (let at = column; at < depth * COLUMNS_PER_LEVEL; at += COLUMNS_PER_LEVEL) {
      const size = rows.values[at + 1] ?? 0;
      if (size > 0)
        levels.push({ price: (rows.values[at] ?? 0) * NANOS_PER_PRICE, size, orders: undefined });
    }
    return levels;
  };
  try {
    do {
      while (rows.advance())
        yield { row: rows.row, sequence: rows.row, depth, bids: sideOf(2), asks: sideOf(0) };
    } while (await rows.fill());
  } finally {
    await files.close();
  }
}
