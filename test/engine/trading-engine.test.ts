import { describe, expect, test } from 'vitest';
import type { Question } from '../../src/brain/port.ts';
import { FLAG_LAST, FLAG_SNAPSHOT } from '../../src/domain/event.ts';
import { dayOf, formatTimestamp, NS_PER_HOUR, NS_PER_SECOND } from '../../src/domain/time.ts';
import { parseOrderScript, type ScriptAction } from '../../src/engine/order-script.ts';
import { runResultOf } from '../../src/engine/run-result.ts';
import {
  answerOf,
  bodiesOf,
  brainOf,
  DAY,
  engineRig,
  OPEN,
  playAll,
  settingsWith,
  WAIT,
} from '../support/engine-rig.ts';
import { EventBatchBuilder } from '../support/event-batch.builder.ts';

const MS = 1e6;
const START = OPEN + 1800 * NS_PER_SECOND;
const WINDOW = { from: START, to: START + NS_PER_HOUR };

/** A book of 250.00 to 250.02 from the open on. */
function market(day = DAY, begin = START - 1e9): EventBatchBuilder {
  return new EventBatchBuilder(day)
    .add(begin, 'bid', 250, 500, 1)
    .add(begin, 'ask', 250.02, 500, 2)
    .print(begin, 'buy', 250.02, 1);
}

function enterLong(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    tool: 'enter_long',
    arguments: {
      limit_price: 250.02,
      stop_loss: 249.92,
      profit_target: 250.22,
      size: 100,
      conviction: null,
      reasoning: '',
      ...changes,
    },
  };
}

/** Enters once, at the question of `ts`, and waits ever after. */
function entersAt(ts: number, changes: Readonly<Record<string, unknown>> = {}) {
  return brainOf((question) => answerOf(question.ts === ts ? enterLong(changes) : WAIT));
}

const stamp = (ts: number): string => formatTimestamp(DAY, ts);
const FACTS = {
  mode: 'backtest',
  configSha256: '',
  dataSha256: '',
  journalSha256: '',
  wallMs: 0,
  warnings: [],
} as const;

describe('snapshots', () => {
  test('come every 200 ms from the window’s beginning on, and hold what happened up to and with their time', () => {
    const seen: [number, number | null][] = [];
    const brain = brainOf(({ ts, market: state }) => {
      seen.push([(ts - START) / MS, state.LAST]);
      return answerOf(WAIT);
    });
    const events = market()
      .print(START + 200 * MS, 'buy', 250.03, 1)
      .print(START + 200 * MS + 1, 'buy', 250.04, 1)
      .print(START + 400 * MS - 1, 'buy', 250.05, 1)
      .print(START + 400 * MS, 'buy', 250.06, 1)
      .print(START + 400 * MS, 'buy', 250.07, 1)
      .print(START + 900 * MS, 'buy', 250.08, 1);
    playAll(engineRig({ brain, window: WINDOW }).engine, events.build());
    expect(seen).toEqual([
      [0, 250.02],
      [200, 250.03],
      [400, 250.07],
      [600, 250.07],
      [800, 250.07],
    ]);
  });

  test('follow up to the window’s end where the market goes on after it', () => {
    const brain = brainOf(() => answerOf(WAIT));
    const events = market().print(START + NS_PER_HOUR, 'buy', 250.03, 1);
    playAll(
      engineRig({ brain, window: { from: START, to: START + 500 * MS } }).engine,
      events.build(),
    );
    expect(brain.asked.map((ts) => (ts - START) / MS)).toEqual([0, 200, 400]);
  });

  test('wait for the end of an event group that is flagged', () => {
    const seen: (number | null)[] = [];
    const brain = brainOf(({ market: state }) => {
      seen.push(state.LAST);
      return answerOf(WAIT);
    });
    const events = market()
      .print(START + 100 * MS, 'buy', 250.03, 1, { flags: 0 })
      .print(START + 250 * MS, 'buy', 250.04, 1, { flags: FLAG_LAST })
      .print(START + 300 * MS, 'buy', 250.05, 1);
    playAll(engineRig({ brain, window: WINDOW }).engine, events.build());
    // the one of 200 ms comes when the group is over, and the market is as the group left it
    expect(seen).toEqual([250.02, 250.04]);
  });

  test('wait for the sequence to change where that ends a group, whatever the flags say', () => {
    const seen: (number | null)[] = [];
    const brain = brainOf(({ market: state }) => {
      seen.push(state.LAST);
      return answerOf(WAIT);
    });
    const events = market()
      .print(START + 100 * MS, 'buy', 250.03, 1, { sequence: 50 })
      .print(START + 250 * MS, 'buy', 250.04, 1, { sequence: 50 })
      .print(START + 300 * MS, 'buy', 250.05, 1, { sequence: 51 });
    playAll(engineRig({ brain, window: WINDOW, groupEnds: 'sequence' }).engine, events.build());
    expect(seen).toEqual([250.02, 250.04]);
  });

  test('a snapshot’s older orders happen at the time already reached', () => {
    const brain = brainOf(({ market: state }) => {
      expect(state.BID_STACK).toEqual([[250, 7]]);
      return answerOf(WAIT);
    });
    const flags = FLAG_SNAPSHOT;
    const events = new EventBatchBuilder(DAY)
      .clear(START - 1e9, { flags })
      .add(START - NS_PER_HOUR, 'bid', 250, 7, 1, { flags })
      .add(START - 2 * NS_PER_HOUR, 'ask', 250.01, 9, 2, { flags: flags | FLAG_LAST })
      .print(START + 100 * MS, 'buy', 250.01, 1);
    const { engine } = engineRig({ brain, window: WINDOW });
    engine.advance({ words: events.build().words, count: 3 }, 0, Number.POSITIVE_INFINITY, 3);
    expect(engine.lastEventTs).toBe(START - 1e9);
    engine.advance(events.build(), 3, Number.POSITIVE_INFINITY, 4);
    engine.end('end');
    expect(brain.asked).toEqual([START]);
    expect(engine.spanNs).toBe(100 * MS);
  });
});

