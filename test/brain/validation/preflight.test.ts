import { describe, expect, test } from 'vitest';
import type { EffectFacts, QuestionFacts, RawCall } from '../../../src/brain/port.ts';
import { Preflight } from '../../../src/brain/validation/preflight.ts';
import type { ToolCall } from '../../../src/domain/decision.ts';

/** Gate 1's figures as the public specification "decisions" has them, and not as config/ has. */
const gate = new Preflight(
  { minStop: 0.1, maxStop: 0.3, minRewardRisk: 2, maxBeyondTouch: 0.1, maxBehindTouch: 0.3 },
  { staleSecs: 5, staleMove: 0.15 },
);

const QUESTION: QuestionFacts = {
  ts: 1000e9,
  bid: 250_000_000_000,
  ask: 250_020_000_000,
  last: 250_010_000_000,
  position: 0,
  tickNanos: 10_000_000,
};
const EFFECT: EffectFacts = {
  ts: 1000e9,
  last: 250_010_000_000,
  position: 0,
  hasWorkingEntry: false,
  stopPrice: null,
};

function long(changes: Readonly<Record<string, unknown>> = {}): RawCall {
  return {
    tool: 'enter_long',
    arguments: {
      limit_price: 250.02,
      stop_loss: 249.82,
      profit_target: 250.42,
      size: 100,
      conviction: 0.5,
      reasoning: 'r',
      ...changes,
    },
  };
}

/** The same in the mirror of 250.01, the middle of the touch. */
function short(changes: Readonly<Record<string, unknown>> = {}): RawCall {
  const mirrored: Record<string, unknown> = {
    ...(long().arguments as Record<string, unknown>),
    ...changes,
  };
  for (const key of ['limit_price', 'stop_loss', 'profit_target']) {
    const price = mirrored[key];
    if (typeof price === 'number')
      mirrored[key] = (500_020_000_000 - Math.round(price * 1e9)) / 1e9;
  }
  return { tool: 'enter_short', arguments: mirrored };
}

function update(tool: 'update_stop' | 'update_target', price: number): RawCall {
  return { tool, arguments: { new_price: price, reasoning: '' } };
}

function codeOf(calls: readonly RawCall[], question: Partial<QuestionFacts> = {}): string | null {
  const verdict = gate.onAnswer(calls, { ...QUESTION, ...question });
  return 'denial' in verdict ? verdict.denial.code : null;
}

function effectCode(
  raw: RawCall,
  effect: Partial<EffectFacts>,
  question: Partial<QuestionFacts> = {},
) {
  const call = raw as ToolCall;
  return gate.onEffect(call, { ...QUESTION, ...question }, { ...EFFECT, ...effect })?.code ?? null;
}

test('a call that keeps every rule passes as it was made, both sides', () => {
  expect(gate.onAnswer([long()], QUESTION)).toEqual({ call: long() });
  expect(gate.onAnswer([short()], QUESTION)).toEqual({ call: short() });
});

test('no call, several calls and unknown tools are no call', () => {
  expect(codeOf([])).toBe('NO_CALL');
  expect(codeOf([long(), long()])).toBe('MANY_CALLS');
  expect(codeOf([{ tool: 'sell_everything', arguments: {} }])).toBe('UNKNOWN_TOOL');
  expect(codeOf([{ tool: 'constructor', arguments: {} }])).toBe('UNKNOWN_TOOL');
  expect(codeOf([{ tool: 'ENTER_LONG', arguments: long().arguments }])).toBe('UNKNOWN_TOOL');
});

