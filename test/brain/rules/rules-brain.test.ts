import { describe, expect, test } from 'vitest';
import type { RawCall } from '../../../src/brain/port.ts';
import { RulesBrain } from '../../../src/brain/rules/rules-brain.ts';
import type { MarketState } from '../../../src/domain/market-state.ts';
import type { ProfileSettings } from '../../../src/domain/settings.ts';
import { settingsWith } from '../../support/engine-rig.ts';
import {
  BULLISH,
  mirrored,
  mirroredPrice,
  type QuestionChanges,
  question,
  workingOrder,
} from '../../support/question.builder.ts';

const MOMENTUM = settingsWith().profile;
const BREAKOUT = settingsWith('profile.name=breakout').profile;

function brainOf(profile: ProfileSettings): RulesBrain {
  return new RulesBrain(profile, 100, 200);
}

/** What the brain calls after seeing `changes` for `snapshots` snapshots. */
function callAfter(
  profile: ProfileSettings,
  snapshots: number,
  changes: QuestionChanges = {},
  isShort = false,
) {
  const brain = brainOf(profile);
  let call: RawCall | undefined;
  for (let i = 0; i < snapshots; i++) {
    const long = question({ ...changes, ts: 50_000e9 + i * 2e8 });
    const asked = isShort ? mirrored(long, 0.5) : long;
    brain.observe(asked);
    [call] = brain.ask(asked).calls;
  }
  return call;
}

function toolAfter(
  profile: ProfileSettings,
  changes: Partial<MarketState>,
  isShort = false,
): string | undefined {
  return callAfter(profile, 3, { market: changes }, isShort)?.tool;
}

const ENTRY = {
  tool: 'enter_long',
  arguments: {
    limit_price: 250.02,
    stop_loss: 249.82,
    profit_target: 250.42,
    size: 100,
    conviction: null,
    reasoning: expect.stringContaining('wall'),
  },
};

test('momentum enters at the ask on the second snapshot, a tick behind the wall, for twice the risk', () => {
  expect(callAfter(MOMENTUM, 1)?.tool).toBe('wait');
  expect(callAfter(MOMENTUM, 2)).toEqual(ENTRY);
});

test('momentum’s short is the mirror image', () => {
  expect(callAfter(MOMENTUM, 2, {}, true)).toEqual({
    tool: 'enter_short',
    arguments: {
      ...ENTRY.arguments,
      limit_price: mirroredPrice(250.02),
      stop_loss: mirroredPrice(249.82),
      profit_target: mirroredPrice(250.42),
    },
  });
});

test('breakout enters on the first snapshot with its target 1.00 away', () => {
  expect(callAfter(BREAKOUT, 1)).toEqual({
    tool: 'enter_long',
    arguments: { ...ENTRY.arguments, profit_target: 251.02 },
  });
});

const BAR = BULLISH.FOOTPRINT_CURR_BAR;
const FLIPS: readonly (readonly [
  name: string,
  profile: ProfileSettings,
  changes: Partial<MarketState>,
])[] = [
  ['CVD flat', MOMENTUM, { CVD_TREND: 'FLAT' }],
  ['CVD falling', MOMENTUM, { CVD_TREND: 'FALLING' }],
  ['LAST at VWAP', MOMENTUM, { VWAP: 250.02 }],
  ['LAST not known', MOMENTUM, { LAST: null }],
  ['VWAP not known', MOMENTUM, { VWAP: null }],
  ['L2_IMBALANCE at its threshold', MOMENTUM, { L2_IMBALANCE: 1.5 }],
  ['L2_IMBALANCE not known', MOMENTUM, { L2_IMBALANCE: null }],
  ['a neutral tape', MOMENTUM, { TAPE_SENTIMENT: 'NEUTRAL' }],
  ['a slow tape', MOMENTUM, { TAPE_VELOCITY: 'LOW' }],
  ['no support', MOMENTUM, { DOM_WALLS: [] }],
  ['no ask to take', MOMENTUM, { ASK_STACK: [] }],
  ['L2_IMBALANCE at its threshold', BREAKOUT, { L2_IMBALANCE: 1.5 }],
  ['RVOL at its threshold', BREAKOUT, { RVOL_DAY: 1.5 }],
  ['RVOL not known', BREAKOUT, { RVOL_DAY: null }],
  ['the middle of the range', BREAKOUT, { HOD_LOD_LOC: 'MID_RANGE' }],
  ['the low of the day', BREAKOUT, { HOD_LOD_LOC: 'BREAKDOWN' }],
  ['no place in the range', BREAKOUT, { HOD_LOD_LOC: null }],
  ['a neutral tape', BREAKOUT, { TAPE_SENTIMENT: 'NEUTRAL' }],
  ['CVD flat', BREAKOUT, { CVD_TREND: 'FLAT' }],
  ['a bar without delta', BREAKOUT, { FOOTPRINT_CURR_BAR: { ...BAR, delta: 0 } }],
];

