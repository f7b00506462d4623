import { card, type RuleCard, type RuleMarket } from './rule-card.ts';

/**
 * Bids 50@100.00 and 40@99.99, asks 50@100.02 and 40@100.03. A bracket that buys 20 at 100.01, stop at 99.95 and target at 100.20, arrived
 * at 20. Event 5 is the next.
 */
function bracket(m: RuleMarket): RuleMarket {
  m.quoted().buy(0, 'E', 20, { price: 100.01, group: 'G' });
  m.sell(0, 'S', 20, { type: 'stop', stopPrice: 99.95, reduceOnly: true, group: 'G' });
  m.sell(0, 'T', 20, { price: 100.2, reduceOnly: true, group: 'G' });
  m.wait(20);
  return m;
}

/** The same with the entry filled by an ask of this size at 30. */
function entered(m: RuleMarket, size = 20): RuleMarket {
  bracket(m).add(30, 5, 'ask', 100.01, size);
  return m;
}

export const BRACKET_CARDS: readonly RuleCard[] = [
  card(
    'B-001',
    'before the entry fills neither exit trades, whatever the market does',
    'there is nothing to close',
    (m) => {
      bracket(m).print(30, 99, 5);
      m.add(31, 6, 'bid', 100.2, 30);
      m.wait(60);
    },
    [],
  ),
  card(
    'B-002',
    'the target fills and the stop ends with it',
    'one cancels the other',
    (m) => {
      entered(m).add(40, 6, 'bid', 100.2, 20);
      m.wait(60);
    },
    ['E 20@100.01 30 #5 maker', 'T 20@100.20 40 #6 maker', 'S canceled 40: oco'],
  ),
  card(
    'B-003',
    'the stop fills and the target ends with it',
    'one cancels the other',
    (m) => {
      entered(m).print(40, 99.95, 5);
      m.wait(70);
    },
    ['E 20@100.01 30 #5 maker', 'S triggered 40', 'S 20@100.00 60 #6 taker', 'T canceled 60: oco'],
  ),
  card(
    'B-004',
    'a target filled in part leaves the stop the rest',
    'together they trade what is open, never more',
    (m) => {
      entered(m).add(40, 6, 'bid', 100.2, 8);
      m.cancel(40, 6, 8);
      m.print(41, 99.95, 5);
      m.wait(70);
    },
    [
      'E 20@100.01 30 #5 maker',
      'T 8@100.20 40 #6 maker',
      'S modified 40 to 12',
      'S triggered 41',
      'S 12@100.00 61 #8 taker',
      'T canceled 61: oco',
    ],
  ),
  card(
    'B-005',
    'a target that fills whole while the stop travels ends it before it trades',
    'the position is flat: there is nothing to stop',
    (m) => {
      entered(m).print(40, 99.95, 5);
      m.add(45, 6, 'bid', 100.2, 20);
      m.wait(70);
    },
    ['E 20@100.01 30 #5 maker', 'S triggered 40', 'T 20@100.20 45 #7 maker', 'S canceled 45: oco'],
  ),
  card(
    'B-006',
    'a target that fills in part while the stop travels leaves it the rest',
    'what it trades is decided when it arrives',
    (m) => {
      entered(m).print(40, 99.95, 5);
      m.add(45, 6, 'bid', 100.2, 15);
      m.cancel(46, 6, 15);
      m.wait(70);
    },
    [
      'E 20@100.01 30 #5 maker',
      'S triggered 40',
      'T 15@100.20 45 #7 maker',
      'S modified 45 to 5',
      'S 5@100.00 60 #8 taker',
      'T canceled 60: oco',
    ],
  ),
  card(
    'B-007',
    'an entry filled in part has its exits for that part; the exit that trades ends the rest of the entry',
    'who leaves does not go on entering',
    (m) => {
      entered(m, 7).print(40, 99.95, 5);
      m.wait(70);
    },
    [
      'E 7@100.01 30 #5 maker',
      'S triggered 40',
      'S 7@100.00 60 #6 taker',
      'E canceled 60: its exit traded',
      'S modified 60 to 7',
      'T canceled 60: oco',
    ],
  ),
  card(
    'B-008',
    'a cancelled entry without a fill ends its exits',
    'there will be nothing to close',
    (m) => {
      bracket(m).withdraw(30, 'E');
      m.wait(60);
    },
    ['E canceled 50: canceled by us', 'S canceled 50: oco', 'T canceled 50: oco'],
  ),
  card(
    'B-009',
    'a cancelled entry with a fill leaves the exits for what filled',
    'the position stays guarded',
    (m) => {
      entered(m, 7).withdraw(31, 'E');
      m.wait(60);
    },
    [
      'E 7@100.01 30 #5 maker',
      'E canceled 51: canceled by us',
      'S modified 51 to 7',
      'T modified 51 to 7',
    ],
  ),
  card(
    'B-010',
    'an exit that arrives when all is closed ends at once',
    'reduce only: it never opens',
    (m) => {
      entered(m).add(40, 6, 'bid', 100.2, 20);
      m.sell(41, 'X', 20, { type: 'market', reduceOnly: true, group: 'G' });
      m.wait(70);
    },
    [
      'E 20@100.01 30 #5 maker',
      'T 20@100.20 40 #6 maker',
      'S canceled 40: oco',
      'X canceled 61: nothing left to close',
    ],
  ),
  card(
    'B-011',
    'an exit at market shares what is open with the others, and ends them when nothing is',
    'one position, one size',
    (m) => {
      entered(m).sell(40, 'X', 20, { type: 'market', reduceOnly: true, group: 'G' });
      m.wait(70);
    },
    [
      'E 20@100.01 30 #5 maker',
      'X 20@100.00 60 #5 taker',
      'S canceled 60: oco',
      'T canceled 60: oco',
    ],
  ),
  card(
    'B-012',
    'a target that grows with the entry’s next fill goes to the back of its queue',
    'a larger size is a new place',
    (m) => {
      entered(m, 7).add(35, 6, 'ask', 100.2, 9);
      m.add(40, 7, 'ask', 100.01, 13);
      m.noteAhead('T');
      m.execute(50, 'ask', 100.2, [6, 9]);
    },
    ['E 7@100.01 30 #5 maker', 'E 13@100.01 40 #7 maker'],
    ['T ahead 9'],
  ),
  card(
    'B-013',
    'a target that may take when its entry fills does so in the same event',
    'the venue holds it: it needs no message of ours',
    (m) => {
      m.quoted().buy(0, 'E', 20, { price: 99.9, group: 'G' });
      m.sell(0, 'T', 20, { price: 100, reduceOnly: true, group: 'G' });
      m.wait(20);
      m.add(30, 5, 'ask', 99.9, 20);
    },
    ['E 20@99.90 30 #5 maker', 'T 20@100.00 30 #5 taker'],
  ),
  card(
    'B-014',
    'the stop of a marketable entry is armed for its fill on arrival, and waits for the next trade',
    'both arrive together, the entry first',
    (m) => {
      m.quoted().buy(0, 'E', 10, { price: 100.02, group: 'G' });
      m.sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95, reduceOnly: true, group: 'G' });
      m.print(40, 99.9, 1);
      m.wait(70);
    },
    ['E 10@100.02 20 #4 taker', 'S triggered 40', 'S 10@100.00 60 #5 taker'],
  ),
  card(
    'B-015',
    'an exit by market if touched ends with the stop as a target does',
    'any exits of a group are one another’s',
    (m) => {
      m.quoted().buy(0, 'E', 10, { price: 100.02, group: 'G' });
      m.sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95, reduceOnly: true, group: 'G' });
      m.sell(0, 'M', 10, {
        type: 'market-if-touched',
        stopPrice: 100.2,
        reduceOnly: true,
        group: 'G',
      });
      m.print(40, 100.2, 1);
      m.wait(70);
    },
    ['E 10@100.02 20 #4 taker', 'M triggered 40', 'M 10@100.00 60 #5 taker', 'S canceled 60: oco'],
  ),
  card(
    'B-016',
    'brackets know nothing of each other',
    'a group is one position’s',
    (m) => {
      entered(m).buy(40, 'E2', 10, { price: 100.02, group: 'H' });
      m.sell(40, 'S2', 10, { type: 'stop', stopPrice: 99.9, reduceOnly: true, group: 'H' });
      m.wait(60);
      m.print(70, 99.95, 1);
      m.wait(100);
    },
    [
      'E 20@100.01 30 #5 maker',
      'E2 10@100.02 60 #5 taker',
      'S triggered 70',
      'S 20@100.00 90 #6 taker',
      'T canceled 90: oco',
    ],
  ),
];