describe.for([
  ['a buy', long],
  ['a sell', short],
] as const)('%s', ([, call]) => {
  test.for<readonly [string, string | null, Readonly<Record<string, unknown>>]>([
    [
      'prices in cents',
      'FAR_FROM_MARKET',
      { limit_price: 251, stop_loss: 250.8, profit_target: 251.5 },
    ],
    ['half a cent', 'OFF_TICK', { limit_price: 250.015 }],
    ['a stop off the grid', 'OFF_TICK', { stop_loss: 249.825 }],
    ['a target off the grid', 'OFF_TICK', { profit_target: 250.421 }],
    ['2e-9 off the grid', 'OFF_TICK', { stop_loss: 249.820000002 }],
    ['1e-9 off the grid', null, { stop_loss: 249.820000001 }],
    ['a stop at the limit', 'WRONG_SIDE', { stop_loss: 250.02 }],
    ['a stop beyond the limit', 'WRONG_SIDE', { stop_loss: 250.22 }],
    ['a target at the limit', 'WRONG_SIDE', { profit_target: 250.02 }],
    ['a target behind the limit', 'WRONG_SIDE', { profit_target: 249.9 }],
    ['a stop 0.10 away', null, { stop_loss: 249.92 }],
    ['a stop 0.09 away', 'STOP_DISTANCE', { stop_loss: 249.93 }],
    ['a stop 0.30 away', null, { stop_loss: 249.72, profit_target: 250.62 }],
    ['a stop 0.31 away', 'STOP_DISTANCE', { stop_loss: 249.71, profit_target: 250.64 }],
    ['a reward of twice the risk', null, { profit_target: 250.42 }],
    ['a cent less of reward', 'RISK_REWARD', { profit_target: 250.41 }],
    [
      '0.10 beyond the touch',
      null,
      { limit_price: 250.12, stop_loss: 249.92, profit_target: 250.52 },
    ],
    [
      '0.11 beyond the touch',
      'FAR_FROM_MARKET',
      { limit_price: 250.13, stop_loss: 249.93, profit_target: 250.53 },
    ],
    ['0.30 behind the touch', null, { limit_price: 249.7, stop_loss: 249.5, profit_target: 250.1 }],
    [
      '0.31 behind the touch',
      'FAR_FROM_MARKET',
      { limit_price: 249.69, stop_loss: 249.49, profit_target: 250.09 },
    ],
    ['a size as text', 'BAD_ARGUMENTS', { size: '100' }],
    ['no size', 'BAD_ARGUMENTS', { size: undefined }],
  ])('%s: %s', ([, code, changes]) => {
    expect(codeOf([call(changes)])).toBe(code);
  });

  test('a stop that is 1e-9 beside the tick where it stands is not widened', () => {
    const inLong = { ...QUESTION, position: 100 };
    const effect = { ...EFFECT, position: 100, stopPrice: 249_900_000_000 };
    const move = (new_price: number): ToolCall => ({
      tool: 'update_stop',
      arguments: { new_price, reasoning: '' },
    });
    expect(gate.onEffect(move(249.899999999), inLong, effect)).toBeUndefined();
    expect(gate.onEffect(move(249.89), inLong, effect)?.code).toBe('STOP_WIDENED');
  });

  test('a price that a double does not tell to 1e-9 is on no grid', () => {
    expect(codeOf([long({ profit_target: 1e9 })])).toBe('OFF_TICK');
    expect(codeOf([long({ profit_target: 1e300 })])).toBe('OFF_TICK');
  });

  test('the first failure wins, in the order of the specification', () => {
    // each call breaks a rule and every later one as well
    const far = { limit_price: 260, stop_loss: 259.99, profit_target: 260.001, size: 1 };
    expect(codeOf([call({ ...far, size: 0 }), call(far)])).toBe('MANY_CALLS');
    expect(codeOf([call({ ...far, size: 0 })])).toBe('BAD_ARGUMENTS');
    expect(codeOf([call(far)])).toBe('OFF_TICK');
    expect(codeOf([call({ ...far, stop_loss: 260.01, profit_target: 260.01 })])).toBe('WRONG_SIDE');
    expect(codeOf([call({ ...far, profit_target: 260.01 })])).toBe('STOP_DISTANCE');
    expect(codeOf([call({ ...far, stop_loss: 259.9, profit_target: 260.01 })])).toBe('RISK_REWARD');
    expect(codeOf([call({ ...far, stop_loss: 259.9, profit_target: 260.2 })])).toBe(
      'FAR_FROM_MARKET',
    );
  });

  test('an empty side of the book bounds nothing there', () => {
    const beyond = call({ limit_price: 251, stop_loss: 250.8, profit_target: 251.4 });
    const isBuy = call === long;
    expect(codeOf([beyond], isBuy ? { ask: null } : { bid: null })).toBe(null);
  });

  test('is refused while there is a position or a working entry, whatever it was when asked', () => {
    expect(effectCode(call(), { position: 100 })).toBe('ALREADY_IN');
    expect(effectCode(call(), { position: -1 })).toBe('ALREADY_IN');
    expect(effectCode(call(), { hasWorkingEntry: true })).toBe('ALREADY_IN');
    expect(effectCode(call(), { position: 100, ts: 2000e9 })).toBe('ALREADY_IN');
    expect(effectCode(call(), {}, { position: 100 })).toBe(null);
  });
});

