import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDbnFeed } from '../../../src/adapters/databento/dbn-feed.ts';
import type { DefinitionRecord } from '../../../src/adapters/databento/records/definition-layouts.ts';
import { DAY_START, mboRecord, metadataBytes, temporaryFolder } from '../../support/dbn.builder.ts';
import { definitionRecord } from '../../support/dbn-records.ts';
import { testData } from '../../support/test-data.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

const DEFINITION = 9;
const HOUR = 3_600_000_000_000n;
const mappings = { ESZ5: [[20_251_015, 20_251_016, '7']] } as const;

async function definitionOf(files: readonly string[]) {
  const feed = await openDbnFeed({ files, symbol: undefined });
  await feed.close();
  return feed.description.definition;
}

/** Of orders of ESZ5 beside these definitions. */
async function beside(...records: readonly Buffer[]) {
  const orders = await folder.file(
    'o.dbn',
    Buffer.concat([metadataBytes({ mappings }), mboRecord(1)]),
  );
  const definitions = await folder.file(
    'definitions.dbn',
    Buffer.concat([metadataBytes({ schema: DEFINITION }), ...records]),
  );
  return definitionOf([orders, definitions]);
}

const KNOWN = { origin: 'definitions.dbn', tickNanos: 250_000_000, multiplier: 50 };

describe('the definition that counts', () => {
  test('is the instrument’s own by its symbol, and by its id where the symbol is not the venue’s', async () => {
    const other = definitionRecord({ rawSymbol: 'NQZ5', instrumentId: 8, minPriceIncrement: 1n });
    const continuous = { stypeIn: 3, mappings: { 'ES.c.0': mappings.ESZ5 } };
    const orders = await folder.file(
      'c.dbn',
      Buffer.concat([metadataBytes(continuous), mboRecord(1)]),
    );
    const definitions = await folder.file(
      'definitions.dbn',
      Buffer.concat([metadataBytes({ schema: DEFINITION }), other, definitionRecord()]),
    );
    expect([
      await definitionOf([orders, definitions]),
      await beside(other, definitionRecord({ instrumentId: 99 })),
      await beside(other, definitionRecord({ rawSymbol: 'ZNZ5' })),
    ]).toEqual([KNOWN, KNOWN, undefined]);
  });

  test('is the last that was known on the day, and none that was deleted', async () => {
    const tick = (nanos: bigint, change: Partial<DefinitionRecord> = {}) =>
      definitionRecord({ minPriceIncrement: nanos, minPriceIncrementAmount: undefined, ...change });
    const seen = async (...records: readonly Buffer[]) => (await beside(...records))?.tickNanos;
    const tomorrow = { tsRecv: DAY_START + 30n * HOUR };
    expect([
      await seen(tick(1n), tick(2n), tick(3n, tomorrow), tick(4n, { securityUpdateAction: 'D' })),
      await seen(tick(3n, tomorrow), tick(5n, tomorrow)),
    ]).toEqual([2, 3]);
  });

  test('may stand among the orders of a file that mixes schemas', async () => {
    const path = await folder.file(
      'mixed.dbn',
      Buffer.concat([
        metadataBytes({ schema: 65_535, mappings }),
        mboRecord(1),
        definitionRecord(),
        mboRecord(2),
      ]),
    );
    expect(await definitionOf([path])).toEqual({ ...KNOWN, origin: 'mixed.dbn' });
  });
});

describe('tick and multiplier', () => {
  test.for<[string, Partial<DefinitionRecord>, number | undefined, number | undefined]>([
    [
      'of CME with the tick’s value times the display factor',
      { minPriceIncrementAmount: 125_000_000n, displayFactor: 10_000_000n },
      250_000_000,
      50,
    ],
    ['where no value of a tick is told', { minPriceIncrementAmount: undefined }, 250_000_000, 50],
    ['where that value is 0', { minPriceIncrementAmount: 0n }, 250_000_000, 50],
    [
      'where the two contradict each other: cents a bushel',
      { unitOfMeasureQuantity: 5_000_000_000_000n },
      250_000_000,
      undefined,
    ],
    ['of a stock', { instrumentClass: 'K' }, 250_000_000, undefined],
    [
      'where none are told',
      { minPriceIncrement: undefined, unitOfMeasureQuantity: undefined },
      undefined,
      undefined,
    ],
    [
      'of zero',
      { minPriceIncrement: 0n, minPriceIncrementAmount: undefined, unitOfMeasureQuantity: 0n },
      undefined,
      undefined,
    ],
    [
      'of no size in this world',
      {
        minPriceIncrement: 2n ** 60n,
        minPriceIncrementAmount: undefined,
        unitOfMeasureQuantity: 2n ** 60n,
      },
      undefined,
      undefined,
    ],
  ])('%s', async ([, change, tickNanos, multiplier]) => {
    expect(await beside(definitionRecord(change))).toEqual({
      origin: 'definitions.dbn',
      tickNanos,
      multiplier,
    });
  });

  const GLBX = testData('dbn', 'databento-python', 'GLBX.MDP3');
  test.skipIf(GLBX === undefined)(
    'are those of ES in Databento’s own file (needs shared/data)',
    async () => {
      const files = ['mbo', 'definition'].map((name) => `${GLBX}/test_data.${name}.dbn.zst`);
      expect(await definitionOf(files)).toEqual({
        origin: 'test_data.definition.dbn.zst',
        tickNanos: 250_000_000,
        multiplier: 50,
      });
    },
  );
});

describe('files beside the orders', () => {
  test('alone are no order flow', async () => {
    const path = await folder.file('d.dbn', metadataBytes({ schema: DEFINITION }));
    await expect(openDbnFeed({ files: [path] })).rejects.toThrow(
      'd.dbn: byte 24: holds definition and no order flow',
    );
  });

  test('of another dataset are refused', async () => {
    const orders = await folder.file('o.dbn', metadataBytes({ mappings }));
    const other = await folder.file(
      'x.dbn',
      metadataBytes({ schema: DEFINITION, dataset: 'GLBX.MDP3' }),
    );
    await expect(openDbnFeed({ files: [other, orders] })).rejects.toThrow(
      'x.dbn: byte 8: is of dataset GLBX.MDP3',
    );
  });

  test('that are damaged say where', async () => {
    const orders = await folder.file(
      'o.dbn',
      Buffer.concat([metadataBytes({ mappings }), mboRecord(1)]),
    );
    const head = metadataBytes({ schema: DEFINITION });
    const path = await folder.file(
      'cut.dbn',
      Buffer.concat([head, definitionRecord().subarray(0, 100)]),
    );
    await expect(openDbnFeed({ files: [orders, path] })).rejects.toThrow(
      `cut.dbn: byte ${head.length}: the file ends inside a record of type definition and 520 bytes`,
    );
  });
});
