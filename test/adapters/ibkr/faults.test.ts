import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IbkrVenueOptions } from '../../../src/adapters/ibkr/ibkr-venue.ts';
import type { HandledGateway } from '../../../src/app/gateway/start-fake-gateway.ts';
import { ACCOUNT, pause, startGateway, VenueRig } from './venue-rig.ts';

let gateway: HandledGateway;
const rigs: VenueRig[] = [];

beforeEach(async () => {
  gateway = await startGateway();
});

afterEach(async () => {
  for (const rig of rigs.splice(0)) rig.venue.close();
  await gateway.close();
});

async function begin(options: Partial<IbkrVenueOptions> = {}): Promise<VenueRig> {
  const rig = new VenueRig(gateway, options);
  rigs.push(rig);
  await rig.venue.begin(3_000);
  rig.take();
  return rig;
}

const connections = (rig: VenueRig): string[] => {
  rig.take();
  return rig.told.flatMap((told) => (told.type === 'connection-changed' ? [told.connection] : []));
};

describe('orders at a gateway that fails', () => {
  test('an order sent while the gateway is away is refused at once, and never arrives later', async () => {
    const rig = await begin();
    gateway.fault({ type: 'restart', downMs: 150 });
    await rig.until(() => !rig.venue.session.isUsable);
    rig.send({ id: 'r1-1', quantity: 10 });
    await pause(0);
    expect(rig.of('r1-1')).toEqual(['rejected']);
    await rig.until(() => rig.venue.session.isUsable);
    await rig.settle();
    expect(gateway.orders).toEqual([]);
    expect(connections(rig)).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('a gateway that accepts and says nothing is left within two seconds, and is back by itself', async () => {
    const rig = await begin();
    gateway.fault({ type: 'stall' });
    const before = performance.now();
    await rig.until(() => !rig.venue.session.isUsable, 'it was not noticed');
    expect(performance.now() - before).toBeLessThan(2_000);
    gateway.fault({ type: 'resume' });
    await rig.until(() => rig.venue.session.isUsable, 'it did not come back');
  }, 10_000);

  test('a client id that is still taken is tried until it is free', async () => {
    const rig = await begin();
    gateway.fault({ type: 'client-id-in-use', clientId: 7, isOn: true });
    gateway.fault({ type: 'drop' });
    await rig.until(() => rig.words.some((words) => words.includes('(326: ')));
    gateway.fault({ type: 'client-id-in-use', clientId: 7, isOn: false });
    await rig.until(() => rig.venue.session.isUsable);
  });

  test('orders go on after a restart with ids that were never used', async () => {
    const rig = await begin();
    rig.send({ id: 'r1-1', quantity: 10, price: 249 });
    await rig.settle();
    gateway.fault({ type: 'drop' });
    await rig.until(() => !rig.venue.session.isUsable);
    await rig.until(() => rig.venue.session.isUsable);
    rig.send({ id: 'r1-2', quantity: 10, price: 249 });
    await rig.settle();
    expect(rig.of('r1-2')).toEqual(['accepted']);
    expect(new Set(gateway.orders.map(({ orderId }) => orderId)).size).toBe(2);
  });

  test('while the broker’s line is lost orders are refused, and work again after it', async () => {
    const rig = await begin();
    gateway.fault({ type: 'line-lost' });
    await rig.until(() => !rig.venue.session.isUsable);
    rig.send({ id: 'r1-1', quantity: 10 });
    await pause(0);
    expect(rig.of('r1-1')).toEqual(['rejected']);
    gateway.fault({ type: 'line-back', keepsData: true });
    await rig.until(() => rig.venue.session.isUsable);
    rig.send({ id: 'r1-2', quantity: 10 });
    await rig.settle();
    expect(rig.of('r1-2')).toEqual(['accepted', 'filled 10']);
    expect(connections(rig)).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('an order that the gateway swallowed is not in the truth after the connection was lost', async () => {
    const rig = await begin();
    gateway.fault({ type: 'swallow-orders' });
    rig.send({ id: 'r1-1', quantity: 10, price: 249 });
    await rig.settle();
    expect(rig.of('r1-1')).toEqual([]);
    gateway.fault({ type: 'drop' });
    await rig.until(() => !rig.venue.session.isUsable);
    await rig.until(() => rig.venue.session.isUsable);
    expect((await rig.truth()).orders).toEqual([]);
  });

  test('a bracket leaves as parent and children, and nothing of it before the last', async () => {
    const rig = await begin();
    rig.bracket();
    await rig.settle();
    const [entry, ...exits] = gateway.orders;
    expect(entry?.terms).toMatchObject({ orderRef: 'r1-1', parentId: 0, ocaGroup: '' });
    expect(exits.map(({ terms }) => terms)).toMatchObject([
      {
        orderRef: 'r1-2',
        parentId: entry?.orderId,
        ocaGroup: 'r1-B1',
        ocaType: 2,
        account: ACCOUNT,
      },
      {
        orderRef: 'r1-3',
        parentId: entry?.orderId,
        ocaGroup: 'r1-B1',
        ocaType: 2,
        account: ACCOUNT,
      },
    ]);
    gateway.trade(249.99, 100);
    await rig.settle();
    gateway.trade(249.8, 100);
    await rig.settle();
    expect([rig.filled('r1-1'), rig.filled('r1-2'), rig.filled('r1-3')]).toEqual([100, 100, 0]);
    expect(gateway.position).toBe(0);
  });
});

describe('what the broker tells late, twice, otherwise or not at all', () => {
  test('states and executions told twice count once', async () => {
    const rig = await begin();
    gateway.fault({ type: 'states', how: 'twice' });
    gateway.fault({ type: 'executions', how: 'twice' });
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.settle();
    expect(rig.of('r1-1')).toEqual(['accepted', 'filled 10']);
    expect((await rig.truth()).position).toBe(10);
  });

  test('a fill that comes before its acknowledgement is an acceptance and a fill', async () => {
    const rig = await begin();
    gateway.fault({ type: 'states', how: 'plain', delayMs: 60 });
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.until(() => rig.filled('r1-1') === 10);
    expect(rig.of('r1-1')).toEqual(['accepted', 'filled 10']);
    await pause(80);
    expect(rig.of('r1-1')).toEqual(['accepted', 'filled 10']);
  });

  test('an order of which no state is ever told fills by its executions', async () => {
    const rig = await begin();
    gateway.fault({ type: 'states', how: 'never' });
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.settle();
    expect(rig.of('r1-1')).toEqual(['accepted', 'filled 10']);
  });

  test('an execution that is never told is found by asking, and counted once', async () => {
    const rig = await begin();
    gateway.fault({ type: 'executions', how: 'never' });
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.until(() => rig.filled('r1-1') === 10, 'the fill was missed');
    expect(rig.of('r1-1')).toEqual(['accepted', 'total-told', 'filled 10']);
  });

  test('a commission that comes late is told as estimated, said so, and is right in the truth', async () => {
    const rig = await begin();
    gateway.fault({ type: 'executions', how: 'plain', commissionDelayMs: 250 });
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.until(() => rig.filled('r1-1') === 10);
    expect(rig.told.find(({ type }) => type === 'order-filled')).toMatchObject({
      commissionMicros: 77,
    });
    await rig.until(() => rig.words.some((words) => words.includes('came late')));
    rig.take();
    expect(rig.told.find(({ type }) => type === 'execution-corrected')).toMatchObject({
      orderId: 'r1-1',
      price: 250.01e9,
      commissionMicros: 1_000_000,
    });
    const [execution] = (await rig.truth()).executions;
    expect(execution?.commissionMicros).toBe(1_000_000);
  });

  test('a corrected price is not a second fill, and is said and told', async () => {
    const rig = await begin();
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.settle();
    gateway.fault({ type: 'correct-execution', price: 250.02 });
    await rig.until(() => rig.words.some((words) => words.includes('was corrected')));
    const { executions, position } = await rig.truth();
    expect(executions).toHaveLength(1);
    expect(executions[0]?.fill.price).toBe(250.02e9);
    const correction = rig.told.find(({ type }) => type === 'execution-corrected');
    expect(correction).toMatchObject({ orderId: 'r1-1', price: 250.02e9 });
    expect([position, rig.filled('r1-1')]).toEqual([10, 10]);
  });

  test('an inactive order is rejected in the broker’s words', async () => {
    const rig = await begin();
    gateway.fault({
      type: 'inactive-orders',
      text: 'Order rejected - reason:No permission for DU1234567',
    });
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.until(() => rig.of('r1-1').length > 0);
    const report = rig.told.find(({ type }) => type === 'order-rejected');
    expect(report).toMatchObject({ reason: expect.stringMatching(/201: .*No permission for …67/) });
  });

  test('an order with a warning lives on, and the warning is said', async () => {
    const rig = await begin();
    gateway.fault({ type: 'warn-orders' });
    rig.send({ id: 'r1-1', quantity: 10, price: 249 });
    await rig.settle();
    expect(rig.of('r1-1')).toEqual(['accepted']);
    expect(rig.words.join()).toMatch(/r1-1: .*\(399: /);
  });

  test('orders that the broker cancels by itself end in its words', async () => {
    const rig = await begin();
    rig.send({ id: 'r1-1', quantity: 10, price: 249 });
    await rig.settle();
    gateway.fault({ type: 'cancel-orders', text: 'end of day' });
    await rig.settle();
    expect(rig.of('r1-1')).toEqual(['accepted', 'canceled']);
    expect((await rig.truth()).orders[0]?.reason).toContain('end of day');
  });

  test('an end that was never told is found by the comparison of every five seconds', async () => {
    const rig = await begin({ refreshMs: 100 });
    rig.send({ id: 'r1-1', quantity: 10, price: 249 });
    await rig.settle();
    gateway.fault({ type: 'states', how: 'never' });
    const order = gateway.orders[0];
    if (order !== undefined) order.status = 'Cancelled';
    await rig.until(() => rig.of('r1-1').includes('canceled'), 'the end was missed');
  });
});

describe('another process of the same run', () => {
  test('adopts its orders by their ids, can cancel them, and counts what they filled', async () => {
    const first = await begin();
    first.bracket();
    await first.settle();
    gateway.trade(249.99, 100);
    await first.settle();
    first.venue.close();
    const second = await begin();
    expect(second.venue.positionBefore).toBe(0);
    const truth = await second.truth();
    expect(truth.orders.map(({ orderId, status }) => `${orderId} ${status}`)).toEqual([
      'r1-2 working',
      'r1-3 working',
    ]);
    expect(truth.executions.map(({ fill }) => fill.orderId)).toEqual(['r1-1']);
    expect(truth.position).toBe(100);
    second.venue.cancel('r1-3', second.now);
    await second.settle();
    expect(second.of('r1-3')).toEqual(['canceled']);
    gateway.trade(249.8, 100);
    await second.settle();
    expect(second.filled('r1-2')).toBe(100);
  });

  test('takes what another run left as held before, and leaves its orders alone', async () => {
    const other = await begin({ idPrefix: 'r0-' });
    other.send({ id: 'r0-1', quantity: 40 });
    other.send({ id: 'r0-2', quantity: 10, price: 249 });
    await other.settle();
    other.venue.close();
    const rig = await begin();
    expect(rig.venue.positionBefore).toBe(40);
    const { orders, executions, position } = await rig.truth();
    expect(orders).toMatchObject([{ orderId: expect.stringMatching(/^ibkr:/), status: 'working' }]);
    expect([executions.length, position]).toEqual([0, 40]);
    rig.venue.cancel('r0-2', rig.now);
    rig.venue.cancel(orders[0]?.orderId ?? '', rig.now);
    await rig.settle();
    expect(gateway.orders.filter(({ isOver }) => !isOver)).toHaveLength(1);
  });
});

describe('what is shown', () => {
  test('no account number stands in anything that is said', async () => {
    const rig = await begin();
    gateway.fault({ type: 'message', code: 321, text: `Invalid account code ${ACCOUNT}.` });
    gateway.fault({ type: 'refuse-orders', text: `Order rejected - reason:${ACCOUNT} may not.` });
    rig.send({ id: 'r1-1', quantity: 10 });
    await rig.until(() => rig.of('r1-1').length > 0);
    await rig.settle();
    const shown = JSON.stringify([rig.words, rig.told]);
    expect(shown).toContain('…67 may not');
    expect(shown).toContain('Invalid account code …67');
    expect(shown).not.toContain(ACCOUNT);
  });

  test('an account that is not on the list is refused before anything is asked', async () => {
    const rig = new VenueRig(gateway, { allowedAccounts: ['U7777777'] });
    rigs.push(rig);
    await expect(rig.venue.begin(3_000)).rejects.toThrow(/…67: no account that may be traded/);
  });

  test('the cash of the account is known after the begin', async () => {
    const rig = await begin();
    await rig.until(() => rig.venue.cash !== undefined);
    expect(rig.venue.cash).toEqual({ amount: 100_000, currency: 'USD' });
  });
});
