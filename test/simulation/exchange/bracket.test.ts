import { describe, expect, test } from 'vitest';
import { STATUS_HALTED, STATUS_QUOTING, STATUS_TRADING } from '../../../src/domain/event.ts';
import { ExchangeRig } from '../../support/exchange-rig.ts';

/**
 * Bids 100@100 (id 1) and 500@99.90 (2), asks 500@100.30 (3); a bracket that buys 60 at 100.05 with its stop at 99.95
 * and its target at 100.25, arrived at 20.
 */
function rigWithBracket(): ExchangeRig {
  const rig = new ExchangeRig();
  rig.add(0, 1, 'bid', 100, 100);
  rig.add(0, 2, 'bid', 99.9, 500);
  rig.add(0, 3, 'ask', 100.3, 500);
  rig.buy(0, 'E', 60, { price: 100.05, group: 'G' });
  rig.sell(0, 'S', 60, { type: 'stop', stopPrice: 99.95, reduceOnly: true, group: 'G' });
  rig.sell(0, 'T', 60, { price: 100.25, reduceOnly: true, group: 'G' });
  rig.wait(20);
  return rig;
}

/** Executes `size` at the entry's price, behind it. */
function fillEntry(rig: ExchangeRig, ms: number, size: number): void {
  rig.add(ms, 1000 + ms, 'bid', 100.05, size);
  rig.execute(ms, 'bid', 100.05, [1000 + ms, size]);
}

/** Net position by the fills. */
function positionOf(rig: ExchangeRig): number {
  return rig.filledOf('E') - rig.filledOf('S') - rig.filledOf('T') - rig.filledOf('X');
}

/** What has been reported of each order's end. */
function endOf(rig: ExchangeRig, id: string): string {
  const ends = rig
    .all()
    .filter((report) => report.orderId === id && report.type === 'order-canceled');
  return ends.map((report) => (report.type === 'order-canceled' ? report.reason : '')).join();
}

describe('exits work only for what the entry has filled', () => {
  test('nothing before it filled, whatever trades', () => {
    const rig = rigWithBracket();
    rig.print(30, 99, 10);
    rig.add(31, 10, 'bid', 100.25, 30);
    rig.cancel(32, 10, 30);
    rig.wait(100);
    expect(rig.fills).toEqual([]);
    expect(rig.states).toEqual(['E accepted 20', 'S accepted 20', 'T accepted 20']);
  });

  test('a target trades no more than that', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 25);
    rig.add(40, 10, 'bid', 100.25, 40);
    expect(rig.filledOf('T')).toBe(25);
    expect(positionOf(rig)).toBe(0);
    expect([endOf(rig, 'E'), endOf(rig, 'S'), endOf(rig, 'T')]).toEqual([
      'its exit traded',
      'oco',
      '',
    ]);
  });

  test('a stop trades no more than that, and the rest of the entry is cancelled', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 25);
    rig.print(40, 99.95, 1);
    rig.wait(100);
    expect(rig.fills).toEqual(['E 25@100.05 30 #6 maker', 'S 25@100.00 60 #8 taker']);
    expect([endOf(rig, 'E'), endOf(rig, 'S'), endOf(rig, 'T')]).toEqual([
      'its exit traded',
      '',
      'oco',
    ]);
    rig.execute(110, 'bid', 99.9, [2, 100]);
    rig.add(111, 10, 'bid', 100.25, 40);
    expect(positionOf(rig)).toBe(0);
  });

  test('a stop that ends with the entry is reported as changed to what it filled, and as nothing else', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 25);
    rig.print(40, 99.95, 1);
    rig.wait(100);
    const told = rig.all().filter(({ orderId, ts }) => orderId === 'S' && ts === 60e6);
    expect(told.map(({ type }) => type)).toEqual(['order-filled', 'order-modified']);
  });

  test('a target that grows with the entry joins the back each time', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 25);
    rig.add(35, 20, 'ask', 100.25, 10);
    fillEntry(rig, 40, 35);
    rig.execute(50, 'ask', 100.25, [20, 10]);
    expect(rig.filledOf('T')).toBe(0);
    rig.add(55, 21, 'ask', 100.25, 10);
    rig.execute(56, 'ask', 100.25, [21, 4]);
    expect(rig.filledOf('T')).toBe(4);
  });
});