test('a reward is compared exactly where the ratio is no whole number', () => {
  const limits = { minStop: 0.1, maxStop: 0.3, maxBeyondTouch: 0.1, maxBehindTouch: 0.3 };
  const loose = new Preflight({ ...limits, minRewardRisk: 1.1 }, { staleSecs: 5, staleMove: 0.15 });
  const call = long({ stop_loss: 249.92, profit_target: 250.13 });
  expect(loose.onAnswer([call], QUESTION)).toEqual({ call });
});

describe('an update', () => {
  const inLong = { position: 100 };
  const inShort = { position: -100 };

  test('moves a stop behind the touch and a target ahead of it', () => {
    expect(codeOf([update('update_stop', 249.99)], inLong)).toBe(null);
    expect(codeOf([update('update_stop', 250)], inLong)).toBe('WRONG_SIDE');
    expect(codeOf([update('update_target', 250.01)], inLong)).toBe(null);
    expect(codeOf([update('update_target', 250)], inLong)).toBe('WRONG_SIDE');
    expect(codeOf([update('update_stop', 250.03)], inShort)).toBe(null);
    expect(codeOf([update('update_stop', 250.02)], inShort)).toBe('WRONG_SIDE');
    expect(codeOf([update('update_target', 250.01)], inShort)).toBe(null);
    expect(codeOf([update('update_target', 250.02)], inShort)).toBe('WRONG_SIDE');
    expect(codeOf([update('update_stop', 249.995)], inLong)).toBe('OFF_TICK');
  });

  test('whose position only began after the question is judged by that position', () => {
    expect(effectCode(update('update_stop', 250.5), inLong)).toBe('WRONG_SIDE');
    expect(effectCode(update('update_stop', 249.5), inShort)).toBe('WRONG_SIDE');
    expect(effectCode(update('update_stop', 249.5), inLong)).toBe(null);
  });

  test('never moves a stop away; where it is already is no move away', () => {
    const stop = { stopPrice: 249_900_000_000 };
    const asked = { position: 100 };
    expect(effectCode(update('update_stop', 249.89), { ...inLong, ...stop }, asked)).toBe(
      'STOP_WIDENED',
    );
    expect(effectCode(update('update_stop', 249.9), { ...inLong, ...stop }, asked)).toBe(null);
    expect(effectCode(update('update_stop', 249.91), { ...inLong, ...stop }, asked)).toBe(null);
    const above = { stopPrice: 250_100_000_000 };
    const short = { position: -100 };
    expect(effectCode(update('update_stop', 250.11), { ...inShort, ...above }, short)).toBe(
      'STOP_WIDENED',
    );
    expect(effectCode(update('update_stop', 250.09), { ...inShort, ...above }, short)).toBe(null);
  });
});

test('updates and exits need a position when they take effect', () => {
  const exit = { tool: 'exit_position', arguments: { reasoning: '' } };
  expect(effectCode(exit, {}, { position: 100 })).toBe('NO_POSITION');
  expect(effectCode(exit, { hasWorkingEntry: true })).toBe('NO_POSITION');
  expect(effectCode(exit, { position: 1 })).toBe(null);
  expect(effectCode(update('update_stop', 249), {})).toBe('NO_POSITION');
  expect(effectCode(update('update_target', 251), {})).toBe('NO_POSITION');
  expect(effectCode({ tool: 'cancel_all', arguments: { reasoning: '' } }, {})).toBe(null);
});

test('a decision is stale after more than 5 s or a move of more than 0.15, either way', () => {
  expect(effectCode(long(), { ts: 1005e9 })).toBe(null);
  expect(effectCode(long(), { ts: 1005e9 + 1 })).toBe('STALE_DECISION');
  expect(effectCode(long(), { last: 250_160_000_000 })).toBe(null);
  expect(effectCode(long(), { last: 250_160_000_001 })).toBe('STALE_DECISION');
  expect(effectCode(long(), { last: 249_860_000_000 })).toBe(null);
  expect(effectCode(long(), { last: 249_859_999_999 })).toBe('STALE_DECISION');
  expect(effectCode(long(), { last: null })).toBe(null);
  const figures = gate.onEffect(long() as ToolCall, QUESTION, { ...EFFECT, ts: 1006e9 })?.figures;
  expect(figures).toEqual({ ageSecs: 6, moved: 0, mostSecs: 5, mostMove: 0.15 });
});

test('figures behind a denial are the numbers that were compared', () => {
  const verdict = gate.onAnswer([long({ stop_loss: 249.71, profit_target: 250.64 })], QUESTION);
  expect(verdict).toEqual({
    denial: { code: 'STOP_DISTANCE', figures: { distance: 0.31, least: 0.1, most: 0.3 } },
  });
});
