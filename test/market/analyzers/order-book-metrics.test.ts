import { expect, test } from 'vitest';
import { MarketRig } from '../../support/market-rig.ts';

const T = '14:00:00';

test('imbalance takes the best five levels of each side, fewer where there are fewer', () => {
  const rig = new MarketRig();
  for (let i = 0; i < 7; i++) rig.add(T, 'bid', 250 - i / 100, i < 5 ? 100 : 9000);
  rig.add(T, 'ask', 250.1, 300);
  expect(rig.state(T).L2_IMBALANCE).toBe(1.6667);
});

test('one empty side leaves imbalance and spread unknown', () => {
  const rig = new MarketRig();
  rig.add(T, 'bid', 250, 100);
  const { L2_IMBALANCE, SPREAD, BID_STACK, ASK_STACK } = rig.state(T);
  expect([L2_IMBALANCE, SPREAD, BID_STACK, ASK_STACK]).toEqual([null, null, [[250, 100]], []]);
});

test('a crossed book has a negative spread', () => {
  const rig = new MarketRig();
  rig.add(T, 'bid', 250.3, 100);
  rig.add(T, 'ask', 250.1, 100);
  expect(rig.state(T).SPREAD).toBe(-0.2);
});

test('a wall is larger than 300 and than three times the mean of the others; above five times it is major', () => {
  const wall = (size: number, other: number): unknown => {
    const rig = new MarketRig();
    rig.add(T, 'bid', 250, other);
    rig.add(T, 'bid', 249.99, other);
    rig.add(T, 'bid', 249.98, size);
    return rig.state(T).DOM_WALLS.map((found) => found.tier);
  };
  expect([
    wall(300, 10),
    wall(301, 10),
    wall(600, 200),
    wall(601, 200),
    wall(1000, 200),
    wall(1001, 200),
  ]).toEqual([[], ['MAJOR'], [], ['MINOR'], ['MINOR'], ['MAJOR']]);
});

test('walls come nearest to their own touch first, the bid before the ask', () => {
  const rig = new MarketRig();
  rig.add(T, 'bid', 250, 10);
  rig.add(T, 'bid', 249.95, 900);
  rig.add(T, 'bid', 249.9, 10);
  rig.add(T, 'ask', 251, 900);
  rig.add(T, 'ask', 251.05, 10);
  rig.add(T, 'ask', 251.1, 10);
  rig.cancel(T, rig.add(T, 'ask', 250.99, 5), 5);
  expect(rig.state(T).DOM_WALLS.map(({ side, price }) => [side, price])).toEqual([
    ['ASK', 251],
    ['BID', 249.95],
  ]);
  rig.add(T, 'ask', 250.95, 20);
  expect(rig.state(T).DOM_WALLS.map(({ side, price }) => [side, price])).toEqual([
    ['BID', 249.95],
    ['ASK', 251],
  ]);
});

test('a lone level is no wall, and neither is the 21st', () => {
  const rig = new MarketRig();
  rig.add(T, 'ask', 251, 5000);
  for (let i = 0; i < 21; i++) rig.add(T, 'bid', 250 - i / 100, i === 20 ? 90_000 : 10);
  expect(rig.state(T).DOM_WALLS).toEqual([]);
});

test('the microprice leans to the side with less behind it', () => {
  const rig = new MarketRig();
  rig.add(T, 'bid', 250, 300);
  rig.add(T, 'ask', 250.04, 100);
  expect(rig.analysis.book.microprice()).toBe(250_030_000_000);
  expect(new MarketRig().analysis.book.microprice()).toBeNull();
});
