import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../../src/adapters/ibkr-gateway/fault.ts';
import { type BrokerQuestion, examineBroker } from '../../src/app/broker-checkup.ts';
import type { Finding } from '../../src/app/doctor.ts';
import {
  type FakeGatewayStart,
  startFakeGateway,
} from '../../src/app/gateway/start-fake-gateway.ts';

const SOUND: Omit<BrokerQuestion, 'port'> = {
  host: '127.0.0.1',
  mode: 'paper',
  accounts: undefined,
  probeClientId: 74,
  clientIds: { orders: 71, data: 72, guard: 73 },
  contract: { symbol: 'TEST', securityType: 'STK', exchange: 'SMART', currency: 'USD' },
  depthExchange: 'ISLAND',
};

async function examined(
  faults: readonly Fault[],
  changes: Partial<BrokerQuestion> = {},
  start: FakeGatewayStart = {},
): Promise<readonly Finding[]> {
  const gateway = await startFakeGateway(start);
  onTestFinished(() => gateway.close());
  gateway.quote(249.99, 250.01);
  const trades = setInterval(() => gateway.trade(250, 1), 50);
  onTestFinished(() => clearInterval(trades));
  for (const fault of faults) gateway.fault(fault);
  return examineBroker({ ...SOUND, port: gateway.port, ...changes });
}

test('a sound gateway has nothing to be mended, and is left as it was', async () => {
  const findings = await examined([]);
  expect(findings.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'broker (paper) fine',
    'broker account fine',
    'broker clients fine',
    'broker orders fine',
    'broker clock fine',
    'broker quotes fine',
    'broker depth fine',
    'broker trades fine',
  ]);
});

const ILL: readonly (readonly [
  name: string,
  says: RegExp,
  remedy: RegExp,
  faults: readonly Fault[],
  changes?: Partial<BrokerQuestion>,
  start?: FakeGatewayStart,
])[] = [
  ['broker (paper)', /1100/, /connected again/, [{ type: 'line-lost' }], { patienceMs: 500 }],
  ['broker (paper)', /hangs up/, /Trusted IPs/, [{ type: 'restart', downMs: 60_000 }]],
  [
    'broker (paper)',
    /74 is in use/,
    /probeClientId/,
    [{ type: 'client-id-in-use', clientId: 74, isOn: true }],
  ],
  ['broker account', /…67: none that/, /broker.accounts/, [], { accounts: ['DU7654321'] }],
  [
    'broker account',
    /…67 is a paper account/,
    /broker.livePort/,
    [],
    { mode: 'live', accounts: ['DU1234567'] },
  ],
  ['broker account', /…67: none that/, /broker.accounts/, [], {}, { account: 'U1234567' }],
  [
    'broker clients',
    /guard 73 \(in-use\)/,
    /wait a minute/,
    [{ type: 'client-id-in-use', clientId: 73, isOn: true }],
  ],
  ['broker orders', /read-only/, /Read-Only API/, [{ type: 'read-only', isOn: true }]],
  [
    'broker clock',
    /9\.\d s behind|10\.\d s behind/,
    /set-ntp/,
    [],
    {},
    { clock: () => Date.now() + 10_000 },
  ],
  ['broker quotes', /354/, /Client Portal/, [{ type: 'refuse-data', what: 'quotes' }]],
  [
    'broker depth',
    /TEST on ISLAND: 10092/,
    /depthExchange/,
    [{ type: 'refuse-data', what: 'depth', code: 10_092 }],
  ],
  [
    'broker trades',
    /10189/,
    /Client Portal/,
    [{ type: 'refuse-data', what: 'trades', code: 10_189 }],
  ],
];

test.concurrent.for(ILL)(
  '%s: %s is a problem with its remedy',
  async ([name, says, remedy, ...given]) => {
    const [faults, changes, start] = given;
    const findings = await examined(faults, changes, start);
    const found = findings.find(
      (finding) =>
        finding.name === name ||
        (finding.name.startsWith('broker (') && name.startsWith('broker (')),
    );
    expect(found).toMatchObject({
      state: 'problem',
      text: expect.stringMatching(says),
      remedy: expect.stringMatching(remedy),
    });
    expect(JSON.stringify(findings)).not.toContain('1234567');
  },
);

test('where nothing listens that is worth a note', async () => {
  const gateway = await startFakeGateway();
  await gateway.close();
  expect(await examineBroker({ ...SOUND, port: gateway.port })).toMatchObject([
    { name: 'broker (paper)', state: 'note', text: expect.stringContaining('nothing listens') },
  ]);
});

test('who takes the connection and says nothing is no gateway that can be used', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await examineBroker({ ...SOUND, port, patienceMs: 200 })).toMatchObject([
    { state: 'problem', text: expect.stringContaining('does not answer') },
  ]);
});

test('ids that a run of ours has are worth a note', async () => {
  const findings = await examined([{ type: 'client-id-in-use', clientId: 71, isOn: true }], {
    isRunGoing: true,
  });
  expect(findings.find(({ name }) => name === 'broker clients')).toMatchObject({
    state: 'note',
    text: 'a run is going that has orders 71 (in-use)',
  });
});
