import { expect, test } from 'vitest';
import { bytesOf } from '../../../src/engine/checkpoint.ts';
import { RunHistory } from '../../../src/engine/worker/run-history.ts';
import { engineRig, generatedBatch, OPEN, restlessBrain } from '../../support/engine-rig.ts';

const batch = generatedBatch(20_000, 2);

/** A run stopped every 250 events or so. `look` is called at each stop. */
function playThrough(
  history: RunHistory,
  look: (engine: ReturnType<typeof engineRig>['engine']) => void,
) {
  const { engine } = engineRig({ brain: restlessBrain(), groupEnds: 'sequence' });
  for (let index = 0; index < batch.count; ) {
    history.note(engine);
    look(engine);
    index = engine.advance(batch, index, Number.POSITIVE_INFINITY, 250);
  }
  return engine;
}

test('checkpoints stay within their memory, evenly spaced from the beginning on', () => {
  const mostBytes = 30e6;
  const history = new RunHistory({ everyEvents: 300, mostBytes });
  let most = 0;
  const engine = playThrough(history, () => {
    most = Math.max(most, history.count);
    expect(history.bytes).toBeLessThanOrEqual(mostBytes);
  });
  expect(most).toBeGreaterThan(5);
  expect(history.nearest(Number.NEGATIVE_INFINITY)?.progress.events).toBe(0);
  const kept = new Set<number>();
  for (let ts = OPEN - 10e9; ts < engine.clock; ts += 1e8)
    kept.add(history.nearest(ts)?.progress.events ?? -1);
  const events = [...kept];
  expect(events.length).toBe(history.count);
  const gaps = events.slice(1).map((at, index) => at - (events[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(Math.min(...gaps) * 2.5);
});

test('what they take is what is counted', () => {
  const history = new RunHistory({ everyEvents: 2_000, mostBytes: 1e9 });
  const engine = playThrough(history, () => undefined);
  const all = new Set(
    Array.from({ length: 2000 }, (_, k) => history.nearest(OPEN - 10e9 + k * 1e8)),
  );
  expect(all.size).toBe(history.count);
  expect(history.bytes).toBe([...all].reduce((sum, each) => sum + bytesOf(each), 0));
  expect(engine.events).toBe(batch.count);
});

test('a new command forgets the commands and the checkpoints of the way left', () => {
  const history = new RunHistory({ everyEvents: 2_000, mostBytes: 1e9 });
  const command = { name: 'flatten' } as const;
  playThrough(history, ({ events, clock }) => {
    if (events > 12_000 && history.nextCommand === undefined && events < 12_400)
      history.record({ events, clock, command });
  });
  const { count } = history;
  const back = history.nearest(OPEN + 30e9);
  if (back === undefined) throw new Error('no checkpoint');
  history.onRestored(back);
  expect(history.nextCommand?.events).toBeGreaterThan(12_000);
  const { events, clock } = back.progress;
  history.record({ events, clock, command: { name: 'kill' } });
  expect(history.nextCommand).toBeUndefined();
  expect(history.count).toBeLessThan(count);
  expect(history.nearest(Number.POSITIVE_INFINITY)).toBe(back);
  history.onRestored(back);
  expect(history.nextCommand?.command).toEqual({ name: 'kill' });
});