test.for(FLIPS)('%s alone keeps out', ([, profile, changes]) => {
  expect(toolAfter(profile, {})).toBe('enter_long');
  expect(toolAfter(profile, changes)).toBe('wait');
});

test.for([
  ['TESTING_HOD', 'enter_long'],
  ['NEAR_HOD', 'enter_long'],
  ['BREAKOUT', 'enter_long'],
  ['NEAR_LOD', 'wait'],
] as const)('breakout at %s: %s', ([place, tool]) => {
  expect(toolAfter(BREAKOUT, { HOD_LOD_LOC: place })).toBe(tool);
});

test('a short asks L2_IMBALANCE below its own threshold', () => {
  for (const [imbalance, tool] of [
    [0.59, 'enter_short'],
    [0.6, 'wait'],
    [null, 'wait'],
  ] as const) {
    const brain = brainOf(BREAKOUT);
    const asked = mirrored(question(), imbalance);
    brain.observe(asked);
    expect(brain.ask(asked).calls[0]?.tool).toBe(tool);
  }
});

function wall(side: 'BID' | 'ASK', price: number): MarketState['DOM_WALLS'][number] {
  return { side, price, size: 900, tier: 'MINOR' };
}

describe('walls', () => {
  const own = BULLISH.DOM_WALLS;

  test.for<readonly [number, string]>([
    [250.43, 'enter_long'],
    [250.42, 'wait'],
    [250.03, 'wait'],
    [250.02, 'wait'],
  ])('momentum with an ask wall at %f: %s', ([price, tool]) => {
    expect(toolAfter(MOMENTUM, { DOM_WALLS: [...own, wall('ASK', price)] })).toBe(tool);
  });

  test('no price of the grid loses a tick to floating point', () => {
    for (let cents = 12_700; cents < 13_200; cents++) {
      const at = (ticks: number): number => (cents + ticks) / 100;
      const market = {
        LAST: at(0),
        VWAP: 100,
        BID_STACK: [[at(-2), 100]] as const,
        ASK_STACK: [[at(0), 100]] as const,
        DOM_WALLS: [wall('BID', at(-19)), wall('ASK', at(41))],
      };
      const call = callAfter(MOMENTUM, 2, { market });
      expect(call?.arguments).toMatchObject({ stop_loss: at(-20), profit_target: at(40) });
      const closer = { ...market, DOM_WALLS: [wall('BID', at(-19)), wall('ASK', at(40))] };
      expect(callAfter(MOMENTUM, 2, { market: closer })?.tool).toBe('wait');
    }
  });

  test('breakout wants none within 0.20 % of LAST, and stops just before the next one', () => {
    // 0.20 % of 250.02 is 0.50004
    expect(toolAfter(BREAKOUT, { DOM_WALLS: [...own, wall('ASK', 250.52)] })).toBe('wait');
    const far = callAfter(BREAKOUT, 1, { market: { DOM_WALLS: [...own, wall('ASK', 250.53)] } });
    expect(far?.arguments).toMatchObject({ profit_target: 250.52 });
  });

  test('breakout stops before a level of the profile as well, unless that leaves too little', () => {
    const level = callAfter(BREAKOUT, 1, { market: { VP_VAH: 250.7 } });
    expect(level?.arguments).toMatchObject({ profit_target: 250.69 });
    expect(toolAfter(BREAKOUT, { VP_VAH: 250.42 })).toBe('wait');
  });
});

