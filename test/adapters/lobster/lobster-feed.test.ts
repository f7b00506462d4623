import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLobsterFeed } from '../../../src/adapters/lobster/lobster-feed.ts';
import { dayOf } from '../../../src/domain/time.ts';
import { FeedError } from '../../../src/feeds/port.ts';
import { temporaryFolder } from '../../support/dbn.builder.ts';
import { drain, eventLines, eventTimes } from '../../support/event-lines.ts';
import { testData } from '../../support/test-data.ts';
import { zipBytes } from '../../support/zip.builder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

const nameOf = (kind: string, date = '2012-06-21', levels = 2) =>
  `ABC_${date}_34200000_57600000_${kind}_${levels}.csv`;

async function open(messages: string, rows: string | undefined, date?: string, levels?: number) {
  const path = await folder.file(nameOf('message', date, levels), messages);
  if (rows !== undefined) await folder.file(nameOf('orderbook', date, levels), rows);
  return openLobsterFeed(path);
}

/** Ask levels, then bid levels, as price and size; two a side. */
function row(asks: string, bids: string): string {
  const [ask1, ask2] = asks.split(' ');
  const [bid1, bid2] = bids.split(' ');
  const pair = (level: string | undefined, none: string) =>
    level === undefined ? `${none},0` : level.replace('x', ',');
  return [
    pair(ask1, '9999999999'),
    pair(bid1, '-9999999999'),
    pair(ask2, '9999999999'),
    pair(bid2, '-9999999999'),
  ].join(',');
}

const ASKS = '1000200x50 1000300x60';

test('translates every type of message, grouping executions of one aggressor', async () => {
  const messages = [
    '34200.5,1,11,100,1000000,1',
    '34200.5,1,12,30,1000100,1',
    '34201,4,12,30,1000100,1',
    '34201,4,11,40,1000000,1',
    '34201,5,0,10,1000150,-1',
    '34202,2,99,5,1000200,-1',
    '34203,3,11,60,1000000,1',
    '34204,6,0,500,1000100,-1',
    '34205,7,0,0,-1,-1',
    '34206,7,0,0,0,-1',
    '34207,7,0,0,1,-1',
  ];
  const rows = [
    row(ASKS, '1000000x100 999900x70'),
    row(ASKS, '1000100x30 1000000x100'),
    row(ASKS, '1000000x100 999900x75'),
    row(ASKS, '1000000x60 999900x75'),
    row(ASKS, '1000000x60 999900x75'),
    row('1000200x45 1000300x60', '1000000x60 999900x75'),
    ...Array.from({ length: 5 }, () => row('1000200x45 1000300x60', '999900x75 999800x20')),
  ];
  const feed = await open(messages.join('\n'), `${rows.join('\r\n')}\r\n`);
  expect(eventLines(await drain(feed))).toEqual([
    // the book before the first message: its row without its order
    'A B 70@99.99 #7fff0000:1 flags=32 sequence=0',
    'A A 50@100.02 #7fff0000:2 flags=32 sequence=0',
    'A A 60@100.03 #7fff0000:3 flags=160 sequence=0',
    'A B 100@100.00 #11 flags=128 sequence=1',
    'A B 30@100.01 #12 flags=0 sequence=2',
    'C B 70@99.99 #7fff0000:1 flags=160 sequence=2',
    'T A 30@100.01 #0 flags=0 sequence=3',
    'F B 30@100.01 #12 flags=0 sequence=3',
    'C B 30@100.01 #12 flags=0 sequence=3',
    'A B 75@99.99 #7fff0000:4 flags=32 sequence=3',
    'T A 40@100.00 #0 flags=0 sequence=4',
    'F B 40@100.00 #11 flags=0 sequence=4',
    'C B 40@100.00 #11 flags=128 sequence=4',
    'T B 10@100.015 #0 flags=0 sequence=5',
    'F A 10@100.015 #0 flags=128 sequence=5',
    'C A 5@100.02 #7fff0000:2 flags=128 sequence=6',
    'C B 60@100.00 #11 flags=0 sequence=7',
    'A B 20@99.98 #7fff0000:5 flags=160 sequence=7',
    'T N 500@100.01 #0 flags=129 sequence=8',
    'S N 1@none #0 flags=128 sequence=9',
    'S N 2@none #0 flags=128 sequence=10',
    'S N 0@none #0 flags=128 sequence=11',
  ]);
  expect(feed.anomalies).toEqual({
    timeBackwards: 0,
    unknownOrders: 0,
    overdrawn: 0,
    rowDifferences: 0,
  });
  expect(feed.description).toEqual({
    format: 'lobster',
    source: feed.description.source,
    symbol: 'ABC',
    dataset: 'LOBSTER',
    day: dayOf(2012, 6, 21),
    groupEnds: 'last-flag',
    depth: 'orders',
    levels: 2,
    totalBytes: feed.counts.bytesRead,
  });
  expect(feed.counts.records).toBe(11);
});

