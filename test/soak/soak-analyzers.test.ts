import { expect, test } from 'vitest';
import { soakAnalyzers } from './analyzers/soak-analyzers.ts';

test('every analyzer equals the slow reading on wild and generated markets, by the engine and as a copy', async () => {
  const lines: string[] = [];
  const result = await soakAnalyzers({ events: 28_000, seed: 12, say: (line) => lines.push(line) });
  expect(lines).toEqual([]);
  expect(result).toMatchObject({ violations: 0, events: 28_000 });
  expect(result['compared']).toBeGreaterThan(1000);
  const seen = result['seen'] as Record<string, number>;
  for (const what of ['absorption', 'walls', 'large prints', 'imbalances', 'slopes'])
    expect(seen[what], what).toBeGreaterThan(5);
});
