import { describe, expect, test } from 'vitest';
import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_FILL,
  ACTION_TRADE,
  EVENT_WORDS,
  FLAG_LAST,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_TS_EVENT_HIGH,
  WORD_TS_EVENT_LOW,
} from '../../src/domain/event.ts';
import { UNDEFINED_PRICE_HIGH, UNDEFINED_PRICE_LOW } from '../../src/domain/price.ts';
import { toEpochWords } from '../../src/domain/time.ts';
import type { ScriptAction } from '../../src/engine/order-script.ts';
import type { FeedDescription } from '../../src/feeds/port.ts';
import { bodiesOf, DAY, engineRig, OPEN, playAll, settingsWith } from '../support/engine-rig.ts';
import { eventWords } from '../support/exchange-rig.ts';

const settings = settingsWith('risk.enabled=false');
const MS = 1e6;

interface Row {
  readonly ms: number;
  readonly action: number;
  readonly side: number;
  /** Dollars, or none. */
  readonly price: number | undefined;
  readonly size: number;
  readonly id?: bigint;
  readonly sequence: number;
  readonly flags?: number;
}

/** The fills of a script's orders over rows of events, `id quantity@price`, by the core and by the classes alike. */
function fillsOf(
  rows: readonly Row[],
  script: readonly ScriptAction[],
  groupEnds: FeedDescription['groupEnds'],
) {
  const words = new Int32Array(rows.length * EVENT_WORDS);
  for (const [i, { ms, price, ...row }] of rows.entries()) {
    const event = eventWords({ ...row, price: Math.round((price ?? 0) * 1e9) });
    [event[WORD_TS_EVENT_LOW], event[WORD_TS_EVENT_HIGH]] = toEpochWords(DAY, OPEN + ms * MS);
    if (price === undefined) {
      event[WORD_PRICE_HIGH] = UNDEFINED_PRICE_HIGH;
      event[WORD_PRICE_LOW] = UNDEFINED_PRICE_LOW;
    }
    words.set(event, i * EVENT_WORDS);
  }
  const [one, other] = [true, false].map((hasCore) => {
    const rig = engineRig({ settings, script, groupEnds, hasCore });
    playAll(rig.engine, { words, count: rows.length });
    const fills = bodiesOf(rig.entries, 'order-report').flatMap(({ report }) =>
      report.type === 'order-filled'
        ? [`${report.orderId} ${report.fill.quantity}@${report.fill.price / 1e9}`]
        : [],
    );
    const { analysis, book, engine } = rig;
    return {
      fills,
      trades: engine.trades,
      state: analysis.state(engine.clock),
      refused: book.anomalies.refusedPrices,
    };
  });
  expect(one).toEqual(other);
  if (one === undefined) throw new Error('both were played');
  return one;
}

const at = OPEN + MS;
const bid: ScriptAction = {
  action: 'place',
  at,
  id: 'bid',
  side: 'buy',
  type: 'limit',
  price: 100e9,
  quantity: 9,
  tif: 'day',
};
const offer: ScriptAction = { ...bid, id: 'offer', side: 'sell', price: 101e9 };
const buyStop: ScriptAction = {
  action: 'place',
  at,
  id: 'stop',
  side: 'buy',
  type: 'stop',
  stopPrice: 102e9,
  quantity: 2,
  tif: 'day',
};

/** A book of 100 bid, 101 asked, and one order at the bid that comes behind ours. */
const quiet: readonly Row[] = [
  { ms: 0, action: ACTION_ADD, side: SIDE_BID, price: 100, size: 5, id: 1n, sequence: 1 },
  { ms: 0, action: ACTION_ADD, side: SIDE_ASK, price: 101, size: 5, id: 2n, sequence: 2 },
  { ms: 50, action: ACTION_ADD, side: SIDE_BID, price: 100, size: 5, id: 3n, sequence: 3 },
];

/** A cross on Nasdaq: print, fill and cancel of one sequence, each of them flagged LAST. */
function executed(sequence: number, side: number): Row[] {
  const common = { ms: 60, price: 100, size: 4, sequence } as const;
  return [
    { ...common, action: ACTION_TRADE, side },
    { ...common, action: ACTION_FILL, side: SIDE_BID, id: 3n },
    { ...common, action: ACTION_CANCEL, side: SIDE_BID, id: 3n },
  ];
}

describe('the fills of a print without an aggressor are nobody’s to share', () => {
  test('to the end of its sequence on Nasdaq, where each record may be flagged LAST', () => {
    expect(fillsOf([...quiet, ...executed(4, SIDE_NONE)], [bid], 'sequence').fills).toEqual([]);
  });

  test('and the next sequence’s are again', () => {
    const rows = [...quiet, ...executed(4, SIDE_NONE), ...executed(5, SIDE_ASK)];
    // one share is left of the order that executes
    expect(fillsOf(rows, [bid], 'sequence').fills).toEqual(['bid 4@100']);
  });

  test('to the flag at CME, where another sequence ends nothing', () => {
    const rows = executed(4, SIDE_NONE).map((row, i) => ({
      ...row,
      sequence: 4 + i,
      flags: i === 2 ? FLAG_LAST : 0,
    }));
    expect(fillsOf([...quiet, ...rows], [bid], 'last-flag').fills).toEqual([]);
    expect(
      fillsOf([...quiet, ...rows, ...executed(9, SIDE_ASK)], [bid], 'last-flag').fills,
    ).toEqual(['bid 4@100']);
  });
});

describe('what has no price or no size', () => {
  const nothing = { ms: 60, sequence: 4, side: SIDE_BID, size: 5 } as const;
  const later: Row = { ...nothing, ms: 200, action: ACTION_TRADE, price: 100.5, sequence: 9 };

  test('a print at no price is refused and counted, and triggers no stop', () => {
    const print: Row = { ...nothing, action: ACTION_TRADE, price: undefined };
    const { fills, trades, state, refused } = fillsOf(
      [...quiet, print, later],
      [buyStop],
      'last-flag',
    );
    expect({ fills, trades, refused, last: state.LAST, high: state.HOD }).toEqual({
      fills: [],
      trades: 1,
      refused: 1,
      last: 100.5,
      high: 100.5,
    });
  });

  test('a print of nothing moves no LAST and triggers no stop', () => {
    const print: Row = { ...nothing, action: ACTION_TRADE, price: 103, size: 0 };
    const { fills, state } = fillsOf([...quiet, print, later], [buyStop], 'last-flag');
    expect([fills, state.LAST]).toEqual([[], 100.5]);
    const real: Row = { ...nothing, action: ACTION_TRADE, price: 103 };
    expect(fillsOf([...quiet, real, later], [buyStop], 'last-flag').fills).toEqual(['stop 2@101']);
  });

  test.for([
    [
      'an execution at no price',
      { ...nothing, action: ACTION_FILL, side: SIDE_ASK, id: 2n, price: undefined },
    ],
    ['a bid at no price', { ...nothing, action: ACTION_ADD, id: 7n, price: undefined }],
    [
      'a bid off the grid, which the book refuses',
      { ...nothing, action: ACTION_ADD, id: 7n, price: 101.005 },
    ],
  ] as const)('%s fills no order of ours', ([, row]) => {
    expect(fillsOf([...quiet, row, later], [offer], 'last-flag').fills).toEqual([]);
  });

  test('a bid on the grid at our offer fills it', () => {
    const row: Row = { ...nothing, action: ACTION_ADD, id: 7n, price: 101.01 };
    expect(fillsOf([...quiet, row, later], [offer], 'last-flag').fills).toEqual(['offer 5@101']);
  });
});