test.for([
  {
    message: '34200,4,77,30,1000000,1',
    before: ['A B 130@100.00 #7fff0000:1 flags=32 sequence=0'],
  },
  {
    message: '34200,3,77,30,1000100,1',
    before: [
      'A B 100@100.00 #7fff0000:1 flags=32 sequence=0',
      'A B 30@100.01 #7fff0000:2 flags=32 sequence=0',
    ],
  },
  { message: '34200,1,77,100,1000000,1', before: [] },
  { message: '34200,1,77,40,1000000,1', before: ['A B 60@100.00 #7fff0000:1 flags=32 sequence=0'] },
  { message: '34200,5,0,40,1000100,1', before: ['A B 100@100.00 #7fff0000:1 flags=32 sequence=0'] },
])('undoes the first message for the book before it: $message', async ({ message, before }) => {
  const feed = await open(message, row(ASKS, '1000000x100'));
  const lines = eventLines(await drain(feed)).filter(
    (line) => line.startsWith('A B') && line.endsWith('sequence=0'),
  );
  expect([lines, feed.anomalies.rowDifferences]).toEqual([before, 0]);
});

test('tells no side of a hidden execution from the day on that Nasdaq does not', async () => {
  const rows = row(ASKS, '1000000x60 999900x75');
  const trades = async (date: string) =>
    eventLines(await drain(await open('34201,5,0,10,1000150,1', rows, date))).filter((line) =>
      line.endsWith('sequence=1'),
    );
  expect([await trades('2014-07-13'), await trades('2014-07-14')]).toEqual([
    ['T A 10@100.015 #0 flags=0 sequence=1', 'F B 10@100.015 #0 flags=128 sequence=1'],
    ['T N 10@100.015 #0 flags=128 sequence=1'],
  ]);
});

test('counts time from midnight in New York, to the nanosecond, in summer and in winter', async () => {
  const rows = row(ASKS, '1000000x60 999900x75');
  const timeOf = async (date: string, seconds: string) => {
    const feed = await open(`${seconds},5,0,10,1000150,1`, rows, date);
    return eventTimes(await drain(feed), feed.description.day)[0];
  };
  expect([
    await timeOf('2012-06-21', '34200.015105074'),
    await timeOf('2013-01-07', '57599.9'),
    await timeOf('2016-03-14', '34200'),
    await timeOf('2016-11-07', '34200.0000000015'),
  ]).toEqual([
    '2012-06-21T13:30:00.015105074Z',
    '2013-01-07T20:59:59.900000000Z',
    '2016-03-14T13:30:00.000000000Z',
    '2016-11-07T14:30:00.000000002Z',
  ]);
});

test('forgets the orders of a level that leaves the window, and takes later messages about them from the seed', async () => {
  const messages = [
    '1,1,11,10,999900,1',
    '2,1,12,30,1000100,1',
    '3,3,12,30,1000100,1',
    '4,4,11,4,999900,1',
  ];
  const rows = [
    row(ASKS, '1000000x60 999900x10'),
    row(ASKS, '1000100x30 1000000x60'),
    row(ASKS, '1000000x60 999900x10'),
    row(ASKS, '1000000x60 999900x6'),
  ];
  const feed = await open(messages.join('\n'), rows.join('\n'));
  expect(eventLines(await drain(feed)).slice(4)).toEqual([
    'A B 30@100.01 #12 flags=0 sequence=2',
    'C B 10@99.99 #11 flags=160 sequence=2',
    'C B 30@100.01 #12 flags=0 sequence=3',
    'A B 10@99.99 #7fff0000:4 flags=160 sequence=3',
    'T A 4@99.99 #0 flags=0 sequence=4',
    'F B 4@99.99 #7fff0000:4 flags=0 sequence=4',
    'C B 4@99.99 #7fff0000:4 flags=128 sequence=4',
  ]);
  expect(feed.anomalies.unknownOrders).toBe(0);
});

test('counts what does not fit and repairs nothing inside the window', async () => {
  const messages = ['2,1,11,10,1000000,1', '1,3,55,10,1000050,1', '3,2,11,99,1000000,1'];
  const rows = [
    row(ASKS, '1000000x10 999900x70'),
    row(ASKS, '1000000x8 999900x70'),
    row(ASKS, '999900x70'),
  ];
  const feed = await open(messages.join('\n'), rows.join('\n'));
  expect(eventLines(await drain(feed)).slice(4)).toEqual([
    'C B 10@100.005 #55 flags=128 sequence=2',
    'C B 99@100.00 #11 flags=128 sequence=3',
  ]);
  expect(feed.anomalies).toEqual({
    timeBackwards: 1,
    unknownOrders: 1,
    overdrawn: 1,
    rowDifferences: 1,
  });
});