describe('a decision', () => {
  const settings = settingsWith('brain.decisionLatencyMs=330');

  test('takes effect its latency after its snapshot, and the next question is not put before', () => {
    const brain = entersAt(START);
    const events = market().print(START + 1000 * MS, 'buy', 250.02, 1);
    const { engine, entries, decisions, recorder } = engineRig({ brain, settings, window: WINDOW });
    playAll(engine, events.build());
    expect(brain.asked.map((ts) => (ts - START) / MS)).toEqual([0, 400, 800]);
    expect(brain.seen.map((ts) => (ts - START) / MS)).toEqual([0, 200, 400, 600, 800, 1000]);
    expect(decisions[0]).toMatchObject({
      id: 'D1',
      ts: stamp(START),
      effectTs: stamp(START + 330 * MS),
      asked: true,
      attempts: 0,
      latencyMs: 330,
      tool: 'enter_long',
      code: null,
      orders: [
        { id: '1', role: 'ENTRY' },
        { id: '2', role: 'STOP' },
        { id: '3', role: 'TARGET' },
      ],
    });
    const sent = entries.filter(({ body }) => body.type === 'order-submitted');
    expect(sent.map(({ ts }) => ts - START)).toEqual([330 * MS, 330 * MS, 330 * MS]);
    const [fill] = engine.desk.orders.find('1')?.fills ?? [];
    expect(fill?.ts).toBe(START + 350 * MS);
    // the third was on its way when the data ended
    expect(recorder.denied).toEqual({ SESSION_END: 1 });
    expect(decisions.at(-1)).toMatchObject({ code: 'SESSION_END', effectTs: null, tool: 'wait' });
  });

  test('is asked at its own interval, from question to question', () => {
    const brain = brainOf(() => answerOf(WAIT), { intervalMs: 500 });
    const events = market().print(START + 2000 * MS, 'buy', 250.02, 1);
    playAll(engineRig({ brain, window: WINDOW }).engine, events.build());
    expect(brain.asked.map((ts) => (ts - START) / MS)).toEqual([0, 600, 1200, 1800]);
  });

  test('to enter while an entry is in flight is refused', () => {
    const brain = brainOf(() =>
      answerOf(enterLong({ limit_price: 250, stop_loss: 249.9, profit_target: 250.2 })),
    );
    const events = market().print(START + 300 * MS, 'buy', 250.02, 1);
    const { engine, decisions } = engineRig({
      brain,
      window: WINDOW,
      settings: settingsWith('latency.orderMs=250'),
    });
    playAll(engine, events.build());
    expect(decisions.map(({ tool, code }) => [tool, code])).toEqual([
      ['enter_long', null],
      ['wait', 'ALREADY_IN'],
    ]);
  });

  test('is not asked for while the brain is paused; one on its way may not open', () => {
    const brain = entersAt(START);
    const { engine, decisions } = engineRig({ brain, settings, window: WINDOW });
    const events = market()
      .print(START + 1000 * MS, 'buy', 250.02, 1)
      .build();
    engine.advance(events, 0, START + 100 * MS, events.count);
    engine.advanceClock(START + 100 * MS);
    engine.risk.setPaused(true);
    engine.advance(events, 3, Number.POSITIVE_INFINITY, events.count);
    engine.end('end');
    expect(brain.asked).toEqual([START]);
    expect(decisions.map(({ tool, code }) => [tool, code])).toEqual([['wait', 'PAUSED']]);
  });

  test('that waits is a line only where its code is not that of the line before', () => {
    const codes = [
      WAIT,
      WAIT,
      { tool: 'x', arguments: {} },
      { tool: 'y', arguments: {} },
      WAIT,
      WAIT,
      enterLong(),
    ];
    let turn = 0;
    const brain = brainOf(() => answerOf(codes[turn++] ?? WAIT));
    const events = market().print(START + 1300 * MS, 'buy', 250.02, 1);
    const { engine, decisions, recorder } = engineRig({ brain, window: WINDOW });
    playAll(engine, events.build());
    expect(decisions.map(({ id, tool, code }) => [id, tool, code])).toEqual([
      ['D1', 'wait', null],
      ['D3', 'wait', 'UNKNOWN_TOOL'],
      ['D5', 'wait', null],
      ['D7', 'enter_long', null],
    ]);
    expect(recorder).toMatchObject({
      asked: 7,
      byTool: { wait: 6, enter_long: 1 },
      denied: { UNKNOWN_TOOL: 2 },
    });
  });

  test('of a model is always a line, and what the model sent amiss is kept as text', () => {
    const sent: unknown[] = ['{"limit', { new_price: 'x'.repeat(3000) }];
    let turn = 0;
    const brain = brainOf(
      () => {
        const args = sent[turn++];
        return answerOf(args === undefined ? WAIT : { tool: 'update_stop', arguments: args });
      },
      { model: 'm', provider: 'openai' },
    );
    const events = market().print(START + 700 * MS, 'buy', 250.02, 1);
    const { engine, decisions } = engineRig({ brain, window: WINDOW });
    playAll(engine, events.build());
    const kept = `{"new_price":"${'x'.repeat(3000)}"}`.slice(0, 2000);
    expect(decisions.map(({ answer, code }) => [answer?.arguments, code])).toEqual([
      ['{"limit', 'BAD_ARGUMENTS'],
      [kept, 'BAD_ARGUMENTS'],
      [{ reasoning: '' }, null],
      [{ reasoning: '' }, null],
    ]);
  });

  test('a price that gate 1 takes to within 1e-9 goes out on the grid', () => {
    const brain = entersAt(START, { limit_price: 250.020000001 });
    const events = market().print(START + 500 * MS, 'buy', 250.02, 1);
    const { engine } = engineRig({ brain, window: WINDOW });
    playAll(engine, events.build());
    expect(engine.desk.orders.find('1')).toMatchObject({
      price: 250_020_000_000,
      status: 'filled',
    });
  });

  test('of a thinking brain holds the market still, and takes effect by its own latency', async () => {
    const gates: (() => void)[] = [];
    const brain = brainOf(
      async ({ ts }) => {
        await new Promise<void>((resolve) => gates.push(resolve));
        return { ...answerOf(ts === START ? enterLong() : WAIT), latencyMs: 50 };
      },
      { model: 'm', intervalMs: 2000 },
    );
    const events = market()
      .print(START + 10 * MS, 'buy', 250.02, 1)
      .print(START + 400 * MS, 'buy', 250.02, 1)
      .build();
    const { engine, decisions } = engineRig({ brain, window: WINDOW });
    expect(engine.advance(events, 0, Number.POSITIVE_INFINITY, events.count)).toBe(3);
    expect(engine.waiting).toBeDefined();
    expect(engine.events).toBe(3);
    gates[0]?.();
    await engine.waiting;
    engine.wake();
    expect(engine.advance(events, 3, Number.POSITIVE_INFINITY, events.count)).toBe(5);
    engine.end('end');
    expect(decisions[0]).toMatchObject({
      latencyMs: 50,
      effectTs: stamp(START + 50 * MS),
      tool: 'enter_long',
    });
  });
});

