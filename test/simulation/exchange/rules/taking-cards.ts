import { card, type RuleCard } from './rule-card.ts';

export const TAKING_CARDS: readonly RuleCard[] = [
  card(
    'T-001',
    'a market order walks the book level by level, at the levels’ prices',
    'each maker gets its own price',
    (m) => {
      m.quoted().buy(0, 'A', 70, { type: 'market' });
      m.wait(30);
    },
    ['A 50@100.02 20 #4 taker', 'A 20@100.03 20 #4 taker'],
  ),
  card(
    'T-002',
    'several orders of one level are one fill at that price',
    'a level is a price',
    (m) => {
      m.quoted().add(1, 5, 'ask', 100.02, 7);
      m.buy(1, 'A', 57, { type: 'market' });
      m.wait(30);
    },
    ['A 57@100.02 21 #5 taker'],
  ),
  card(
    'T-003',
    'beyond the displayed depth nothing is filled: the rest of a market order is cancelled',
    'nobody knows at what price more would have come',
    (m) => {
      m.quoted().buy(0, 'A', 100, { type: 'market' });
      m.wait(30);
    },
    ['A 50@100.02 20 #4 taker', 'A 40@100.03 20 #4 taker', 'A canceled 20: no more size displayed'],
  ),
  card(
    'T-004',
    'a marketable limit order goes no further than its limit; the rest waits there',
    'the limit is the worst price',
    (m) => {
      m.quoted().buy(0, 'A', 70, { price: 100.02 });
      m.add(30, 5, 'ask', 100.02, 8);
    },
    ['A 50@100.02 20 #4 taker', 'A 8@100.02 30 #5 maker'],
  ),
  card(
    'T-005',
    'a limit far through the market still pays the market’s prices',
    'the makers’ price is the price',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 105 });
      m.wait(30);
    },
    ['A 10@100.02 20 #4 taker'],
  ),
  card(
    'T-006',
    'a sell walks the bids downwards',
    'the sides mirror each other',
    (m) => {
      m.quoted().sell(0, 'A', 60, { type: 'market' });
      m.wait(30);
    },
    ['A 50@100.00 20 #4 taker', 'A 10@99.99 20 #4 taker'],
  ),
  card(
    'T-007',
    'an empty side fills nothing',
    'there is nobody',
    (m) => {
      m.add(0, 1, 'bid', 100, 50);
      m.buy(0, 'A', 10, { type: 'market' });
      m.wait(30);
    },
    ['A canceled 20: no more size displayed'],
  ),
  card(
    'T-008',
    'what we took stays taken though the feed still shows it',
    'the same size is never sold to us twice',
    (m) => {
      m.quoted().buy(0, 'A', 30, { type: 'market' });
      m.buy(100, 'B', 30, { type: 'market' });
      m.wait(130);
    },
    ['A 30@100.02 20 #4 taker', 'B 20@100.02 120 #4 taker', 'B 10@100.03 120 #4 taker'],
  ),
  card(
    'T-009',
    'the first order of a level is taken from first',
    'price, then time: by whom the feed still shows we know what is left',
    (m) => {
      m.quoted().add(1, 5, 'ask', 100.02, 10);
      m.buy(1, 'A', 50, { type: 'market' });
      m.cancel(30, 3, 50);
      m.buy(31, 'B', 20, { price: 100.02, tif: 'ioc' });
      m.wait(60);
    },
    ['A 50@100.02 21 #5 taker', 'B 10@100.02 51 #6 taker', 'B canceled 51: no more size displayed'],
  ),
  card(
    'T-010',
    'an order that we took from and that trades in the feed offers its smaller size less what we took',
    'the feed’s buyer and we cannot both have it',
    (m) => {
      m.quoted().buy(0, 'A', 30, { type: 'market' });
      m.execute(30, 'ask', 100.02, [3, 15]);
      m.buy(31, 'B', 20, { price: 100.02, tif: 'ioc' });
      m.wait(60);
    },
    ['A 30@100.02 20 #4 taker', 'B 5@100.02 51 #7 taker', 'B canceled 51: no more size displayed'],
  ),
  card(
    'T-011',
    'an order that grows offers what it grew by',
    'that is new size',
    (m) => {
      m.quoted().buy(0, 'A', 50, { type: 'market' });
      m.modify(30, 3, 'ask', 100.02, 56);
      m.buy(31, 'B', 20, { price: 100.02, tif: 'ioc' });
      m.wait(60);
    },
    ['A 50@100.02 20 #4 taker', 'B 6@100.02 51 #5 taker', 'B canceled 51: no more size displayed'],
  ),
  card(
    'T-012',
    'an order that moves takes with it what we took of it',
    'it is the same order elsewhere',
    (m) => {
      m.quoted().buy(0, 'A', 50, { type: 'market' });
      m.modify(30, 3, 'ask', 100.01, 50);
      m.buy(31, 'B', 20, { price: 100.01, tif: 'ioc' });
      m.wait(60);
    },
    ['A 50@100.02 20 #4 taker', 'B canceled 51: no more size displayed'],
  ),
  card(
    'T-013',
    'an id that left and comes back is a new order, and offers all of it',
    'we took nothing of that one',
    (m) => {
      m.quoted().buy(0, 'A', 50, { type: 'market' });
      m.cancel(30, 3, 50);
      m.add(31, 3, 'ask', 100.02, 8);
      m.buy(32, 'B', 20, { price: 100.02, tif: 'ioc' });
      m.wait(60);
    },
    ['A 50@100.02 20 #4 taker', 'B 8@100.02 52 #6 taker', 'B canceled 52: no more size displayed'],
  ),
  card(
    'T-014',
    'what our resting order took of a displayed one is taken, too',
    'maker or taker, the size is gone',
    (m) => {
      m.quoted().buy(0, 'A', 20, { price: 100.01 });
      m.add(30, 5, 'ask', 100.01, 25);
      m.buy(31, 'B', 20, { price: 100.01, tif: 'ioc' });
      m.wait(60);
    },
    ['A 20@100.01 30 #5 maker', 'B 5@100.01 51 #5 taker', 'B canceled 51: no more size displayed'],
  ),
  card(
    'T-015',
    'a cleared book offers nothing, and forgets what we took',
    'what comes after is another book',
    (m) => {
      m.quoted().buy(0, 'A', 50, { type: 'market' });
      m.clear(30);
      m.add(31, 3, 'ask', 100.02, 50);
      m.buy(32, 'B', 50, { type: 'market' });
      m.wait(60);
    },
    ['A 50@100.02 20 #4 taker', 'B 50@100.02 52 #6 taker'],
  ),
  card(
    'T-016',
    'our own resting orders are not for sale to us',
    'we never trade with ourselves',
    (m) => {
      m.quoted().sell(0, 'A', 10, { price: 100.01 });
      m.buy(1, 'B', 10, { type: 'market' });
      m.wait(40);
    },
    ['B 10@100.02 21 #4 taker'],
  ),
  card(
    'T-017',
    'the size that our taker took does not reach the queue of our resting order as a trade',
    'our own fills are not in the feed',
    (m) => {
      m.quoted().sell(0, 'A', 10, { price: 100.02 });
      m.buy(1, 'B', 50, { type: 'market' });
      m.wait(40);
      m.noteAhead('A');
    },
    ['B 50@100.02 21 #4 taker'],
    ['A ahead 50'],
  ),
  card(
    'I-001',
    'IOC takes what is displayed within its limit and cancels the rest',
    'immediate or cancel',
    (m) => {
      m.quoted().buy(0, 'A', 60, { price: 100.02, tif: 'ioc' });
      m.wait(30);
      m.add(40, 5, 'ask', 100.02, 10);
    },
    ['A 50@100.02 20 #4 taker', 'A canceled 20: no more size displayed'],
  ),
  card(
    'I-002',
    'IOC that nothing meets ends without a fill',
    'it never rests',
    (m) => {
      m.quoted().buy(0, 'A', 60, { price: 100.01, tif: 'ioc' });
      m.wait(30);
    },
    ['A canceled 20: no more size displayed'],
  ),
  card(
    'I-003',
    'FOK fills whole over several levels',
    'whole means the size, not the price',
    (m) => {
      m.quoted().buy(0, 'A', 90, { price: 100.03, tif: 'fok' });
      m.wait(30);
    },
    ['A 50@100.02 20 #4 taker', 'A 40@100.03 20 #4 taker'],
  ),
  card(
    'I-004',
    'FOK with one unit missing takes nothing',
    'fill or kill',
    (m) => {
      m.quoted().buy(0, 'A', 91, { price: 100.03, tif: 'fok' });
      m.wait(30);
    },
    ['A canceled 20: not all at once'],
  ),
  card(
    'I-005',
    'FOK does not count what lies beyond its limit',
    'it may not take it',
    (m) => {
      m.quoted().buy(0, 'A', 51, { price: 100.02, tif: 'fok' });
      m.wait(30);
    },
    ['A canceled 20: not all at once'],
  ),
  card(
    'I-006',
    'FOK does not count what we took before, and takes nothing by failing',
    'that size is gone, and a killed order leaves no trace',
    (m) => {
      m.quoted().buy(0, 'A', 45, { type: 'market' });
      m.buy(1, 'B', 6, { price: 100.02, tif: 'fok' });
      m.buy(2, 'C', 5, { price: 100.02, tif: 'fok' });
      m.wait(30);
    },
    ['A 45@100.02 20 #4 taker', 'B canceled 21: not all at once', 'C 5@100.02 22 #4 taker'],
  ),
  card(
    'I-007',
    'FOK at market needs the displayed depth',
    'what is not displayed is not counted',
    (m) => {
      m.quoted().buy(0, 'A', 91, { type: 'market', tif: 'fok' });
      m.buy(1, 'B', 90, { type: 'market', tif: 'fok' });
      m.wait(30);
    },
    ['A canceled 20: not all at once', 'B 50@100.02 21 #4 taker', 'B 40@100.03 21 #4 taker'],
  ),
  card(
    'I-008',
    'a DAY order rests until the data end, then expires with what it did not fill',
    'the day is what the data have of it',
    (m) => {
      m.quoted().buy(0, 'A', 30, { price: 100.01 });
      m.add(30, 5, 'ask', 100.01, 4);
      m.exchange.expireAll(90e6);
    },
    ['A 4@100.01 30 #5 maker', 'A expired 90'],
  ),
  card(
    'I-009',
    'DAY expires orders that wait for a trigger as well, and none that is done',
    'what lives ends; what ended has ended',
    (m) => {
      m.quoted().buy(0, 'A', 5, { type: 'market' });
      m.sell(0, 'S', 5, { type: 'stop', stopPrice: 99 });
      m.wait(30);
      m.exchange.expireAll(90e6);
    },
    ['A 5@100.02 20 #4 taker', 'S expired 90'],
  ),
  card(
    'I-010',
    'nothing fills after the day has ended',
    'the orders are gone',
    (m) => {
      m.quoted().buy(0, 'A', 30, { price: 100 });
      m.wait(30);
      m.exchange.expireAll(90e6);
      m.execute(95, 'bid', 99.99, [2, 40]);
    },
    ['A expired 90'],
  ),
  card(
    'I-011',
    'a post-only order that would take on arrival is rejected, with the reason',
    'it was sent to earn the spread, not to pay it',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100.02, postOnly: true });
      m.wait(30);
    },
    ['A rejected 20: post-only: it would take'],
  ),
  card(
    'I-012',
    'a post-only order that meets nothing rests and fills as any other',
    'from then on it is a maker anyway',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100.01, postOnly: true });
      m.add(30, 5, 'ask', 100.01, 4);
    },
    ['A 4@100.01 30 #5 maker'],
  ),
  card(
    'I-013',
    'what counts is the book when it arrives: a quote that came meanwhile rejects it',
    'the exchange looks when it arrives',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100.01, postOnly: true });
      m.add(15, 5, 'ask', 100.01, 1);
      m.wait(30);
    },
    ['A rejected 20: post-only: it would take'],
  ),
  card(
    'I-014',
    'a quote that we have taken whole does not reject it',
    'it is only still displayed: there is nothing to take',
    (m) => {
      m.quoted().buy(0, 'A', 50, { type: 'market' });
      m.buy(1, 'B', 10, { price: 100.02, postOnly: true });
      m.wait(30);
      m.add(40, 5, 'ask', 100.02, 3);
    },
    ['A 50@100.02 20 #4 taker', 'B 3@100.02 40 #5 maker'],
  ),
  card(
    'I-015',
    'a change that would make it take cancels it',
    'the change gave its place up, and it may not take',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100.01, postOnly: true });
      m.change(30, 'A', { price: 100.02 });
      m.wait(60);
    },
    ['A modified 50 to 10@100.02', 'A canceled 50: post-only: it would take'],
  ),
  card(
    'I-016',
    'a rejected entry ends its exits',
    'there will be nothing to close',
    (m) => {
      m.quoted().buy(0, 'E', 10, { price: 100.02, postOnly: true, group: 'G' });
      m.sell(0, 'S', 10, { type: 'stop', stopPrice: 99, reduceOnly: true, group: 'G' });
      m.wait(30);
    },
    ['E rejected 20: post-only: it would take', 'S canceled 20: nothing left to close'],
  ),
  card(
    'I-017',
    'a rejected entry ends the exits that arrived before it, too',
    'whatever the order of the messages',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99, reduceOnly: true, group: 'G' });
      m.buy(0, 'E', 10, { price: 100.02, postOnly: true, group: 'G' });
      m.wait(30);
    },
    ['E rejected 20: post-only: it would take', 'S canceled 20: oco'],
  ),
];
