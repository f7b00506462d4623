import { basename, dirname, join } from 'node:path';
import {
  ACTION_STATUS,
  EVENT_WORDS,
  type EventBatch,
  STATUS_QUOTING,
  STATUS_TRADING,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
  WORD_TS_RECV_HIGH,
  WORD_TS_RECV_LOW,
} from '../../domain/event.ts';
import { type DbnFileHeader, type DbnWriter, dayMetadata, openRecordWriter } from './dbn-writer.ts';

/** The publisher of XNAS.ITCH on Nasdaq itself. */
const PUBLISHER_XNAS = 2;
/** Databento's actions: trading, halt, quoting. */
const TRADING = 7;
const HALT = 8;
const QUOTING = 3;

/** The schema in a file's name, as `companion-files.ts` looks for it. */
const MBO_IN_NAME = /(?<![a-z0-9])mbo(?![a-z0-9])/i;

/** The status file that belongs to an event file by its name; `undefined` where the name has no schema in it. */
export function statusFileOf(path: string): string | undefined {
  const name = basename(path);
  return MBO_IN_NAME.test(name)
    ? join(dirname(path), name.replace(MBO_IN_NAME, 'status'))
    : undefined;
}

/**
 * Opens a status file beside an event file that is being written. What is written to the pair is parted: an event of
 * ACTION_STATUS, which no MBO record can be, becomes a status record in a file of its own.
 */
export async function withStatusFile(
  events: DbnWriter,
  path: string,
  header: DbnFileHeader,
): Promise<DbnWriter> {
  const statuses = await openRecordWriter(path, dayMetadata(header, 'status'));
  return {
    async write(batch) {
      const kept = new Int32Array(batch.count * EVENT_WORDS);
      let count = 0;
      for (let at = 0; at < batch.count * EVENT_WORDS; at += EVENT_WORDS) {
        if ((((batch.words[at + WORD_TAGS] ?? 0) >> 16) & 0xff) === ACTION_STATUS) {
          await statuses.write(statusRecordOf(batch, at, header.instrumentId));
        } else {
          kept.set(batch.words.subarray(at, at + EVENT_WORDS), count * EVENT_WORDS);
          count += 1;
        }
      }
      if (count > 0) await events.write({ words: kept, count });
    },
    async close() {
      await events.close();
      await statuses.close();
    },
    async abort() {
      await events.abort();
      await statuses.abort();
    },
  };
}

function statusRecordOf({ words }: EventBatch, at: number, instrumentId: number) {
  const status = words[at + WORD_SIZE] ?? STATUS_TRADING;
  const moment = (low: number, high: number): bigint =>
    (BigInt(words[at + high] ?? 0) << 32n) | BigInt((words[at + low] ?? 0) >>> 0);
  const isTrading = status === STATUS_TRADING;
  const isQuoting = isTrading || status === STATUS_QUOTING;
  return {
    type: 'status',
    version: 1,
    publisherId: PUBLISHER_XNAS,
    instrumentId,
    tsEvent: moment(WORD_TS_EVENT_LOW, WORD_TS_EVENT_HIGH),
    tsRecv: moment(WORD_TS_RECV_LOW, WORD_TS_RECV_HIGH),
    action: isTrading ? TRADING : isQuoting ? QUOTING : HALT,
    reason: 0,
    tradingEvent: 0,
    isTrading: isTrading ? 'Y' : 'N',
    isQuoting: isQuoting ? 'Y' : 'N',
    isShortSellRestricted: '~',
  } as const;
}
