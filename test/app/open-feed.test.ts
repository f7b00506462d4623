import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFeed } from '../../src/app/open-feed.ts';
import { FeedError } from '../../src/feeds/port.ts';
import { mboRecord, metadataBytes, temporaryFolder } from '../support/dbn.builder.ts';
import { zipBytes } from '../support/zip.builder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

const dbn = Buffer.concat([metadataBytes({}), mboRecord(1)]);
const MESSAGE = 'ABC_2012-06-21_34200000_57600000_message_1.csv';
const ORDERBOOK = MESSAGE.replace('message', 'orderbook');
const messages = '34200.5,1,11,100,1000000,1\n';
const rows = '1000200,50,1000000,100\n';

async function write(files: Readonly<Record<string, Buffer | string>>): Promise<string[]> {
  return Promise.all(Object.entries(files).map(([name, content]) => folder.file(name, content)));
}

test.for([
  {
    name: 'a DBN file of any name',
    files: { 'market.bin': dbn },
    opened: { format: 'dbn', symbol: 'TSLA' },
  },
  {
    name: 'a compressed DBN file of any name',
    files: { 'market.data': zstdCompressSync(dbn) },
    opened: { format: 'dbn', symbol: 'TSLA' },
  },
  {
    name: 'several DBN files',
    files: { '1.dbn': dbn, '2.dbn.zst': zstdCompressSync(dbn) },
    opened: { format: 'dbn', symbol: 'TSLA' },
  },
  {
    name: 'a LOBSTER zip of any name',
    files: { archive: zipBytes({ [MESSAGE]: messages, [ORDERBOOK]: rows }) },
    opened: { format: 'lobster', symbol: 'ABC' },
  },
])('opens $name', async ({ files, opened }) => {
  const paths = await write(files);
  const feed = await openFeed({ paths });
  await feed.close();
  expect(feed.description).toMatchObject({ ...opened, source: paths });
});

test('opens a LOBSTER message file', async () => {
  const [path = ''] = await write({ [MESSAGE]: messages, [ORDERBOOK]: rows });
  const feed = await openFeed({ paths: [path], symbol: 'abc' });
  await feed.close();
  expect(feed.description).toMatchObject({ format: 'lobster', symbol: 'ABC', levels: 1 });
});

describe('refuses', () => {
  test.for([
    {
      name: 'minute bars',
      files: { 'bars.csv': 'time,open,high,low,close,volume\n' },
      says: 'holds bars, and there is no order flow in minute bars; give',
    },
    {
      name: 'compressed bars',
      files: { 'bars.csv.zst': zstdCompressSync(Buffer.from('Date,Open,High,Low,Close\n')) },
      says: 'no order flow in minute bars',
    },
    {
      name: 'another CSV',
      files: { 'a.csv': '1,2,3\n' },
      says: 'is a CSV file that is not named as LOBSTER names its own',
    },
    {
      name: 'gzip',
      files: { 'a.gz': Buffer.from([0x1f, 0x8b, 8, 0]) },
      says: 'is compressed with gzip',
    },
    { name: 'an empty file', files: { 'a.dbn': '' }, says: 'the file is empty' },
    {
      name: 'text',
      files: { 'a.txt': 'hello' },
      says: 'is of no kind that events can be read from; give',
    },
    {
      name: 'a damaged zstd file',
      files: { 'a.dbn.zst': zstdCompressSync(dbn).subarray(0, 40) },
      says: 'the file is damaged',
    },
    {
      name: 'a zip of something else',
      files: { 'a.zip': zipBytes({ 'a.txt': 'x' }) },
      says: 'holds no LOBSTER message file',
    },
    {
      name: 'a fragment without its version',
      files: { 'a.dbn.frag': mboRecord(1) },
      says: 'and not with "DBN"',
    },
    {
      name: 'an orderbook file alone',
      files: { [ORDERBOOK]: rows },
      says: 'is an orderbook file; give the message file beside it',
    },
    {
      name: 'two LOBSTER days',
      files: { [MESSAGE]: messages, 'b.dbn': dbn },
      says: 'is one file too many: LOBSTER days are played one by one',
    },
  ])('$name', async ({ files, says }) => {
    const error: unknown = await openFeed({ paths: await write(files) }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FeedError);
    expect((error as FeedError).message).toContain(says);
  });

  test('a LOBSTER day of another symbol', async () => {
    const [path = ''] = await write({ [MESSAGE]: messages, [ORDERBOOK]: rows });
    await expect(openFeed({ paths: [path], symbol: 'XYZ' })).rejects.toThrow(
      'holds ABC and not XYZ',
    );
  });

  test('a missing file', async () => {
    await expect(openFeed({ paths: ['no/such/file'] })).rejects.toThrow(
      "can't be opened: there is no such file",
    );
  });
});