test('ACCOUNT_STATE is worked at the touch that closes the position, after commissions', () => {
  const states: Question[] = [];
  const brain = brainOf((question) => {
    states.push(question);
    return answerOf(question.ts === START ? enterLong() : WAIT);
  });
  const events = market()
    .add(START + 100 * MS, 'bid', 250.01, 50, 7)
    .print(START + 500 * MS, 'buy', 250.02, 1);
  const { engine } = engineRig({
    brain,
    window: WINDOW,
    settings: settingsWith('account.startEquityUsd=25000'),
  });
  playAll(engine, events.build());
  const [before, after] = states;
  expect(before?.account).toEqual({
    POSITION: 0,
    POSITION_SIDE: null,
    AVG_ENTRY: null,
    UNREALIZED_PL: 0,
    DAILY_PL: 0,
    DAILY_TRADES: 0,
    BUYING_POWER: 100_000,
    DAILY_LOSS_REMAINING: 500,
  });
  const commission = -(after?.account.DAILY_PL ?? 0) - 1;
  expect(after?.account).toEqual({
    POSITION: 100,
    POSITION_SIDE: 'LONG',
    AVG_ENTRY: 250.02,
    UNREALIZED_PL: -1,
    DAILY_PL: -1 - commission,
    DAILY_TRADES: 1,
    BUYING_POWER: 4 * (25_000 - 1 - commission) - 25_001,
    DAILY_LOSS_REMAINING: 500 - 1 - commission,
  });
  expect(commission).toBeGreaterThanOrEqual(1);
  expect(after?.orders).toEqual([
    {
      id: '2',
      role: 'STOP',
      side: 'SELL',
      type: 'STOP',
      price: 249.92,
      size: 100,
      filled: 0,
      status: 'WORKING',
      age_secs: 0,
      queue_ahead: null,
    },
    {
      id: '3',
      role: 'TARGET',
      side: 'SELL',
      type: 'LIMIT',
      price: 250.22,
      size: 100,
      filled: 0,
      status: 'WORKING',
      age_secs: 0,
      queue_ahead: 0,
    },
  ]);
});

