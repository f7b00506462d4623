import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bookAt } from '../../../src/app/book-tools.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { formatPrice } from '../../../src/domain/price.ts';
import { testData } from '../../support/test-data.ts';

type PlainLevel = readonly [price: number, size: number, orders: number];

interface Checkpoint {
  readonly after_record: number;
  readonly sequence: number;
  readonly orders: number;
  readonly bid_levels: number;
  readonly ask_levels: number;
  readonly bids: readonly PlainLevel[];
  readonly asks: readonly PlainLevel[];
  readonly l3_sha256: string;
}

const settings = loadConfig({
  workingFolder: fileURLToPath(new URL('../../..', import.meta.url)),
  environment: {},
});
const sunday = testData('mbo', 'esh4-glbx-mdp3-20231224.mbo.dbn.zst');
const monday = testData('mbo', 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');

function present(...paths: readonly (string | undefined)[]): string[] {
  return paths.filter((path) => path !== undefined);
}

function checkpointsOf(name: string): readonly Checkpoint[] {
  const path = testData('expected', name);
  if (path === undefined) return [];
  return (JSON.parse(readFileSync(path, 'utf8')) as { checkpoints: readonly Checkpoint[] })
    .checkpoints;
}

/** Needs the shared market data. */
describe.skipIf(sunday === undefined || monday === undefined)(
  'an E-mini day, order by order',
  () => {
    const cases = [
      ...checkpointsOf('esh4-20231225.json').map(
        (checkpoint) => [present(monday), checkpoint] as const,
      ),
      ...checkpointsOf('esh4-20231224+25.json').map(
        (checkpoint) => [present(sunday, monday), checkpoint] as const,
      ),
    ];

    test('has checkpoints of both expected files', () => {
      expect(cases.length).toBeGreaterThan(4);
    });

    test.for(
      cases.map(
        ([data, checkpoint]) => [data.length, checkpoint.after_record, data, checkpoint] as const,
      ),
    )(
      'of %i files has the independent book after record %i',
      async ([, after, data, checkpoint]) => {
        const view = await bookAt({ data, settings, after, levels: 10, withHash: true });
        const levels = (list: readonly PlainLevel[]) =>
          list.map(([price, size, orders]) => [formatPrice(price, 2), size, orders]);
        expect(view).toMatchObject({
          sequence: checkpoint.sequence,
          orders: checkpoint.orders,
          bidLevels: checkpoint.bid_levels,
          askLevels: checkpoint.ask_levels,
          bids: levels(checkpoint.bids),
          asks: levels(checkpoint.asks),
          l3Sha256: checkpoint.l3_sha256,
        });
      },
    );

    test('ends at 4810.00 to 4810.25 with 922 bid and 565 ask levels', async () => {
      const view = await bookAt({
        data: present(sunday, monday),
        settings,
        levels: 1,
        withHash: false,
      });
      expect([view.bids[0]?.[0], view.asks[0]?.[0], view.bidLevels, view.askLevels]).toEqual([
        '4810.00',
        '4810.25',
        922,
        565,
      ]);
    });
  },
);
