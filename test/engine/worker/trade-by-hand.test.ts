import { describe, expect, test } from 'vitest';
import type { BracketCommand, TradingCommand } from '../../../src/engine/protocol.ts';
import { obeyTrading } from '../../../src/engine/worker/obey-trading.ts';
import {
  engineRig,
  FREE_LIMITS,
  generatedBatch,
  OPEN,
  settingsWith,
} from '../../support/engine-rig.ts';

const batch = generatedBatch(40_000, 3);
const TICK = 10_000_000;
const EXITS = { stopTicks: 12, targetTicks: 24, timeoutSecs: 60 } as const;

function bracket(side: 'buy' | 'sell', more: Partial<BracketCommand> = {}): BracketCommand {
  return { name: 'enter-bracket', side, price: null, quantity: 100, ...EXITS, ...more };
}

/** An engine that nobody but the test trades in, a minute after the open. */
function traded(...settings: Parameters<typeof settingsWith>) {
  const rig = engineRig({ settings: settingsWith(...settings) });
  const { engine } = rig;
  const play = (seconds: number): void => {
    const until = engine.clock + seconds * 1e9;
    const from = engine.events;
    engine.advance(batch, from, until, batch.count);
    engine.advanceClock(until);
  };
  engine.advance(batch, 0, OPEN + 60e9, batch.count);
  const obey = (command: TradingCommand) => obeyTrading(engine, command);
  const orderOf = (role: string) =>
    [...engine.desk.orders.working].find((order) => order.request.role === role);
  return { ...rig, play, obey, orderOf };
}

/** The same with a position of 100. */
function holding(side: 'buy' | 'sell' = 'buy', more: Partial<BracketCommand> = {}) {
  const rig = traded(...FREE_LIMITS);
  expect(rig.obey(bracket(side, more)).accepted).toBe(true);
  for (let i = 0; i < 50 && Math.abs(rig.engine.desk.portfolio.position) < 100; i++) rig.play(0.1);
  expect(rig.engine.desk.portfolio.position).toBe(side === 'buy' ? 100 : -100);
  return rig;
}

describe('an entry by hand', () => {
  test('is a bracket at the touch that it takes from, with the exits of its template', () => {
    const { engine, obey, orderOf, entries } = traded(...FREE_LIMITS);
    const { bid, ask } = engine.touch();
    const answer = obey(bracket('sell'));
    expect(answer.accepted).toBe(true);
    expect(orderOf('ENTRY')?.request).toMatchObject({ side: 'sell', price: bid, quantity: 100 });
    expect(orderOf('STOP')?.request.stopPrice).toBe((bid ?? 0) + 12 * TICK);
    expect(orderOf('TARGET')?.request.price).toBe((bid ?? 0) - 24 * TICK);
    expect(ask).toBeGreaterThan(bid ?? 0);
    const [command] = entries.filter(({ body }) => body.type === 'command');
    expect(command?.body).toEqual({
      type: 'command',
      name: 'enter-bracket',
      detail: 'sell 100 at the touch, stop 12, target 24 ticks',
      events: engine.events,
      arguments: {
        side: 'sell',
        price: null,
        quantity: 100,
        stopTicks: 12,
        targetTicks: 24,
        timeoutSecs: 60,
      },
    });
  });

  test('at a price rests there, and its rest is cancelled after its own time', () => {
    const { engine, obey, orderOf, play } = traded(...FREE_LIMITS);
    const price = (engine.touch().bid ?? 0) - 30 * TICK;
    expect(obey(bracket('buy', { price, timeoutSecs: 12 })).accepted).toBe(true);
    play(11);
    expect(orderOf('ENTRY')?.price).toBe(price);
    play(2);
    expect(orderOf('ENTRY')).toBeUndefined();
  });

  test('is denied by the risk gate like any other, with the figures', () => {
    const { engine, obey } = traded();
    const { ask } = engine.touch();
    expect(obey(bracket('buy', { quantity: 101 }))).toEqual({
      accepted: false,
      text: 'MAX_POSITION, position 0, quantity 101, worst 101, limit 100',
    });
    expect(obey(bracket('buy', { price: (ask ?? 0) * 2 })).text).toMatch(/^PRICE_COLLAR, price/);
    engine.halt('KILL', 'kill switch');
    expect(obey(bracket('buy')).text).toBe('HALTED, halt KILL, reason kill switch');
    expect(engine.desk.orders.hasWorking).toBe(false);
  });

  test('goes through while the brain is paused, which stays paused', () => {
    const { engine, obey } = traded(...FREE_LIMITS);
    obey({ name: 'pause-brain' });
    expect(obey(bracket('buy')).accepted).toBe(true);
    expect(engine.risk.isPaused).toBe(true);
  });

  test('waits for the one before it to end', () => {
    const { obey } = traded(...FREE_LIMITS);
    obey(bracket('buy'));
    expect(obey(bracket('sell'))).toEqual({
      accepted: false,
      text: 'one bracket at a time: an order or position is open',
    });
  });

  test('of no size, without exits or at no price is refused', () => {
    const { obey, engine } = traded(...FREE_LIMITS);
    for (const more of [
      { quantity: 0 },
      { quantity: 1.5 },
      { stopTicks: 0 },
      { price: TICK },
      { price: Number.NaN },
    ])
      expect(obey(bracket('buy', more)).accepted).toBe(false);
    expect(engine.desk.orders.hasWorking).toBe(false);
  });
});

