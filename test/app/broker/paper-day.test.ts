import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { runDataGateway } from '../../../src/app/gateway/gateway-program.ts';
import { planMarket } from '../../../src/app/run.ts';
import { GENERATED_DAY } from '../../../src/app/session-setup.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { MICROS_PER_UNIT } from '../../../src/domain/money.ts';
import type { RunResult } from '../../../src/domain/run.ts';
import { signOf } from '../../../src/domain/side.ts';
import { bracketOf, PAPER_ACCOUNT, startAt, until } from '../../support/broker-rig.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SPEED = 20;
const CASH = 100_000;
const ends: AbortController[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end.abort();
});

/** A gateway that plays a generated market, and how to ask what it holds. */
async function playedGateway(): Promise<{ port: number; status(): Promise<GatewayStatus> }> {
  const folder = temporaryFolder();
  const { market } = await planMarket({
    settings: loadConfig({ workingFolder: folder, environment: {} }),
    data: [],
    date: GENERATED_DAY,
    from: undefined,
    to: undefined,
  });
  const end = new AbortController();
  ends.push(end);
  const ports: number[] = [];
  void runDataGateway(market, SPEED, {
    port: 0,
    control: 0,
    account: PAPER_ACCOUNT,
    cash: CASH,
    say: (line) => ports.push(Number(/port (\d+)/.exec(line)?.[1])),
    signal: end.signal,
  });
  await until(() => ports.length === 2, 'the gateway does not begin');
  const [control = 0, port = 0] = ports;
  return { port, status: () => statusAt(control) };
}

interface GatewayStatus {
  readonly position: number;
  readonly cash: number;
  readonly open: number;
  readonly executions: number;
}

function statusAt(port: number): Promise<GatewayStatus> {
  const { promise, resolve, reject } = Promise.withResolvers<GatewayStatus>();
  const socket = connect(port, '127.0.0.1', () => socket.write('{"type":"status"}\n'));
  let text = '';
  socket.on('data', (part) => {
    text += part.toString();
    if (!text.includes('\n')) return;
    socket.destroy();
    resolve(JSON.parse(text) as GatewayStatus);
  });
  socket.on('error', reject);
  return promise;
}

test('over a played market the journal’s position and money are the gateway’s, to the share and the cent', async () => {
  const gateway = await playedGateway();
  const rig = await startAt(gateway.port, {
    speed: SPEED,
    settings: ['risk.maxSpread=1', 'risk.maxSpreadOpenDrive=1', 'brain.size=1'],
  });
  await rig.ready();
  await rig.send({ name: 'pause-brain' });
  for (const side of ['buy', 'sell'] as const) {
    // through the touch: the market moves on twenty times as fast
    const last = rig.frame?.state.LAST ?? 0;
    const price = Math.round((last + (side === 'buy' ? 0.3 : -0.3)) * 100) / 100;
    expect(await rig.send(bracketOf(side, price, 200))).toMatch(/^\+/);
    await rig.see(({ account }) => account.POSITION !== 0, 'no fill');
    await rig.send({ name: 'flatten' });
    await rig.see(
      ({ account, orders }) => account.POSITION === 0 && orders.length === 0,
      'not closed',
    );
  }
  const result = (await rig.stop()) as RunResult;
  const held = await gateway.status();
  let position = 0;
  let cashMicros = CASH * MICROS_PER_UNIT;
  let fills = 0;
  for (const { body } of rig.entries()) {
    if (body.type !== 'order-report' || body.report.type !== 'order-filled') continue;
    const { fill, commissionMicros } = body.report;
    position += signOf(fill.side) * fill.quantity;
    cashMicros -= signOf(fill.side) * (fill.price / 1000) * fill.quantity + commissionMicros;
    fills++;
  }
  expect(fills).toBeGreaterThanOrEqual(4);
  expect({ position, fills, cents: Math.round(cashMicros / 10_000) }).toEqual({
    position: held.position,
    fills: held.executions,
    cents: Math.round(held.cash * 100),
  });
  expect([result.account.position, held.open]).toEqual([0, 0]);
  expect(result.run).toMatchObject({ mode: 'paper', session: '2025-10-15' });
});
