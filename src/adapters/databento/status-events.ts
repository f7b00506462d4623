/**
 * Databento's status records as events of the engine's stream.
 * Actions: https://databento.com/docs/schemas-and-data-formats/status, databento/dbn 0.54.0 (rust/dbn/src/enums.rs), 2026-11.
 */
import {
  ACTION_STATUS,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  MBO_HEAD,
  packTags,
  SIDE_NONE,
  STATUS_HALTED,
  STATUS_QUOTING,
  STATUS_TRADING,
  WORD_INSTRUMENT,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
  WORD_TS_RECV_HIGH,
  WORD_TS_RECV_LOW,
} from '../../domain/event.ts';
import { FeedError } from '../../feeds/port.ts';
import { RTYPE_STATUS } from './dbn-format.ts';
import { DbnStream } from './dbn-stream.ts';

/** Words of a status record, and where its parts are. */
export const STATUS_WORDS = 10;
const WORD_RECV = 4;
const WORD_ACTION = 6;
const WORD_TRISTATES = 7;

const YES = 0x59;
const NO = 0x4e;

/** What each action means for trading; those left out (none, short-sale restriction) say nothing of it. */
const STATUS_OF_ACTION: ReadonlyMap<number, number> = new Map([
  [1, STATUS_QUOTING], // pre-open
  [2, STATUS_QUOTING], // pre-cross
  [3, STATUS_QUOTING], // quoting
  [4, STATUS_QUOTING], // cross
  [5, STATUS_QUOTING], // rotation
  [6, STATUS_QUOTING], // new price indication
  [7, STATUS_TRADING], // trading
  [8, STATUS_HALTED], // halt
  [9, STATUS_HALTED], // pause
  [10, STATUS_HALTED], // suspend
  [11, STATUS_QUOTING], // pre-close
  [12, STATUS_HALTED], // close
  [13, STATUS_HALTED], // post-close
  [15, STATUS_HALTED], // not available for trading
]);

/**
 * What a status record makes of an instrument: one of the STATUS_ values, or `undefined` where it changes nothing. Where
 * the venue says whether it trades and takes quotes, that counts more than the action's name.
 *
 * @param isTrading Letters `Y`, `N` or `~` as bytes; so is `isQuoting`.
 */
export function tradingStatusOf(
  action: number,
  isTrading: number,
  isQuoting: number,
): number | undefined {
  const byAction = STATUS_OF_ACTION.get(action);
  if (byAction === undefined) return undefined;
  if (isTrading === YES) return STATUS_TRADING;
  if (isTrading !== NO) return byAction;
  if (isQuoting === YES) return STATUS_QUOTING;
  if (isQuoting === NO) return STATUS_HALTED;
  return byAction === STATUS_TRADING ? STATUS_HALTED : byAction;
}

/** Makes an event of every status record that changes what one instrument does; until the first one it trades. */
export class StatusTranslator {
  /** What the instrument does now, one of the STATUS_ values. */
  status: number = STATUS_TRADING;

  /**
   * Reads the status record at `words[from]` and writes its event to `events[to]`, where it changes something.
   *
   * @param flags Of the event: LAST, unless it comes inside an event group, which it must not end.
   * @param sequence Of the event before it, so that the two are one group where groups go by it.
   * @returns Whether it did.
   */
  translate(
    words: Int32Array,
    from: number,
    events: Int32Array,
    to: number,
    flags: number,
    sequence: number,
  ): boolean {
    const tristates = words[from + WORD_TRISTATES] ?? 0;
    const action = (words[from + WORD_ACTION] ?? 0) & 0xffff;
    const status = tradingStatusOf(action, (tristates >> 16) & 0xff, (tristates >> 24) & 0xff);
    if (status === undefined || status === this.status) return false;
    this.status = status;
    events.fill(0, to, to + EVENT_WORDS);
    events[to] = ((words[from] ?? 0) & ~0xffff) | MBO_HEAD;
    events[to + WORD_INSTRUMENT] = words[from + 1] ?? 0;
    events[to + WORD_TS_EVENT_LOW] = words[from + 2] ?? 0;
    events[to + WORD_TS_EVENT_HIGH] = words[from + 3] ?? 0;
    events[to + WORD_SIZE] = status;
    events[to + WORD_TAGS] = packTags(ACTION_STATUS, SIDE_NONE, flags);
    events[to + WORD_TS_RECV_LOW] = words[from + WORD_RECV] ?? 0;
    events[to + WORD_TS_RECV_HIGH] = words[from + WORD_RECV + 1] ?? 0;
    events[to + WORD_SEQUENCE] = sequence;
    return true;
  }
}

/** Whose records are wanted: an id, and the UTC day of ts_recv. */
export type IsOurs = (id: number, day: number) => boolean;

const SECONDS_PER_DAY = 86_400;
const WORD = 4_294_967_296;

/**
 * The status changes of one instrument from files of schema status, in the order of the files.
 *
 * @throws {FeedError} If a file is damaged.
 */
export async function readStatusEvents(
  paths: readonly string[],
  isOurs: IsOurs,
): Promise<EventBatch> {
  const translator = new StatusTranslator();
  const events: number[] = [];
  const event = new Int32Array(EVENT_WORDS);
  for (const path of paths) {
    const stream = await DbnStream.open(path);
    const expected = STATUS_WORDS + (stream.metadata?.hasTsOut === true ? 2 : 0);
    try {
      for (let block = await stream.next(); block !== undefined; block = await stream.next()) {
        const { words, from, to } = block;
        for (let at = from; at < to; ) {
          const length = stream.recordWords(at);
          if (at + length > to) {
            stream.keepFrom(at);
            break;
          }
          if ((((words[at] ?? 0) >> 8) & 0xff) === RTYPE_STATUS) {
            checkStatusLength(stream, at, length, expected);
            if (
              isOurs(words[at + 1] ?? 0, dayAt(words, at + WORD_RECV)) &&
              translator.translate(words, at, event, 0, FLAG_LAST, 0)
            )
              events.push(...event);
          }
          at += length;
        }
      }
    } finally {
      await stream.close();
    }
  }
  return { words: Int32Array.from(events), count: events.length / EVENT_WORDS };
}

/** @throws {FeedError} If a status record has another length than it must. */
export function checkStatusLength(
  stream: DbnStream,
  at: number,
  length: number,
  expected: number,
): void {
  if (length === expected) return;
  throw new FeedError(
    stream.file,
    stream.offsetOf(at),
    `a record of type status has ${length * 4} bytes and not ${expected * 4}; the file is damaged: download or copy it again`,
  );
}

/** UTC day of the nanoseconds in two words. */
export function dayAt(words: Int32Array, at: number): number {
  const seconds = ((words[at + 1] ?? 0) * WORD + ((words[at] ?? 0) >>> 0)) / 1e9;
  return Math.floor(seconds / SECONDS_PER_DAY);
}
