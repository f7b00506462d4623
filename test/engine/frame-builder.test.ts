import { describe, expect, test } from 'vitest';
import { EVENT_WORDS, WORD_SIZE, WORD_TAGS } from '../../src/domain/event.ts';
import { FrameBuilder, type FrameContext } from '../../src/engine/frame-builder.ts';
import type { Frame } from '../../src/engine/protocol.ts';
import {
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  restlessBrain,
  settingsWith,
} from '../support/engine-rig.ts';
import { levelBatchOf } from '../support/level-records.ts';

const batch = generatedBatch(40_000, 3);
const CONTEXT: FrameContext = {
  sequence: 9,
  mode: 'backtest',
  feedState: 'live',
  eventsPerSecond: 1234,
  progress: 0.5,
  replay: { speed: 50, paused: false },
  profile: 'momentum',
  depth: 'orders',
  ladderRows: 41,
  ladderCenter: null,
};

/** The engine after two minutes of a market that it trades in, and the frame of that moment. */
function playedTo(seconds: number, context = CONTEXT) {
  const rig = engineRig({ settings: settingsWith(...FREE_LIMITS), brain: restlessBrain(3) });
  rig.engine.advance(batch, 0, OPEN + seconds * 1e9, batch.count);
  return { ...rig, frame: new FrameBuilder(rig.engine).build(context) };
}

/** A moment at which an order works. */
function playedToAnOrder() {
  for (let seconds = 20; seconds < 170; seconds++) {
    const played = playedTo(seconds);
    if (played.frame.orders.length > 0 && played.frame.account.POSITION !== 0) return played;
  }
  throw new Error('the restless brain never held a position');
}

describe('a frame shows the engine as it is', () => {
  const { engine, frame } = playedToAnOrder();
  const { book, analysis, instrument } = engine.options;

  test('every ladder row is the book and the profile at its tick, highest first, without holes', () => {
    expect(frame.ladder).toHaveLength(41);
    const shown = frame.ladder.map(({ price, bidSize, bidOrders, askSize, askOrders, volume }) => ({
      price,
      bidSize,
      bidOrders,
      askSize,
      askOrders,
      volume,
    }));
    const top = (frame.ladder[0]?.price ?? 0) / instrument.tickNanos;
    const expected = Array.from({ length: 41 }, (_, i) => ({
      price: (top - i) * instrument.tickNanos,
      bidSize: book.bids.sizeAt(top - i),
      bidOrders: book.bids.countAt(top - i),
      askSize: book.asks.sizeAt(top - i),
      askOrders: book.asks.countAt(top - i),
      volume: analysis.profile.volumeAt(top - i),
    }));
    expect(shown).toEqual(expected);
    expect(shown.some((row) => row.bidSize > 0) && shown.some((row) => row.askSize > 0)).toBe(true);
  });

  test('the last price is in the middle, or the price that was asked for', () => {
    expect(frame.ladder[20]?.price).toBe(Math.floor((analysis.metrics.last ?? 0) / 1e7) * 1e7);
    const held = new FrameBuilder(engine).build({ ...CONTEXT, ladderCenter: 249_000_000_000 });
    expect(held.ladder[20]?.price).toBe(249_000_000_000);
  });

  test('state, account and orders are those that decisions are made from', () => {
    const question = engine.question(engine.clock);
    expect(frame.state).toEqual(analysis.state(engine.clock));
    expect(frame.account).toMatchObject({ ...question.account });
    expect(frame.orders).toMatchObject(question.orders.map((order) => ({ ...order })));
    const stop = frame.orders.find((order) => order.role === 'STOP');
    expect(stop?.priceNanos).toBe(Math.round((stop?.price ?? 0) * 1e9));
    expect(frame.bracket?.id).toBe(stop?.bracketId);
  });

  test('money adds up: equity is the start, what was realized, what is open, less commission', () => {
    const { EQUITY, REALIZED_PL, UNREALIZED_PL, COMMISSION, DAILY_PL } = frame.account;
    expect(EQUITY).toBeCloseTo(100_000 + REALIZED_PL + UNREALIZED_PL - COMMISSION, 6);
    expect(DAILY_PL).toBeCloseTo(EQUITY - 100_000, 6);
  });
});

describe('where the feed tells levels', () => {
  const levels = 10;
  const settings = settingsWith('risk.enabled=false');
  const price = 240_000_000_000;
  const order = { side: 'buy', type: 'limit', quantity: 10, tif: 'day' } as const;
  const script = [
    { at: OPEN + 1e9, id: 'deep', action: 'place', price, ...order },
    { at: OPEN + 1e9, id: 'near', action: 'place', price: 249_950_000_000, ...order },
  ] as const;
  const { engine, book } = engineRig({ settings, levels, script });
  const told = levelBatchOf(batch, 10_000_000, levels);
  engine.advance(told, 0, OPEN + 2e9, told.count);
  const frame = new FrameBuilder(engine).build({ ...CONTEXT, depth: 'levels', ladderCenter: null });

  test('no row claims to know how many orders stand there, and the feed is labelled', () => {
    expect(frame.ladder.some((row) => row.bidSize > 0)).toBe(true);
    expect(frame.ladder.every((row) => row.bidOrders === null && row.askOrders === null)).toBe(
      true,
    );
    expect(frame.feed.depthLabel).toBe('L2: queue estimated (risk-averse)');
  });

  test('a place in the queue is an estimate, and none where the level is not told', () => {
    expect(frame.orders.map(({ id, queue_ahead }) => [id, queue_ahead])).toEqual([
      ['deep', null],
      ['near', null],
    ]);
    expect(frame.orders[0]?.estimatedAhead).toBeNull();
    const near = 249_950_000_000 / 10_000_000;
    expect(frame.orders[1]?.estimatedAhead).toBeGreaterThan(0);
    expect(frame.orders[1]?.estimatedAhead).toBeLessThanOrEqual(book.bids.sizeAt(near));
  });
});

test('with trades alone the feed is labelled, and with orders it is not', () => {
  const labelOf = (depth: FrameContext['depth']) =>
    playedTo(1, { ...CONTEXT, depth }).frame.feed.depthLabel;
  expect([labelOf('trades'), labelOf('orders')]).toEqual(['trades only: no book', null]);
});

test('the tape joins the trades of one aggressor and tells how many they were', () => {
  const { engine, frame } = playedTo(170);
  const trades: number[] = [];
  for (let i = 0; i < batch.count && i < engine.events; i++) {
    const offset = i * EVENT_WORDS;
    if ((((batch.words[offset + WORD_TAGS] ?? 0) >> 16) & 0xff) === 0x54)
      trades.push(batch.words[offset + WORD_SIZE] ?? 0);
  }
  const sum = (prints: Frame['tape'], of: 'size' | 'trades'): number =>
    prints.reduce((all, print) => all + print[of], 0);
  // the newest prints are the last trades of the feed: as many as they say, and their size
  const shown = sum(frame.tape, 'trades');
  expect(shown).toBeGreaterThan(frame.tape.length);
  expect(sum(frame.tape, 'size')).toBe(trades.slice(-shown).reduce((all, size) => all + size, 0));
});

test('what the runner knows is passed on', () => {
  const { frame } = playedTo(30);
  expect(frame).toMatchObject({
    sequence: 9,
    mode: 'backtest',
    session: '2025-10-15',
    feed: { state: 'live', eventsPerSecond: 1234, progress: 0.5 },
    replay: { speed: 50, paused: false },
    zoneName: 'ET',
    zoneOffsetNs: -4 * 3_600e9,
  });
});