describe('the loss of the day', () => {
  const settings = settingsWith(
    'risk.dailyLossUsd=5',
    'validation.maxStop=1',
    'validation.minRewardRisk=1',
  );

  function crash() {
    return market()
      .cancel(START + 300 * MS, 'bid', 250, 500, 1)
      .add(START + 300 * MS, 'bid', 249.95, 500, 5)
      .print(START + 1500 * MS, 'none', 249.96, 1)
      .print(START + 3000 * MS, 'none', 249.96, 1);
  }

  test('halts, flattens and stays; nothing more is opened', () => {
    const brain = brainOf(({ account }) => answerOf(account.POSITION === 0 ? enterLong() : WAIT));
    const { engine, entries, decisions } = engineRig({ brain, settings, window: WINDOW });
    playAll(engine, crash().build());
    expect(bodiesOf(entries, 'halted').map(({ code }) => code)).toEqual(['DAILY_LOSS']);
    expect(engine.desk.portfolio.trips.map(({ exitReason }) => exitReason)).toEqual(['daily-loss']);
    expect(decisions.at(-1)?.code).toBe('HALTED');
    expect(runResultOf(engine, FACTS).halted).toMatch(/^DAILY_LOSS: /);
  });

  test('closes the position also when a broken invariant has halted trading before', () => {
    const brain = entersAt(START);
    const { engine } = engineRig({ brain, settings, window: WINDOW });
    const events = crash().build();
    engine.advance(events, 0, START + 200 * MS, events.count);
    engine.advanceClock(START + 200 * MS);
    engine.halt('INVARIANT', 'a test');
    engine.advance(events, 3, Number.POSITIVE_INFINITY, events.count);
    engine.end('end');
    expect(engine.desk.portfolio.trips).toMatchObject([{ exitReason: 'daily-loss' }]);
    expect(engine.risk.halt?.code).toBe('INVARIANT');
  });

  test('lets trade again after a reset by hand, by its whole limit', () => {
    const brain = brainOf(({ account }) => answerOf(account.POSITION === 0 ? enterLong() : WAIT));
    const { engine, entries } = engineRig({ brain, settings, window: WINDOW });
    const events = crash().build();
    engine.advance(events, 0, START + 1000 * MS, events.count);
    engine.advanceClock(START + 1000 * MS);
    expect(engine.risk.halt?.code).toBe('DAILY_LOSS');
    expect(engine.resetHalt()).toBe(true);
    expect(engine.account.state(null).DAILY_LOSS_REMAINING).toBe(5);
    engine.advance(events, 5, START + 1250 * MS, events.count);
    engine.advanceClock(START + 1250 * MS);
    expect(engine.desk.portfolio.opened).toBe(2);
    expect(bodiesOf(entries, 'halt-reset')).toHaveLength(1);
  });
});

