import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGE_CONFIG_FOLDER } from '../../src/config/config-folder.ts';
import { loadIntradayCurve } from '../../src/config/curves.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const names = readdirSync(join(PACKAGE_CONFIG_FOLDER, 'curves')).map((name) =>
  name.replace('.json', ''),
);

test.for(names)('the shipped curve %s rises over the 390 minutes of a session to 1', (name) => {
  const curve = loadIntradayCurve(name, 'us-equities', [PACKAGE_CONFIG_FOLDER]) ?? [];
  expect(curve).toHaveLength(390);
  expect(curve.at(-1)).toBe(1);
  expect(curve).toEqual(curve.toSorted((a, b) => a - b));
});

test('a curve of another calendar is none', () => {
  expect(loadIntradayCurve('us-equities-fund', 'cme-globex', [PACKAGE_CONFIG_FOLDER])).toBeNull();
});

test('a user’s curve goes before the package’s, and a wrong one is named', () => {
  const curve = {
    name: 'us-equities-fund',
    calendar: 'us-equities',
    source: 'mine',
    unit: 'share',
    cumulativeShares: [0.5, 1],
  };
  const own = temporaryFolder({
    'curves/us-equities-fund.json': JSON.stringify(curve),
    'curves/falls.json': JSON.stringify({ ...curve, cumulativeShares: [1, 0.5] }),
  });
  const folders = [PACKAGE_CONFIG_FOLDER, own];
  expect(loadIntradayCurve('us-equities-fund', 'us-equities', folders)).toEqual([0.5, 1]);
  expect(() => loadIntradayCurve('falls', 'us-equities', folders)).toThrow(/falls\.json/);
  expect(() => loadIntradayCurve('us-equities-found', 'us-equities', folders)).toThrow(
    /intradayCurve.*us-equities-fund/,
  );
});
