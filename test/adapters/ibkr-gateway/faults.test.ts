import { type Order, OrderAction, OrderType, TickByTickDataType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/adapters/ibkr-gateway/fault.ts';
import {
  type HandledGateway,
  startFakeGateway,
} from '../../../src/app/gateway/start-fake-gateway.ts';
import { IbkrClient, TEST_CONTRACT } from '../../support/ibkr-client.ts';

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

const buy = (price: number, more: Partial<Order> = {}): Partial<Order> => ({
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  lmtPrice: price,
  totalQuantity: 100,
  ...more,
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Names of what is told about orders, in order. */
const orderEvents = (): string[] =>
  client.heard
    .map(({ name }) => name)
    .filter((name) =>
      ['openOrder', 'orderStatus', 'execDetails', 'commissionReport'].includes(name),
    );

describe('a connection to the fake gateway', () => {
  test('that is dropped loses nothing at the broker: the fill meanwhile is told when it is asked for', async () => {
    client.place(1, buy(99.9, { orderRef: 'intent-1' }));
    await client.next('openOrder');
    gateway.fault({ type: 'drop' });
    await client.next('disconnected');
    gateway.trade(99.9, 100);
    client = await new IbkrClient(gateway.port).connect();
    expect(client.all('nextValidId')).toEqual([[2]]);
    expect(client.all('execDetails')).toEqual([]);
    client.api.reqExecutions(700, {});
    await client.next('execDetailsEnd');
    expect(client.all('execDetails')).toMatchObject([
      [700, { symbol: 'TEST' }, { orderId: 1, shares: 100, price: 99.9, orderRef: 'intent-1' }],
    ]);
    expect(client.all('commissionReport')).toHaveLength(1);
    client.api.reqPositions();
    await client.next('positionEnd');
    const [account, contract, position] = client.all('position')[0] ?? [];
    expect([account, contract, position]).toMatchObject(['DU1234567', { symbol: 'TEST' }, 100]);
  });

  test('executions are told by the filters of the request: client, time and side', async () => {
    client.place(1, buy(100.01));
    await client.next('execDetails');
    client.heard.length = 0;
    client.api.reqExecutions(1, { clientId: '9' });
    client.api.reqExecutions(2, { side: 'SELL' });
    client.api.reqExecutions(3, { time: '20990101-00:00:00' });
    client.api.reqExecutions(4, { clientId: '1', side: 'BUY', time: '20200101-00:00:00' });
    await client.next('execDetailsEnd', ([id]) => id === 4);
    expect(client.all('execDetails').map(([id]) => id)).toEqual([4]);
  });

  test('that stalls is accepted and silent, and makes up for it afterwards', async () => {
    gateway.fault({ type: 'stall' });
    client.place(1, buy(99.9));
    const late = new IbkrClient(gateway.port, 2);
    late.api.connect();
    await pause(60);
    expect([client.all('openOrder'), late.all('server')]).toEqual([[], []]);
    expect(gateway.orders).toEqual([]);
    gateway.fault({ type: 'resume' });
    await client.next('openOrder');
    await late.next('nextValidId');
    late.close();
  });

  test('is thrown out by a restart, refused while it lasts, and finds its orders after it', async () => {
    client.place(1, buy(99.9));
    await client.next('openOrder');
    gateway.fault({ type: 'restart', downMs: 80 });
    await client.next('disconnected');
    const early = new IbkrClient(gateway.port, 1);
    early.api.connect();
    await early.next('disconnected');
    expect(early.all('nextValidId')).toEqual([]);
    await pause(80);
    client = await new IbkrClient(gateway.port).connect();
    expect(client.all('nextValidId')).toEqual([[2]]);
    client.api.reqOpenOrders();
    await client.next('openOrderEnd');
    expect(client.all('openOrder').map(([id]) => id)).toEqual([1]);
  });

  test('with a client id in use, in truth or by command, is told 326 and ended', async () => {
    const second = new IbkrClient(gateway.port, 1);
    second.api.connect();
    await second.next('disconnected');
    expect(second.all('info').map(([, code]) => code)).toEqual([326]);
    gateway.fault({ type: 'client-id-in-use', clientId: 4, isOn: true });
    const fourth = new IbkrClient(gateway.port, 4);
    fourth.api.connect();
    await fourth.next('disconnected');
    expect(fourth.all('nextValidId')).toEqual([]);
    gateway.fault({ type: 'client-id-in-use', clientId: 4, isOn: false });
    const fifth = await new IbkrClient(gateway.port, 4).connect();
    fifth.close();
  });

  test('that sends more than fifty messages a second is warned, and thrown out at the third time', async () => {
    const fast = new IbkrClient(gateway.port, 3, 1000);
    await fast.connect();
    for (let at = 0; at < 160; at++) fast.api.reqCurrentTime();
    await fast.next('disconnected');
    expect(fast.all('info').filter(([, code]) => code === 100)).toHaveLength(3);
  });

  test.each([1100, 1101, 1102, 2103, 2104, 2105, 2106, 2107, 2108])(
    'is told message %i with the words of the broker',
    async (code) => {
      client.heard.length = 0;
      gateway.fault({ type: 'message', code });
      const [text] = await client.next('info', (values) => values[1] === code);
      expect(text).toMatch(/onnecti/);
    },
  );

  test('while the line to the broker is lost orders are refused and data stop, and come back', async () => {
    client.api.reqTickByTickData(800, TEST_CONTRACT, TickByTickDataType.AllLast, 0, false);
    await client.until(() => gateway.gateway.clientIds.length === 1);
    gateway.fault({ type: 'line-lost' });
    await client.next('info', ([, code]) => code === 1100);
    gateway.trade(100, 1);
    client.place(1, buy(99.9));
    await client.next('error', ([, code]) => code === 201);
    expect(client.all('tickByTickAllLast')).toEqual([]);
    gateway.fault({ type: 'line-back', keepsData: true });
    await client.next('info', ([, code]) => code === 1102);
    gateway.trade(100, 2);
    await client.next('tickByTickAllLast');
    gateway.fault({ type: 'line-lost' });
    gateway.fault({ type: 'line-back', keepsData: false });
    await client.next('info', ([, code]) => code === 1101);
    gateway.trade(100, 3);
    client.api.reqCurrentTime();
    await client.next('currentTime');
    expect(client.all('tickByTickAllLast')).toHaveLength(1);
  });
});

describe('an order at a fake gateway on a bad day', () => {
  test.each([
    [{ type: 'refuse-orders' }, 201, 'Cancelled'],
    [{ type: 'refuse-orders', code: 203, text: 'not allowed' }, 203, 'Cancelled'],
    [{ type: 'inactive-orders' }, 201, 'Inactive'],
  ] as const)('is refused: %o', async (fault, expected, status) => {
    gateway.fault(fault);
    client.place(1, buy(100.01));
    await client.next('error', ([, code, id]) => code === expected && id === 1);
    expect(client.statesOf(1)).toEqual([status]);
    client.place(2, buy(100.01));
    await client.next('execDetails');
    expect(gateway.position).toBe(100);
  });

  test('is swallowed: no word comes, and it is not there', async () => {
    gateway.fault({ type: 'swallow-orders' });
    client.place(1, buy(100.01));
    client.api.reqAllOpenOrders();
    await client.next('openOrderEnd');
    expect([client.all('openOrder'), client.all('error')]).toEqual([[], []]);
    expect(gateway.position).toBe(0);
  });

  test('comes with a warning and lives', async () => {
    gateway.fault({ type: 'warn-orders', text: 'Warning: held until the open' });
    client.place(1, buy(99.9));
    await client.next('error', ([, code]) => code === 399);
    const state = (await client.next('openOrder'))[3];
    expect(state).toMatchObject({ warningText: 'Warning: held until the open' });
    expect(gateway.gateway.orders.open).toHaveLength(1);
  });

  test('works on when its cancel is refused or swallowed', async () => {
    client.place(1, buy(99.9));
    await client.next('openOrder');
    gateway.fault({ type: 'refuse-cancels' });
    gateway.fault({ type: 'swallow-cancels' });
    client.api.cancelOrder(1);
    await client.next('error', ([, code, id]) => code === 161 && id === 1);
    client.api.cancelOrder(1);
    client.api.reqOpenOrders();
    await client.next('openOrderEnd');
    expect(client.statesOf(1)).not.toContain('Cancelled');
    expect(gateway.gateway.orders.open).toHaveLength(1);
  });

  test('is canceled by the broker with message 202', async () => {
    client.place(1, buy(99.9));
    await client.next('openOrder');
    gateway.fault({ type: 'cancel-orders', text: 'margin' });
    const [error] = await client.next('error', ([, code]) => code === 202);
    expect(String(error)).toContain('margin');
    expect(gateway.gateway.orders.open).toEqual([]);
  });

  test.each<[Fault, string[]]>([
    [
      { type: 'states', how: 'plain', delayMs: 40 },
      [
        ...['execDetails', 'commissionReport'],
        ...['openOrder', 'orderStatus', 'openOrder', 'orderStatus'],
      ],
    ],
    [
      { type: 'states', how: 'twice' },
      [
        ...['openOrder', 'orderStatus', 'openOrder', 'orderStatus'],
        ...['openOrder', 'orderStatus', 'openOrder', 'orderStatus'],
        ...['execDetails', 'commissionReport'],
      ],
    ],
    [
      { type: 'states', how: 'reversed' },
      [
        ...['orderStatus', 'openOrder', 'orderStatus', 'openOrder'],
        ...['execDetails', 'commissionReport'],
      ],
    ],
    [{ type: 'states', how: 'never' }, ['execDetails', 'commissionReport']],
    [
      { type: 'executions', how: 'twice' },
      [
        ...['openOrder', 'orderStatus', 'openOrder', 'orderStatus'],
        ...['execDetails', 'execDetails', 'commissionReport', 'commissionReport'],
      ],
    ],
    [
      { type: 'executions', how: 'never' },
      ['openOrder', 'orderStatus', 'openOrder', 'orderStatus'],
    ],
    [
      { type: 'executions', how: 'plain', delayMs: 20, commissionDelayMs: 20 },
      [
        ...['openOrder', 'orderStatus', 'openOrder', 'orderStatus'],
        ...['execDetails', 'commissionReport'],
      ],
    ],
  ])('that fills at once is told as %o says', async (fault, expected) => {
    gateway.fault(fault);
    client.place(1, buy(100.01));
    await client.until(
      () => orderEvents().length === expected.length,
      () => `told: ${orderEvents().join(' ')}`,
    );
    await pause(30);
    expect(orderEvents()).toEqual(expected);
  });

  test('has its execution corrected under an id that counts on, and the account with it', async () => {
    client.place(1, buy(100.01));
    await client.next('commissionReport');
    const before = gateway.gateway.account.cashMicros;
    gateway.fault({ type: 'correct-execution', price: 100.02 });
    await client.until(() => client.all('execDetails').length === 2);
    const [first, second] = client.all('execDetails').map(([, , it]) => it) as {
      execId: string;
      price: number;
    }[];
    expect(second?.price).toBe(100.02);
    expect(second?.execId.slice(0, -2)).toBe(first?.execId.slice(0, -2));
    expect(second?.execId).toMatch(/\.02$/);
    expect(gateway.gateway.account.cashMicros).toBeCloseTo(before - 1e6, 3);
    expect(gateway.position).toBe(100);
  });

  test('is refused by a gateway that only lets read', async () => {
    gateway.fault({ type: 'read-only', isOn: true });
    client.place(1, buy(100.01));
    await client.next('error', ([, code, id]) => code === 321 && id === 1);
    client.api.reqGlobalCancel();
    await client.next('info', ([, code]) => code === 321);
    expect(gateway.orders).toEqual([]);
  });

  test('is found by everybody and by nobody by its id where a hand placed it in the broker’s program', async () => {
    gateway.placeByHand('buy', 99.5, 10);
    client.api.reqAllOpenOrders();
    await client.next('openOrderEnd');
    const states = client.all('orderStatus').map((values) => values.slice(0, 4));
    expect(states).toEqual([[0, 'Submitted', 0, 10]]);
    client.heard.length = 0;
    client.api.reqOpenOrders();
    await client.next('openOrderEnd');
    expect(client.all('openOrder')).toEqual([]);
    client.api.cancelOrder(0);
    await client.next('error', ([, code]) => code === 10_147);
  });
});