test('what fills although flatten has cancelled it is closed as well', () => {
  const brain = entersAt(START, { limit_price: 250, stop_loss: 249.9, profit_target: 250.2 });
  const events = market()
    // our bid waits behind the 500; they go, and ours trades while the cancel travels
    .cancel(START + 150 * MS, 'bid', 250, 500, 1)
    .add(START + 150 * MS, 'bid', 249.99, 500, 5)
    .add(START + 210 * MS, 'ask', 250, 40, 6)
    .cancel(START + 215 * MS, 'ask', 250, 40, 6)
    .print(START + 2000 * MS, 'none', 250.01, 1)
    .build();
  const { engine } = engineRig({ brain, window: WINDOW });
  engine.advance(events, 0, START + 200 * MS, events.count);
  engine.advanceClock(START + 200 * MS);
  engine.desk.flatten(engine.clock, 'kill');
  engine.wake();
  engine.advance(events, 5, Number.POSITIVE_INFINITY, events.count);
  engine.end('end');
  expect(engine.desk.orders.find('1')).toMatchObject({ status: 'canceled', filled: 40 });
  expect(engine.desk.portfolio.position).toBe(0);
  expect(engine.desk.portfolio.trips).toMatchObject([{ quantity: 40, exitReason: 'kill' }]);
});

describe('before the close', () => {
  test.for([
    ['a full day', dayOf(2025, 10, 15), 19 * NS_PER_HOUR + 55 * 60e9],
    ['a half day', dayOf(2025, 11, 28), 17 * NS_PER_HOUR + 55 * 60e9],
  ] as const)('the position is flattened on %s', ([, day, at]) => {
    const enter = at - 400 * MS;
    const window = { from: at - 1e9, to: at + 5 * 60e9 };
    const events = market(day, at - 2e9).print(at + 1e9, 'none', 250.01, 1);
    const brain = brainOf(({ ts }) => answerOf(ts === enter ? enterLong() : WAIT));
    const { engine } = engineRig({
      day,
      brain,
      window,
      settings: settingsWith('risk.noEntryLastMins=1'),
    });
    playAll(engine, events.build());
    expect(engine.desk.portfolio.trips).toMatchObject([
      { exitReason: 'session-end', quantity: 100 },
    ]);
    const exit = [...engine.desk.orders.all].find(({ request }) => request.role === 'EXIT');
    expect(exit?.submittedAt).toBe(at);
  });
});