describe('the exits of a position', () => {
  test.for(['buy', 'sell'] as const)(
    'after a %s move where they are told, and never to where they would act at once',
    (side) => {
      const { engine, obey, orderOf, play } = holding(side);
      const sign = side === 'buy' ? 1 : -1;
      const [stop, target] = [orderOf('STOP')?.stopPrice ?? 0, orderOf('TARGET')?.price ?? 0];
      expect(obey({ name: 'move-stop', price: stop + sign * TICK }).accepted).toBe(true);
      expect(obey({ name: 'move-target', price: target - sign * TICK }).accepted).toBe(true);
      play(0.2);
      expect([orderOf('STOP')?.stopPrice, orderOf('TARGET')?.price]).toEqual([
        stop + sign * TICK,
        target - sign * TICK,
      ]);
      const now = engine.closingPrice() ?? 0;
      expect(obey({ name: 'move-stop', price: now }).text).toMatch(/would trigger at once$/);
      expect(obey({ name: 'move-target', price: now }).text).toMatch(/would fill at once$/);
      expect(obey({ name: 'move-stop', price: Number.NaN }).accepted).toBe(false);
    },
  );

  test('the stop goes to the average entry where the market lets it, and not before', () => {
    const outcomes = (['buy', 'sell'] as const).map((side) => {
      const { engine, obey, orderOf, play } = holding(side, { stopTicks: 200, targetTicks: 400 });
      const entry = engine.desk.portfolio.averageEntry ?? 0;
      const sign = side === 'buy' ? 1 : -1;
      const gain = () => ((engine.closingPrice() ?? 0) / 1e9 - entry) * sign;
      expect(gain()).toBeLessThan(0);
      expect(obey({ name: 'stop-to-break-even' }).text).toMatch(/would trigger at once$/);
      for (let i = 0; i < 300 && gain() < 0.015; i++) play(0.2);
      if (gain() < 0.015) return 'never in profit';
      expect(obey({ name: 'stop-to-break-even' }).accepted).toBe(true);
      play(0.1);
      const stop = orderOf('STOP')?.stopPrice ?? 0;
      expect((stop / 1e9 - entry) * sign).toBeGreaterThanOrEqual(-1e-9);
      expect((stop / 1e9 - entry) * sign).toBeLessThan(0.01);
      return 'moved';
    });
    expect(outcomes).toContain('moved');
  });

  test('are not there without a position', () => {
    const { obey } = traded();
    expect(obey({ name: 'move-stop', price: 1 }).text).toBe('there is no stop to move');
    expect(obey({ name: 'stop-to-break-even' }).text).toBe('there is no position');
    expect(obey({ name: 'reverse', ...EXITS }).text).toBe('there is no position to reverse');
  });
});
