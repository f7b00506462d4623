import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDbnFeed } from '../../../src/adapters/databento/dbn-feed.ts';
import { tradingStatusOf } from '../../../src/adapters/databento/status-events.ts';
import { STATUS_HALTED, STATUS_QUOTING, STATUS_TRADING } from '../../../src/domain/event.ts';
import {
  bestRecord,
  blankRecord,
  DAY_START,
  mboRecord,
  metadataBytes,
  temporaryFolder,
  tradeRecord,
} from '../../support/dbn.builder.ts';
import { statusRecord } from '../../support/dbn-records.ts';
import { drain, eventLines, eventTimes } from '../../support/event-lines.ts';
import { testData } from '../../support/test-data.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.dispose());

const MIXED = 65_535;
const STATUS = 11;
const GLBX = testData('dbn', 'databento-python', 'GLBX.MDP3');

async function linesOf(files: readonly string[]) {
  const feed = await openDbnFeed({ files });
  const { counts, description } = feed;
  void counts;
  const events = await drain(feed);
  return { lines: eventLines(events), times: eventTimes(events, description.day), feed };
}

async function mixed(records: readonly Buffer[], head: object = { schema: MIXED }) {
  return folder.file('mixed.dbn', Buffer.concat([metadataBytes(head), ...records]));
}

const code = (letter: string): number => letter.charCodeAt(0);

test.for([
  // the action alone
  [7, '~', '~', STATUS_TRADING],
  [8, '~', '~', STATUS_HALTED],
  [9, '~', '~', STATUS_HALTED],
  [1, '~', '~', STATUS_QUOTING],
  [4, '~', '~', STATUS_QUOTING],
  [12, '~', '~', STATUS_HALTED],
  // what says nothing of trading
  [0, 'N', 'N', undefined],
  [14, 'N', 'N', undefined],
  [99, 'N', 'N', undefined],
  // what the venue says of itself counts more
  [6, 'Y', 'Y', STATUS_TRADING],
  [11, 'Y', '~', STATUS_TRADING],
  [1, 'N', 'Y', STATUS_QUOTING],
  [3, 'N', 'N', STATUS_HALTED],
  [7, 'N', '~', STATUS_HALTED],
  [8, 'N', '~', STATUS_HALTED],
] as const)(
  'action %i, trading %s, quoting %s is status %s',
  ([action, trades, quotes, status]) => {
    expect(tradingStatusOf(action, code(trades), code(quotes))).toBe(status);
  },
);