test('breakout without a level stands its stop 0.20 away', () => {
  const call = callAfter(BREAKOUT, 1, { market: { DOM_WALLS: [] } });
  expect(call?.arguments).toMatchObject({ stop_loss: 249.82, profit_target: 251.02 });
});

test('breakout never chases: not beyond 0.5 % while the distance grows', () => {
  const tools = (distances: readonly number[]): (string | undefined)[] => {
    const brain = brainOf(BREAKOUT);
    return distances.map((distance) => {
      const asked = question({ market: { DISTANCE_TO_HOD_PCT: distance } });
      brain.observe(asked);
      return brain.ask(asked).calls[0]?.tool;
    });
  };
  expect(tools([0.5, 0.51, 0.51, 0.52, 0.4])).toEqual([
    'enter_long',
    'wait',
    'enter_long',
    'wait',
    'enter_long',
  ]);
  expect(tools([0.4, 0.5])).toEqual(['enter_long', 'enter_long']);
});

describe('the support', () => {
  test.for<readonly [string, QuestionChanges, number, string]>([
    ['VP_VAL', { market: { VP_VAL: 249.9 } }, 249.89, 'VP_VAL'],
    ['VP_POC', { market: { VP_POC: 249.9 } }, 249.89, 'VP_POC'],
    ['VWAP between two ticks', { market: { VWAP: 249.8951 } }, 249.89, 'VWAP'],
    ['the last swing low', { swingLow: 249.9 }, 249.89, 'swing low'],
    [
      'an absorption',
      { market: { ABSORPTION_DETECTED: true, ABSORPTION_SIDE: 'BID', ABSORPTION_PRICE: 249.9 } },
      249.89,
      'absorption',
    ],
    [
      'an absorption at the ask is none',
      { market: { ABSORPTION_DETECTED: true, ABSORPTION_SIDE: 'ASK', ABSORPTION_PRICE: 249.9 } },
      249.82,
      'wall',
    ],
    ['a level too near is passed over', { market: { VP_VAL: 249.94 } }, 249.82, 'wall'],
    ['a level above is none', { market: { VP_VAL: 250.2 } }, 249.82, 'wall'],
  ])('may be %s', ([, changes, stop, what]) => {
    const call = callAfter(MOMENTUM, 2, changes);
    expect(call).toMatchObject({ tool: 'enter_long', arguments: { stop_loss: stop } });
    expect(call?.arguments).toMatchObject({ reasoning: expect.stringContaining(what) });
  });

  test.for<readonly [number, string]>([
    [249.93, 'enter_long'],
    [249.94, 'wait'],
    [249.73, 'enter_long'],
    [249.72, 'wait'],
  ])('leaves a stop of 0.10 to 0.30: a wall at %f: %s', ([price, tool]) => {
    expect(toolAfter(MOMENTUM, { DOM_WALLS: [wall('BID', price)] })).toBe(tool);
  });
});

test('a condition counts its snapshots and begins anew at 0', () => {
  const brain = brainOf(MOMENTUM);
  const held = [{}, {}, { CVD_TREND: 'FLAT' }, {}].map((market) => {
    brain.observe(question({ market: market as Partial<MarketState> }));
    return brain.conditions.long['CVD_TREND'];
  });
  expect(held).toEqual([1, 2, 0, 1]);
  expect(Object.keys(brain.conditions.long)).toEqual(brain.rules.long.map(({ name }) => name));
});

