import { describe, expect, test } from 'vitest';
import { dayOf } from '../../src/domain/time.ts';
import { DeskLedger } from '../../src/execution/desk-ledger.ts';
import { brokenSums } from '../../src/execution/invariants.ts';
import { Portfolio } from '../../src/execution/portfolio.ts';
import { DeskRig } from '../support/desk-rig.ts';
import { STOCK } from '../support/market-rig.ts';

describe('while the desk works, after every report', () => {
  test('an entry whose rest nobody canceled in its time is a violation', () => {
    const rig = new DeskRig();
    rig.enter();
    // the timer at 5 s was never run
    rig.fill(6_100, 'P-1', 10, 250);
    expect(rig.told).toContain('violation what an entry has not filled in its time is canceled');
  });

  test('one whose rest was canceled in time is none, however late the venue answers', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.wait(5_000);
    rig.fill(9_000, 'P-1', 10, 250);
    expect(rig.told.filter((line) => line.startsWith('violation'))).toEqual([]);
  });

  test('exits that trade beyond what was entered are a violation', () => {
    const rig = new DeskRig();
    rig.enter();
    rig.fill(10, 'P-1', 20, 250);
    rig.fill(20, 'P-2', 30, 249.8);
    expect(rig.told).toContain('violation exits never trade beyond the position');
  });
});

test('cash that is not what the fills brought in is found, to the last micro', () => {
  const ledger = new DeskLedger(new Portfolio(STOCK, dayOf(2026, 6, 1)), 'P-', STOCK.multiplier);
  expect(brokenSums(ledger)).toEqual([]);
  ledger.cashMicros += 1;
  expect(brokenSums(ledger).map(({ rule }) => rule)).toEqual(['money is the sum of fills']);
});
