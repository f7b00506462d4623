import { expect, test } from 'vitest';
import { proveAnalyzers } from './analyzers/prove-analyzers.ts';
import { Violations } from './proof.ts';

interface Figures {
  readonly planted: number;
  readonly recall: number;
  readonly precisionByRule: number;
  readonly recallByRule: number | null;
}

test('the analyzers find what was planted, and are exact, at a smaller size', () => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const { analyzers, ...result } = proveAnalyzers({ count: 14, seed: 2, say }, 120_000);
  expect(said.filter((line) => line.startsWith('VIOLATION'))).toEqual([]);
  const kinds = ['absorption', 'iceberg', 'sweep', 'spoof', 'breakout', 'trend', 'halt'];
  expect(result).toEqual({
    violations: 0,
    days: 2,
    planted: Object.fromEntries(kinds.map((kind) => [kind, 2])),
  });
  for (const [analyzer, figures] of Object.entries(analyzers as Record<string, Figures>)) {
    const { planted, recall, precisionByRule, recallByRule } = figures;
    expect([analyzer, planted, recall, precisionByRule, recallByRule ?? 1]).toEqual([
      analyzer,
      analyzer === 'absorption' ? 4 : 2,
      1,
      1,
      1,
    ]);
  }
}, 30_000);

test('a proof counts every difference and tells the first ones', () => {
  const said: string[] = [];
  const violations = new Violations((line) => said.push(line), 1);
  expect(violations.expectEqual('a', { x: 1n }, { x: 1n })).toBe(true);
  expect(violations.expectEqual('b', 0, -0)).toBe(true);
  expect(violations.expectEqual('c', [1, null], [1, 2])).toBe(false);
  violations.note('d');
  expect([violations.count, said]).toEqual([2, ['VIOLATION c: found [1,null], expected [1,2]']]);
});
