import { expect, test } from 'vitest';
import { MARKET_FIELDS } from '../../../src/brain/context/state-text.ts';
import type { Asker } from '../../../src/brain/evaluation/ask-in-guises.ts';
import { evaluate } from '../../../src/brain/evaluation/evaluate.ts';
import { askRules } from '../../../src/brain/evaluation/judge-answer.ts';
import { rescaled, type Situation } from '../../../src/brain/evaluation/situation.ts';
import { answerOf, WAIT } from '../../support/engine-rig.ts';
import { longSituation, pathOf, situation } from '../../support/held-situation.builder.ts';

/** The market rises by a dollar a minute, or falls. */
function trend(sign: 1 | -1) {
  return pathOf((secs) => 250 + (sign * secs) / 60);
}

function enter(conviction: number) {
  const tool = 'enter_long';
  const size = 100;
  const prices = { limit_price: 250.02, stop_loss: 249.82, profit_target: 250.42 };
  return answerOf({ tool, arguments: { ...prices, size, conviction, reasoning: '' } });
}

const flat = { market: { CVD_TREND: 'FLAT' as const } };

test('the rules agree with themselves, in every guise', async () => {
  const situations = [situation(0), situation(0, flat), situation(1, flat)];
  const ask: Asker = (each) => Promise.resolve(askRules(each));
  const report = await evaluate({ situations, path: trend(1), ask, repeats: 2, seed: 1 });
  expect(report).toMatchObject({
    situations: 3,
    validCalls: { value: 1 },
    byTool: { enter_long: 1, wait: 2 },
    denied: {},
    agreement: { count: 3, of: 3 },
    agreementOnEntries: { count: 1, of: 1 },
    consistency: { same: { value: 1 } },
    robustness: { masked: { value: 1 }, rescaled: { value: 1 }, shuffled: { value: 1 } },
    score: { entries: { count: 1 }, targetFirst: { count: 1, of: 1 } },
    baselines: { never: { entries: { count: 0, of: 3 }, result: { of: 0 } } },
  });
  expect(report.score).toEqual(report.baselines.rules);
});

test('conviction is scored against what came first', async () => {
  const situations = [situation(0), situation(0), situation(0)];
  const ask: Asker = () => Promise.resolve(enter(0.8));
  const options = { situations, ask, repeats: 1, seed: 1 };
  const up = await evaluate({ ...options, path: trend(1) });
  expect(up.brier).toMatchObject({ of: 3, value: 0.04, ofConstant: 0 });
  expect(up.score.result.value).toBe(0.4);
  const down = await evaluate({ ...options, path: trend(-1) });
  expect(down.brier).toMatchObject({ of: 3, value: 0.64 });
  expect(down.score).toMatchObject({ targetFirst: { count: 0, of: 3 } });
  expect(down.score.result.value).toBeLessThan(-0.19);
});

test('what is no call, what gate 1 refuses and what comes late is counted by its code', async () => {
  const answers = [
    answerOf(),
    answerOf({ tool: 'buy', arguments: {} }),
    { ...answerOf(), code: 'TIMEOUT', figures: {}, latencyMs: 5000 },
    answerOf({ ...WAIT, arguments: {} }),
    { ...enter(0.5), latencyMs: 6000, costUsd: 0.25 },
    answerOf(WAIT),
  ];
  let asked = 0;
  const report = await evaluate({
    situations: answers.map(() => situation(0)),
    path: trend(1),
    // four times each: as it is, and in three guises
    ask: () => Promise.resolve(answers[Math.floor(asked++ / 4)] ?? answerOf()),
    repeats: 1,
    seed: 1,
  });
  expect(report.byTool).toEqual({ wait: 6 });
  const denied = Object.entries(report.denied).map(([code, { count }]) => [code, count]);
  expect(Object.fromEntries(denied)).toEqual({
    NO_CALL: 1,
    UNKNOWN_TOOL: 1,
    TIMEOUT: 1,
    BAD_ARGUMENTS: 1,
    STALE_DECISION: 1,
  });
  // a stale call was a call
  expect(report.validCalls).toMatchObject({ count: 2, of: 6 });
  expect(report.latencyMs).toEqual({ p50: 5000, p99: 6000 });
  expect(report.costUsd).toMatchObject({ of: 4, value: 0.25 });
});

test('a brain that minds the ticker, the scale or the order of the fields is found out', async () => {
  const situations = [situation(0), situation(1)];
  const minds = (isOther: (each: Situation) => boolean): Asker => {
    return (each) => Promise.resolve(isOther(each) ? answerOf(WAIT) : askRules(each));
  };
  const robustnessOf = async (ask: Asker) => {
    const { robustness } = await evaluate({ situations, path: trend(1), ask, repeats: 1, seed: 1 });
    return Object.entries(robustness).map(([name, { count }]) => `${name} ${count}`);
  };
  expect(await robustnessOf(minds((each) => each.question.market.TICKER !== 'TSLA'))).toEqual([
    'masked 0',
    'rescaled 2',
    'shuffled 2',
  ]);
  expect(await robustnessOf(minds((each) => (each.question.market.LAST ?? 0) > 1000))).toEqual([
    'masked 2',
    'rescaled 0',
    'shuffled 2',
  ]);
  expect(await robustnessOf(minds((each) => each.fieldOrder !== MARKET_FIELDS))).toEqual([
    'masked 2',
    'rescaled 2',
    'shuffled 0',
  ]);
});

test('a brain that changes its mind is found out', async () => {
  let asked = 0;
  const ask: Asker = () => Promise.resolve(asked++ % 2 === 0 ? answerOf(WAIT) : enter(0.5));
  const report = await evaluate({
    situations: [situation(0)],
    path: trend(1),
    ask,
    repeats: 2,
    seed: 1,
  });
  expect(report.consistency).toMatchObject({ repeats: 2, same: { count: 0, of: 1 } });
});

test('a rescaled market is the same in ticks', () => {
  const { question: asked } = rescaled(situation(0));
  expect(asked.market.LAST).toBe(2500.2);
  expect(asked.tickNanos).toBe(100_000_000);
  expect(asked.market.DOM_WALLS[0]?.price).toBe(2498.3);
  expect(asked.market.HOD_LOD_LOC).toBe('TESTING_HOD');
});

test('what is open is rescaled with the market: entry, orders, money, and the history that tells of them', () => {
  const { question: asked, history } = rescaled({
    ...longSituation(0),
    history: [
      {
        secsAgo: 9,
        answer: { tool: 'enter_long', arguments: { limit_price: 250, size: 100, reasoning: 'r' } },
        tool: 'enter_long',
        code: null,
        figures: null,
        outcome: 'in position, open result -1.50',
      },
    ],
  });
  expect(asked.account).toMatchObject({
    POSITION: 100,
    AVG_ENTRY: 2500,
    BUYING_POWER: 1_000_000,
    DAILY_LOSS_REMAINING: 5000,
  });
  expect(asked.orders.map(({ price }) => price)).toEqual([2498, 2504]);
  expect(history[0]).toMatchObject({
    answer: { arguments: { limit_price: 2500, size: 100, reasoning: 'r' } },
    outcome: 'in position, open result -15.00',
  });
});
