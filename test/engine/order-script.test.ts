import { expect, test } from 'vitest';
import { dayOf } from '../../src/domain/time.ts';
import { parseOrderScript } from '../../src/engine/order-script.ts';

const DAY = dayOf(2012, 6, 21);
const AT = '2012-06-21T14:30:00.000000001Z';
const TS = 14.5 * 3600e9 + 1;

function place(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    at: AT,
    id: 'a',
    action: 'place',
    side: 'buy',
    type: 'limit',
    price: '577.63',
    quantity: 100,
    ...changes,
  };
}

function lines(...objects: readonly unknown[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n');
}

test('places, changes and cancels are read to the nanosecond and the exact price', () => {
  const text = `${lines(
    place(),
    place({
      id: 'b',
      side: 'sell',
      type: 'stop-limit',
      price: '1.000000001',
      stopPrice: '2',
      tif: 'fok',
    }),
    { at: '2012-06-21T10:30:00.5-04:00', id: 'a', action: 'modify', price: '577.6' },
    { at: '2012-06-21T14:30:00.5Z', id: 'b', action: 'modify', stopPrice: '3.5', quantity: 7 },
    { at: '2012-06-21T14:31:00Z', id: 'a', action: 'cancel' },
  )}\r\n\n`;
  expect(parseOrderScript(text, DAY)).toEqual({
    actions: [
      {
        action: 'place',
        at: TS,
        id: 'a',
        side: 'buy',
        type: 'limit',
        price: 577_630_000_000,
        quantity: 100,
        tif: 'day',
      },
      {
        action: 'place',
        at: TS,
        id: 'b',
        side: 'sell',
        type: 'stop-limit',
        price: 1_000_000_001,
        stopPrice: 2_000_000_000,
        quantity: 100,
        tif: 'fok',
      },
      { action: 'modify', at: TS - 1 + 5e8, id: 'a', price: 577_600_000_000 },
      { action: 'modify', at: TS - 1 + 5e8, id: 'b', stopPrice: 3_500_000_000, quantity: 7 },
      { action: 'cancel', at: TS - 1 + 60e9, id: 'a' },
    ],
  });
});

test('trailing stops, orders at market if touched and post-only orders are read', () => {
  const trailing = { type: 'trailing-stop', price: undefined, trailAmount: '0.25' };
  const text = lines(
    place({ ...trailing, id: 'a' }),
    place({ ...trailing, id: 'b', stopPrice: '577' }),
    place({ type: 'market-if-touched', price: undefined, stopPrice: '577.5', id: 'c' }),
    place({ postOnly: true, id: 'd' }),
    place({ postOnly: false, id: 'e' }),
  );
  const common = { action: 'place', at: TS, side: 'buy', quantity: 100, tif: 'day' };
  expect(parseOrderScript(text, DAY)).toEqual({
    actions: [
      { ...common, id: 'a', type: 'trailing-stop', trailAmount: 250_000_000 },
      {
        ...common,
        id: 'b',
        type: 'trailing-stop',
        trailAmount: 250_000_000,
        stopPrice: 577_000_000_000,
      },
      { ...common, id: 'c', type: 'market-if-touched', stopPrice: 577_500_000_000 },
      { ...common, id: 'd', type: 'limit', price: 577_630_000_000, postOnly: true },
      { ...common, id: 'e', type: 'limit', price: 577_630_000_000 },
    ],
  });
});

test('an empty file is a script of nothing', () => {
  expect(parseOrderScript('\n  \n', DAY)).toEqual({ actions: [] });
});

const WRONG: readonly (readonly [name: string, line: string, problem: RegExp])[] = [
  ['no JSON', '{"at"', /not a JSON object/],
  ['an array', '[]', /not a JSON object/],
  ['null', 'null', /not a JSON object/],
  ['a text', '"place"', /not a JSON object/],
  ['no action', JSON.stringify({ at: AT, id: 'a' }), /^action: /],
  ['another action', JSON.stringify(place({ action: 'replace' })), /^action: /],
  ['an inherited action', JSON.stringify(place({ action: 'toString' })), /^action: /],
  ['a field too many', JSON.stringify(place({ price2: '1' })), /^price2: /],
  [
    'a price to cancel',
    JSON.stringify({ at: AT, id: 'a', action: 'cancel', price: '1' }),
    /^price: /,
  ],
  [
    'a side to modify',
    JSON.stringify({ at: AT, id: 'a', action: 'modify', side: 'buy' }),
    /^side: /,
  ],
  ['no time', JSON.stringify(place({ at: undefined })), /^at: /],
  ['a number for a time', JSON.stringify(place({ at: 5 })), /^at: /],
  ['a time without a zone', JSON.stringify(place({ at: '2012-06-21T14:30:00' })), /^at: /],
  ['ten decimals', JSON.stringify(place({ at: '2012-06-21T14:30:00.0000000001Z' })), /^at: /],
  ['a date that is none', JSON.stringify(place({ at: '2012-02-30T14:30:00Z' })), /^at: /],
  ['no id', JSON.stringify(place({ id: undefined })), /^id: /],
  ['an empty id', JSON.stringify(place({ id: '' })), /^id: /],
  ['a number for an id', JSON.stringify(place({ id: 1 })), /^id: /],
  ['no side', JSON.stringify(place({ side: undefined })), /^side: /],
  ['a long', JSON.stringify(place({ side: 'long' })), /^side: /],
  ['another type', JSON.stringify(place({ type: 'iceberg' })), /^type: /],
  ['another tif', JSON.stringify(place({ tif: 'gtc' })), /^tif: /],
  ['no quantity', JSON.stringify(place({ quantity: undefined })), /^quantity: /],
  ['a quantity of 0', JSON.stringify(place({ quantity: 0 })), /^quantity: /],
  ['half a share', JSON.stringify(place({ quantity: 1.5 })), /^quantity: /],
  ['a quantity as text', JSON.stringify(place({ quantity: '100' })), /^quantity: /],
  ['null shares', JSON.stringify(place({ quantity: null })), /^quantity: /],
  ['a price as number', JSON.stringify(place({ price: 577.63 })), /^price: /],
  ['a price of 0', JSON.stringify(place({ price: '0.00' })), /^price: /],
  ['a price below 0', JSON.stringify(place({ price: '-1' })), /^price: /],
  ['a price with an exponent', JSON.stringify(place({ price: '5e2' })), /^price: /],
  ['ten decimals of a price', JSON.stringify(place({ price: '1.0000000001' })), /^price: /],
  ['a limit without its price', JSON.stringify(place({ price: undefined })), /^price: needed/],
  ['a market order with a price', JSON.stringify(place({ type: 'market' })), /^price: not allowed/],
  [
    'a stop without its price',
    JSON.stringify(place({ type: 'stop', price: undefined })),
    /^stopPrice: needed/,
  ],
  ['a limit with a stop', JSON.stringify(place({ stopPrice: '1' })), /^stopPrice: not allowed/],
  [
    'a stop-limit with one price',
    JSON.stringify(place({ type: 'stop-limit' })),
    /^stopPrice: needed/,
  ],
  ['a limit that trails', JSON.stringify(place({ trailAmount: '1' })), /^trailAmount: not allowed/],
  [
    'a trailing stop without its distance',
    JSON.stringify(place({ type: 'trailing-stop', price: undefined, stopPrice: '5' })),
    /^trailAmount: needed/,
  ],
  [
    'a trailing stop with a limit',
    JSON.stringify(place({ type: 'trailing-stop', trailAmount: '1' })),
    /^price: not allowed/,
  ],
  [
    'a distance of 0',
    JSON.stringify(place({ type: 'trailing-stop', price: undefined, trailAmount: '0' })),
    /^trailAmount: a decimal/,
  ],
  [
    'market if touched without its trigger',
    JSON.stringify(place({ type: 'market-if-touched', price: undefined })),
    /^stopPrice: needed/,
  ],
  ['an inherited type', JSON.stringify(place({ type: 'toString' })), /^type: limit, market, stop/],
  ['post-only as text', JSON.stringify(place({ postOnly: 'yes' })), /^postOnly: true or false/],
  ['a post-only IOC', JSON.stringify(place({ postOnly: true, tif: 'ioc' })), /^postOnly: only/],
  [
    'a post-only stop',
    JSON.stringify(place({ type: 'stop', price: undefined, stopPrice: '1', postOnly: true })),
    /^postOnly: only/,
  ],
  [
    'a change of a distance',
    JSON.stringify({ at: AT, id: 'a', action: 'modify', trailAmount: '1' }),
    /^trailAmount: not a field/,
  ],
  ['a change of nothing', JSON.stringify({ at: AT, id: 'a', action: 'modify' }), /^modify: /],
  [
    'a change of a stranger',
    JSON.stringify({ at: AT, id: 'z', action: 'modify', quantity: 1 }),
    /^id: /,
  ],
  ['a cancel of a stranger', JSON.stringify({ at: AT, id: 'z', action: 'cancel' }), /^id: /],
];

test.for(WRONG)('%s is refused with its line', ([, line, problem]) => {
  expect(parseOrderScript(`\n${line}`, DAY)).toEqual({
    problems: [{ line: 2, problem: expect.stringMatching(problem) }],
  });
});

test('every bad line is told at once, and a bad placing is not told again at its change', () => {
  const text = lines(
    place({ quantity: 0 }),
    { at: AT, id: 'a', action: 'modify', quantity: 5 },
    place({ id: 'b' }),
    place({ id: 'b' }),
    place({ id: 'c', at: '2012-06-21T14:29:59Z' }),
  );
  expect(parseOrderScript(text, DAY)).toEqual({
    problems: [
      { line: 1, problem: expect.stringMatching(/^quantity: /) },
      { line: 4, problem: expect.stringMatching(/^id: "b" was placed before/) },
      { line: 5, problem: expect.stringMatching(/^at: earlier/) },
    ],
  });
});
