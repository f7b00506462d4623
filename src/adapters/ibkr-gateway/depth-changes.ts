import type { DepthLevel } from './market-port.ts';

/** One operation of a depth stream: 0 inserts at the position and shifts the rest down, 1 updates, 2 deletes and shifts up. */
export interface DepthOperation {
  readonly position: number;
  readonly operation: 0 | 1 | 2;
  readonly level: DepthLevel;
}

/**
 * The operations that turn one side's rows into others, in the order in which they have to be done.
 *
 * @param most Rows that the client keeps: what an insert pushes beyond them it drops by itself.
 * @param sign 1 for bids, best highest; -1 for asks.
 */
export function depthChanges(
  before: readonly DepthLevel[],
  after: readonly DepthLevel[],
  most: number,
  sign: 1 | -1,
): DepthOperation[] {
  const operations: DepthOperation[] = [];
  const rows = before.slice();
  for (let position = 0; position < after.length; ) {
    const level = after[position];
    const row = rows[position];
    if (level === undefined) break;
    if (row !== undefined && (row.price - level.price) * sign > 0) {
      rows.splice(position, 1);
      operations.push({ position, operation: 2, level: { price: row.price, size: 0 } });
      continue;
    }
    if (row === undefined || row.price !== level.price) {
      rows.splice(position, 0, level);
      rows.length = Math.min(rows.length, most);
      operations.push({ position, operation: 0, level });
    } else if (row.size !== level.size) {
      operations.push({ position, operation: 1, level });
    }
    position++;
  }
  for (let position = rows.length - 1; position >= after.length; position--) {
    const price = rows[position]?.price ?? 0;
    operations.push({ position, operation: 2, level: { price, size: 0 } });
  }
  return operations;
}