describe('stop and target never trade beyond the position', () => {
  test('a target filled in part leaves the stop the rest', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 60);
    rig.add(40, 10, 'bid', 100.25, 22);
    rig.print(50, 99.9, 1);
    rig.wait(100);
    expect([rig.filledOf('T'), rig.filledOf('S')]).toEqual([22, 38]);
    expect(endOf(rig, 'T')).toBe('oco');
  });

  test('a target that fills whole while the triggered stop travels ends it', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 60);
    rig.print(40, 99.95, 1);
    rig.add(41, 10, 'bid', 100.25, 60);
    rig.wait(100);
    expect([rig.filledOf('T'), rig.filledOf('S')]).toEqual([60, 0]);
    expect(endOf(rig, 'S')).toBe('oco');
  });

  test('a target that fills in part while the stop travels leaves it the rest', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 60);
    rig.print(40, 99.95, 1);
    rig.add(41, 10, 'bid', 100.25, 45);
    rig.wait(100);
    expect([rig.filledOf('T'), rig.filledOf('S')]).toEqual([45, 15]);
  });

  test('an exit at market in the same group shares what is open', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 60);
    rig.sell(40, 'X', 60, { type: 'market', reduceOnly: true, group: 'G' });
    rig.add(50, 10, 'bid', 100.25, 20);
    rig.wait(100);
    expect([rig.filledOf('T'), rig.filledOf('X'), rig.filledOf('S')]).toEqual([20, 40, 0]);
    expect([endOf(rig, 'T'), endOf(rig, 'S')]).toEqual(['oco', 'oco']);
    expect(positionOf(rig)).toBe(0);
  });

  test('an exit that finds nothing left to close ends at once', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 60);
    rig.add(40, 10, 'bid', 100.25, 60);
    rig.sell(41, 'X', 60, { type: 'market', reduceOnly: true, group: 'G' });
    rig.wait(100);
    expect(rig.filledOf('X')).toBe(0);
    expect(endOf(rig, 'X')).toBe('nothing left to close');
  });
});

describe('an entry that ends', () => {
  test('unfilled ends its exits', () => {
    const rig = rigWithBracket();
    rig.withdraw(30, 'E');
    rig.wait(60);
    expect([endOf(rig, 'E'), endOf(rig, 'S'), endOf(rig, 'T')]).toEqual([
      'canceled by us',
      'oco',
      'oco',
    ]);
  });

  test('filled in part leaves both exits for that part', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 25);
    rig.withdraw(31, 'E');
    rig.wait(60);
    const quantities = rig
      .all()
      .flatMap((report) =>
        report.type === 'order-modified' ? [`${report.orderId} ${report.quantity}`] : [],
      );
    expect(quantities).toEqual(['S 25', 'T 25']);
    rig.print(70, 99, 5);
    rig.wait(100);
    expect(rig.fills.at(-1)).toBe('S 25@100.00 90 #8 taker');
    expect(positionOf(rig)).toBe(0);
  });

  test('that arrives in a halt keeps waiting, and goes on when trading does', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 60);
    rig.print(40, 99.9, 5);
    rig.status(41, STATUS_HALTED);
    rig.wait(100);
    expect(endOf(rig, 'S')).toBe('');
    expect(positionOf(rig)).toBe(60);
    rig.add(200, 90, 'bid', 99.5, 100);
    rig.status(300, STATUS_QUOTING);
    rig.wait(350);
    expect(positionOf(rig)).toBe(60);
    rig.status(400, STATUS_TRADING);
    rig.wait(401);
    expect(positionOf(rig)).toBe(0);
  });

  test('that waits in a halt can still be canceled', () => {
    const rig = rigWithBracket();
    fillEntry(rig, 30, 60);
    rig.print(40, 99.9, 5);
    rig.status(41, STATUS_HALTED);
    rig.wait(100);
    rig.withdraw(110, 'S');
    rig.wait(140);
    rig.status(400, STATUS_TRADING);
    rig.wait(401);
    expect([endOf(rig, 'S'), positionOf(rig)]).toEqual(['canceled by us', 60]);
  });
});

test('a target that may take when the entry fills does so in the entry’s event', () => {
  const rig = new ExchangeRig();
  rig.add(0, 1, 'bid', 99, 5);
  rig.buy(0, 'E', 5, { price: 100, group: 'G' });
  rig.sell(0, 'T', 5, { price: 100.2, reduceOnly: true, group: 'G' });
  rig.wait(20);
  rig.add(25, 2, 'bid', 100.2, 9);
  rig.add(30, 3, 'ask', 100, 9);
  expect(rig.fills).toEqual(['E 5@100.00 30 #3 maker', 'T 5@100.20 30 #3 taker']);
});
