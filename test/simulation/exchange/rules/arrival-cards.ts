import { card, type RuleCard } from './rule-card.ts';

export const ARRIVAL_CARDS: readonly RuleCard[] = [
  card(
    'A-001',
    'an order takes at the price that it finds when it arrives, not the one that it saw when it was sent',
    'latency is what a fast market costs',
    (m) => {
      m.quoted().buy(1, 'A', 10, { type: 'market' });
      m.cancel(15, 3, 50);
      m.wait(30);
    },
    ['A 10@100.03 21 #5 taker'],
  ),
  card(
    'A-002',
    'what is quoted between sending and arriving is there to be taken',
    'the exchange knows nothing of when it was sent',
    (m) => {
      m.quoted().buy(1, 'A', 10, { type: 'market' });
      m.add(20, 5, 'ask', 100.01, 4);
      m.wait(30);
    },
    ['A 4@100.01 21 #5 taker', 'A 6@100.02 21 #5 taker'],
  ),
  card(
    'A-003',
    'a bid that arrives in the nanosecond of a sale at its price has not been there for it',
    'ours comes after all market events of its nanosecond',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100 });
      m.execute(20, 'bid', 100, [1, 50]);
      m.execute(21, 'bid', 99.99, [2, 3]);
    },
    ['A 3@100.00 21 #9 maker'],
  ),
  card(
    'A-004',
    'nothing of ours gets between the records of one event group',
    'a group happens at once: a book in the middle of it never was',
    (m) => {
      m.quoted().buy(0, 'A', 60, { price: 100.03 });
      m.cancel(19, 3, 50, { last: false });
      m.modify(30, 4, 'ask', 100.03, 7);
      m.wait(40);
    },
    ['A 7@100.03 20 #6 taker'],
  ),
  card(
    'A-005',
    'each leg has its own time: the exchange acts after orderMs, we hear of it after reportMs more',
    'a fill is the exchange’s, its report is ours',
    (m) => {
      m.quoted().buy(0, 'A', 10, { type: 'market' });
      m.wait(100);
      m.note(`at 36: ${m.known(36).length}`);
      m.note(`at 37: ${m.known(37).length}`);
    },
    ['A 10@100.02 7 #4 taker'],
    ['at 36: 0', 'at 37: 2'],
    { latency: { orderMs: 7, reportMs: 30 } },
  ),
  card(
    'A-006',
    'a cancel takes as long as an order: until it arrives the order fills',
    'nobody cancels faster than light',
    (m) => {
      m.quoted().buy(0, 'A', 30, { price: 100.01 });
      m.withdraw(50, 'A');
      m.add(69, 5, 'ask', 100.01, 4);
      m.add(71, 6, 'ask', 100.01, 4);
    },
    ['A 4@100.01 69 #5 maker', 'A canceled 70: canceled by us'],
  ),
  card(
    'A-007',
    'a cancel that arrives in the nanosecond of a fill comes after it',
    'market events of a nanosecond come first',
    (m) => {
      m.quoted().buy(0, 'A', 30, { price: 100.01 });
      m.withdraw(50, 'A');
      m.add(70, 5, 'ask', 100.01, 4);
      m.wait(71);
    },
    ['A 4@100.01 70 #5 maker', 'A canceled 70: canceled by us'],
  ),
  card(
    'A-008',
    'two orders of one nanosecond arrive in the order sent, and the second meets what the first left',
    'there is one line to the exchange',
    (m) => {
      m.quoted().buy(0, 'A', 45, { type: 'market' });
      m.buy(0, 'B', 10, { type: 'market' });
      m.wait(30);
    },
    ['A 45@100.02 20 #4 taker', 'B 5@100.02 20 #4 taker', 'B 5@100.03 20 #4 taker'],
  ),
  card(
    'A-009',
    'a cancel sent in the nanosecond of its order arrives right after it: what is marketable has traded',
    'none overtakes an earlier one',
    (m) => {
      m.quoted().buy(0, 'A', 60, { price: 100.02 });
      m.withdraw(0, 'A');
      m.wait(30);
    },
    ['A 50@100.02 20 #4 taker', 'A canceled 20: canceled by us'],
  ),
  card(
    'A-010',
    'a cancel of an order that was never sent does nothing and is not answered',
    'there is nothing to say about it',
    (m) => {
      m.quoted().withdraw(0, 'ghost');
      m.change(1, 'ghost', { quantity: 3 });
      m.wait(30);
    },
    [],
  ),
  card(
    'A-011',
    'without latency an order still comes after the events of its nanosecond',
    'zero is a latency, not a privilege',
    (m) => {
      m.quoted().buy(0, 'A', 10, { type: 'market' });
      m.cancel(0, 3, 50);
      m.wait(1);
    },
    ['A 10@100.03 0 #5 taker'],
    [],
    { latency: { orderMs: 0, reportMs: 0 } },
  ),
  card(
    'A-012',
    'a fill on arrival has the time of arrival and the sequence of the last market event before it',
    'no event made it; that is where it belongs in the feed',
    (m) => {
      m.quoted();
      m.add(5, 5, 'bid', 99, 1);
      m.sell(5, 'A', 3, { type: 'market' });
      m.add(40, 6, 'bid', 99, 1);
    },
    ['A 3@100.00 25 #5 taker'],
  ),
  card(
    'A-013',
    'of log-normal latencies none lets a message overtake the one before it',
    'one line, in order',
    (m) => {
      m.quoted();
      for (let n = 0; n < 50; n++) m.buy(n, `O${n}`, 1, { price: 90 });
      m.wait(10_000);
      const ids = m.all().map(({ orderId }) => orderId);
      const times = m.all().map(({ ts }) => ts);
      m.note(`in order ${ids.every((id, n) => id === `O${n}`)}`);
      m.note(`never back ${times.every((ts, n) => ts >= (times[n - 1] ?? 0))}`);
      m.note(`varied ${new Set(times.map((ts, n) => ts - n * 1e6)).size > 10}`);
    },
    [],
    ['in order true', 'never back true', 'varied true'],
    { latency: { model: 'lognormal', sigma: 1 } },
  ),
  card(
    'A-014',
    'an order still on its way when the data end expires unseen by the market',
    'it never arrived',
    (m) => {
      m.quoted().buy(0, 'A', 10, { type: 'market' });
      m.exchange.expireAll(10e6);
    },
    ['A expired 10'],
  ),
];
