import { type Contract, TickByTickDataType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type HandledGateway,
  startFakeGateway,
} from '../../../src/app/gateway/start-fake-gateway.ts';
import { IbkrClient, TEST_CONTRACT } from '../../support/ibkr-client.ts';

let gateway: HandledGateway;
let client: IbkrClient;

beforeEach(async () => {
  gateway = await startFakeGateway({
    limits: { lines: 2, depth: 1, tickByTick: 2 },
    history: {
      averageVolume: 123_456,
      bars: [
        { date: '20261120', open: 1, high: 4, low: 0.5, close: 2, volume: 100 },
        { date: '20261123', open: 2, high: 5, low: 1.5, close: 3, volume: 200 },
      ],
    },
  });
  gateway.depth(
    [
      [99.99, 300],
      [99.98, 200],
    ],
    [
      [100.01, 400],
      [100.03, 100],
    ],
  );
  client = await new IbkrClient(gateway.port).connect();
});

afterEach(async () => {
  // a message that is too long or too short is told as error 505
  expect(client.all('error').filter(([, code]) => code === 505)).toEqual([]);
  client.close();
  await gateway.close();
});

/** Applies the operations as the protocol says, and returns the rows of a side as price and size. */
function rowsOf(side: 0 | 1): (readonly [number, number])[] {
  const rows: (readonly [number, number])[] = [];
  for (const [, position, , operation, of, price, size] of client.all('updateMktDepthL2')) {
    if (of !== side) continue;
    const row = [Number(price), Number(size)] as const;
    if (operation === 0) rows.splice(Number(position), 0, row);
    if (operation === 1) rows[Number(position)] = row;
    if (operation === 2) rows.splice(Number(position), 1);
  }
  return rows.slice(0, 10);
}

const asked = async (): Promise<void> => {
  const before = client.all('currentTime').length;
  client.api.reqCurrentTime();
  await client.until(() => client.all('currentTime').length > before);
};