describe('in the stream of the orders', () => {
  test('a change becomes an event where it stands, and what changes nothing is skipped', async () => {
    const { lines, times, feed } = await linesOf([
      await mixed([
        statusRecord(DAY_START, 'trading'),
        mboRecord(1),
        statusRecord(DAY_START + 2n, 'halt'),
        statusRecord(DAY_START + 3n, 'short-sale'),
        statusRecord(DAY_START + 3n, 'trading', { instrumentId: 8 }),
        mboRecord(4),
        statusRecord(DAY_START + 5n, 'pre-open'),
        statusRecord(DAY_START + 6n, 'trading'),
        blankRecord(0x17, 80),
        mboRecord(7),
      ]),
    ]);
    expect(lines).toEqual([
      'A B 100@100.01 #1 flags=128 sequence=1',
      'S N 1@0.00 #0 flags=128 sequence=1',
      'A B 100@100.01 #4 flags=128 sequence=4',
      'S N 2@0.00 #0 flags=128 sequence=4',
      'S N 0@0.00 #0 flags=128 sequence=4',
      'A B 100@100.01 #7 flags=128 sequence=7',
    ]);
    expect(times.map((time) => time.slice(-3, -1))).toEqual(['01', '02', '04', '05', '06', '07']);
    expect(feed.counts).toMatchObject({ records: 10, skipped: { status: 3, system: 1 } });
  });

  test('a change inside an event group or a snapshot ends neither', async () => {
    const flagged = (sequence: number, flags: number) => {
      const record = mboRecord(sequence);
      record[36] = flags;
      return record;
    };
    const { lines } = await linesOf([
      await mixed([
        flagged(1, 40),
        statusRecord(DAY_START, 'halt'),
        flagged(2, 168),
        flagged(3, 0),
        statusRecord(DAY_START, 'trading'),
        flagged(4, 128),
      ]),
    ]);
    expect(lines.map((line) => /^(.).*(flags=.*)$/.exec(line)?.slice(1).join(' '))).toEqual([
      'A flags=40 sequence=1',
      'S flags=32 sequence=1',
      'A flags=168 sequence=2',
      'A flags=0 sequence=3',
      'S flags=0 sequence=3',
      'A flags=128 sequence=4',
    ]);
  });

  test('of price levels a change stands between the groups, and ends none that is open', async () => {
    const open = bestRecord(2, { bid: 250 });
    open[30] = 0;
    const { lines, feed } = await linesOf([
      await mixed([
        bestRecord(1),
        statusRecord(DAY_START, 'halt'),
        open,
        statusRecord(DAY_START, 'trading'),
        bestRecord(2, { bid: 240 }),
      ]),
    ]);
    expect(feed.description.depth).toBe('levels');
    expect(lines.map((line) => /^(.).*(flags=.*)$/.exec(line)?.slice(1).join(' '))).toEqual([
      'A flags=48 sequence=1',
      'A flags=176 sequence=1',
      'S flags=128 sequence=1',
      'M flags=16 sequence=2',
      'S flags=0 sequence=2',
      'M flags=144 sequence=2',
    ]);
  });

  test('many of them over block borders lose and disturb nothing', async () => {
    const records: Buffer[] = [];
    const expected: string[] = [];
    for (let sequence = 0; sequence < 40_000; sequence++) {
      if (sequence % 500 < 3) {
        records.push(statusRecord(DAY_START, sequence % 2 === 0 ? 'halt' : 'trading'));
        expected.push(sequence % 2 === 0 ? 'S N 1' : 'S N 0');
      }
      records.push(mboRecord(sequence));
      expected.push(`A #${sequence}`);
    }
    const { lines } = await linesOf([await mixed(records)]);
    const seen = lines.map((line) =>
      line.startsWith('S') ? line.slice(0, 5) : `A #${/#(\d+)/.exec(line)?.[1]}`,
    );
    // the first change of every 500 that says what was so already is none
    let status = 'S N 0';
    const changes = expected.filter((line) => {
      if (!line.startsWith('S')) return true;
      const isChange = line !== status;
      status = line;
      return isChange;
    });
    expect(seen).toEqual(changes);
  });

  test('stands between trades, too', async () => {
    const { lines } = await linesOf([
      await mixed([tradeRecord(1), statusRecord(DAY_START, 'halt'), tradeRecord(2)]),
    ]);
    expect(lines.map((line) => line[0])).toEqual(['T', 'S', 'T']);
  });

  test('goes on from one file to the next', async () => {
    const first = await folder.file(
      'a.dbn',
      Buffer.concat([
        metadataBytes({ schema: MIXED }),
        mboRecord(1),
        statusRecord(DAY_START, 'halt'),
      ]),
    );
    const second = await folder.file(
      'b.dbn',
      Buffer.concat([
        metadataBytes({ schema: MIXED }),
        statusRecord(DAY_START, 'halt'),
        mboRecord(2),
        statusRecord(DAY_START, 'trading'),
        mboRecord(3),
      ]),
    );
    const { lines } = await linesOf([first, second]);
    expect(lines.map((line) => line.slice(0, 5))).toEqual([
      'A B 1',
      'S N 1',
      'A B 1',
      'S N 0',
      'A B 1',
    ]);
  });

  test('of another length is refused with its place', async () => {
    const path = await mixed([mboRecord(1), blankRecord(0x12, 11)]);
    const offset = metadataBytes({ schema: MIXED }).length + 56;
    await expect(linesOf([path])).rejects.toThrow(
      `mixed.dbn: byte ${offset}: a record of type status has 44 bytes and not 40`,
    );
  });
});

describe('in a file beside the orders', () => {
  test('changes come between the orders by the time that they were received', async () => {
    const orders = await folder.file(
      'day.mbo.dbn',
      Buffer.concat([metadataBytes({}), mboRecord(10), mboRecord(20), mboRecord(30)]),
    );
    const status = await folder.file(
      'day.status.dbn',
      Buffer.concat([
        metadataBytes({ schema: STATUS }),
        statusRecord(DAY_START + 1n, 'pre-open'),
        statusRecord(DAY_START + 2n, 'halt'),
        statusRecord(DAY_START + 20n, 'trading'),
        statusRecord(DAY_START + 25n, 'halt', { instrumentId: 8 }),
        statusRecord(DAY_START + 99n, 'halt'),
      ]),
    );
    const { lines, times, feed } = await linesOf([orders, status]);
    expect(lines.map((line, at) => `${line.slice(0, 5)} ${times[at]?.slice(-3, -1)}`)).toEqual([
      // what came before the orders is their beginning's state
      'S N 1 10',
      'A B 1 10',
      'A B 1 20',
      'S N 0 20',
      'A B 1 30',
    ]);
    expect(feed.description.source).toEqual([orders, status]);
  });

  test.skipIf(GLBX === undefined)(
    'is read of Databento’s own capture (needs shared/data)',
    async () => {
      const [mbo, status] = ['mbo', 'status'].map((name) => `${GLBX}/test_data.${name}.dbn.zst`);
      const { lines, times } = await linesOf([mbo ?? '', status ?? '']);
      // the orders end on the day's first minute, the day of the file goes on to its halt at 21:15
      const changes = lines.flatMap((line, at) =>
        line.startsWith('S') ? [[line, times[at]]] : [],
      );
      expect(changes.map(([line, time]) => `${line?.slice(0, 5)} ${time?.slice(11, 19)}`)).toEqual([
        'S N 2 21:15:00',
        'S N 0 21:30:00',
      ]);
    },
  );
});
