import { expect, test } from 'vitest';
import type { OrderRequest } from '../../../src/domain/order.ts';
import { dayOf, NS_PER_MS, NS_PER_SECOND } from '../../../src/domain/time.ts';
import type { ApprovedOrder } from '../../../src/risk/approved-order.ts';
import { ShadowExchange } from '../../../src/simulation/assumptions/shadow-exchange.ts';
import { ExchangeRig, nanosOf } from '../../support/exchange-rig.ts';
import { STOCK } from '../../support/market-rig.ts';

/** A bid of 50 at 100 and one of 90 at 99.99, an ask at 101; resting orders fill only when traded through. */
function shadowRig() {
  const rig = new ExchangeRig({ fillModel: 'pessimistic' });
  rig.add(0, 1, 'bid', 100, 50);
  rig.add(0, 2, 'bid', 99.99, 90);
  rig.add(0, 9, 'ask', 101, 70);
  const shadow = new ShadowExchange({ name: 'pessimistic', meaning: '' }, rig.exchange, {
    instrument: STOCK,
    day: dayOf(2026, 6, 1),
    entryTimeoutSecs: 5,
  });
  const send = (ms: number, order: Partial<OrderRequest>, isExit: boolean): void => {
    rig.wait(ms);
    const request: OrderRequest = {
      id: 'A',
      side: 'buy',
      type: 'limit',
      quantity: 30,
      tif: 'day',
      role: 'ENTRY',
      reduceOnly: false,
      ...order,
    };
    shadow.submit(request as ApprovedOrder, ms * NS_PER_MS, isExit);
  };
  const position = (): number => {
    shadow.takeFills();
    return shadow.portfolio.position;
  };
  return { rig, shadow, send, position };
}
const BUY = { price: nanosOf(100) };
const SELL = { id: 'X', side: 'sell', type: 'market', role: 'EXIT' } as const;

test('an exit by effect closes nothing where the entry never filled', () => {
  const { rig, send, position } = shadowRig();
  send(0, BUY, false);
  rig.execute(30, 'bid', 100, [1, 50]);
  expect(position()).toBe(0);
  send(40, SELL, true);
  rig.wait(70);
  expect(position()).toBe(0);
});

test('an exit by effect closes what there is of it, and pays commission for that alone', () => {
  const { rig, shadow, send, position } = shadowRig();
  send(0, BUY, false);
  rig.execute(30, 'bid', 99.99, [2, 10]);
  expect(position()).toBe(10);
  send(40, SELL, true);
  rig.wait(70);
  expect(position()).toBe(0);
  // ten of them at 100, bought at 100
  expect(shadow.portfolio.realizedMicros).toBe(0);
});

test('an order that opens in the run opens here, too', () => {
  const { rig, send, position } = shadowRig();
  send(0, { ...SELL, role: 'ENTRY' }, false);
  rig.wait(30);
  expect(position()).toBe(-30);
});

test('a bracket’s entry is given up after the time-out although nobody cancels it', () => {
  const { rig, shadow, send, position } = shadowRig();
  send(0, { ...BUY, ocoGroup: 'B1' }, false);
  rig.wait(20);
  expect(shadow.nextDue).toBe(5 * NS_PER_SECOND);
  rig.wait(5000);
  shadow.handleDue(rig.sequence, null);
  rig.wait(5020);
  rig.execute(5030, 'bid', 99.99, [2, 60]);
  expect([position(), shadow.nextDue]).toEqual([0, Number.POSITIVE_INFINITY]);
});

test('an exit that was decided on gives up an entry that still works', () => {
  const { rig, send, position } = shadowRig();
  send(0, { ...BUY, ocoGroup: 'B1' }, false);
  send(100, { ...SELL, reduceOnly: true, ocoGroup: 'B1' }, true);
  rig.execute(200, 'bid', 99.99, [2, 60]);
  expect(position()).toBe(0);
});
