import { describe, expect, test } from 'vitest';
import { NS_PER_MS } from '../../src/domain/time.ts';
import { DeskRig } from '../support/desk-rig.ts';
import { nanosOf } from '../support/exchange-rig.ts';

function rigWithPosition(): DeskRig {
  const rig = new DeskRig();
  rig.enter();
  rig.fill(10, 'P-1', 60, 250);
  return rig;
}

describe('entering a bracket', () => {
  test('sends stop, target and then the entry, with ids given out at once, after all three intents were told', () => {
    const rig = new DeskRig();
    rig.enter();
    expect(rig.venue.submitted).toEqual([
      {
        id: 'P-2',
        side: 'sell',
        type: 'stop',
        stopPrice: nanosOf(249.8),
        quantity: 60,
        tif: 'day',
        role: 'STOP',
        reduceOnly: true,
        ocoGroup: 'P-B1',
      },
      {
        id: 'P-3',
        side: 'sell',
        type: 'limit',
        price: nanosOf(250.5),
        quantity: 60,
        tif: 'day',
        role: 'TARGET',
        reduceOnly: true,
        ocoGroup: 'P-B1',
      },
      {
        id: 'P-1',
        side: 'buy',
        type: 'limit',
        price: nanosOf(250),
        quantity: 60,
        tif: 'day',
        role: 'ENTRY',
        reduceOnly: false,
        ocoGroup: 'P-B1',
      },
    ]);
    expect(rig.told).toEqual(['intent P-1', 'intent P-2', 'intent P-3', 'PENDING > WORKING']);
  });

  test('that the gate denies sends nothing, records the denial, and uses its ids up', () => {
    const rig = new DeskRig();
    rig.risk.setPaused(true);
    const request = {
      side: 'sell',
      limitPrice: nanosOf(250),
      stopPrice: nanosOf(250.2),
      targetPrice: nanosOf(249.5),
      quantity: 60,
    } as const;
    expect(rig.desk.enterBracket(request, 0)).toEqual({ denial: { code: 'PAUSED', figures: {} } });
    expect(rig.venue.calls).toEqual([]);
    expect(rig.desk.orders.find('P-1')).toMatchObject({
      status: 'denied',
      reason: 'PAUSED',
      filled: 0,
    });
    expect(rig.desk.bracket).toBeUndefined();
    rig.risk.setPaused(false);
    rig.desk.enterBracket(request, 1);
    expect(rig.venue.submitted.map(({ id }) => id)).toEqual(['P-5', 'P-6', 'P-4']);
  });
});

describe('a bracket goes through its states', () => {
  test('from entry to target', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.fill(10, 'P-1', 25, 250);
    rig.fill(11, 'P-1', 35, 250);
    rig.fill(20, 'P-3', 40, 250.5);
    rig.fill(21, 'P-3', 20, 250.5);
    expect(rig.told.filter((line) => line.includes('>'))).toEqual([
      'PENDING > WORKING',
      'WORKING > PARTIAL',
      'PARTIAL > OPEN',
      'OPEN > CLOSING',
      'CLOSING > CLOSED',
    ]);
    expect(rig.told.at(-1)).toBe('CLOSING > CLOSED');
    expect(rig.told).toContain('trip target 30');
    expect(rig.desk.bracket).toBeUndefined();
  });

  test.for([
    ['order-rejected', 'WORKING > REJECTED'],
    ['order-canceled', 'WORKING > CANCELLED'],
  ] as const)('to its end when the entry is %s', ([type, expected]) => {
    const rig = new DeskRig();
    rig.enter();
    rig.report(10, { type, orderId: 'P-1', ts: 0, reason: 'no' });
    expect(rig.told.at(-1)).toBe(expected);
    expect(rig.desk.bracket).toBeUndefined();
  });

  test('to EXPIRED when the entry expires', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.report(10, { type: 'order-expired', orderId: 'P-1', ts: 0 });
    expect(rig.told.at(-1)).toBe('WORKING > EXPIRED');
  });

  test('the same whether the fill comes before its acknowledgement or after', () => {
    const rig = new DeskRig();
    rig.desk.enterBracket(
      {
        side: 'buy',
        limitPrice: nanosOf(250),
        stopPrice: nanosOf(249.8),
        targetPrice: nanosOf(251),
        quantity: 60,
      },
      0,
    );
    rig.fill(10, 'P-1', 60, 250);
    rig.report(11, { type: 'order-accepted', orderId: 'P-1', ts: 0 });
    expect(rig.desk.bracket?.state).toBe('OPEN');
    expect(rig.desk.orders.find('P-1')?.status).toBe('filled');
  });
});

