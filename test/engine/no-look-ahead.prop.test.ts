import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBatch } from '../../src/domain/event.ts';
import { EVENT_WORDS, WORD_TS_EVENT_HIGH, WORD_TS_EVENT_LOW } from '../../src/domain/event.ts';
import { formatTimestamp, fromEpochWords, toEpochWords } from '../../src/domain/time.ts';
import {
  DAY,
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  playAll,
  restlessBrain,
  settingsWith,
} from '../support/engine-rig.ts';

const batch = generatedBatch(60_000, 6);
const settings = settingsWith(...FREE_LIMITS, 'brain.decisionLatencyMs=70');

function played(events: EventBatch) {
  const rig = engineRig({ settings, brain: restlessBrain(), groupEnds: 'sequence' });
  playAll(rig.engine, events);
  return rig;
}

const whole = played(batch);

function timeAt(index: number): number {
  const [low, high] = toEpochWords(DAY, 0);
  const at = index * EVENT_WORDS;
  const { words } = batch;
  return fromEpochWords(
    words[at + WORD_TS_EVENT_LOW] ?? 0,
    words[at + WORD_TS_EVENT_HIGH] ?? 0,
    low,
    high,
  );
}

test('data cut off at any time give the same decisions, orders and fills up to there', () => {
  expect(whole.decisions.length).toBeGreaterThan(100);
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: batch.count - 1 }), (index) => {
      const cut = timeAt(index);
      let count = index;
      while (count < batch.count && timeAt(count) <= cut) count++;
      const { decisions, entries } = played({ words: batch.words, count });
      const until = formatTimestamp(DAY, cut);
      const upTo = (all: typeof decisions): typeof decisions =>
        all.filter(({ effectTs }) => effectTs !== null && effectTs <= until);
      expect(upTo(decisions)).toEqual(upTo(whole.decisions));
      // what was open at the cut ends there, and nothing else is new
      expect(decisions.filter(({ effectTs }) => effectTs !== null)).toEqual(upTo(decisions));
      const before = (all: typeof entries): typeof entries =>
        all.filter(({ ts, body }) => ts < cut && body.type !== 'run-ended');
      expect(before(entries)).toEqual(before(whole.entries));
    }),
    { numRuns: 20, seed: 3, endOnFailure: true },
  );
}, 60_000);
