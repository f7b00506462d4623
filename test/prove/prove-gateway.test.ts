import { expect, test } from 'vitest';
import { proveGateway } from './gateway/prove-gateway.ts';

test('60 random histories at a gateway that fails keep every order, fill and protection', async () => {
  const said: string[] = [];
  const { violations, fills, cuts, starts } = await proveGateway({
    count: 60,
    seed: 2,
    say: (line) => said.push(line),
  });
  expect(said).toEqual([]);
  expect(violations).toBe(0);
  // nothing was proven where nothing happened
  expect(fills).toBeGreaterThan(60);
  expect(cuts).toBeGreaterThan(20);
  expect(starts).toBeGreaterThan(60);
}, 60_000);
