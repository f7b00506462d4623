import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { toStats } from '../../src/reports/to-stats.ts';
import { roundTrip, runResult } from '../support/run-result.builder.ts';

const cents = fc.integer({ min: -100_000, max: 100_000 }).map((amount) => amount / 100);
const trades = fc.array(
  cents.map((netPl) => roundTrip({ netPl })),
  { maxLength: 60 },
);

property.prop([trades])('every trade wins, loses or is a scratch', (list) => {
  const stats = toStats(runResult({ trades: list }));
  expect(stats.wins + stats.losses + stats.scratches).toBe(list.length);
});

property.prop([trades])('the reasons’ results add up to all trades’', (list) => {
  const stats = toStats(runResult({ trades: list }));
  const sum = Object.values(stats.exitReasons).reduce((total, { netPl }) => total + netPl, 0);
  expect(sum).toBeCloseTo(
    list.reduce((total, { netPl }) => total + netPl, 0),
    6,
  );
});

property.prop([trades])('no figure is infinite or not a number', (list) => {
  const figures = Object.values(toStats(runResult({ trades: list })));
  expect(
    figures.filter((figure) => typeof figure === 'number' && !Number.isFinite(figure)),
  ).toEqual([]);
});

property.prop([fc.array(cents, { minLength: 1, maxLength: 80 })])(
  'the drawdown is the deepest fall of any later point below any earlier one',
  (values) => {
    const equity = values.map((value, minute) => ({
      ts: new Date(Date.UTC(2025, 9, 15, 13, minute)).toISOString().replace('Z', '000000Z'),
      equity: value,
    }));
    let deepest = 0;
    values.forEach((high, from) => {
      for (const low of values.slice(from)) deepest = Math.min(deepest, low - high);
    });
    expect(toStats(runResult({ equity })).maxDrawdown).toBeCloseTo(deepest, 6);
  },
);

property.prop([trades, fc.integer({ min: 1, max: 1000 })])(
  'ratios do not depend on the size of the account',
  (list, scale) => {
    const scaled = list.map((trade) => ({ ...trade, netPl: trade.netPl * scale }));
    const pick = ({ winRate, profitFactor }: ReturnType<typeof toStats>) => ({
      winRate,
      profitFactor,
    });
    expect(pick(toStats(runResult({ trades: scaled })))).toEqual(
      pick(toStats(runResult({ trades: list }))),
    );
  },
);
