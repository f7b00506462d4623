import { card, type RuleCard, type RuleMarket } from './rule-card.ts';

/** Ours, 30 at 100.00, behind the 50 of id 1, and 20 of id 5 behind ours (event 5). */
function ours(m: RuleMarket): RuleMarket {
  m.quoted().buy(0, 'A', 30, { price: 100 });
  m.add(25, 5, 'bid', 100, 20);
  return m;
}

export const CHANGE_CARDS: readonly RuleCard[] = [
  card(
    'C-001',
    'a smaller quantity at the same price keeps the place',
    'nobody behind us is worse off',
    (m) => {
      ours(m).change(30, 'A', { quantity: 12 });
      m.wait(50);
      m.noteAhead('A');
      m.execute(60, 'bid', 100, [1, 50], [5, 20]);
    },
    ['A modified 50 to 12@100.00', 'A 12@100.00 60 #10 maker'],
    ['A ahead 50'],
  ),
  card(
    'C-002',
    'a larger quantity goes to the back with all of it',
    'those behind us came before the rest of it',
    (m) => {
      ours(m).change(30, 'A', { quantity: 31 });
      m.wait(50);
      m.noteAhead('A');
    },
    ['A modified 50 to 31@100.00'],
    ['A ahead 70'],
  ),
  card(
    'C-003',
    'another price goes to the back of its queue there',
    'it is a new order at that price',
    (m) => {
      ours(m).change(30, 'A', { price: 99.99 });
      m.wait(50);
      m.noteAhead('A');
    },
    ['A modified 50 to 30@99.99'],
    ['A ahead 40'],
  ),
  card(
    'C-004',
    'there and back again is at the back',
    'a place that was given up is gone',
    (m) => {
      ours(m).change(30, 'A', { price: 99.99 });
      m.change(31, 'A', { price: 100 });
      m.wait(60);
      m.noteAhead('A');
    },
    ['A modified 50 to 30@99.99', 'A modified 51 to 30@100.00'],
    ['A ahead 70'],
  ),
  card(
    'C-005',
    'a smaller quantity at another price goes to the back',
    'the price decides',
    (m) => {
      ours(m).change(30, 'A', { price: 99.99, quantity: 5 });
      m.wait(50);
      m.noteAhead('A');
    },
    ['A modified 50 to 5@99.99'],
    ['A ahead 40'],
  ),
  card(
    'C-006',
    'a change to its own terms keeps the place',
    'nothing changed',
    (m) => {
      ours(m).change(30, 'A', { price: 100, quantity: 30 });
      m.wait(50);
      m.noteAhead('A');
    },
    ['A modified 50 to 30@100.00'],
    ['A ahead 50'],
  ),
  card(
    'C-007',
    'a change to a marketable price takes what is displayed there, and its rest is first in that queue',
    'it arrives anew',
    (m) => {
      ours(m).change(30, 'A', { price: 100.02, quantity: 60 });
      m.wait(50);
      m.noteAhead('A');
      m.add(60, 6, 'ask', 100.02, 4);
    },
    ['A modified 50 to 60@100.02', 'A 50@100.02 50 #5 taker', 'A 4@100.02 60 #6 maker'],
    ['A ahead 0'],
  ),
  card(
    'C-008',
    'a quantity is the order’s total: what was filled counts',
    'both sides then mean the same, whatever filled meanwhile',
    (m) => {
      ours(m).execute(30, 'bid', 100, [1, 50], [5, 10]);
      m.change(31, 'A', { quantity: 15 });
      m.execute(60, 'bid', 99.99, [2, 40]);
    },
    ['A 10@100.00 30 #10 maker', 'A modified 51 to 15@100.00', 'A 5@100.00 60 #13 maker'],
  ),
  card(
    'C-009',
    'a total below what was filled cancels the rest, and the total is what was filled',
    'fills cannot be taken back',
    (m) => {
      ours(m).execute(30, 'bid', 100, [1, 50], [5, 10]);
      m.change(31, 'A', { quantity: 4 });
      m.wait(60);
    },
    [
      'A 10@100.00 30 #10 maker',
      'A modified 51 to 10@100.00',
      'A canceled 51: reduced to what was filled',
    ],
  ),
  card(
    'C-010',
    'until a change arrives the old terms fill',
    'the exchange does not know of it yet',
    (m) => {
      ours(m).change(30, 'A', { quantity: 1 });
      m.execute(50, 'bid', 99.99, [2, 9]);
      m.wait(60);
    },
    [
      'A 9@100.00 50 #7 maker',
      'A modified 50 to 9@100.00',
      'A canceled 50: reduced to what was filled',
    ],
  ),
  card(
    'C-011',
    'a change that arrives after the last fill changes nothing and is not answered',
    'the order is done',
    (m) => {
      ours(m).change(30, 'A', { quantity: 90 });
      m.execute(45, 'bid', 99.99, [2, 40]);
      m.wait(60);
    },
    ['A 30@100.00 45 #7 maker'],
  ),
  card(
    'C-012',
    'a change that arrives after the cancel changes nothing',
    'the order is done',
    (m) => {
      ours(m).withdraw(30, 'A');
      m.change(30, 'A', { price: 100.02 });
      m.wait(60);
    },
    ['A canceled 50: canceled by us'],
  ),
  card(
    'C-013',
    'the second cancel of an order does nothing',
    'it is gone already',
    (m) => {
      ours(m).withdraw(30, 'A');
      m.withdraw(31, 'A');
      m.wait(60);
    },
    ['A canceled 50: canceled by us'],
  ),
  card(
    'C-014',
    'a cancel leaves what was filled',
    'it is of the rest',
    (m) => {
      ours(m).execute(30, 'bid', 99.99, [2, 7]);
      m.withdraw(31, 'A');
      m.wait(60);
    },
    ['A 7@100.00 30 #7 maker', 'A canceled 51: canceled by us'],
  ),
  card(
    'C-015',
    'a limit price given to a stop at market stays none',
    'a change never makes another type of order',
    (m) => {
      m.quoted().buy(0, 'A', 5, { type: 'stop', stopPrice: 100.05 });
      m.change(1, 'A', { price: 100.01 });
      m.print(40, 100.05, 1);
      m.wait(70);
    },
    ['A modified 21 to 5@100.05', 'A triggered 40', 'A 5@100.02 60 #5 taker'],
  ),
  card(
    'C-016',
    'a larger one of two of ours goes behind the other',
    'ours have places among each other, too',
    (m) => {
      ours(m).buy(30, 'B', 10, { price: 100 });
      m.change(31, 'A', { quantity: 40 });
      m.wait(60);
      m.execute(70, 'bid', 99.99, [2, 12]);
    },
    ['A modified 51 to 40@100.00', 'B 10@100.00 70 #7 maker', 'A 2@100.00 70 #7 maker'],
  ),
];
