import { type Order, OrderAction, OrderType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type HandledGateway,
  startFakeGateway,
} from '../../../src/app/gateway/start-fake-gateway.ts';
import { IbkrClient } from '../../support/ibkr-client.ts';

let gateway: HandledGateway;
let client: IbkrClient;

beforeEach(async () => {
  gateway = await startFakeGateway();
  gateway.quote(99.99, 100.01);
  client = await new IbkrClient(gateway.port).connect();
});

afterEach(async () => {
  client.close();
  await gateway.close();
});

const buy = (price: number, quantity = 100): Partial<Order> => ({
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  lmtPrice: price,
  totalQuantity: quantity,
});

describe('an order at the fake gateway', () => {
  test('a limit order that rests is told with all its terms, and fills as the market comes to it', async () => {
    client.place(1, { ...buy(99.95), orderRef: 'intent-7' });
    const [id, contract, order, state] = await client.next('openOrder');
    expect(id).toBe(1);
    expect(contract).toMatchObject({ symbol: 'TEST', secType: 'STK', currency: 'USD' });
    expect(order).toMatchObject({
      action: 'BUY',
      totalQuantity: 100,
      orderType: 'LMT',
      lmtPrice: 99.95,
      tif: 'DAY',
      account: '',
      orderRef: 'intent-7',
      clientId: 1,
    });
    expect(state).toMatchObject({ status: 'Submitted' });
    await client.until(() => client.statesOf(1).includes('Submitted'));
    gateway.quote(99.93, 99.95);
    const [, , execution] = await client.next('execDetails');
    expect(execution).toMatchObject({
      orderId: 1,
      side: 'BOT',
      shares: 100,
      price: 99.95,
      cumQty: 100,
      avgPrice: 99.95,
      orderRef: 'intent-7',
      acctNumber: 'DU1234567',
    });
    const [report] = await client.next('commissionReport');
    expect(report).toMatchObject({ currency: 'USD', realizedPNL: undefined });
    expect(client.statesOf(1)).toEqual(['Submitted', 'Filled']);
    expect(gateway.position).toBe(100);
    // a message that is too long or too short would be told as error 505
    expect(client.all('error')).toEqual([]);
  });

  test('a market order takes what is shown, in one execution a level', async () => {
    gateway.depth(
      [[99.99, 500]],
      [
        [100.01, 60],
        [100.02, 500],
      ],
    );
    client.place(1, {
      action: OrderAction.BUY,
      orderType: OrderType.MKT,
      totalQuantity: 100,
    });
    await client.until(() => client.all('execDetails').length === 2);
    const fills = client.all('execDetails').map(([, , execution]) => execution);
    expect(fills).toMatchObject([
      { shares: 60, price: 100.01, cumQty: 60 },
      { shares: 40, price: 100.02, cumQty: 100 },
    ]);
    await client.until(() => client.statesOf(1).at(-1) === 'Filled');
  });

  test('a market order that finds too little goes on when more is offered, and is told once', async () => {
    gateway.quote(99.99, 100.01, 1000, 60);
    client.place(1, { action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 100 });
    await client.next('execDetails');
    expect(gateway.position).toBe(60);
    gateway.quote(99.99, 100.02, 1000, 30);
    gateway.quote(99.99, 100.03, 1000, 30);
    await client.until(() => client.statesOf(1).at(-1) === 'Filled');
    expect(client.statesOf(1)).toEqual(['Submitted', 'Submitted', 'Submitted', 'Filled']);
    const fills = client.all('execDetails').map(([, , it]) => (it as { price: number }).price);
    expect(fills).toEqual([100.01, 100.02, 100.03]);
  });

  test('a market order in a halt waits for trading', async () => {
    gateway.halt(true);
    client.place(1, { action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 100 });
    await client.next('openOrder');
    gateway.quote(99.99, 100.01);
    expect(gateway.position).toBe(0);
    gateway.halt(false);
    await client.next('execDetails');
    expect(gateway.position).toBe(100);
  });

  test('a closing execution tells what it made after both commissions, and the account agrees to the cent', async () => {
    client.place(1, buy(100.01));
    await client.next('execDetails');
    gateway.quote(101, 101.02);
    client.place(2, { ...buy(101), action: OrderAction.SELL });
    await client.until(() => client.all('commissionReport').length === 2);
    const [, closing] = client.all('commissionReport').map(([report]) => report) as {
      realizedPNL: number;
      commission: number;
    }[];
    const { cashMicros, realizedMicros } = gateway.gateway.account;
    expect(gateway.position).toBe(0);
    expect(cashMicros).toBeCloseTo(100_000e6 + realizedMicros, 3);
    expect(closing?.realizedPNL).toBeCloseTo(realizedMicros / 1e6, 6);
    const paid = client.all('commissionReport').reduce((sum, [report]) => {
      return sum + (report as { commission: number }).commission;
    }, 0);
    expect(closing?.realizedPNL).toBeCloseTo(99 - paid, 6);
  });

  test('a cancel is answered by its state and by message 202', async () => {
    client.place(1, buy(99.5));
    await client.until(() => client.statesOf(1).includes('Submitted'));
    client.api.cancelOrder(1);
    const [, code, id] = await client.next('error');
    expect([code, id]).toEqual([202, 1]);
    expect(client.statesOf(1)).toEqual(['Submitted', 'PendingCancel', 'Cancelled']);
  });

  test('new terms under the same id change the order that works', async () => {
    client.place(1, buy(99.5));
    await client.until(() => client.statesOf(1).length === 1);
    client.place(1, buy(99.9, 150));
    await client.until(() => client.all('openOrder').length === 2);
    expect(client.all('openOrder')[1]?.[2]).toMatchObject({ lmtPrice: 99.9, totalQuantity: 150 });
    gateway.trade(99.9, 150);
    await client.until(() => client.statesOf(1).at(-1) === 'Filled');
    expect(gateway.position).toBe(150);
  });

  test('each kind of order fills where its rules say', async () => {
    const order = (type: OrderType, action: OrderAction, more: Partial<Order>) => ({
      action,
      orderType: type,
      totalQuantity: 10,
      ...more,
    });
    client.place(1, order(OrderType.STP, OrderAction.BUY, { auxPrice: 100.5 }));
    client.place(
      2,
      order(OrderType.STP_LMT, OrderAction.BUY, { auxPrice: 100.5, lmtPrice: 100.7 }),
    );
    client.place(3, order(OrderType.MIT, OrderAction.SELL, { auxPrice: 100.5 }));
    client.place(4, order(OrderType.TRAIL, OrderAction.BUY, { auxPrice: 1, trailStopPrice: 102 }));
    await client.until(() => client.all('openOrder').length === 4);
    expect(client.statesOf(1)).toEqual(['PreSubmitted']);
    gateway.quote(100.49, 100.6);
    gateway.trade(100.5, 5);
    await client.until(() => client.all('execDetails').length === 3);
    expect(client.statesOf(1)).toEqual(['PreSubmitted', 'Submitted', 'Filled']);
    expect(client.statesOf(4)).toEqual(['PreSubmitted']);
    gateway.trade(100, 5);
    gateway.trade(101, 5);
    await client.until(() => client.statesOf(4).at(-1) === 'Filled');
    expect(client.all('execDetails').map(([, , it]) => (it as { price: number }).price)).toEqual([
      100.6, 100.6, 100.49, 100.6,
    ]);
  });

  test.each([
    ['an id below those that were used', 0, buy(99.5), 103],
    ['a price off the grid', 1, buy(99.505), 110],
    ['no size', 1, buy(99.5, 0), 434],
    ['a parent that is not there', 1, { ...buy(99.5), parentId: 77 }, 135],
    ['a type that is not played', 1, { ...buy(99.5), orderType: OrderType.REL }, 387],
  ])('%s is refused with the code of the broker', async (_, id, order, expected) => {
    client.place(id, order);
    const [, code, about] = await client.next('error');
    expect([code, about]).toEqual([expected, id]);
    expect(gateway.gateway.orders.open).toEqual([]);
  });

  test('changes that cannot be are refused: of a filled order, to another side, to another type', async () => {
    client.place(1, buy(100.01));
    await client.next('execDetails');
    client.place(1, buy(100.02));
    await client.next('error', ([, code]) => code === 104);
    client.place(2, buy(99.5));
    client.place(2, { ...buy(99.5), action: OrderAction.SELL });
    await client.next('error', ([, code]) => code === 105);
    client.place(2, { action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 100 });
    await client.next('error', ([, code]) => code === 329);
    expect(gateway.gateway.orders.open).toHaveLength(1);
  });

  test('a cancel of what is not there or is over is refused', async () => {
    client.api.cancelOrder(9);
    await client.next('error', ([, code, id]) => code === 10_147 && id === 9);
    client.place(1, buy(100.01));
    await client.next('execDetails');
    client.api.cancelOrder(1);
    await client.next('error', ([, code, id]) => code === 10_148 && id === 1);
  });

  test('open orders are told by client, of all clients, and with what was placed by hand', async () => {
    const other = await new IbkrClient(gateway.port, 2).connect();
    client.place(1, buy(99.5));
    other.place(1, buy(99.4));
    await client.until(() => client.statesOf(1).length === 1);
    await other.until(() => other.statesOf(1).length === 1);
    client.heard.length = 0;
    client.api.reqOpenOrders();
    await client.next('openOrderEnd');
    expect(client.all('openOrder').map(([id]) => id)).toEqual([1]);
    client.heard.length = 0;
    client.api.reqAllOpenOrders();
    await client.next('openOrderEnd');
    expect(client.all('orderStatus').map((values) => values[8])).toEqual([1, 2]);
    client.api.cancelOrder(1);
    await client.next('error', ([, code]) => code === 202);
    expect(other.statesOf(1)).toEqual(['Submitted']);
    client.api.reqGlobalCancel();
    await other.until(() => other.statesOf(1).at(-1) === 'Cancelled');
    other.close();
  });
});
