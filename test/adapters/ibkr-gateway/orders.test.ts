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
});
