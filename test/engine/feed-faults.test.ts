import { describe, expect, test } from 'vitest';
import { FLAG_LAST, FLAG_MAYBE_BAD_BOOK, FLAG_SNAPSHOT } from '../../src/domain/event.ts';
import { NS_PER_HOUR, NS_PER_MS, NS_PER_SECOND, toEpochWords } from '../../src/domain/time.ts';
import { FrameBuilder } from '../../src/engine/frame-builder.ts';
import { compactBlocks } from '../support/compact-blocks.ts';
import {
  answerOf,
  brainOf,
  DAY,
  engineRig,
  OPEN,
  playAll,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';
import { EventBatchBuilder } from '../support/event-batch.builder.ts';

const SECOND = NS_PER_SECOND;
const START = OPEN + 1800 * SECOND;
const WINDOW = { from: START, to: START + NS_PER_HOUR };
/** Above the price, so that it never fills. */
const ENTRY = {
  tool: 'enter_long',
  arguments: {
    limit_price: 250,
    stop_loss: 249.9,
    profit_target: 250.2,
    size: 100,
    conviction: null,
    reasoning: '',
  },
};

type Put = (events: EventBatchBuilder, ts: number) => void;

/** A book of 250.00 to 250.02 and a far ask a second; `put` adds to second 5. */
function market(put: Put) {
  const events = new EventBatchBuilder(DAY)
    .add(START - SECOND, 'bid', 250, 500, 1)
    .add(START - SECOND, 'ask', 250.02, 500, 2)
    .print(START - SECOND, 'buy', 250.02, 1);
  for (let second = 0; second < 20; second++) {
    const ts = START + second * SECOND;
    events.add(ts, 'ask', 251 + second / 100, 1, 100 + second);
    if (second === 5) put(events, ts + 500 * NS_PER_MS);
  }
  return events.build();
}

/** What became of entries at 4, 6, 8 and 10 s. */
function played(put: Put, how: { readonly hasCore?: boolean; readonly isCompiled?: boolean } = {}) {
  const at = new Set([4, 6, 8, 10].map((second) => START + second * SECOND));
  const rig = engineRig({
    hasCore: how.hasCore ?? true,
    settings: settingsWith('execution.entryTimeoutSecs=1'),
    window: WINDOW,
    brain: brainOf(({ ts }) => answerOf(at.has(ts) ? ENTRY : WAIT)),
  });
  const batch = market(put);
  if (how.isCompiled) {
    for (const block of compactBlocks(batch, 10_000_000, toEpochWords(DAY, 0), 7))
      rig.engine.advance(block, 0, Number.POSITIVE_INFINITY, block.count);
    rig.engine.end('end of the data');
  } else playAll(rig.engine, batch);
  const verdicts = rig.decisions
    .filter(({ answer }) => answer?.tool === 'enter_long')
    .map(({ code, figures }) => (code === null ? 'entered' : `${code} ${figures?.['cause']}`));
  return { verdicts, alarms: rig.alarms, warnings: rig.engine.feedWatch.warnings };
}

const FAULTS: readonly [name: string, cause: string, words: string, put: Put][] = [
  [
    'a record flagged MAYBE_BAD_BOOK',
    'gap',
    'the feed lost messages',
    (events, ts) => events.add(ts, 'ask', 252, 1, 900, { flags: FLAG_LAST | FLAG_MAYBE_BAD_BOOK }),
  ],
  [
    'a record of an earlier time',
    'time-back',
    "the feed's time ran back by 1500 ms",
    (events, ts) =>
      events.add(ts, 'ask', 252.5, 1, 901).add(ts - 1500 * NS_PER_MS, 'ask', 252, 1, 900),
  ],
  [
    'a sequence that runs back',
    'sequence-back',
    "the feed's sequence ran back",
    (events, ts) => events.add(ts, 'ask', 252, 1, 900, { sequence: 1 }),
  ],
];

describe.each(FAULTS)('%s', (_, cause, words, put) => {
  test('blocks entries for three seconds, is told once and is in the report', () => {
    const { verdicts, alarms, warnings } = played(put);
    expect(verdicts).toEqual(['entered', `STALE_DATA ${cause}`, `STALE_DATA ${cause}`, 'entered']);
    expect(alarms).toEqual([`${words}: no entries until the feed has been in order for 3 s`]);
    expect(warnings).toHaveLength(1);
  });

  test('is the same without the core, and from a compiled day', () => {
    const expected = played(put);
    expect(played(put, { hasCore: false })).toEqual(expected);
    expect(played(put, { isCompiled: true })).toEqual(expected);
  });

  test('makes the feed stale on the frame until it has been in order', () => {
    const { engine } = engineRig({ window: WINDOW });
    const frames = new FrameBuilder(engine);
    const batch = market(put);
    const shown: string[] = [];
    let at = 0;
    for (const second of [4.2, 5.6, 8.2, 9.2]) {
      at = engine.advance(batch, at, START + second * SECOND, batch.count);
      engine.advanceClock(START + second * SECOND);
      shown.push(
        frames.build({
          sequence: 1,
          mode: 'backtest',
          feedState: 'live',
          eventsPerSecond: 0,
          progress: null,
          replay: null,
          profile: 'momentum',
          depth: 'orders',
          ladderRows: 20,
          ladderCenter: null,
        }).feed.state,
      );
    }
    expect(shown).toEqual(['live', 'stale', 'stale', 'live']);
  });
});

test('a snapshot’s older times and other sequences are no fault', () => {
  const { verdicts, alarms } = played((events, ts) =>
    events
      .add(ts - SECOND, 'ask', 252, 1, 900, { flags: FLAG_SNAPSHOT, sequence: 1_000_000 })
      .add(ts - 2 * SECOND, 'ask', 252.01, 1, 901, {
        flags: FLAG_SNAPSHOT | FLAG_LAST,
        sequence: 1_000_000,
      })
      .add(ts, 'ask', 252.02, 1, 902, { sequence: 10 }),
  );
  expect(verdicts).toEqual(['entered', 'entered', 'entered', 'entered']);
  expect(alarms).toEqual([]);
});

test('a feed that is silent in the session is stale on the frame', () => {
  const { engine } = engineRig({ window: WINDOW });
  const batch = market(() => undefined);
  engine.advance(batch, 0, Number.POSITIVE_INFINITY, batch.count);
  engine.advanceClock(START + 21 * SECOND);
  expect(engine.isFeedDoubtful).toBe(false);
  engine.advanceClock(START + 23 * SECOND);
  expect(engine.isFeedDoubtful).toBe(true);
});
