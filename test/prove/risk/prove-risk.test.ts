import { expect, test } from 'vitest';
import { RISK_CHECKS } from '../../../src/risk/risk-checks.ts';
import { proveRisk } from './prove-risk.ts';

test('no random order passes a limit, and the reference agrees with every verdict, at a smaller size', async () => {
  const said: string[] = [];
  const result = await proveRisk({ count: 20_000, seed: 3, say: (line) => said.push(line) });
  // how long it takes is for the proof itself: here others work on the same machine
  const broken = said.filter((line) => line.startsWith('VIOLATION') && !line.includes('µs at p99'));
  expect(broken).toEqual([]);
  const { verdicts, orders } = result as unknown as {
    verdicts: Record<string, number>;
    orders: number;
  };
  expect(orders).toBe(20_000);
  // every check has denied, so that each was compared
  expect(Object.keys(verdicts).sort()).toEqual(
    [...RISK_CHECKS.map(({ code }) => code), 'approved'].sort(),
  );
}, 60_000);
