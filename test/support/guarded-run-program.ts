/**
 * A run in a process of its own, as far as its guard is concerned: starts the guard, gives it signs of life, sends a bracket through it, and
 * then hangs or dies as it is told. One JSON object as argument; commands are lines of stdin.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { IbkrVenue } from '../../src/adapters/ibkr/ibkr-venue.ts';
import { StoqeyLine } from '../../src/adapters/ibkr/stoqey-line.ts';
import type { GuardOptions } from '../../src/app/guard/guard-port.ts';
import { startGuard } from '../../src/app/guard/start-guard.ts';
import type { ApprovedOrder } from '../../src/risk/approved-order.ts';

const BEAT_MS = 20;
const NANOS = 1_000_000_000;
const options = JSON.parse(process.argv[2] ?? '') as GuardOptions;
const say = (told: object): void => void process.stdout.write(`${JSON.stringify(told)}\n`);
const started = performance.now();
const clock = (): number => Math.round((performance.now() - started) * 1e6);

const guard = await startGuard(options, {
  onNotice: (notice) => say({ notice }),
  onLost: (words) => say({ lost: words }),
});
setInterval(() => guard.heartbeat(), BEAT_MS);
const venue = new IbkrVenue({
  openLine: (listener) =>
    new StoqeyLine(
      { host: '127.0.0.1', port: guard.orderPort, clientId: options.orderClientId },
      listener,
    ),
  allowedAccounts: options.allowedAccounts,
  contract: options.contract,
  clientId: options.orderClientId,
  idPrefix: options.idPrefix,
  clock,
  estimateCommission: () => 0,
});
await venue.begin(5_000);
const order = (parts: Partial<ApprovedOrder>): void =>
  venue.submit(
    { quantity: 100, tif: 'day', ocoGroup: 'r1-B1', ...parts } as unknown as ApprovedOrder,
    clock(),
  );
const exit = { side: 'sell', reduceOnly: true } as const;
order({ ...exit, id: 'r1-2', type: 'stop', stopPrice: 249 * NANOS, role: 'STOP' });
order({ ...exit, id: 'r1-3', type: 'limit', price: 251 * NANOS, role: 'TARGET' });
order({
  id: 'r1-1',
  side: 'buy',
  type: 'limit',
  price: 250.01 * NANOS,
  role: 'ENTRY',
  reduceOnly: false,
});
say({ control: guard.control });

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'kill') guard.kill('K was pressed');
  else if (line === 'end') {
    guard.standDown();
    process.exit(0);
  } else if (line === 'block') {
    writeSync(1, `${JSON.stringify({ blocked: true })}\n`);
    for (;;);
  }
});
