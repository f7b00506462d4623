import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { runHandledGateway } from '../../../src/app/gateway/gateway-program.ts';
import { IbkrClient } from '../../support/ibkr-client.ts';

const stop = new AbortController();

afterEach(() => stop.abort());

/** Says one line to a control port and resolves with the answer. */
function tell(port: number, command: unknown): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', reject);
  socket.on('data', (bytes) => {
    socket.destroy();
    resolve(JSON.parse(String(bytes)));
  });
  socket.write(`${typeof command === 'string' ? command : JSON.stringify(command)}\n`);
  return promise;
}

test('a gateway without data is told quotes, trades and faults on its control line', async () => {
  const ports: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const ended = runHandledGateway(
    { symbol: 'TEST', bid: 99.99, ask: 100.01 },
    {
      port: 0,
      control: 0,
      signal: stop.signal,
      say(line) {
        ports.push(Number(/port (\d+)/.exec(line)?.[1]));
        if (ports.length === 2) resolve();
      },
    },
  );
  await promise;
  const [control = 0, port = 0] = ports;
  const client = await new IbkrClient(port).connect();
  client.place(1, {
    action: 'BUY' as never,
    orderType: 'LMT' as never,
    lmtPrice: 99.9,
    totalQuantity: 10,
  });
  await client.next('openOrder');
  expect(await tell(control, { type: 'trade', price: 99.9, size: 10 })).toEqual({ ok: true });
  await client.next('execDetails');
  const naked = { position: 10, clients: [1], unprotected: 10 };
  expect(await tell(control, { type: 'status' })).toMatchObject(naked);
  client.place(2, {
    action: 'SELL' as never,
    orderType: 'STP' as never,
    auxPrice: 99,
    totalQuantity: 7,
  });
  await client.next('openOrder');
  expect(await tell(control, { type: 'status' })).toMatchObject({ position: 10, unprotected: 3 });
  expect(await tell(control, { type: 'truth' })).toMatchObject({
    position: 10,
    orders: [
      { orderId: 1, status: 'Filled', side: 'buy', quantity: 10, isOver: true },
      { orderId: 2, type: 'STP', side: 'sell', quantity: 7, isOver: false },
    ],
    executions: [{ orderId: 1, side: 'buy', price: 99.9e9, quantity: 10 }],
  });
  expect(await tell(control, { type: 'drop', clientId: 1 })).toEqual({ ok: true });
  await client.next('disconnected');
  expect(await tell(control, { type: 'drop', unknown: 1 })).toMatchObject({
    error: expect.stringContaining('unknown'),
  });
  expect(await tell(control, 'no json')).toMatchObject({ error: expect.stringContaining('JSON') });
  stop.abort();
  await ended;
});