describe('an entry that is not filled in time', () => {
  test('is cancelled after entryTimeoutSecs, once, and its fills stay', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.fill(10, 'P-1', 25, 250);
    rig.wait(4_999);
    expect(rig.venue.calls).not.toContain('cancel P-1');
    rig.wait(5_000);
    rig.wait(10_000);
    expect(rig.venue.calls.filter((call) => call === 'cancel P-1')).toHaveLength(1);
    rig.canceled(10_040, 'P-1');
    expect(rig.desk.bracket?.state).toBe('OPEN');
    expect(rig.told.filter((line) => line.startsWith('alarm'))).toEqual([]);
  });

  test('is left alone when it was filled', () => {
    const rig = rigWithPosition();
    expect(rig.desk.nextTimer).toBe(Number.POSITIVE_INFINITY);
    rig.wait(6_000);
    expect(rig.venue.calls.filter((call) => call.startsWith('cancel'))).toEqual([]);
  });
});

describe('an open position without a working stop', () => {
  test.for(['order-canceled', 'order-rejected'] as const)(
    'is closed at once when its stop is %s',
    (type) => {
      const rig = rigWithPosition();
      rig.report(500, { type, orderId: 'P-2', ts: 0, reason: 'broker says so' });
      expect(rig.exits).toEqual([['P-4', 'sell', 60, 'P-B1']]);
      expect(rig.told.filter((line) => line.startsWith('alarm'))).toHaveLength(1);
      rig.fill(540, 'P-4', 60, 249.9);
      expect(rig.desk.portfolio.position).toBe(0);
      expect(rig.told.at(-1)).toBe('CLOSING > CLOSED');
    },
  );

  test('is closed as soon as it exists, when the stop died before the entry filled', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.report(5, { type: 'order-rejected', orderId: 'P-2', ts: 0, reason: 'no stops here' });
    expect(rig.exits).toEqual([]);
    rig.fill(10, 'P-1', 20, 250);
    expect(rig.exits).toEqual([['P-4', 'sell', 20, 'P-B1']]);
    expect(rig.venue.calls).toContain('cancel P-1');
  });

  test('that the stop covers only in part is closed', () => {
    const rig = rigWithPosition();
    rig.report(20, { type: 'order-modified', orderId: 'P-2', ts: 0, quantity: 59 });
    expect(rig.exits).toEqual([['P-4', 'sell', 60, 'P-B1']]);
  });

  test('is tried again within a second for as long as the exit fails', () => {
    const rig = rigWithPosition();
    rig.canceled(500, 'P-2');
    rig.canceled(540, 'P-4');
    expect(rig.exits).toHaveLength(1);
    expect(rig.desk.nextTimer).toBeLessThanOrEqual(1_500 * NS_PER_MS);
    rig.wait(1_500);
    expect(rig.exits).toHaveLength(2);
    rig.canceled(1_540, 'P-5');
    rig.wait(2_500);
    expect(rig.exits.at(-1)).toEqual(['P-6', 'sell', 60, 'P-B1']);
  });

  test('is no alarm any more when the desk is closed', () => {
    const rig = rigWithPosition();
    rig.desk.close();
    rig.canceled(500, 'P-2');
    expect(rig.exits).toEqual([]);
    expect(rig.desk.nextTimer).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('reports that come late, twice or in another order', () => {
  test('a fill that crossed the entry’s cancel opens the bracket again, and it is protected', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.canceled(10, 'P-1');
    for (const id of ['P-2', 'P-3']) rig.canceled(10, id);
    expect(rig.desk.bracket).toBeUndefined();
    rig.fill(11, 'P-1', 25, 250);
    expect(rig.exits).toEqual([['P-4', 'sell', 25, 'P-B1']]);
    rig.fill(50, 'P-4', 25, 249.9);
    expect(rig.desk.portfolio.position).toBe(0);
    expect(rig.desk.bracket).toBeUndefined();
  });

  test('exits that traded beyond the position are a violation, and the overshoot is closed outside the group', () => {
    const rig = rigWithPosition();
    rig.report(20, rig.fillReport(20, 'P-3', 60, 250.5), rig.fillReport(20, 'P-2', 60, 249.8));
    expect(rig.told.filter((line) => line.startsWith('violation'))).toEqual([
      'violation exits never trade beyond the position',
    ]);
    expect(rig.exits).toEqual([['P-4', 'buy', 60, undefined]]);
    rig.fill(60, 'P-4', 60, 250);
    expect(rig.desk.portfolio.position).toBe(0);
  });

  test('a cancel that crossed the last fill does not undo it', () => {
    const rig = rigWithPosition();
    rig.canceled(20, 'P-1');
    expect(rig.desk.orders.find('P-1')).toMatchObject({ status: 'filled', filled: 60 });
  });

  test('an acknowledgement that comes twice changes nothing', () => {
    const rig = rigWithPosition();
    const before = [...rig.told];
    rig.report(20, { type: 'order-accepted', orderId: 'P-1', ts: 0 });
    expect(rig.told).toEqual(before);
    expect(rig.desk.orders.find('P-1')?.status).toBe('filled');
  });

  test('of an order that is not ours they are shown and touch nothing', () => {
    const rig = rigWithPosition();
    rig.fill(20, 'by-hand', 100, 250);
    expect(rig.told.at(-1)).toBe('not ours by-hand');
    expect(rig.desk.portfolio.position).toBe(60);
    expect(rig.exits).toEqual([]);
  });
});

describe('flatten', () => {
  test('sends one exit, however often it is asked', () => {
    const rig = rigWithPosition();
    rig.desk.flatten(20 * NS_PER_MS, 'flatten');
    rig.desk.flatten(21 * NS_PER_MS, 'kill');
    rig.wait(2_000);
    expect(rig.exits).toEqual([['P-4', 'sell', 60, 'P-B1']]);
    rig.fill(60, 'P-4', 60, 250.1);
    expect(rig.told).toContain('trip flatten 6');
  });

  test('closes what fills after it was asked, crossing the entry’s cancel', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.desk.flatten(10 * NS_PER_MS, 'kill');
    expect(rig.exits).toEqual([]);
    rig.fill(20, 'P-1', 25, 250);
    expect(rig.exits).toEqual([['P-4', 'sell', 25, 'P-B1']]);
  });

  test('closes what came in on top of an exit that was already sent', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.fill(5, 'P-1', 25, 250);
    rig.desk.flatten(10 * NS_PER_MS, 'daily-loss');
    rig.fill(20, 'P-1', 10, 250);
    rig.canceled(30, 'P-1');
    rig.fill(31, 'P-4', 25, 249.9);
    rig.wait(1_010);
    expect(rig.exits).toEqual([
      ['P-4', 'sell', 25, 'P-B1'],
      ['P-5', 'sell', 10, 'P-B1'],
    ]);
  });

  test('is over when everything is, and the next bracket is left in peace', () => {
    const rig = rigWithPosition();
    rig.desk.flatten(20 * NS_PER_MS, 'exit');
    rig.fill(60, 'P-4', 60, 250.1);
    for (const id of ['P-2', 'P-3']) rig.canceled(60, id);
    rig.desk.enterBracket(
      {
        side: 'buy',
        limitPrice: nanosOf(250),
        stopPrice: nanosOf(249.8),
        targetPrice: nanosOf(251),
        quantity: 10,
      },
      100 * NS_PER_MS,
    );
    rig.fill(140, 'P-5', 10, 250);
    rig.wait(3_000);
    expect(rig.exits).toHaveLength(1);
    expect(rig.desk.bracket?.state).toBe('OPEN');
  });

  /** 100 long, and a plain order that works to sell so many. */
  const withReversal = (quantity: number) => {
    const rig = new DeskRig();
    rig.place(0, 'A', 'buy', 100);
    rig.fill(5, 'A', 100, 250);
    expect(rig.place(6, 'R', 'sell', quantity)).toBeUndefined();
    rig.desk.flatten(10 * NS_PER_MS, 'flatten');
    return rig;
  };

  test('waits for the cancel of an order that would turn the position round', () => {
    const rig = withReversal(200);
    expect(rig.venue.calls).toEqual(['submit A', 'submit R', 'cancel R']);
    // nothing is due by time: it is the venue's answer that counts
    expect(rig.desk.nextTimer).toBe(Number.POSITIVE_INFINITY);
    rig.canceled(20, 'R');
    expect(rig.exits).toEqual([['P-1', 'sell', 100, undefined]]);
    rig.fill(30, 'P-1', 100, 250);
    expect(rig.desk.portfolio.position).toBe(0);
  });

  test('closes what such an order made of the position where its fill crossed the cancel', () => {
    const rig = withReversal(200);
    rig.fill(20, 'R', 200, 250);
    expect(rig.desk.portfolio.position).toBe(-100);
    expect(rig.exits).toEqual([['P-1', 'buy', 100, undefined]]);
  });

  test('closes at once what such an order leaves, and its rest when that is known to be gone', () => {
    const rig = withReversal(40);
    expect(rig.exits).toEqual([['P-1', 'sell', 60, undefined]]);
    rig.fill(15, 'P-1', 60, 250);
    rig.fill(16, 'R', 10, 250);
    rig.wait(1_500);
    expect(rig.exits).toHaveLength(1);
    rig.canceled(1_600, 'R');
    expect(rig.exits.slice(1)).toEqual([['P-2', 'sell', 30, undefined]]);
  });

  test.for([1, 40, 99, 100, 101, 200])(
    'with an order for %i on the exit’s side, all that fills stays within the position limit',
    (quantity) => {
      const rig = withReversal(quantity);
      const exit = rig.venue.submitted.find(({ role }) => role === 'EXIT')?.quantity ?? 0;
      const worst = 100 - quantity - exit;
      expect([worst >= -100, worst <= 100, exit <= 100]).toEqual([true, true, true]);
      expect(exit).toBe(Math.max(0, 100 - quantity));
    },
  );

  test('with nothing open or working does nothing', () => {
    const rig = new DeskRig();
    expect(rig.desk.flatten(0, 'flatten')).toEqual([]);
    rig.place(1, 'mine', 'buy', 10);
    rig.fill(2, 'mine', 10, 250);
    expect(rig.exits).toEqual([]);
  });
});

