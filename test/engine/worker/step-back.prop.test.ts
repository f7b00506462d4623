import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameBuilder } from '../../../src/engine/frame-builder.ts';
import type { EngineCommand, EngineMessage } from '../../../src/engine/protocol.ts';
import type { TradingEngine } from '../../../src/engine/trading-engine.ts';
import { EngineRunner } from '../../../src/engine/worker/engine-runner.ts';
import { JournalHasher } from '../../../src/journal/journal-hasher.ts';
import { RewindableJournal } from '../../../src/journal/rewindable-journal.ts';
import { createSha256 } from '../../../src/platform/sha256.ts';
import {
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  restlessBrain,
  settingsWith,
} from '../../support/engine-rig.ts';
import { memoryFeed } from '../../support/memory-feed.ts';

const MINUTE = 60e9;
const MINUTES = 2;
const SNAPSHOT = 200e6;
const batch = generatedBatch(12_000, MINUTES);
const settings = settingsWith(
  ...FREE_LIMITS,
  'brain.decisionLatencyMs=130',
  'latency.model=lognormal',
);

type Unit = Extract<EngineCommand, { name: 'step' }>['unit'];
const UNITS: readonly Unit[] = ['event', 'trade', 'snapshot', 'decision', 'fill'];

function newRig() {
  const hasher = new JournalHasher(createSha256(), 'r');
  const journal = new RewindableJournal({ append: () => undefined }, hasher);
  return engineRig({ settings, brain: restlessBrain(2), groupEnds: 'sequence', journal });
}
type Rig = ReturnType<typeof newRig>;

/** The whole frame, and what no frame has. */
function seenOf({ engine, analysis, recorder }: Rig): unknown {
  const { desk, account, risk, events, trades, fills, snapshots, clock } = engine;
  const frame = new FrameBuilder(engine).build({
    sequence: 0,
    mode: 'backtest',
    feedState: 'live',
    depth: 'orders',
    eventsPerSecond: 0,
    progress: 0,
    replay: null,
    profile: '',
    entryLocked: false,
    ladderRows: 60,
    ladderCenter: null,
    footprintWish: { bars: 5, rows: 40 },
    profileWish: { rows: 40, range: { kind: 'session' } },
  });
  return structuredClone([
    frame,
    [events, trades, fills, snapshots, clock, engine.lastEventTs, engine.isAtEnd],
    analysis.state(clock),
    account.state(engine.closingPrice()),
    account.activeOrders(clock),
    [...desk.orders.all],
    desk.portfolio.trips,
    [desk.bracket?.state, risk.halt, risk.isPaused],
    [recorder.asked, recorder.decisions, recorder.lastDecision, recorder.equity],
  ]);
}

/** How often each unit had happened after each event, by an engine that takes them one by one and never goes back. */
const counts = (() => {
  const { engine, recorder } = newRig();
  const all = { event: [0], trade: [0], snapshot: [0], decision: [0], fill: [0] };
  for (let at = 0; at < batch.count; ) {
    at = engine.advance({ ...batch, count: at + 1 }, at, Number.POSITIVE_INFINITY, 1);
    all.event.push(engine.events);
    all.trade.push(engine.trades);
    all.snapshot.push(engine.snapshots);
    all.decision.push(recorder.decisions);
    all.fill.push(engine.fills);
  }
  return all;
})();

type Place = { readonly events: number } | { readonly ts: number };

/** A run that was played there and nowhere else, in slices of its own. */
function straightTo(place: Place): Rig {
  const rig = newRig();
  if ('events' in place)
    rig.engine.advance({ ...batch, count: place.events }, 0, Number.POSITIVE_INFINITY, batch.count);
  else {
    rig.engine.advance(batch, 0, place.ts, batch.count);
    rig.engine.advanceClock(place.ts);
  }
  return rig;
}

/** Where a step has to lead from there; `undefined`: nowhere. */
function expectedOf(
  { events, clock, isAtEnd, snapshots }: TradingEngine,
  unit: Unit,
  isBack: boolean,
): Place | undefined {
  if (unit === 'snapshot') {
    if (snapshots === 0) return isBack ? undefined : { ts: OPEN };
    if (!isBack) {
      for (let ts = OPEN; ; ts += SNAPSHOT)
        if (ts > clock || (ts === clock && !isAtEnd)) return { ts };
    }
    let ts = OPEN - SNAPSHOT;
    while (ts + SNAPSHOT < clock) ts += SNAPSHOT;
    return ts < OPEN ? undefined : { ts };
  }
  const of = counts[unit];
  if (isBack) {
    for (let at = events - 1; at > 0; at--) if (of[at] !== of[at - 1]) return { events: at };
    return undefined;
  }
  return undefined;
}

