/**
 * The child of the benchmark: measures one thing once, in a fresh process, and prints one JSON line.
 *
 *     measure.ts '{"stage":"book","file":"day.dbn"}'
 *
 * - `decode`: the feed alone, batch by batch.
 * - `book`: and every event through the L3 book.
 * - `analyzers`: the real engine with its own loop, book and analyzers, snapshots asked of nobody.
 * - `groups`: the real engine with rules brain, exchange and journal, one event group a call, each timed on its own.
 * - `checkpoint`: the same, played through the day with orders of its own; then its book is filled to 20,000 live orders, and
 *   the whole engine is copied and restored, again and again. One of these two is an event.
 *
 * Without a task it loads its code and ends: then that is in node's compile cache, and costs no memory later.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram, performance } from 'node:perf_hooks';
import { serialize } from 'node:v8';
import {
  ACTION_ADD,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  WORD_ORDER_HIGH,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../src/domain/event.ts';
import type { Feed } from '../../src/feeds/port.ts';
import { createEngine, openSession, type Session } from './engine-parts.ts';
import { watchGc } from './gc-watch.ts';
import { loadRelease, type Release } from './release.ts';
import type { Sample } from './sample.ts';
import { spreadOf } from './statistics.ts';

export interface MeasureTask {
  readonly stage: 'decode' | 'book' | 'analyzers' | 'groups' | 'checkpoint';
  readonly file: string;
  /** `key=value`, as `--set` takes them. */
  readonly settings?: readonly string[];
  /** The instrument's tick instead of the one that its symbol has, 1e-9. */
  readonly tickNanos?: number;
  /** Events before the clock starts: what fills the book. */
  readonly warmUp?: number;
}

/** Seconds and events from the batch that passes `warmUp` on. */
async function timed(
  feed: Feed,
  warmUp: number,
  take: (batch: EventBatch) => void,
): Promise<{ events: number; seconds: number }> {
  let events = 0;
  let eventsBefore = 0;
  let startedMs = performance.now();
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
    take(batch);
    events += batch.count;
    if (eventsBefore === 0 && warmUp > 0 && events >= warmUp) {
      eventsBefore = events;
      startedMs = performance.now();
    }
  }
  return { events: events - eventsBefore, seconds: (performance.now() - startedMs) / 1000 };
}

/** Drives the book as the engine does: its core takes what is plain, the rest goes in one by one. */
function bookTaker(program: Release, { feed, plan, book }: Session): (batch: EventBatch) => void {
  const { eventTimeOf } = program;
  const { stream } = book;
  const [low, high] = program.toEpochWords(plan.day, 0);
  const bySequence = feed.description.groupEnds === 'sequence';
  stream.begin(bySequence, low, high);
  return (batch) => {
    const { words, count } = batch;
    for (let i = 0; i < count; i++) {
      i = stream.run(batch, i, count, Number.POSITIVE_INFINITY);
      if (i >= count) return;
      const at = i * EVENT_WORDS;
      const ts = eventTimeOf(words, at, low, high);
      if (ts > stream.now) stream.reach(ts);
      book.apply(words, at, stream.now);
      stream.isGroupOpen = bySequence || ((words[at + WORD_TAGS] ?? 0) & FLAG_LAST) === 0;
      stream.sequence = words[at + WORD_SEQUENCE] ?? 0;
    }
  };
}

/** What the clock itself costs between two looks, nanoseconds: the median of many. */
function timerCostNs(): number {
  const costs = new Float64Array(100_001);
  for (let i = 0; i < costs.length; i++) {
    const begin = performance.now();
    costs[i] = (performance.now() - begin) * 1e6;
  }
  return costs.sort()[costs.length >> 1] ?? 0;
}

/** One event group a call: what ends a group, a time stamp, is done in it, and all that was due before its time. */
async function timeGroups(
  program: Release,
  session: Session,
): Promise<Pick<Sample, 'events' | 'seconds' | 'figures'>> {
  const logs = mkdtempSync(join(tmpdir(), 'fsd-bench-logs-'));
  const { engine, close } = createEngine(program, session, logs);
  const costNs = timerCostNs();
  const groups = createHistogram({ lowest: 1, highest: 60_000_000_000, figures: 3 });
  let pendingNs = 0;
  let isPending = false;
  let totalNs = 0;
  let feedWaitMs = 0;
  const record = (): void => {
    groups.record(Math.max(1, Math.round(pendingNs)));
    totalNs += pendingNs;
    pendingNs = 0;
    isPending = false;
  };
  for (;;) {
    const asked = performance.now();
    const batch = await session.feed.next();
    feedWaitMs = Math.max(feedWaitMs, performance.now() - asked);
    if (batch === undefined || engine.isOver) break;
    // a group that the last batch broke off ends here, and counts as one
    let begin = performance.now();
    let index = engine.advance(batch, 0, engine.lastEventTs, batch.count);
    if (isPending) pendingNs += Math.max(0, (performance.now() - begin) * 1e6 - costNs);
    if (isPending && index < batch.count) record();
    while (index < batch.count && !engine.isOver) {
      begin = performance.now();
      index = engine.advance(batch, index, Number.POSITIVE_INFINITY, 1);
      pendingNs += Math.max(0, (performance.now() - begin) * 1e6 - costNs);
      isPending = true;
      if (index < batch.count) record();
    }
  }
  const { events } = engine;
  engine.end('end of the data');
  close();
  rmSync(logs, { recursive: true });
  return {
    events,
    seconds: totalNs / 1e9,
    figures: {
      groups: groups.count,
      p50Ns: groups.percentile(50),
      p99Ns: groups.percentile(99),
      p999Ns: groups.percentile(99.9),
      longestGroupMs: groups.max / 1e6,
      longestFeedWaitMs: feedWaitMs,
      timerNs: costNs,
    },
  };
}