describe('plain orders', () => {
  test('get no bracket, protection or time-out', () => {
    const rig = new DeskRig();
    expect(rig.place(0, 'mine', 'buy', 100)).toBeUndefined();
    rig.fill(10, 'mine', 100, 250);
    rig.wait(60_000);
    expect(rig.venue.calls).toEqual(['submit mine']);
    expect(rig.told.filter((line) => line.startsWith('alarm'))).toEqual([]);
  });

  test('a position of theirs is flattened by one plain exit', () => {
    const rig = new DeskRig();
    rig.place(0, 'mine', 'sell', 40);
    rig.fill(10, 'mine', 40, 250);
    rig.desk.flatten(20 * NS_PER_MS, 'flatten');
    rig.desk.flatten(21 * NS_PER_MS, 'flatten');
    expect(rig.exits).toEqual([['P-1', 'buy', 40, undefined]]);
  });

  test('are cancelled once, and not when they are done', () => {
    const rig = new DeskRig();
    rig.place(0, 'mine', 'buy', 40);
    rig.desk.cancel('mine', 1, 'script');
    rig.desk.cancel('mine', 2, 'script');
    rig.canceled(20, 'mine');
    rig.desk.cancel('mine', 3, 'script');
    rig.desk.cancel('nobody', 3, 'script');
    expect(rig.venue.calls).toEqual(['submit mine', 'cancel mine']);
  });

  test('an id is never used twice, neither by them nor by the desk', () => {
    const rig = new DeskRig();
    expect(rig.place(0, 'P-1', 'buy', 10)).toBeUndefined();
    expect(rig.place(1, 'P-1', 'buy', 20)).toBe('ID_USED');
    rig.fill(2, 'P-1', 10, 250);
    rig.desk.flatten(20 * NS_PER_MS, 'flatten');
    expect(rig.venue.calls).toEqual(['submit P-1', 'submit P-2']);
    expect(rig.desk.orders.find('P-1')?.quantity).toBe(10);
  });
});

