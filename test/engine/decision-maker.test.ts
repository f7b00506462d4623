import { expect, test } from 'vitest';
import type { Brain } from '../../src/brain/port.ts';
import { RulesBrain } from '../../src/brain/rules/rules-brain.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../src/domain/time.ts';
import {
  answerOf,
  brainOf,
  engineRig,
  generatedBatch,
  OPEN,
  playAll,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';

const batch = generatedBatch(6_000, 1);
const EXIT = { tool: 'exit_position', arguments: { reasoning: 'nothing to exit' } };
const frozenWait = Object.freeze(answerOf(Object.freeze(WAIT)));
const frozenExit = Object.freeze(answerOf(Object.freeze(EXIT)));

/** Waits, but for every seventh question, which asks for what is denied. */
function mostlyWaiting(isFrozen: boolean): ReturnType<typeof brainOf> {
  let asked = 0;
  return brainOf(() => {
    asked++;
    if (asked % 7 === 0) return isFrozen ? frozenExit : answerOf({ ...EXIT });
    return isFrozen ? frozenWait : answerOf({ ...WAIT });
  });
}

test.for([0, 130])(
  'a wait that is the same object is counted and logged like a new one (%i ms)',
  (ms) => {
    const settings = settingsWith(`brain.decisionLatencyMs=${ms}`);
    const played = [true, false].map((isFrozen) => {
      const rig = engineRig({ settings, brain: mostlyWaiting(isFrozen) });
      playAll(rig.engine, batch);
      const { asked, byTool, denied } = rig.recorder;
      const { lastLatencyMs } = rig.engine.decisions ?? {};
      return { asked, byTool, denied, lastLatencyMs, entries: rig.entries };
    });
    expect(played[0]).toEqual(played[1]);
    expect(played[0]?.asked).toBeGreaterThan(200);
    expect(played[0]?.denied).toEqual({ NO_POSITION: expect.any(Number) });
  },
);

test('what is on its way when a copy is made takes effect again after going back to it', () => {
  const settings = settingsWith('brain.decisionLatencyMs=330');
  // a model's decisions are logged one and all
  const brain = brainOf(() => answerOf({ ...EXIT }), { model: 'm' });
  const { engine, decisions } = engineRig({ settings, brain });
  const until = OPEN + 10 * NS_PER_SECOND + 250 * NS_PER_MS;
  engine.advance(batch, 0, until, batch.count);
  engine.advanceClock(until);
  const maker = engine.decisions;
  const state = maker?.capture();
  if (maker === undefined || state === undefined) throw new Error('no decisions');
  expect(maker.isInFlight).toBe(true);
  const effectAt = maker.nextEffect;
  maker.onEffectTime();
  expect(maker.isInFlight).toBe(false);
  maker.restore(state);
  expect([maker.isInFlight, maker.nextEffect, maker.lastLatencyMs]).toEqual([true, effectAt, 330]);
  maker.onEffectTime();
  const [first, second] = decisions.slice(-2);
  expect(second).toEqual(first);
});

test('a brain that thinks cannot be copied', () => {
  const { engine } = engineRig({ brain: brainOf(() => new Promise(() => {})) });
  engine.advance(batch, 0, OPEN + NS_PER_SECOND, batch.count);
  engine.advanceClock(OPEN + NS_PER_SECOND);
  expect(() => engine.decisions?.capture()).toThrow('thinks');
});

test('the conditions are those of the latest snapshot, and none before the first', () => {
  const { profile, brain, engine: cadence } = settingsWith();
  const { engine } = engineRig({ brain: new RulesBrain(profile, brain.size, cadence.snapshotMs) });
  expect(engine.decisions?.conditions).toBeUndefined();
  engine.advance(batch, 0, OPEN + NS_PER_SECOND, batch.count);
  engine.advanceClock(OPEN + NS_PER_SECOND);
  const names = engine.decisions?.brain.rules.long.map(({ name }) => name);
  expect(Object.keys(engine.decisions?.conditions?.long ?? {})).toEqual(names);
});

/** What was not put, at every snapshot but those at which the model is asked. */
function gated(isOpen: (ts: number) => boolean, more: Partial<Brain> = {}) {
  const brain = brainOf(
    (question) =>
      isOpen(question.ts)
        ? { ...answerOf({ ...WAIT }), latencyMs: 40, attempts: 1 }
        : { ...answerOf(), code: 'GATE', figures: { long: 1 }, isAsked: false },
    { model: 'm', provider: 'openai', intervalMs: 2000 },
  );
  return { ...brain, ...more };
}

test('a question that is not put takes no time, counts none, and puts off no other', () => {
  const isOpen = (ts: number): boolean => ts - OPEN >= 10 * NS_PER_SECOND;
  const brain = gated(isOpen);
  const { engine, recorder, decisions } = engineRig({
    // what is charged to an answer is not charged to what is none
    settings: settingsWith('brain.decisionLatencyMs=300'),
    brain,
  });
  playAll(engine, batch);
  const put = brain.asked.filter(isOpen);
  const [first = 0, second = 0] = put;
  expect(first - OPEN).toBe(10 * NS_PER_SECOND);
  expect(second - first).toBe(2 * NS_PER_SECOND);
  expect([recorder.asked, recorder.byTool]).toEqual([put.length, { wait: put.length }]);
  expect(recorder.denied['GATE']).toBe(brain.asked.length - put.length);
  expect(recorder.denied['GATE']).toBeGreaterThan(40);
  const gates = decisions.filter(({ code }) => code === 'GATE');
  expect(gates).toHaveLength(1);
  expect(gates[0]).toMatchObject({ asked: false, latencyMs: null, attempts: 0, tool: 'wait' });
  expect(gates[0]?.effectTs).toBe(gates[0]?.ts);
  expect(decisions.filter(({ asked }) => asked)).toHaveLength(put.length);
});

test('a guard decides at once while an answer is on its way, as the rules, not asked', () => {
  const outcomes: string[] = [];
  const brain = gated(() => true, {
    guard: (question) =>
      question.ts === OPEN + 200 * NS_PER_MS
        ? {
            ...answerOf({ ...EXIT }),
            isAsked: false,
            decidedBy: { provider: 'rules', model: null },
          }
        : undefined,
    onOutcome: ({ record }) => outcomes.push(`${record.id} ${record.provider} ${record.code}`),
  });
  const settings = settingsWith('brain.decisionLatencyMs=700');
  const { engine, decisions } = engineRig({ settings, brain });
  playAll(engine, batch);
  const [guarded, asked] = decisions;
  expect(guarded).toMatchObject({
    provider: 'rules',
    model: null,
    asked: false,
    code: 'NO_POSITION',
    latencyMs: null,
  });
  expect(guarded?.effectTs).toBe(guarded?.ts);
  expect(asked).toMatchObject({ provider: 'openai', model: 'm', asked: true, latencyMs: 700 });
  expect((asked?.ts ?? '') < (guarded?.ts ?? '')).toBe(true);
  expect(outcomes.slice(0, 2)).toEqual(['D2 rules NO_POSITION', 'D1 openai null']);
  expect(outcomes).toHaveLength(decisions.length);
});

test('where the guard decided no question is put at the same snapshot', () => {
  const brain = gated(() => true, {
    guard: () => ({ ...answerOf({ ...EXIT }), isAsked: false }),
  });
  const { engine, recorder } = engineRig({ brain });
  playAll(engine, batch);
  expect([brain.asked.length, recorder.asked]).toEqual([0, 0]);
});
