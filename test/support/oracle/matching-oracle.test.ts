import { describe, expect, test } from 'vitest';
import { MatchingOracle, type OracleTerms } from './matching-oracle.ts';

/** An exchange that numbers what it is asked, and tells what happened in short. */
class Asked {
  readonly market = new MatchingOracle();
  #stamp = 0;

  send(id: number, side: 'bid' | 'ask', size: number, tick?: number, more?: Partial<OracleTerms>) {
    const terms = { id, isBid: side === 'bid', size, tick, tif: 'day' as const, ...more };
    this.market.step({ kind: 'new', terms }, ++this.#stamp);
    return this.trades;
  }

  change(id: number, tick: number, total: number) {
    this.market.step({ kind: 'modify', id, tick, total }, ++this.#stamp);
    return this.trades;
  }

  get trades(): string[] {
    return this.market.happened.flatMap((one) =>
      one.kind === 'executed' ? [`${one.makerId} ${one.size}@${one.tick}`] : [],
    );
  }
}

describe('the oracle', () => {
  test('fills by price, then by time, and leaves the rest in the book', () => {
    const asked = new Asked();
    asked.send(1, 'ask', 5, 101);
    asked.send(2, 'ask', 5, 100);
    asked.send(3, 'ask', 5, 100);
    expect(asked.send(4, 'bid', 12, 101)).toEqual(['2 5@100', '3 5@100', '1 2@101']);
    expect(asked.market.asks.map(({ id, shown }) => [id, shown])).toEqual([[1, 3]]);
    expect(asked.send(5, 'bid', 9, 101)).toEqual(['1 3@101']);
    expect(asked.market.bids.map(({ id, shown }) => [id, shown])).toEqual([[5, 6]]);
  });

  test('lets only a smaller total keep the place, and counts what was filled', () => {
    const asked = new Asked();
    for (const id of [1, 2, 3]) asked.send(id, 'ask', 10, 100);
    asked.send(4, 'bid', 4, 100);
    asked.change(1, 100, 7);
    asked.change(2, 100, 11);
    expect(asked.send(5, 'bid', 20, 100)).toEqual(['1 3@100', '3 10@100', '2 7@100']);
  });

  test('cancels the rest of IOC and market orders unseen, and gives FOK all or nothing', () => {
    const asked = new Asked();
    asked.send(1, 'ask', 5, 100);
    expect(asked.send(2, 'bid', 6, 100, { tif: 'fok' })).toEqual([]);
    expect(asked.market.unseen.rest).toBe(6);
    expect(asked.send(3, 'bid', 8, undefined, { tif: 'ioc' })).toEqual(['1 5@100']);
    expect([asked.market.unseen.rest, asked.market.bids]).toEqual([3, []]);
  });

  test('shows no more than the peak, and each slice joins the back', () => {
    const asked = new Asked();
    asked.send(1, 'ask', 10, 100, { peak: 4 });
    expect(asked.market.unseen.reserve).toBe(6);
    asked.send(2, 'ask', 3, 100);
    expect(asked.send(3, 'bid', 9, 100)).toEqual(['1 4@100', '2 3@100', '1 2@100']);
  });

  test('lets displayed orders go before hidden ones of the same price', () => {
    const asked = new Asked();
    asked.send(1, 'ask', 5, 100, { isHidden: true });
    asked.send(2, 'ask', 5, 100);
    expect(asked.send(3, 'bid', 7, 100)).toEqual(['2 5@100', '1 2@100']);
  });

  test('triggers a stop by the first trade at or through its price, once', () => {
    const asked = new Asked();
    asked.market.arm({ id: -1, isBid: true, tick: 101 });
    asked.send(1, 'ask', 5, 100);
    asked.send(2, 'ask', 5, 102);
    asked.send(3, 'bid', 5, 100);
    expect(asked.market.takeTriggered()).toEqual([]);
    asked.send(4, 'bid', 5, 102);
    expect(asked.market.takeTriggered()).toEqual([-1]);
    expect(asked.market.takeTriggered()).toEqual([]);
  });

  test('triggers a touched order from the other side, and lets a trailing stop follow but not go back', () => {
    const asked = new Asked();
    asked.market.arm({ id: -1, isBid: true, tick: 99, wants: 'touch' });
    asked.market.arm({ id: -2, isBid: false, tick: 97, trail: 3 });
    const trade = (tick: number): number[] => {
      asked.send(tick, 'ask', 1, tick);
      asked.send(1_000 + tick, 'bid', 1, tick);
      return asked.market.takeTriggered();
    };
    expect([trade(100), trade(102), trade(101), trade(99)]).toEqual([[], [], [], [-1, -2]]);
  });

  test('refuses a post-only order that would take', () => {
    const asked = new Asked();
    asked.send(1, 'ask', 5, 100);
    asked.send(2, 'bid', 5, 100, { postOnly: true });
    asked.send(3, 'bid', 5, 99, { postOnly: true });
    expect(asked.market.bids.map(({ id }) => id)).toEqual([3]);
  });

  test('goes on by itself when it is forked', () => {
    const asked = new Asked();
    asked.send(1, 'ask', 5, 100);
    const fork = asked.market.fork();
    fork.step({ kind: 'cancel', id: 1 }, 9);
    expect([asked.market.asks.length, fork.asks.length]).toEqual([1, 0]);
  });
});
