import { card, type RuleCard } from './rule-card.ts';

const quote = { execution: { stopTrigger: 'quote' } } as const;

export const TRIGGER_CARDS: readonly RuleCard[] = [
  card(
    'S-001',
    'a sell stop waits for a trade at its price, then travels orderMs and takes the bids',
    'it is our order that reacts, and reactions take time',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.print(30, 99.96, 1);
      m.print(31, 99.95, 1);
      m.wait(60);
    },
    ['S triggered 31', 'S 10@100.00 51 #6 taker'],
  ),
  card(
    'S-002',
    'a buy stop waits for a trade at or above its price',
    'it protects a short, or enters a breakout',
    (m) => {
      m.quoted().buy(0, 'S', 10, { type: 'stop', stopPrice: 100.05 });
      m.print(30, 100.04, 1);
      m.print(31, 100.07, 1);
      m.wait(60);
    },
    ['S triggered 31', 'S 10@100.02 51 #6 taker'],
  ),
  card(
    'S-003',
    'trades before its arrival do not trigger it, though through its price',
    'it was not there',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.print(19, 99, 1);
      m.print(20, 99, 1);
      m.wait(60);
    },
    [],
  ),
  card(
    'S-004',
    'hidden prints trigger it: they move LAST',
    'LAST is the tape’s',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.print(30, 99.95, 1, 'none');
      m.wait(60);
    },
    ['S triggered 30', 'S 10@100.00 50 #5 taker'],
  ),
  card(
    'S-005',
    'a print of nothing does not trigger it',
    'it moves no LAST',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.print(30, 99, 0);
      m.wait(60);
    },
    [],
  ),
  card(
    'S-006',
    'our own fills do not trigger it',
    'they are not prints of the feed',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.99 });
      m.sell(1, 'M', 60, { type: 'market' });
      m.wait(60);
    },
    ['M 50@100.00 21 #4 taker', 'M 10@99.99 21 #4 taker'],
  ),
  card(
    'S-007',
    'it fills at what the book then offers, however far from its price',
    'a stop is no price guarantee',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.print(30, 99.95, 1);
      m.cancel(35, 1, 50);
      m.cancel(36, 2, 40);
      m.add(37, 5, 'bid', 98, 100);
      m.wait(60);
    },
    ['S triggered 30', 'S 10@98.00 50 #8 taker'],
  ),
  card(
    'S-008',
    'a cancel that arrives while it travels still ends it',
    'it is ours until it trades',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.withdraw(25, 'S');
      m.print(30, 99.95, 1);
      m.wait(60);
    },
    ['S triggered 30', 'S canceled 45: canceled by us'],
  ),
  card(
    'S-009',
    'a change of its price before the trade moves the trigger',
    'a stop may be trailed by hand',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.change(1, 'S', { stopPrice: 99.97 });
      m.print(30, 99.97, 1);
      m.wait(60);
    },
    ['S modified 21 to 10@99.97', 'S triggered 30', 'S 10@100.00 50 #5 taker'],
  ),
  card(
    'S-010',
    'two stops of one trade trigger in the order of their arrival and share the book',
    'they travel together',
    (m) => {
      m.quoted().sell(0, 'S', 45, { type: 'stop', stopPrice: 99.95 });
      m.sell(1, 'R', 10, { type: 'stop', stopPrice: 99.96 });
      m.print(30, 99.95, 1);
      m.wait(60);
    },
    [
      'S triggered 30',
      'R triggered 30',
      'S 45@100.00 50 #5 taker',
      'R 5@100.00 50 #5 taker',
      'R 5@99.99 50 #5 taker',
    ],
  ),
  card(
    'S-011',
    'a stop-limit travels as a limit order and rests where the market is past its limit',
    'it would rather not trade than trade badly',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop-limit', stopPrice: 100, price: 100.01 });
      m.print(30, 100, 1);
      m.add(60, 5, 'bid', 100.01, 3);
    },
    ['S triggered 30', 'S 3@100.01 60 #6 maker'],
  ),
  card(
    'S-012',
    'a stop-limit within its limit takes',
    'it is a limit order then',
    (m) => {
      m.quoted().sell(0, 'S', 60, { type: 'stop-limit', stopPrice: 100, price: 100 });
      m.print(30, 100, 1);
      m.wait(60);
    },
    ['S triggered 30', 'S 50@100.00 50 #5 taker'],
  ),
  card(
    'S-013',
    'a stop on quotes waits for the side that it would trade with, at the end of a time stamp',
    'one record of a group is no quote',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.99 });
      m.print(30, 90, 1);
      m.cancel(40, 1, 50);
      m.wait(70);
    },
    ['S triggered 40', 'S 10@99.99 60 #6 taker'],
    [],
    quote,
  ),
  card(
    'S-014',
    'an empty side is no quote: it triggers nothing',
    'there is no price to reach',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 90 });
      m.cancel(40, 1, 50);
      m.cancel(40, 2, 40);
      m.wait(70);
    },
    [],
    [],
    quote,
  ),
  card(
    'S-015',
    'a trailing sell begins its distance below LAST as it arrives',
    'there is where the market is',
    (m) => {
      m.quoted().print(1, 100.01, 5);
      m.sell(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.print(30, 99.97, 1);
      m.print(31, 99.96, 1);
      m.wait(60);
    },
    ['S triggered 31', 'S 10@100.00 51 #7 taker'],
  ),
  card(
    'S-016',
    'it follows LAST up, and stays when LAST comes back',
    'it locks in what was gained',
    (m) => {
      m.quoted().print(1, 100, 5);
      m.sell(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.print(30, 100.2, 1);
      m.print(31, 100.16, 1);
      m.print(32, 100.15, 1);
      m.wait(60);
    },
    ['S triggered 32', 'S 10@100.00 52 #8 taker'],
  ),
  card(
    'S-017',
    'a trailing buy follows LAST down',
    'the sides mirror each other',
    (m) => {
      m.quoted().print(1, 100, 5);
      m.buy(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.print(30, 99.8, 1);
      m.print(31, 99.84, 1);
      m.print(32, 99.85, 1);
      m.wait(60);
    },
    ['S triggered 32', 'S 10@100.02 52 #8 taker'],
  ),
  card(
    'S-018',
    'without any LAST it begins with the first trade after it arrived, which cannot trigger it',
    'before that the market has no price',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.print(30, 50, 1);
      m.print(31, 49.96, 1);
      m.print(32, 49.95, 1);
      m.wait(60);
    },
    ['S triggered 32', 'S 10@100.00 52 #7 taker'],
  ),
  card(
    'S-019',
    'with a trigger of its own it begins there, and LAST draws it nearer only',
    'a stop that is near already is not loosened',
    (m) => {
      m.quoted().print(1, 100, 5);
      m.sell(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05, stopPrice: 99.99 });
      m.print(30, 100.01, 1);
      m.print(31, 99.99, 1);
      m.wait(60);
    },
    ['S triggered 31', 'S 10@100.00 51 #7 taker'],
  ),
  card(
    'S-020',
    'a change gives a trailing stop another trigger, from which it goes on trailing',
    'by hand and by itself',
    (m) => {
      m.quoted().print(1, 100, 5);
      m.sell(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.change(2, 'S', { stopPrice: 99.5 });
      m.print(30, 99.7, 1);
      m.print(31, 99.65, 1);
      m.wait(60);
    },
    ['S modified 22 to 10@99.50', 'S triggered 31', 'S 10@100.00 51 #7 taker'],
  ),
  card(
    'S-021',
    'hidden prints draw it, as they move LAST',
    'LAST is the tape’s',
    (m) => {
      m.quoted().print(1, 100, 5);
      m.sell(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.print(30, 100.1, 1, 'none');
      m.print(31, 100.05, 1, 'none');
      m.wait(60);
    },
    ['S triggered 31', 'S 10@100.00 51 #7 taker'],
  ),
  card(
    'S-022',
    'as an exit it keeps its distance both ways until its entry has filled, then only follows',
    'there is nothing to guard before',
    (m) => {
      m.quoted().print(1, 100, 5);
      m.buy(1, 'E', 10, { price: 99.5, group: 'G' });
      m.sell(1, 'S', 10, {
        type: 'trailing-stop',
        trailAmount: 0.2,
        reduceOnly: true,
        group: 'G',
      });
      m.print(30, 100.5, 1);
      m.print(31, 99.6, 1);
      m.fill(40, 77, 'bid', 99.5, 10);
      m.print(41, 99.41, 1);
      m.print(42, 99.4, 1);
      m.wait(80);
    },
    ['E 10@99.50 40 #8 maker', 'S triggered 42', 'S 10@100.00 62 #10 taker'],
  ),
  card(
    'S-023',
    'where stops trigger on quotes a trailing one follows LAST and triggers by the quote',
    'what it follows and what hits it are two things',
    (m) => {
      m.quoted().print(1, 100.01, 5);
      m.sell(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.print(30, 100.05, 1);
      m.wait(31);
      m.print(32, 99, 1);
      m.wait(70);
    },
    ['S triggered 30', 'S 10@100.00 50 #7 taker'],
    [],
    quote,
  ),
  card(
    'S-024',
    'a buy at market if touched waits for LAST to come down to its price',
    'it buys the dip, at market',
    (m) => {
      m.quoted().buy(0, 'M', 10, { type: 'market-if-touched', stopPrice: 99.95 });
      m.print(30, 99.96, 1);
      m.print(31, 99.95, 1);
      m.wait(60);
    },
    ['M triggered 31', 'M 10@100.02 51 #6 taker'],
  ),
  card(
    'S-025',
    'a sell at market if touched waits for LAST to come up to its price',
    'a target at market',
    (m) => {
      m.quoted().sell(0, 'M', 10, { type: 'market-if-touched', stopPrice: 100.1 });
      m.print(30, 100.09, 1);
      m.print(31, 100.12, 1);
      m.wait(60);
    },
    ['M triggered 31', 'M 10@100.00 51 #6 taker'],
  ),
  card(
    'S-026',
    'one that is touched already waits for the next trade, and goes by that',
    'trades before its arrival do not count',
    (m) => {
      m.quoted().print(1, 99, 5);
      m.buy(1, 'M', 10, { type: 'market-if-touched', stopPrice: 99.95 });
      m.wait(40);
      m.print(50, 99, 1);
      m.wait(90);
    },
    ['M triggered 50', 'M 10@100.02 70 #6 taker'],
  ),
  card(
    'S-027',
    'on quotes a buy is touched when the ask comes down to its price',
    'that is what it would pay',
    (m) => {
      m.quoted().buy(0, 'M', 10, { type: 'market-if-touched', stopPrice: 100.01 });
      m.add(40, 5, 'ask', 100.01, 4);
      m.wait(70);
    },
    ['M triggered 40', 'M 4@100.01 60 #5 taker', 'M 6@100.02 60 #5 taker'],
    [],
    quote,
  ),
  card(
    'S-028',
    'a stop of FOK that finds too little when it arrives takes nothing',
    'its time in force holds when it trades',
    (m) => {
      m.quoted().sell(0, 'S', 91, { type: 'stop', stopPrice: 99.95, tif: 'fok' });
      m.print(30, 99.95, 1);
      m.wait(60);
    },
    ['S triggered 30', 'S canceled 50: not all at once'],
  ),
];
