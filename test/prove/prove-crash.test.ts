import { expect, test } from 'vitest';
import { proveCrash } from './crash/prove-crash.ts';

// each kill is a process of its own that starts, half a second: npm run prove -- crash makes a thousand;
// test/app/crash-points.test.ts takes the files as a kill leaves them, at fifty further points
test('a trader that is killed again and again comes to the same end, with the venue’s position', async () => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const result = await proveCrash(
    { count: 30, seed: 4, say },
    ['venue outside', 'venue inside', 'market goes on'],
    2_000,
  );
  expect(said.filter((line) => line.startsWith('VIOLATION'))).toEqual([]);
  expect(result).toMatchObject({ violations: 0, kills: 30 });
  expect(Number(result['slowestRecoveryMs'])).toBeLessThan(5_000);
}, 120_000);
