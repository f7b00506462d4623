import { expect, test } from 'vitest';
import { proveScreen } from './screen/prove-screen.ts';

// npm run prove -- screen presses five thousand keys, makes a thousand sizes and walks through every state
test('every frame of the built program is what it meant to show, and panic keys act in every mode', async () => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const result = await proveScreen({ count: 40, seed: 3, say });
  expect(said.filter((line) => line.startsWith('VIOLATION'))).toEqual([]);
  expect(result).toMatchObject({ violations: 0, leavings: 3 });
  expect(Number(result['frames'])).toBeGreaterThan(20);
  expect(Number(result['panicKeys'])).toBeGreaterThanOrEqual(25);
}, 60_000);