describe('market data of the fake gateway', () => {
  test('a book is told by operations that add up to it, through inserts, changes and deletions', async () => {
    client.api.reqMktDepth(1, TEST_CONTRACT, 10, true);
    await asked();
    expect([rowsOf(1), rowsOf(0)]).toEqual([
      [
        [99.99, 300],
        [99.98, 200],
      ],
      [
        [100.01, 400],
        [100.03, 100],
      ],
    ]);
    gateway.depth(
      [
        [100, 50],
        [99.98, 250],
        [99.9, 10],
      ],
      [[100.03, 100]],
    );
    await asked();
    expect([rowsOf(1), rowsOf(0)]).toEqual([
      [
        [100, 50],
        [99.98, 250],
        [99.9, 10],
      ],
      [[100.03, 100]],
    ]);
  });

  test('a reset book is told by message 317 and comes anew', async () => {
    client.api.reqMktDepth(1, TEST_CONTRACT, 10, true);
    await asked();
    client.heard.length = 0;
    gateway.fault({ type: 'reset-depth' });
    await client.next('error', ([, code, id]) => code === 317 && id === 1);
    await asked();
    expect(rowsOf(1)).toEqual([
      [99.99, 300],
      [99.98, 200],
    ]);
    expect(client.all('updateMktDepthL2').every((values) => values[3] === 0)).toBe(true);
  });

  test('trades and quotes come tick by tick, with their sizes', async () => {
    client.api.reqTickByTickData(1, TEST_CONTRACT, TickByTickDataType.AllLast, 0, false);
    client.api.reqTickByTickData(2, TEST_CONTRACT, TickByTickDataType.BidAsk, 0, false);
    await asked();
    gateway.trade(100.01, 70);
    gateway.quote(100, 100.02, 5, 6);
    await client.until(() => client.all('tickByTickBidAsk').length === 2);
    expect(client.all('tickByTickAllLast').map((values) => values.slice(3, 5))).toEqual([
      [100.01, 70],
    ]);
    expect(client.all('tickByTickBidAsk').map((values) => values.slice(2, 6))).toEqual([
      [99.99, 100.01, 300, 400],
      [100, 100.02, 5, 6],
    ]);
  });

  test('a quote line tells prices, sizes, volume, halts, shortability, average volume and trades', async () => {
    client.api.reqMktData(1, TEST_CONTRACT, '165,233,236', false, false);
    await asked();
    gateway.trade(100.01, 70);
    gateway.halt(true);
    await asked();
    const ticks = ['tickPrice', 'tickSize', 'tickGeneric', 'tickString'].flatMap((name) =>
      client.all(name).map(([, type, value]) => [type, value]),
    );
    for (const expected of [
      [1, 99.99],
      [0, 300],
      [2, 100.01],
      [3, 400],
      [4, 100.01],
      [5, 70],
      [8, 70],
      [21, 123_456],
      [46, 3],
      [49, 0],
      [49, 1],
    ])
      expect(ticks).toContainEqual(expected);
    expect(client.all('tickString')[0]?.[2]).toMatch(/^100\.01;70;\d+;70;100\.01;true$/);
  });

  test('every kind of subscription has its limit, its ids are used once, and what is canceled makes room', async () => {
    const other: Contract = { ...TEST_CONTRACT, symbol: 'NONE' };
    client.api.reqMktData(1, TEST_CONTRACT, '', false, false);
    client.api.reqMktData(1, TEST_CONTRACT, '', false, false);
    client.api.reqMktData(2, TEST_CONTRACT, '', false, false);
    client.api.reqMktData(3, TEST_CONTRACT, '', false, false);
    client.api.reqMktData(4, other, '', false, false);
    client.api.reqMktDepth(5, TEST_CONTRACT, 5, true);
    client.api.reqMktDepth(6, TEST_CONTRACT, 5, true);
    client.api.cancelMktData(1);
    client.api.reqMktData(7, TEST_CONTRACT, '', false, false);
    client.api.cancelMktDepth(9, true);
    await asked();
    expect(client.all('error').map(([, code, id]) => [id, code])).toEqual([
      [1, 102],
      [3, 101],
      [4, 200],
      [6, 309],
      [9, 310],
    ]);
  });

  test('daily bars and the contract are told', async () => {
    client.api.reqHistoricalData(
      1,
      TEST_CONTRACT,
      '',
      '1 D',
      '1 day' as never,
      'TRADES',
      1,
      1,
      false,
    );
    client.api.reqContractDetails(2, TEST_CONTRACT);
    await client.next('contractDetailsEnd');
    const [first, end] = client.all('historicalData');
    expect(first?.slice(1, 7)).toEqual(['20261123', 2, 5, 1.5, 3, 200]);
    expect(String(end?.[1])).toMatch(/^finished-/);
    expect(client.all('contractDetails')[0]?.[1]).toMatchObject({
      minTick: 0.01,
      contract: { symbol: 'TEST', secType: 'STK', primaryExch: 'NASDAQ' },
    });
  });

  test('the account is told by summary, updates and positions, each as the broker does', async () => {
    client.api.reqAccountSummary(1, 'All', 'NetLiquidation,TotalCashValue');
    client.api.reqAccountUpdates(true, 'DU1234567');
    await client.next('accountDownloadEnd');
    expect(client.all('accountSummary').map((values) => values.slice(2))).toEqual([
      ['NetLiquidation', '100000.00', 'USD'],
      ['TotalCashValue', '100000.00', 'USD'],
    ]);
    client.place(1, {
      action: 'SELL' as never,
      orderType: 'MKT' as never,
      totalQuantity: 100,
    });
    const [contract, position, price] = await client.next('updatePortfolio');
    expect([contract, position]).toMatchObject([{ symbol: 'TEST' }, -100]);
    expect(price).toBe(100);
  });
});
