import { expect, test } from 'vitest';
import { proveGateway } from './gateway/prove-gateway.ts';
import { playScenario, SCENARIOS } from './gateway/scenarios/scenarios.ts';
import { VirtualTime } from './gateway/virtual-time.ts';

test('40 random histories at a gateway that fails keep every order, fill and protection', async () => {
  const said: string[] = [];
  const { violations, fills, cuts, starts } = await proveGateway({
    count: 40,
    seed: 2,
    playsTable: false,
    say: (line) => said.push(line),
  });
  expect(said).toEqual([]);
  expect(violations).toBe(0);
  // nothing was proven where nothing happened
  expect(fills).toBeGreaterThan(25);
  expect(cuts).toBeGreaterThan(20);
  expect(starts).toBeGreaterThan(40);
}, 60_000);

test('the table has at least 60 named scenarios, every one with a name of its own', () => {
  expect(SCENARIOS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});

test('every named scenario holds', async () => {
  const time = new VirtualTime();
  time.install();
  try {
    for (const scenario of SCENARIOS)
      expect(await playScenario(time, scenario), scenario.name).toEqual([]);
  } finally {
    time.uninstall();
  }
}, 60_000);
