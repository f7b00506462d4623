import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { findCompanions } from '../../../src/adapters/databento/companion-files.ts';
import {
  DAY_START,
  type MetadataParts,
  mboRecord,
  metadataBytes,
} from '../../support/dbn.builder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { testData } from '../../support/test-data.ts';

const DEFINITION = 9;
const STATUS = 11;
const TRADES = 4;
const DAY = 86_400_000_000_000n;

type Files = Readonly<Record<string, MetadataParts | string>>;

function folderOf(files: Files): string {
  return temporaryFolder(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        name,
        typeof content === 'string' ? content : metadataBytes({ end: DAY_START + DAY, ...content }),
      ]),
    ),
  );
}

async function found(files: Files, ...given: string[]): Promise<string[]> {
  const folder = folderOf(files);
  const paths = given.map((name) => join(folder, name));
  return (await findCompanions(paths, ['definition', 'status'])).map((path) => basename(path));
}

test('files named alike with the other schema come with the orders, and no others', async () => {
  expect(
    await found(
      {
        'glbx-20251015.mbo.dbn': {},
        'glbx-20251015.definition.dbn': { schema: DEFINITION },
        'glbx-20251015.status.dbn': { schema: STATUS },
        'other-definition.dbn': { schema: DEFINITION },
        'other-status.dbn': { schema: STATUS },
      },
      'glbx-20251015.mbo.dbn',
    ),
  ).toEqual(['glbx-20251015.definition.dbn', 'glbx-20251015.status.dbn']);
});

test('where none is named alike, those of the dataset and the day come', async () => {
  expect(
    await found(
      {
        'es.dbn': { schema: TRADES },
        'b_definition.dbn': { schema: DEFINITION },
        'a-definitions-all.dbn': { schema: DEFINITION, end: 0xffff_ffff_ffff_ffffn },
        'definition-yesterday.dbn': { schema: DEFINITION, start: DAY_START - DAY, end: DAY_START },
        'definition-elsewhere.dbn': { schema: DEFINITION, dataset: 'GLBX.MDP3' },
        'definition-by-name-only.dbn': { schema: TRADES },
        'definition-broken.dbn': 'DBN!',
        'definition.csv': '',
        'unnamed.dbn': { schema: DEFINITION },
      },
      'es.dbn',
    ),
  ).toEqual(['a-definitions-all.dbn', 'b_definition.dbn']);
});

test('none is looked for where one was given, or nothing can belong', async () => {
  const files = {
    'day.mbo.dbn': {},
    'mine.dbn': { schema: DEFINITION },
    'day.definition.dbn': { schema: DEFINITION },
    'day.status.dbn': { schema: STATUS },
    'day.mixed.dbn': { schema: 65_535 },
  };
  expect([
    await found(files, 'day.mbo.dbn', 'mine.dbn'),
    await found(files, 'day.mixed.dbn'),
    await found({ ...files, 'x.dbn.frag': mboRecord(1).toString('latin1') }, 'x.dbn.frag'),
  ]).toEqual([['day.status.dbn'], [], []]);
});

const FUTURES = testData('futures');
test.skipIf(FUTURES === undefined)(
  'the definitions of the shared futures belong to their trades (needs shared/data)',
  async () => {
    const trades = join(FUTURES ?? '', 'futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst');
    const companions = await findCompanions([trades], ['definition', 'status']);
    expect(companions.map((path) => basename(path))).toEqual(['futures_definition.dbn.zst']);
  },
);