function runnerOf() {
  const rig = newRig();
  const messages: EngineMessage[] = [];
  const runner = new EngineRunner({
    engine: rig.engine,
    feed: memoryFeed(batch, 90),
    mode: 'backtest',
    profile: 'momentum',
    speed: Number.POSITIVE_INFINITY,
    post: (message) => messages.push(message),
    checkpoints: { everyEvents: 60, mostBytes: 1e9 },
  });
  let ids = 0;
  const ask = async (command: EngineCommand): Promise<{ accepted: boolean; text: string }> => {
    const id = ++ids;
    runner.onMessage({ type: 'command', id, command });
    for (;;) {
      for (const message of messages)
        if (message.type === 'command-answered' && message.id === id)
          return { accepted: message.accepted, text: message.text };
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ...rig, runner, ask, messages };
}

const move = fc.oneof(
  fc.record({ jump: fc.double({ min: -0.05, max: 0.98, noNaN: true }) }),
  fc.record({ bookmark: fc.double({ min: 0.02, max: 0.98, noNaN: true }) }),
  fc.record({ unit: fc.constantFrom(...UNITS), isBack: fc.constant(false) }),
  fc.record({ unit: fc.constantFrom(...UNITS), isBack: fc.constant(true) }),
  fc.constant({ restart: true }),
);

test('after any jumps and steps, on and back, frame and state are those of a run that just played there', async () => {
  const taken: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 16, maxLength: 16 }), async (moves) => {
      const rig = runnerOf();
      const { engine } = rig;
      await rig.ask({ name: 'pause-replay' });
      const finished = rig.runner.run();
      await rig.ask({ name: 'jump-to', ts: OPEN + MINUTE });
      for (const each of moves) {
        let place: Place | undefined;
        let answer = { accepted: true, text: '' };
        let kind = 'restart';
        if ('jump' in each) {
          kind = 'jump';
          place = { ts: OPEN + Math.floor(each.jump * MINUTES * MINUTE) };
          answer = await rig.ask({ name: 'jump-to', ts: place.ts });
        } else if ('bookmark' in each) {
          kind = 'bookmark';
          // as a bookmark keeps it: a moment, and the events before it
          const { events, clock } = straightTo({
            ts: OPEN + Math.floor(each.bookmark * MINUTES * MINUTE),
          }).engine;
          place = { ts: clock };
          answer = await rig.ask({ name: 'jump-to', ts: clock, events });
        } else if ('restart' in each) {
          place = { ts: OPEN };
          answer = await rig.ask({ name: 'restart' });
        } else {
          const { unit, isBack } = each;
          kind = `${unit} ${isBack ? 'back' : 'on'}`;
          place = expectedOf(engine, unit, isBack);
          if (isBack || unit === 'snapshot') {
            if (
              !isBack &&
              place !== undefined &&
              'ts' in place &&
              place.ts > OPEN + 0.99 * MINUTES * MINUTE
            )
              continue;
            answer = await rig.ask({
              name: 'step',
              unit,
              ...(isBack ? { direction: 'back' } : {}),
            });
          } else {
            const of = counts[unit];
            const next = of.findIndex((count, at) => at > engine.events && count !== of[at - 1]);
            if (next < 0 || next > batch.count - 500) continue;
            place = { events: next };
            await rig.ask({ name: 'step', unit });
            while (engine.events < next) await new Promise((resolve) => setImmediate(resolve));
          }
        }
        if (place === undefined) {
          expect(answer.accepted).toBe(false);
          continue;
        }
        expect([kind, answer.accepted]).toEqual([kind, true]);
        taken[kind] = (taken[kind] ?? 0) + 1;
        expect(seenOf(rig)).toEqual(seenOf(straightTo(place)));
      }
      await rig.ask({ name: 'stop' });
      await finished;
    }),
    { numRuns: 8, seed: 11, endOnFailure: true },
  );
  // nothing was tried of what did not happen
  expect(Object.keys(taken).sort()).toEqual(
    [
      'bookmark',
      'jump',
      'restart',
      ...UNITS.flatMap((unit) => [`${unit} back`, `${unit} on`]),
    ].sort(),
  );
}, 60_000);

test.for(['trade', 'decision', 'fill'] as const)(
  'back by %s again and again misses none, wherever the checkpoints lie',
  async (unit) => {
    const rig = runnerOf();
    await rig.ask({ name: 'pause-replay' });
    const finished = rig.runner.run();
    await rig.ask({ name: 'jump-to', ts: OPEN + MINUTE });
    const places: number[] = [];
    const expected: number[] = [];
    for (let at = rig.engine.events - 1; at > 0 && expected.length < 60; at--)
      if (counts[unit][at] !== counts[unit][at - 1]) expected.push(at);
    while (places.length < expected.length) {
      await rig.ask({ name: 'step', unit, direction: 'back' });
      places.push(rig.engine.events);
    }
    expect(places).toEqual(expected);
    await rig.ask({ name: 'stop' });
    await finished;
  },
);