test('reads a zip as it reads the two files', async () => {
  const message = '34200.5,1,11,100,1000000,1\n';
  const rows = `${row(ASKS, '1000000x100 999900x70')}\n`;
  const zip = await folder.file(
    'day.zip',
    zipBytes({ 'readme.txt': 'x', [nameOf('orderbook')]: rows, [nameOf('message')]: message }),
  );
  const fromZip = await drain(await openLobsterFeed(zip));
  expect(fromZip).toEqual(await drain(await open(message, rows)));
  expect(fromZip.count).toBe(4);
});

const GOOD_ROW = row(ASKS, '1000000x100 999900x70');
test.for([
  {
    name: 'too few columns',
    messages: '1,1,11,100,1000000',
    rows: GOOD_ROW,
    says: `${nameOf('message')}: byte 0: row 1: has 5 columns and needs 6`,
  },
  {
    name: 'an empty row',
    messages: '1,1,11,100,1000000,1\n\n2,5,0,1,1,1',
    rows: `${GOOD_ROW}\n${GOOD_ROW}\n${GOOD_ROW}`,
    says: `${nameOf('message')}: byte 21: row 2: has 0 columns`,
  },
  {
    name: 'a word for a number',
    messages: '1,1,11,many,1000000,1',
    rows: GOOD_ROW,
    says: `${nameOf('message')}: byte 7: row 1, column 4: "many" is no number`,
  },
  {
    name: 'a broken time',
    messages: '1.2.3,1,11,1,1000000,1',
    rows: GOOD_ROW,
    says: 'byte 0: row 1, column 1: "1.2.3" is no number',
  },
  {
    name: 'an unknown type',
    messages: '1,8,11,1,1000000,1',
    rows: GOOD_ROW,
    says: 'row 1: type 8 is not known',
  },
  {
    name: 'an unknown direction',
    messages: '1,1,11,1,1000000,0',
    rows: GOOD_ROW,
    says: 'row 1: direction 0 is neither 1 nor -1',
  },
  {
    name: 'a size that no record holds',
    messages: '1,1,11,4294967296,1000000,1',
    rows: GOOD_ROW,
    says: "a size of 4294967296 can't be",
  },
  {
    name: 'too few levels',
    messages: '1,1,11,1,1000000,1',
    rows: '1,2,3,4',
    says: `${nameOf('orderbook')}: byte 0: row 1: has 4 columns and needs 8`,
  },
  {
    name: 'more levels than the name says',
    messages: '1,1,11,1,1000000,1',
    rows: `${GOOD_ROW},1,1,1,1`,
    says: 'has more than 8 columns',
  },
  {
    name: 'an orderbook that ends too early',
    messages: '1,5,0,1,1,1\n2,5,0,1,1,1',
    rows: GOOD_ROW,
    says: `${nameOf('message')}: byte 12: row 2: the orderbook file ends after row 1`,
  },
  {
    name: 'messages that end too early',
    messages: '1,5,0,1,1,1',
    rows: `${GOOD_ROW}\n${GOOD_ROW}`,
    says: `row 2: the message file ends after row 1`,
  },
])('refuses $name, with file, row and byte', async ({ messages, rows, says }) => {
  const feed = await open(messages, rows);
  const error: unknown = await drain(feed).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FeedError);
  expect((error as FeedError).message).toContain(says);
});

test('refuses a message file without its orderbook file', async () => {
  await expect(open('1,5,0,1,1,1', undefined, '2012-06-22')).rejects.toThrow(
    'has no orderbook file beside it',
  );
});

test('refuses a zip that is damaged, and one without messages', async () => {
  const damaged = await folder.file('damaged.zip', 'PK\x03\x04 and no more');
  const other = await folder.file('other.zip', zipBytes({ 'a.txt': 'x' }));
  await expect(openLobsterFeed(damaged)).rejects.toThrow("can't be opened as a zip");
  await expect(openLobsterFeed(other)).rejects.toThrow('holds no LOBSTER message file');
});

describe.skipIf(testData('lobster') === undefined)('a real day (needs shared/data)', () => {
  test.for([
    { file: 'LOBSTER_SampleFile_GOOG_2012-06-21_5.zip', messages: 112_673, trades: 11_678 },
    { file: 'LOBSTER_SampleFile_AAPL_2012-06-21_1.zip', messages: 118_497, trades: 34_990 },
  ])(
    '$file has no message that the window does not explain',
    async ({ file, messages, trades }) => {
      const feed = await openLobsterFeed(testData('lobster', file) ?? '');
      const lines = eventLines(await drain(feed));
      expect({
        messages: feed.counts.records,
        unread: feed.description.totalBytes - feed.counts.bytesRead,
        trades: lines.filter((line) => line.startsWith('T')).length,
        anomalies: feed.anomalies,
      }).toEqual({
        messages,
        unread: 0,
        trades,
        anomalies: { timeBackwards: 0, unknownOrders: 0, overdrawn: 0, rowDifferences: 0 },
      });
    },
  );
});
