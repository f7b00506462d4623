import type { DepthLevel, DepthRow } from '../../feeds/depth-row.ts';
import { COLUMNS_PER_LEVEL, openLobsterFiles } from './lobster-files.ts';

const NANOS_PER_PRICE = 100_000;

/**
 * Reads the orderbook file of a LOBSTER zip or message file: row i is the book after message i, whose events have that
 * sequence. The file doesn't tell orders.
 *
 * @throws {FeedError} If it is missing or a row is damaged.
 */
export async function* readLobsterRows(path: string): AsyncGenerator<DepthRow> {
  const files = await openLobsterFiles(path);
  const { rows } = files;
  const depth = files.name.levels;
  const sideOf = (column: number) => {
    const levels: DepthLevel[] = [];
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
