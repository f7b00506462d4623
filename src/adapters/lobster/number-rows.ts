import { FeedError } from '../../feeds/port.ts';

const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SECOND_DECIMALS = 9;

export interface RowLayout {
  /** Columns that a row has at least. */
  readonly columns: number;
  /** True when a row may have more; they are not read. */
  readonly mayHaveMore: boolean;
  /** True when the first column is seconds, read as nanoseconds; all else are whole numbers. */
  readonly beginsWithSeconds: boolean;
}

/**
 * Rows of a CSV file of plain numbers, read from pieces of any size.
 * Call `advance` until it is false, then `fill`; at the end `fill` is false too.
 */
export class NumberRows {
  /** The row at hand. Overwritten by the next one. */
  readonly values: Float64Array;
  /** Its number, from 1. */
  row = 0;
  /** Where it begins in the file. */
  rowOffset = 0;

  readonly file: string;
  readonly #layout: RowLayout;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #bytes = Buffer.alloc(0);
  #at = 0;
  #base = 0;
  #isLastChunk = false;

  constructor(file: string, chunks: AsyncIterable<Uint8Array>, layout: RowLayout) {
    this.file = file;
    this.#layout = layout;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.values = new Float64Array(layout.columns);
  }

  /** Bytes used up. */
  get bytesRead(): number {
    return this.#base + this.#at;
  }

  /**
   * Reads the next row when all of it is here.
   *
   * @throws {FeedError} If it is not a row of so many numbers.
   */
  advance(): boolean {
    let end = this.#bytes.indexOf(NEW_LINE, this.#at);
    if (end < 0) {
      if (!this.#isLastChunk || this.#at === this.#bytes.length) return false;
      end = this.#bytes.length;
    }
    this.row++;
    this.rowOffset = this.#base + this.#at;
    this.#parse(
      this.#at,
      this.#bytes[end - 1] === CARRIAGE_RETURN && end > this.#at ? end - 1 : end,
    );
    this.#at = Math.min(end + 1, this.#bytes.length);
    return true;
  }

  /** Gets more of the file; false at its end. */
  async fill(): Promise<boolean> {
    if (this.#isLastChunk) return false;
    const next = await this.#chunks.next();
    const rest = this.#bytes.subarray(this.#at);
    this.#base += this.#at;
    this.#at = 0;
    if (next.done === true) {
      this.#isLastChunk = true;
      this.#bytes = rest;
    } else {
      this.#bytes = Buffer.concat([rest, next.value]);
    }
    return true;
  }

  /** An error at the row at hand. */
  problem(what: string): FeedError {
    return new FeedError(this.file, this.rowOffset, `row ${this.row}: ${what}`);
  }

  #parse(from: number, end: number): void {
    const { columns, mayHaveMore, beginsWithSeconds } = this.#layout;
    let at = from;
    for (let column = 0; column < columns; column++) {
      if (at > end || from === end) {
        throw this.problem(
          `has ${from === end ? 0 : column} columns and needs ${columns}; the file is damaged or of another kind`,
        );
      }
      at =
        column === 0 && beginsWithSeconds
          ? this.#parseSeconds(at, end)
          : this.#parseWhole(at, end, column);
    }
    if (at <= end && !mayHaveMore) {
      throw this.problem(`has more than ${columns} columns; the file is not what its name says`);
    }
  }

  /** Reads a whole number and returns where the next column begins. */
  #parseWhole(from: number, end: number, column: number): number {
    const isNegative = this.#bytes[from] === MINUS;
    const first = isNegative ? from + 1 : from;
    let at = first;
    let value = 0;
    for (; at < end; at++) {
      const digit = (this.#bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (
      at === first ||
      (at < end && this.#bytes[at] !== COMMA) ||
      value > Number.MAX_SAFE_INTEGER
    ) {
      throw this.#noNumber(from, end, column);
    }
    this.values[column] = isNegative ? -value : value;
    return at + 1;
  }

  /** Reads seconds with any number of decimals as whole nanoseconds, halves rounded up. */
  #parseSeconds(from: number, end: number): number {
    let at = from;
    let value = 0;
    let decimals = -1;
    let rounding = 0;
    for (; at < end; at++) {
      const byte = this.#bytes[at] ?? 0;
      const digit = byte - ZERO;
      if (byte === POINT && decimals < 0) decimals = 0;
      else if (digit < 0 || digit > 9) break;
      else if (decimals < SECOND_DECIMALS) {
        value = value * 10 + digit;
        if (decimals >= 0) decimals++;
      } else if (decimals === SECOND_DECIMALS) {
        rounding = digit >= 5 ? 1 : 0;
        decimals++;
      }
    }
    if (at === from || (at < end && this.#bytes[at] !== COMMA)) throw this.#noNumber(from, end, 0);
    for (let place = Math.max(decimals, 0); place < SECOND_DECIMALS; place++) value *= 10;
    this.values[0] = value + rounding;
    return at + 1;
  }

  #noNumber(from: number, end: number, column: number): FeedError {
    const comma = this.#bytes.indexOf(COMMA, from);
    const text = this.#bytes.toString('latin1', from, comma < 0 || comma > end ? end : comma);
    return new FeedError(
      this.file,
      this.#base + from,
      `row ${this.row}, column ${column + 1}: "${text.slice(0, 40)}" is no number; the file is damaged or of another kind`,
    );
  }
}
