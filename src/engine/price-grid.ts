/** Heights of a row in ticks: 1, 2, 5, 10, 20, 50 and so on. */
function* rowHeights(): Generator<number> {
  for (let decade = 1; ; decade *= 10) {
    yield decade;
    yield 2 * decade;
    yield 5 * decade;
  }
}

/**
 * Lays a range of ticks out in a number of rows, each of a round number of ticks. It stays as it is while the range fits
 * and fills enough of it, so that a chart stands still while prices move.
 */
export class PriceGrid {
  #rows = 0;
  #ticksPerRow = 1;
  /** Lowest tick of row 0. */
  #topTick = 0;

  get ticksPerRow(): number {
    return this.#ticksPerRow;
  }

  get topTick(): number {
    return this.#topTick;
  }

  rowOf(tick: number): number {
    const { ticksPerRow } = this;
    return this.#topTick / ticksPerRow - Math.floor(tick / ticksPerRow);
  }

  /** Makes `low` to `high` visible in `rows` rows. */
  fit(low: number, high: number, rows: number): void {
    const isSeen = rows === this.#rows && this.rowOf(high) >= 0 && this.rowOf(low) < rows;
    if (isSeen && (this.#ticksPerRow === 1 || needed(low, high, this.#ticksPerRow) * 3 >= rows))
      return;
    this.#rows = rows;
    for (const height of rowHeights()) {
      const count = needed(low, high, height);
      if (count > rows) continue;
      this.#ticksPerRow = height;
      this.#topTick = (Math.floor(high / height) + ((rows - count) >> 1)) * height;
      return;
    }
  }
}

function needed(low: number, high: number, height: number): number {
  return Math.floor(high / height) - Math.floor(low / height) + 1;
}
