import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_WORDS, type EventBatch } from '../../src/domain/event.ts';
import { toEpochWords } from '../../src/domain/time.ts';
import { FrameBuilder } from '../../src/engine/frame-builder.ts';
import type { ScriptAction } from '../../src/engine/order-script.ts';
import { runResultOf } from '../../src/engine/run-result.ts';
import { compactBlocks } from '../support/compact-blocks.ts';
import {
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  playAll,
  restlessBrain,
  settingsWith,
} from '../support/engine-rig.ts';
import { STOCK } from '../support/market-rig.ts';

const batch = generatedBatch(40_000, 4);
/** The same as blocks of a compiled day, of an odd length. */
const compiled = compactBlocks(batch, STOCK.tickNanos, toEpochWords(DAY, 0), 7_001);
const settings = settingsWith(
  ...FREE_LIMITS,
  'brain.decisionLatencyMs=130',
  'latency.model=lognormal',
);
const quoteStops = settingsWith('risk.enabled=false', 'execution.stopTrigger=quote');

/** A market order and, half a second later, a stop around the touch that may be through already: again and again. */
const script: ScriptAction[] = [];
for (let k = 0; k < 60; k++) {
  const at = OPEN + 5e9 + k * 3.3e9 + 123_456;
  const common = { action: 'place', quantity: 10, tif: 'day' } as const;
  script.push({ ...common, at, id: `b${k}`, side: 'buy', type: 'market' });
  const stopPrice = 250e9 + (k % 9) * 2e7;
  script.push({ ...common, at: at + 5e8, id: `s${k}`, side: 'sell', type: 'stop', stopPrice });
}

function rig(chosen: typeof settings, hasCore: boolean) {
  return chosen === settings
    ? engineRig({ settings, brain: restlessBrain(), groupEnds: 'sequence', hasCore })
    : engineRig({ settings: chosen, script, groupEnds: 'sequence', hasCore });
}

function outcomeOf({ engine, entries, recorder }: ReturnType<typeof rig>) {
  const facts = {
    mode: 'backtest',
    configSha256: '',
    dataSha256: '',
    journalSha256: '',
    wallMs: 0,
    warnings: [],
  } as const;
  return { entries, byTool: recorder.byTool, result: runResultOf(engine, facts) };
}

function playedAtOnce(chosen: typeof settings) {
  const whole = rig(chosen, false);
  playAll(whole.engine, batch);
  return outcomeOf(whole);
}

const expected = { settings: playedAtOnce(settings), quoteStops: playedAtOnce(quoteStops) };

const FRAME = {
  sequence: 1,
  mode: 'backtest',
  feedState: 'live',
  eventsPerSecond: 0,
  progress: null,
  replay: null,
  profile: 'momentum',
  depth: 'orders',
  ladderRows: 40,
  ladderCenter: null,
} as const;

/** The events from `from` to `to` in an array of their own, as a feed would hand them on. */
function part({ words }: EventBatch, from: number, to: number): EventBatch {
  return { words: words.slice(from * EVENT_WORDS, to * EVENT_WORDS), count: to - from };
}

test('the restless brain trades enough for this to mean something', () => {
  const { result } = expected.settings;
  expect(result.trades.length).toBeGreaterThan(20);
  expect(new Set(result.orders.map(({ status }) => status)).size).toBeGreaterThan(1);
  const stops = expected.quoteStops.result.orders.filter(({ type }) => type === 'stop');
  expect(stops.filter(({ filled }) => filled > 0).length).toBeGreaterThan(20);
});

test('however events are batched, sliced and paced, looked at in between, compiled or not, with the core or without, the run is the same', () => {
  const splits = fc.array(fc.integer({ min: 1, max: batch.count - 1 }), { maxLength: 12 });
  const slices = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
  const pause = fc.oneof(fc.integer({ min: 1_000, max: 2e7 }), fc.integer({ min: 1e7, max: 4e9 }));
  const steps = fc.array(pause, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      splits,
      slices,
      steps,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('settings', 'quoteStops'),
      (cuts, most, paces, isPaced, hasFrames, hasCore, isCompiled, name) => {
        const one = rig(name === 'settings' ? settings : quoteStops, hasCore);
        const { engine } = one;
        const frames = new FrameBuilder(engine);
        const edges = [0, ...cuts.toSorted((a, b) => a - b), batch.count];
        let until = engine.options.window.from;
        let turn = 0;
        const parts = isCompiled
          ? compiled
          : edges.slice(1).map((edge, k) => part(batch, edges[k] ?? 0, edge));
        for (const events of parts) {
          for (let index = 0; index < events.count; turn++) {
            if (isPaced) until += paces[turn % paces.length] ?? 0;
            const limit = isPaced ? until : Number.POSITIVE_INFINITY;
            const next = engine.advance(events, index, limit, most[turn % most.length] ?? 1);
            if (next === index && isPaced) engine.advanceClock(until);
            index = next;
            if (hasFrames && turn % 40 === 0 && engine.events > 0) frames.build(FRAME);
          }
        }
        engine.end('end of the data');
        expect(outcomeOf(one)).toEqual(expected[name]);
      },
    ),
    { numRuns: 30, seed: 11, endOnFailure: true },
  );
}, 60_000);