describe('in a position', () => {
  const held = { position: 100 };
  const orders = [workingOrder('STOP', 249.8), workingOrder('TARGET', 250.4)];
  const inLong = { ...held, orders };

  test.for<readonly [string, Partial<MarketState>, string]>([
    ['all well', {}, 'wait'],
    ['L2_IMBALANCE at 0.7', { L2_IMBALANCE: 0.7 }, 'wait'],
    ['L2_IMBALANCE past 0.7', { L2_IMBALANCE: 0.6999 }, 'exit_position'],
    ['L2_IMBALANCE not known', { L2_IMBALANCE: null }, 'wait'],
    ['CVD flat', { CVD_TREND: 'FLAT' }, 'wait'],
    ['CVD turned', { CVD_TREND: 'FALLING' }, 'exit_position'],
  ])('a long with %s: %s', ([, market, tool]) => {
    expect(callAfter(MOMENTUM, 1, { ...inLong, market })?.tool).toBe(tool);
  });

  test.for<readonly [number, string]>([
    [1.3, 'wait'],
    [1.3001, 'exit_position'],
  ])('a short with L2_IMBALANCE %f: %s', ([imbalance, tool]) => {
    const brain = brainOf(MOMENTUM);
    const asked = mirrored(question(inLong), imbalance);
    brain.observe(asked);
    expect(brain.ask(asked).calls[0]?.tool).toBe(tool);
  });

  test('five minutes are enough, counted anew for each position', () => {
    const brain = brainOf(MOMENTUM);
    const toolAt = (secs: number, position: number): string | undefined => {
      const asked = question({ ts: secs * 1e9, position, orders: position === 0 ? [] : orders });
      brain.observe(asked);
      return brain.ask(asked).calls[0]?.tool;
    };
    expect([toolAt(100, 100), toolAt(399.8, 100), toolAt(400, 100)]).toEqual([
      'wait',
      'wait',
      'exit_position',
    ]);
    toolAt(401, 0);
    expect([toolAt(402, 100), toolAt(701.8, 100), toolAt(702, 100)]).toEqual([
      'wait',
      'wait',
      'exit_position',
    ]);
  });

  test('a wall before the target draws the target to one tick before it', () => {
    const market = { DOM_WALLS: [wall('ASK', 250.25), wall('ASK', 250.3)] };
    expect(callAfter(MOMENTUM, 1, { ...inLong, market })).toMatchObject({
      tool: 'update_target',
      arguments: { new_price: 250.24 },
    });
    expect(callAfter(MOMENTUM, 1, { ...inLong, market }, true)).toMatchObject({
      tool: 'update_target',
      arguments: { new_price: mirroredPrice(250.24) },
    });
    const beyond = { DOM_WALLS: [wall('ASK', 250.41)] };
    expect(callAfter(MOMENTUM, 1, { ...inLong, market: beyond })?.tool).toBe('wait');
  });

  test('absorption at the target draws the stop closer, and never away', () => {
    const market = {
      ABSORPTION_DETECTED: true,
      ABSORPTION_SIDE: 'ASK',
      ABSORPTION_PRICE: 250.38,
    } as const;
    expect(callAfter(MOMENTUM, 1, { ...inLong, market })).toMatchObject({
      tool: 'update_stop',
      arguments: { new_price: 249.9 },
    });
    const near = [workingOrder('STOP', 249.9), workingOrder('TARGET', 250.4)];
    expect(callAfter(MOMENTUM, 1, { ...held, orders: near, market })?.tool).toBe('wait');
    expect(
      callAfter(MOMENTUM, 1, { ...inLong, market: { ...market, ABSORPTION_PRICE: 250.37 } })?.tool,
    ).toBe('wait');
    expect(
      callAfter(MOMENTUM, 1, { ...inLong, market: { ...market, ABSORPTION_SIDE: 'BID' } })?.tool,
    ).toBe('wait');
  });
});

test('while an entry works it waits', () => {
  expect(callAfter(MOMENTUM, 3, { orders: [workingOrder('ENTRY', 250)] })?.tool).toBe('wait');
});
