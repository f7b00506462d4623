import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import {
  ACTION_ADD,
  ACTION_CLEAR,
  ACTION_STATUS,
  ACTION_TRADE,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  STATUS_HALTED,
  STATUS_QUOTING,
  STATUS_TRADING,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import { toEpochWords } from '../../src/domain/time.ts';
import type { ScriptAction } from '../../src/engine/order-script.ts';
import type { TradingEngine } from '../../src/engine/trading-engine.ts';
import type { FeedDescription } from '../../src/feeds/port.ts';
import { type BookStep, batchOf, bookStep, CENT } from '../support/book-streams.ts';
import { compactBlocks } from '../support/compact-blocks.ts';
import { DAY, FREE_LIMITS, OPEN, restlessBrain, settingsWith } from '../support/engine-rig.ts';
import { bordersOf, watchedRig } from '../support/moment-watch.ts';

const settings = settingsWith(...FREE_LIMITS, 'brain.decisionLatencyMs=15', 'risk.enabled=false');
const quoteStops = settingsWith(
  ...FREE_LIMITS,
  'risk.enabled=false',
  'execution.stopTrigger=quote',
  'latency.orderMs=3',
);
const MS = 1_000_000;

/** Steps of the book's streams, some of whose trades tell no side, with changes of the trading status in between. */
const step = fc.record({ step: bookStep, more: fc.integer({ min: 0, max: 39 }) });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function streamOf(steps: readonly Step[]): EventBatch {
  const batch = batchOf(steps.map(({ step: one }): BookStep => one));
  const { words } = batch;
  for (const [i, { more }] of steps.entries()) {
    const at = i * EVENT_WORDS;
    // the streams begin at second 10 of 1970
    const nanos =
      (words[at + WORD_TS_EVENT_HIGH] ?? 0) * 2 ** 32 +
      ((words[at + WORD_TS_EVENT_LOW] ?? 0) >>> 0);
    const [low, high] = toEpochWords(DAY, OPEN - 20e9 + nanos);
    words[at + WORD_TS_EVENT_LOW] = low;
    words[at + WORD_TS_EVENT_HIGH] = high;
    const tags = words[at + WORD_TAGS] ?? 0;
    const flags = tags & 0xff;
    if (((tags >> 16) & 0xff) === ACTION_TRADE && more % 3 === 0)
      words[at + WORD_TAGS] = packTags(ACTION_TRADE, SIDE_NONE, flags);
    if (more === 39) {
      words[at + WORD_TAGS] = packTags(ACTION_STATUS, SIDE_NONE, flags);
      words[at + WORD_SIZE] =
        [STATUS_TRADING, STATUS_HALTED, STATUS_TRADING, STATUS_QUOTING][i % 4] ?? 0;
    }
  }
  return batch;
}

/** Orders of every kind around the streams' prices, every 37 ms or so. */
const script: ScriptAction[] = [];
for (let k = 0; k < 60; k++) {
  const at = OPEN - 10e9 + k * 37 * MS + 123;
  const common = { action: 'place', at, quantity: 3, tif: 'day' } as const;
  const side = k % 2 === 0 ? 'buy' : 'sell';
  const price = (25_595 + (k % 11)) * CENT;
  if (k % 4 === 0) script.push({ ...common, id: `m${k}`, side, type: 'market' });
  else if (k % 4 === 1)
    script.push({ ...common, id: `s${k}`, side, type: 'stop', stopPrice: price });
  else script.push({ ...common, id: `l${k}`, side, type: 'limit', price });
  if (k % 7 === 6) script.push({ action: 'cancel', at: at + 5 * MS, id: `l${k - 4 + (k % 2)}` });
}

/** Hands events on as a runner does: slices, a pace, and a batch's end that breaks a time stamp off. */
function playPaced(
  engine: TradingEngine,
  batches: readonly EventBatch[],
  paces: readonly number[] | undefined,
  slices: readonly number[],
): void {
  let until = OPEN - 10.5e9;
  let turn = 0;
  for (const batch of batches) {
    if (engine.isOver) break;
    let index = engine.advance(batch, 0, engine.lastEventTs, batch.count);
    for (; index < batch.count && !engine.isOver; turn++) {
      if (paces !== undefined) until += paces[turn % paces.length] ?? 1;
      const limit = paces === undefined ? Number.POSITIVE_INFINITY : until;
      const next = engine.advance(batch, index, limit, slices[turn % slices.length] ?? 1);
      if (next === index && paces !== undefined) engine.advanceClock(until);
      index = next;
    }
  }
  engine.end('end of the data');
}

function partsOf({ words, count }: EventBatch, cuts: readonly number[]): EventBatch[] {
  const edges = [...new Set([0, ...cuts.map((cut) => cut % count), count])].sort((a, b) => a - b);
  return edges.slice(1).map((edge, k) => {
    const from = edges[k] ?? 0;
    return { words: words.slice(from * EVENT_WORDS, edge * EVENT_WORDS), count: edge - from };
  });
}

interface Way {
  readonly groupEnds: FeedDescription['groupEnds'];
  readonly isScripted: boolean;
  readonly isQuoted: boolean;
  readonly isShort: boolean;
}

interface Form {
  readonly hasCore: boolean;
  readonly isCompiled: boolean;
  readonly cuts: readonly number[];
  readonly paces: readonly number[] | undefined;
  readonly slices: readonly number[];
}

const PLAIN: Form = {
  hasCore: false,
  isCompiled: false,
  cuts: [],
  paces: undefined,
  slices: [1e9],
};

function play(stream: EventBatch, way: Way, form: Form) {
  const { groupEnds, isScripted, isQuoted, isShort } = way;
  const rig = watchedRig(stream, {
    settings: isQuoted ? quoteStops : settings,
    day: DAY,
    groupEnds,
    hasCore: form.hasCore,
    window: { from: OPEN - 3600e9, to: isShort ? OPEN - 8e9 : OPEN + 3600e9 },
    ...(isScripted ? { script } : { brain: restlessBrain(0.3) }),
  });
  const batches = form.isCompiled
    ? compactBlocks(stream, CENT, toEpochWords(DAY, 0), 1 + ((form.cuts[0] ?? 90) % 97))
    : partsOf(stream, form.cuts);
  playPaced(rig.engine, batches, form.paces, form.slices);
  return rig;
}

const ways = fc.record({
  groupEnds: fc.constantFrom('last-flag' as const, 'sequence' as const),
  isScripted: fc.boolean(),
  isQuoted: fc.boolean(),
  isShort: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});
const forms = fc.record({
  hasCore: fc.boolean(),
  isCompiled: fc.boolean(),
  cuts: fc.array(fc.nat(), { maxLength: 12 }),
  paces: fc.option(
    fc.array(
      fc.oneof(fc.integer({ min: 5 * MS, max: 50 * MS }), fc.integer({ min: 2e8, max: 3e9 })),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    { nil: undefined },
  ),
  slices: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
});
const streams = fc.array(step, { minLength: 40, maxLength: 260 }).map(streamOf);

/**
 * Ends of time stamps in which something traded, as far as the run went, that were not measured. The core may pass by those
 * that tell nothing: of them those count that told something when all were measured.
 */
function unmeasured(
  { watch, borders, engine }: ReturnType<typeof play>,
  isWanted: (n: number) => boolean = () => true,
): number[] {
  return borders.tradedEnds.filter(
    (n) => n <= engine.events && isWanted(n) && !watch.measured.has(n),
  );
}

property.prop([streams, ways, forms], { numRuns: 90 })(
  'nothing is matched, decided, measured or reported inside a group or a time stamp, however the events come, and all forms of them come to the same',
  (stream, way, form) => {
    const plain = play(stream, way, PLAIN);
    expect(plain.watch.wrong).toEqual([]);
    expect(unmeasured(plain)).toEqual([]);
    const other = play(stream, way, form);
    expect(other.watch.wrong).toEqual([]);
    const { telling } = plain.watch;
    expect(unmeasured(other, form.hasCore ? (n) => telling.has(n) : undefined)).toEqual([]);
    expect(other.engine.events).toBe(plain.engine.events);
    expect(other.engine.trades).toBe(plain.engine.trades);
    expect(other.engine.spanNs).toBe(plain.engine.spanNs);
    expect(other.entries).toEqual(plain.entries);
    expect(other.analysis.state(other.engine.clock)).toEqual(
      plain.analysis.state(plain.engine.clock),
    );
  },
);

test('size taken of an order is not offered again while a clear with that order’s id is at hand', () => {
  const common = { id: 1n, price: 25_590 * CENT, size: 1, flags: FLAG_LAST, isNewSequence: true };
  const steps: readonly BookStep[] = [
    { ...common, side: SIDE_ASK, action: ACTION_ADD, pause: 0 },
    { ...common, side: SIDE_ASK, action: ACTION_CLEAR, pause: 2000 },
  ];
  const stream = streamOf(steps.map((one) => ({ step: one, more: 1 })));
  const way: Way = { groupEnds: 'last-flag', isScripted: true, isQuoted: false, isShort: false };
  const plain = play(stream, way, PLAIN);
  const compiled = play(stream, way, { ...PLAIN, isCompiled: true, slices: [1] });
  expect(plain.engine.fills).toBe(1);
  expect(compiled.entries).toEqual(plain.entries);
});

test('the streams hold what the watch has to see', () => {
  const seen = new Map<string, number>();
  let inside = 0;
  let fills = 0;
  for (const [i, stream] of fc.sample(streams, { numRuns: 160, seed: 5 }).entries()) {
    const groupEnds = i % 2 === 0 ? ('sequence' as const) : ('last-flag' as const);
    const way = { groupEnds, isScripted: i % 4 < 2, isQuoted: i % 8 < 4, isShort: false };
    const { watch, engine } = play(stream, way, PLAIN);
    fills += engine.fills;
    for (const [what, count] of watch.counts) seen.set(what, (seen.get(what) ?? 0) + count);
    const { isAllowed } = bordersOf(stream, DAY, groupEnds);
    for (let n = 1; n < stream.count; n++) if (!isAllowed(n)) inside++;
  }
  expect(inside).toBeGreaterThan(1000);
  expect(fills).toBeGreaterThan(100);
  for (const what of [
    'arrival',
    'reports',
    'timer',
    'question',
    'measurement',
    'view',
    'effect',
    'quotes',
  ])
    expect(seen.get(what), what).toBeGreaterThan(9);
});

test('the watch sees an engine that takes the flag of a sequence for its end', () => {
  // Nasdaq's trade, fill and cancel each flagged LAST, the time going on inside the sequence
  const words = batchOf(
    ([0, 1, 2] as const).map(
      (i): BookStep => ({
        action: ACTION_TRADE,
        side: SIDE_BID,
        id: 0n,
        price: 25_600 * CENT,
        size: 1,
        pause: i === 0 ? 0 : 7,
        flags: FLAG_LAST,
        isNewSequence: i === 0,
      }),
    ),
  );
  expect(bordersOf(words, 0, 'sequence').isAllowed(1)).toBe(false);
  expect(bordersOf(words, 0, 'last-flag').isAllowed(1)).toBe(true);
});