const LIVE_ORDERS = 20_000;
const COPIES = 25;

/** Adds orders around the touch, with ids that no feed gives, until so many live. */
function fillBook({ book, plan }: Session, orders: number): void {
  const event = new Int32Array(EVENT_WORDS);
  const { bids, asks, stream, tickNanos } = book;
  const middle = Math.round(
    bids.levels > 0 && asks.levels > 0
      ? (bids.best + asks.best) / 2
      : 2e10 / plan.instrument.tickNanos,
  );
  for (let k = 0; book.orders.count < orders; k++) {
    const isBid = k % 2 === 0;
    const price = (middle + (isBid ? -1 : 1) * (20 + (k % 500))) * tickNanos;
    event[WORD_PRICE_HIGH] = Math.floor(price / 4_294_967_296);
    event[WORD_PRICE_LOW] = price;
    event[WORD_SIZE] = 100;
    event[WORD_ORDER_LOW] = k;
    event[WORD_ORDER_HIGH] = 0x7fff0000;
    event[WORD_TAGS] = packTags(ACTION_ADD, isBid ? SIDE_BID : SIDE_ASK, FLAG_LAST);
    book.apply(event, 0, stream.now);
  }
}

async function timeCopies(
  program: Release,
  session: Session,
): Promise<Pick<Sample, 'events' | 'seconds' | 'figures'>> {
  const { feed, book } = session;
  const logs = mkdtempSync(join(tmpdir(), 'fsd-bench-'));
  const { engine, close } = createEngine(program, session, logs);
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next())
    engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  engine.settle();
  const dayOrders = book.orders.count;
  fillBook(session, LIVE_ORDERS);
  const captures: number[] = [];
  const restores: number[] = [];
  let checkpoint = engine.capture();
  for (let k = 0; k < COPIES; k++) {
    const begin = performance.now();
    checkpoint = engine.capture();
    const middle = performance.now();
    engine.restore(checkpoint);
    captures.push(middle - begin);
    restores.push(performance.now() - middle);
  }
  const megabytes = serialize(checkpoint).byteLength / 1e6;
  const ownOrders = [...engine.desk.orders.all].length;
  close();
  rmSync(logs, { recursive: true });
  const capture = spreadOf(captures);
  const restore = spreadOf(restores);
  return {
    events: COPIES * 2,
    seconds: [...captures, ...restores].reduce((sum, ms) => sum + ms, 0) / 1000,
    figures: {
      captureMs: capture.median,
      longestCaptureMs: capture.max,
      restoreMs: restore.median,
      longestRestoreMs: restore.max,
      checkpointMb: megabytes,
      dayEvents: engine.events,
      dayOrders,
      ownOrders,
      trades: engine.trades,
    },
  };
}

async function measure(program: Release, task: MeasureTask): Promise<Sample> {
  const { stage, file, warmUp = 0 } = task;
  const session = await openSession(program, file, task.settings ?? [], task.tickNanos);
  const { feed, book } = session;
  const gc = watchGc();
  let measured: Pick<Sample, 'events' | 'seconds'> & { figures?: Sample['figures'] };
  switch (stage) {
    case 'decode':
      measured = await timed(feed, warmUp, () => undefined);
      break;
    case 'book':
      measured = await timed(feed, warmUp, bookTaker(program, session));
      break;
    case 'analyzers': {
      const { engine } = createEngine(program, session, undefined);
      measured = await timed(feed, warmUp, (batch) => {
        engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
      });
      break;
    }
    case 'groups':
      measured = await timeGroups(program, session);
      break;
    case 'checkpoint':
      measured = await timeCopies(program, session);
      break;
  }
  await feed.close();
  const { anomalies, bids, asks, tickNanos } = book;
  return {
    ...measured,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    gcLongestMs: gc().longestMs,
    figures: {
      ...measured.figures,
      liveOrders: book.orders.count,
      levels: book.bids.levels + book.asks.levels,
      bestBid: bids.levels > 0 ? (bids.best * tickNanos) / 1e9 : 0,
      bestAsk: asks.levels > 0 ? (asks.best * tickNanos) / 1e9 : 0,
      anomalies: Object.values(anomalies).reduce((sum, count) => sum + count, 0),
    },
  };
}

const program = await loadRelease();
const [task] = process.argv.slice(2);
if (task !== undefined) {
  const sample = await measure(program, JSON.parse(task) as MeasureTask);
  process.stdout.write(`${JSON.stringify(sample)}\n`);
}
