import { basename } from 'node:path';
import { parsePrice } from '../../domain/price.ts';
import type { DepthLevel, DepthRow } from '../../feeds/depth-row.ts';
import { FeedError } from '../../feeds/port.ts';
import { type ByteSource, openByteSource } from '../../platform/byte-source.ts';
import { reasonOf } from '../../platform/file-errors.ts';
import { RTYPE_MBP_10 } from './dbn-format.ts';
import { DbnStream } from './dbn-stream.ts';

const MBP_10_WORDS = 92;
const LEVEL_WORDS = 8;
const FIRST_LEVEL = 12;
const WORD = 4_294_967_296;
const UNDEFINED_HIGH = 0x7fffffff;
const TEXT_CHUNK = 1 << 20;
/** Above it a price without a point is in 1e-9, as Databento writes unless asked for decimals. */
const LEAST_NANOS = 100_000_000;

/**
 * Reads book states to compare with: a DBN file of schema mbp-10, or a CSV with Databento's column names
 * (`sequence`, `bid_px_00`, `bid_sz_00`, `ask_px_00`, `ask_sz_00`, … and `bid_ct_00` where there are counts).
 *
 * @throws {FeedError} If the file is neither.
 */
export async function* readDepthRows(
  path: string,
  instrumentId?: number,
): AsyncGenerator<DepthRow> {
  if (/\.csv(\.zst)?$/.test(path)) yield* readCsv(path);
  else yield* readDbn(path, instrumentId);
}

async function* readDbn(path: string, instrumentId: number | undefined): AsyncGenerator<DepthRow> {
  const stream = await DbnStream.open(path);
  const extra = stream.metadata?.hasTsOut === true ? 2 : 0;
  let row = 0;
  try {
    for (let block = await stream.next(); block !== undefined; block = await stream.next()) {
      const { words, from, to } = block;
      for (let at = from; at < to; ) {
        const length = stream.recordWords(at);
        if (at + length > to) {
          stream.keepFrom(at);
          break;
        }
        const isDepth =
          (((words[at] ?? 0) >> 8) & 0xff) === RTYPE_MBP_10 && length === MBP_10_WORDS + extra;
        if (isDepth && (instrumentId === undefined || words[at + 1] === (instrumentId | 0))) {
          row++;
          yield {
            row,
            sequence: (words[at + 11] ?? 0) >>> 0,
            depth: 10,
            bids: levelsOf(words, at + FIRST_LEVEL, 0),
            asks: levelsOf(words, at + FIRST_LEVEL, 1),
          };
        }
        at += length;
      }
    }
    if (row === 0)
      throw new FeedError(
        stream.file,
        undefined,
        'holds no mbp-10 records to compare with; give a file of schema mbp-10',
      );
  } finally {
    await stream.close();
  }
}

/** @param side 0 bid, 1 ask. */
function levelsOf(words: Int32Array, first: number, side: number): DepthLevel[] {
  const levels: DepthLevel[] = [];
  for (let at = first; at < first + 10 * LEVEL_WORDS; at += LEVEL_WORDS) {
    const high = words[at + side * 2 + 1] ?? 0;
    const size = (words[at + 4 + side] ?? 0) >>> 0;
    if (high === UNDEFINED_HIGH || size === 0) continue;
    levels.push({
      price: high * WORD + ((words[at + side * 2] ?? 0) >>> 0),
      size,
      orders: (words[at + 6 + side] ?? 0) >>> 0,
    });
  }
  return levels;
}

async function* readCsv(path: string): AsyncGenerator<DepthRow> {
  const file = basename(path);
  const source = await openByteSource(path).catch((error: unknown) => {
    throw new FeedError(path, undefined, `can't be opened: ${reasonOf(error)}`, { cause: error });
  });
  try {
    let columns: DepthColumns | undefined;
    let row = 0;
    for await (const line of linesOf(source)) {
      if (columns === undefined) {
        columns = columnsOf(file, line);
      } else if (line !== '') {
        row++;
        yield rowOf(file, row, line.split(','), columns);
      }
    }
    if (row === 0)
      throw new FeedError(file, 0, "holds no rows to compare with; give Databento's mbp-10 CSV");
  } finally {
    await source.close();
  }
}

async function* linesOf(source: ByteSource): AsyncGenerator<string> {
  const chunk = Buffer.alloc(TEXT_CHUNK);
  let rest = '';
  for (;;) {
    const filled = await source.read(chunk);
    const lines = (rest + chunk.toString('latin1', 0, filled)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
    if (filled < chunk.length) break;
  }
  if (rest !== '') yield rest;
}

interface LevelColumns {
  readonly price: number;
  readonly size: number;
  readonly orders: number;
}

interface DepthColumns {
  readonly sequence: number;
  readonly bids: readonly LevelColumns[];
  readonly asks: readonly LevelColumns[];
}

function columnsOf(file: string, header: string): DepthColumns {
  const names = header.split(',').map((name) => name.trim());
  const sideOf = (side: string) => {
    const levels: LevelColumns[] = [];
    for (;;) {
      const level = String(levels.length).padStart(2, '0');
      const column = (field: string) => names.indexOf(`${side}_${field}_${level}`);
      if (column('px') < 0 || column('sz') < 0) return levels;
      levels.push({ price: column('px'), size: column('sz'), orders: column('ct') });
    }
  };
  const columns = { sequence: names.indexOf('sequence'), bids: sideOf('bid'), asks: sideOf('ask') };
  if (
    columns.sequence < 0 ||
    columns.bids.length === 0 ||
    columns.bids.length !== columns.asks.length
  ) {
    throw new FeedError(
      file,
      0,
      "has no columns sequence, bid_px_00, bid_sz_00, ask_px_00 and ask_sz_00; give Databento's mbp-10 CSV",
    );
  }
  return columns;
}

function rowOf(
  file: string,
  row: number,
  fields: readonly string[],
  columns: DepthColumns,
): DepthRow {
  const number = (column: number) => {
    const value = Number(fields[column]);
    if (fields[column] === undefined || fields[column] === '' || !Number.isFinite(value)) {
      throw new FeedError(
        file,
        undefined,
        `row ${row}, column ${column + 1}: "${fields[column] ?? ''}" is no number; the file is damaged`,
      );
    }
    return value;
  };
  const levels = (side: readonly LevelColumns[]) =>
    side.flatMap(({ price, size, orders }) => {
      const nanos = nanosOf(fields[price] ?? '');
      const isEmpty = nanos === undefined || number(size) === 0;
      return isEmpty
        ? []
        : [{ price: nanos, size: number(size), orders: orders < 0 ? undefined : number(orders) }];
    });
  return {
    row,
    sequence: number(columns.sequence),
    depth: columns.bids.length,
    bids: levels(columns.bids),
    asks: levels(columns.asks),
  };
}

/** A price written as a decimal or in 1e-9; `undefined` where there is none. */
function nanosOf(text: string): number | undefined {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value >= Number.MAX_SAFE_INTEGER) return undefined;
  return text.includes('.') || Math.abs(value) < LEAST_NANOS ? parsePrice(text) : value;
}