describe('a script', () => {
  const at = START + 123_456_789;

  function scripted(
    lines: readonly unknown[],
    settings = settingsWith(),
    events = market().print(START + 500 * MS, 'none', 250.01, 1),
  ) {
    const parsed = parseOrderScript(lines.map((line) => JSON.stringify(line)).join('\n'), DAY);
    const script: readonly ScriptAction[] = 'actions' in parsed ? parsed.actions : [];
    expect(script).toHaveLength(lines.length);
    const rig = engineRig({ script, settings, window: WINDOW });
    playAll(rig.engine, events.build());
    return { ...rig, orders: runResultOf(rig.engine, FACTS).orders };
  }

  const buy = {
    id: 'a',
    action: 'place',
    side: 'buy',
    type: 'limit',
    price: '250.02',
    quantity: 100,
  };

  test('is sent at its nanosecond and arrives latency.orderMs later', () => {
    const { entries, orders, engine } = scripted([{ ...buy, at: stamp(at) }]);
    expect(entries.find(({ body }) => body.type === 'order-submitted')?.ts).toBe(at);
    expect(orders).toEqual([
      {
        id: 'a',
        side: 'buy',
        type: 'limit',
        price: '250.02',
        quantity: 100,
        status: 'filled',
        filled: 100,
        fills: [{ ts: stamp(at + 20 * MS), price: '250.02', quantity: 100, sequence: 3 }],
      },
    ]);
    expect(engine.desk.portfolio.position).toBe(100);
  });

  test('is denied by the gate and listed as denied, also before the first event', () => {
    const { orders, entries } = scripted([
      { ...buy, id: 'early', at: stamp(START - 60e9) },
      { ...buy, at: stamp(at), quantity: 101 },
    ]);
    expect(orders.map(({ id, status, reason }) => [id, status, reason])).toEqual([
      ['early', 'denied', 'STALE_DATA'],
      ['a', 'denied', 'MAX_POSITION'],
    ]);
    expect(bodiesOf(entries, 'order-submitted')).toEqual([]);
  });

  test('lets everything through with the gate off, and is never flattened or halted', () => {
    const settings = settingsWith(
      'risk.enabled=false',
      'risk.dailyLossUsd=1',
      'risk.flattenAt=09:31',
    );
    const { orders, engine } = scripted([{ ...buy, at: stamp(at), quantity: 400 }], settings);
    expect(orders.map(({ status }) => status)).toEqual(['filled']);
    expect(engine.desk.portfolio.position).toBe(400);
    expect(engine.risk.halt).toBeUndefined();
  });

  test('changes and cancels what it placed; what still works at the end expires', () => {
    const low = { ...buy, price: '249.90' };
    const { orders } = scripted(
      [
        { ...low, at: stamp(at) },
        { ...low, at: stamp(at), id: 'b', quantity: 50 },
        { ...low, at: stamp(at), id: 'c', quantity: 10, type: 'market', price: undefined },
        { action: 'modify', id: 'a', at: stamp(at + 100 * MS), quantity: 20, price: '249.91' },
        { action: 'cancel', id: 'b', at: stamp(at + 100 * MS) },
      ],
      settingsWith('risk.maxPosition=1000'),
    );
    expect(orders).toMatchObject([
      { id: 'a', price: '249.91', quantity: 20, status: 'expired', filled: 0, fills: [] },
      { id: 'b', price: '249.90', quantity: 50, status: 'cancelled' },
      { id: 'c', price: null, status: 'filled', filled: 10 },
    ]);
  });

  test('an order still on its way at the end of the data expires unfilled', () => {
    const { orders } = scripted([{ ...buy, at: stamp(START + 490 * MS) }]);
    expect(orders).toMatchObject([{ status: 'expired', filled: 0 }]);
  });
});

test('a run without any event ends with nothing', () => {
  const { engine, entries } = engineRig({ brain: brainOf(() => answerOf(WAIT)), window: WINDOW });
  engine.halt('KILL', 'before anything');
  engine.end('end of the data');
  expect(entries.map(({ ts, body }) => [ts, body.type])).toEqual([
    [START, 'halted'],
    [START, 'run-ended'],
  ]);
  expect(runResultOf(engine, FACTS)).toMatchObject({ spanNs: 0, orders: [], equity: [] });
});