describe('changes on their way count', () => {
  test('an order made larger is counted at its larger size before the venue has answered', () => {
    const rig = new DeskRig();
    rig.place(0, 'A', 'buy', 50);
    expect(rig.change(1, 'A', { quantity: 100 })).toBeUndefined();
    expect(rig.place(2, 'B', 'buy', 1)).toBe('MAX_POSITION');
  });

  test('an order made smaller is counted at its old size until the venue has answered', () => {
    const rig = new DeskRig();
    rig.place(0, 'A', 'buy', 100);
    rig.change(1, 'A', { quantity: 10 });
    expect(rig.place(2, 'B', 'buy', 90)).toBe('MAX_POSITION');
    rig.report(40, { type: 'order-modified', orderId: 'A', ts: 0, quantity: 10 });
    expect(rig.place(41, 'C', 'buy', 90)).toBeUndefined();
  });

  test('an order made smaller, then larger again, is judged as larger', () => {
    const rig = new DeskRig();
    rig.place(0, 'A', 'buy', 60);
    rig.change(1, 'A', { quantity: 10 });
    rig.report(40, { type: 'order-modified', orderId: 'A', ts: 0, quantity: 10 });
    rig.place(41, 'B', 'buy', 90);
    expect(rig.change(42, 'A', { quantity: 60 })).toBe('MAX_POSITION');
    expect(rig.venue.calls).toEqual(['submit A', 'modify A', 'submit B']);
  });

  test('an order that grew before its last fill goes on working', () => {
    const rig = new DeskRig();
    rig.place(0, 'A', 'buy', 50);
    rig.change(1, 'A', { quantity: 80 });
    rig.fill(20, 'A', 50, 250);
    rig.report(21, { type: 'order-modified', orderId: 'A', ts: 0, quantity: 80 });
    expect(rig.desk.orders.find('A')?.status).toBe('working');
    expect(rig.desk.workingOrders.workingBuys).toBe(30);
  });

  test('a change of an order that is done is not sent', () => {
    const rig = new DeskRig();
    rig.place(0, 'A', 'buy', 50);
    rig.canceled(20, 'A');
    expect(rig.change(21, 'A', { quantity: 10 })).toBeUndefined();
    expect(rig.venue.calls).toEqual(['submit A']);
  });
});

