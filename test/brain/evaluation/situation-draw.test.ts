import { expect, test } from 'vitest';
import { holdingOf, type Situation } from '../../../src/brain/evaluation/situation.ts';
import { SituationDraw } from '../../../src/brain/evaluation/situation-draw.ts';
import type { Brain } from '../../../src/brain/port.ts';
import { unaskedAnswer } from '../../../src/brain/unasked-answer.ts';
import {
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  playThinking,
  settingsWith,
  WAIT,
} from '../../support/engine-rig.ts';

/** An hour of a generated market. */
async function drawn(seed: number, count = 30, heldCount = 12) {
  const asked = ['brain.gate=1', `seed=${seed}`];
  const settings = settingsWith(...asked);
  const draw = new SituationDraw(settings, count, heldCount);
  const brain: Brain = {
    provider: 'rules',
    model: null,
    intervalMs: settings.engine.snapshotMs,
    rules: { long: [], short: [] },
    conditions: { long: {}, short: {} },
    observe: (question) => draw.onSnapshot(question),
    ask: (question) => unaskedAnswer([draw.decide(question) ?? WAIT]),
    onOutcome: (outcome) => draw.onOutcome(outcome),
  };
  const { engine } = engineRig({ settings: settingsWith(...FREE_LIMITS, ...asked), brain });
  await playThinking(engine, generatedBatch(60_000, 60));
  return {
    situations: draw.finish(),
    candidates: draw.candidates,
    trips: engine.desk.portfolio.trips,
  };
}

function of(situations: readonly Situation[], holding: ReturnType<typeof holdingOf>) {
  return situations.filter(({ question }) => holdingOf(question) === holding);
}

test('moments with nothing, an entry and a position are drawn, each as a run would show it', async () => {
  const { situations, candidates, trips } = await drawn(7);
  expect(trips.length).toBeGreaterThan(20);
  const flat = of(situations, 'nothing');
  const positions = of(situations, 'position');
  const entries = of(situations, 'entry');
  expect([flat.length, positions.length, entries.length]).toEqual([30, 12, 12]);
  expect(candidates.position).toBeGreaterThan(12);
  expect(candidates.flat).toBeGreaterThan(candidates.position);
  for (const { question, history, openedTs } of flat) {
    expect(question).toMatchObject({
      orders: [],
      account: { DAILY_TRADES: 0, DAILY_PL: 0, DAILY_LOSS_REMAINING: 500 },
    });
    expect([history, openedTs]).toEqual([[], null]);
  }
  const sides = new Set<string>();
  for (const { question, history, openedTs } of positions) {
    const { account, orders } = question;
    sides.add(account.POSITION_SIDE ?? '');
    // shown as the day's first trade, protected, with the decision that it came from
    expect(account.DAILY_TRADES).toBe(1);
    expect(account.AVG_ENTRY).not.toBeNull();
    expect(account.DAILY_LOSS_REMAINING).toBeLessThanOrEqual(500);
    expect(orders.map(({ role }) => role)).toContain('STOP');
    expect(openedTs).toBeLessThanOrEqual(question.ts);
    expect(history.at(-1)).toMatchObject({
      tool: account.POSITION > 0 ? 'enter_long' : 'enter_short',
      outcome: expect.stringMatching(/^(in position|order works)/),
    });
  }
  expect([...sides].sort()).toEqual(['LONG', 'SHORT']);
  for (const { question, history } of entries) {
    expect(question.account).toMatchObject({ POSITION: 0, DAILY_TRADES: 0 });
    expect(history.at(-1)?.outcome).toBe('order works, not filled');
  }
  // one moment of a trade: two of them would tell nearly the same
  const opened = positions.map(({ openedTs }) => openedTs);
  expect(new Set(opened).size).toBe(opened.length);
});

test('the same seed draws the same moments, another one others', async () => {
  const times = async (seed: number) =>
    (await drawn(seed)).situations.map(({ question }) => question.ts);
  const [first, again, other] = [await times(7), await times(7), await times(8)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});
