import { expect, test } from 'vitest';
import { proveBrackets } from './brackets/prove-brackets.ts';

test('20,000 random histories of brackets keep every invariant, through crashes and lost connections', () => {
  const said: string[] = [];
  const { violations, steps } = proveBrackets({
    count: 20_000,
    seed: 3,
    say: (line) => void said.push(line),
  });
  expect(said).toEqual([]);
  expect(violations).toBe(0);
  // nothing was proven of what did not happen
  for (const times of Object.values(steps as Record<string, number>))
    expect(times).toBeGreaterThan(1_000);
}, 60_000);