test('takes in what its guard closed meanwhile, and closes nothing again', () => {
  const rig = new DeskRig();
  rig.enter();
  rig.fill(100, 'P-1', 60, 250);
  const guards = rig.fillReport(200, 'P-guard-7', 60, 249.9);
  if (guards.type !== 'order-filled') throw new Error('no fill');
  const entry = rig.desk.orders.find('P-1')?.fills ?? [];
  const ts = 300 * NS_PER_MS;
  rig.venue.notices.push(
    { type: 'connection-changed', ts, connection: 'connected', reason: 'the guard has traded' },
    {
      type: 'truth-told',
      ts,
      truth: {
        ts,
        askedAt: ts,
        orders: ['P-2', 'P-3'].map((orderId) => ({
          orderId,
          side: 'sell',
          status: 'canceled',
          quantity: 60,
          filled: 0,
        })),
        executions: [...entry, { ...guards.fill, side: 'sell' as const }].map((fill) => ({
          fill,
          commissionMicros: 0,
        })),
        position: 0,
      },
    },
  );
  rig.report(300);
  rig.wait(5_000);

  expect(rig.desk.portfolio.position).toBe(0);
  expect(rig.desk.bracket).toBeUndefined();
  expect(rig.desk.venueStanding).toBe('connected');
  expect(rig.exits).toEqual([]);
  expect(rig.told.filter((line) => line.startsWith('violation'))).toEqual([]);
  expect(rig.told).toContain('trip exit -6');
});

test('takes in what an execution cost and traded at by the venue’s last word, told or found by comparing, once', () => {
  const rig = new DeskRig();
  rig.enter();
  rig.fill(100, 'P-1', 60, 250);
  const corrected = {
    type: 'execution-corrected',
    orderId: 'P-1',
    ts: 200 * NS_PER_MS,
    executionId: 'E1',
    price: nanosOf(249.98),
    commissionMicros: 700_000,
  } as const;
  rig.report(200, corrected, corrected);
  const { portfolio } = rig.desk;
  expect([portfolio.commissionMicros, portfolio.realizedMicros]).toEqual([700_000, 1_200_000]);
  expect(rig.desk.orders.find('P-1')?.fills[0]?.price).toBe(nanosOf(249.98));
  const ts = 300 * NS_PER_MS;
  const fills = rig.desk.orders.find('P-1')?.fills ?? [];
  rig.venue.notices.push(
    { type: 'connection-changed', ts, connection: 'connected', reason: 'after a break' },
    {
      type: 'truth-told',
      ts,
      truth: {
        ts,
        askedAt: ts,
        orders: [
          { orderId: 'P-1', side: 'buy', status: 'filled', quantity: 60, filled: 60 },
          { orderId: 'P-2', side: 'sell', status: 'working', quantity: 60, filled: 0 },
          { orderId: 'P-3', side: 'sell', status: 'working', quantity: 60, filled: 0 },
        ],
        executions: fills.map((fill) => ({ fill, commissionMicros: 900_000 })),
        position: 60,
      },
    },
  );
  rig.report(300);
  expect(portfolio.commissionMicros).toBe(900_000);
  expect(rig.desk.venueStanding).toBe('connected');
  expect(rig.told.filter((line) => line.startsWith('violation'))).toEqual([]);
});
