import { type Order, OrderAction, OrderType } from '@stoqey/ib';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type FakeGatewayStart,
  type HandledGateway,
  startFakeGateway,
} from '../../../src/app/gateway/start-fake-gateway.ts';
import { IbkrClient } from '../../support/ibkr-client.ts';

let gateway: HandledGateway;
let client: IbkrClient;

async function begin(start: FakeGatewayStart = {}): Promise<void> {
  gateway = await startFakeGateway(start);
  gateway.quote(99.99, 100.01);
  client = await new IbkrClient(gateway.port).connect();
}

afterEach(async () => {
  client.close();
  await gateway.close();
});

/** Buys 100 at 99.9 with a target at 101 and a stop at 99, as ids 1, 2 and 3. */
function placeBracket(last: Partial<Order> = {}): void {
  const exit = { action: OrderAction.SELL, totalQuantity: 100, parentId: 1 };
  client.place(1, {
    action: OrderAction.BUY,
    orderType: OrderType.LMT,
    lmtPrice: 99.9,
    totalQuantity: 100,
    transmit: false,
  });
  client.place(2, { ...exit, orderType: OrderType.LMT, lmtPrice: 101, transmit: false });
  client.place(3, { ...exit, orderType: OrderType.STP, auxPrice: 99, ...last });
}

describe('a bracket at the fake gateway', () => {
  test('nothing is told or worked before the order that transmits the family', async () => {
    await begin();
    placeBracket({ transmit: false });
    client.api.reqOpenOrders();
    await client.next('openOrderEnd');
    expect(client.all('openOrder')).toEqual([]);
    gateway.trade(99.8, 500);
    expect(gateway.position).toBe(0);
  });

  test('children wait for their parent, work when it has filled, and the one that fills ends the other', async () => {
    await begin();
    placeBracket();
    await client.until(() => client.statesOf(3).length === 1);
    expect(client.statesOf(1)).toEqual(['Submitted']);
    expect(client.statesOf(2)).toEqual(['PreSubmitted']);
    expect(client.all('orderStatus')[1]?.[9]).toBe('child');
    gateway.trade(101.5, 500);
    expect(gateway.executions).toEqual([]);
    gateway.trade(99.9, 100);
    await client.until(() => client.statesOf(2).includes('Submitted'));
    expect(gateway.position).toBe(100);
    gateway.trade(101, 100);
    await client.next('error', ([, code, id]) => code === 202 && id === 3);
    expect(client.statesOf(2).at(-1)).toBe('Filled');
    expect(client.statesOf(3).at(-1)).toBe('Cancelled');
    gateway.trade(98, 500);
    expect(gateway.position).toBe(0);
  });

  test('exits never close more than the parent has filled, and go on with what it fills later', async () => {
    await begin();
    placeBracket();
    await client.until(() => client.statesOf(3).length === 1);
    gateway.trade(99.9, 40);
    gateway.trade(101, 500);
    await client.until(() => gateway.position === 0);
    gateway.trade(98.9, 500);
    // the rest of the entry fills at its limit, and the stop's print closes it
    expect(gateway.position).toBe(60);
    gateway.trade(98.9, 1);
    await client.until(() => gateway.position === 0);
    await client.until(() => client.statesOf(3).at(-1) === 'Filled');
    expect(client.statesOf(2).at(-1)).toBe('Cancelled');
  });

  test('a parent that is canceled without a fill takes its children along', async () => {
    await begin();
    placeBracket();
    await client.until(() => client.statesOf(3).length === 1);
    client.api.cancelOrder(1);
    await client.until(() => client.statesOf(3).at(-1) === 'Cancelled');
    expect(client.statesOf(2).at(-1)).toBe('Cancelled');
    expect(gateway.gateway.orders.open).toEqual([]);
  });

  test('after a part filled, by the rule that is chosen, children protect it or are gone', async () => {
    for (const afterPartialCancel of ['work-on', 'canceled'] as const) {
      await begin({ rules: { afterPartialCancel } });
      placeBracket();
      await client.until(() => client.statesOf(3).length === 1);
      gateway.trade(99.9, 40);
      client.api.cancelOrder(1);
      await client.next('error', ([, code, id]) => code === 202 && id === 1);
      gateway.quote(98.9, 99.1);
      gateway.trade(98.9, 10);
      expect(gateway.position).toBe(afterPartialCancel === 'work-on' ? 0 : 40);
      client.close();
      await gateway.close();
    }
    await begin();
  });

  test('by the other rule children wait until the parent can fill no more', async () => {
    await begin({ rules: { activation: 'whole-parent' } });
    placeBracket();
    await client.until(() => client.statesOf(3).length === 1);
    gateway.trade(99.9, 40);
    gateway.trade(101, 500);
    expect(gateway.position).toBe(40);
    gateway.trade(99.9, 60);
    gateway.trade(101, 500);
    expect(gateway.position).toBe(0);
  });

  test('an explicit group of type 1 ends with its first fill, of type 3 it is reduced by it', async () => {
    for (const [ocaType, left] of [
      [1, []],
      [3, [60]],
    ] as const) {
      await begin({ position: 100, averagePrice: 100 });
      const exit = {
        action: OrderAction.SELL,
        totalQuantity: 100,
        ocaGroup: 'exits',
        ocaType,
      };
      client.place(1, { ...exit, orderType: OrderType.LMT, lmtPrice: 101 });
      client.place(2, { ...exit, orderType: OrderType.STP, auxPrice: 99 });
      await client.until(() => client.statesOf(2).length === 1);
      gateway.trade(101, 40);
      await client.until(() => client.statesOf(2).length > 1);
      const open = gateway.gateway.orders.open.filter(({ orderId }) => orderId === 2);
      expect(open.map(({ quantity }) => quantity)).toEqual(left);
      client.close();
      await gateway.close();
    }
    await begin();
  });
});
