import { card, type RuleCard, type RuleMarket } from './rule-card.ts';

/** Ours, 30 at 100.00, behind the 50 of id 1; arrived at 20. */
function ours(m: RuleMarket, quantity = 30): RuleMarket {
  m.quoted().buy(0, 'A', quantity, { price: 100 });
  m.wait(20);
  return m;
}

export const QUEUE_CARDS: readonly RuleCard[] = [
  card(
    'Q-001',
    'an order that joins stands behind all that is displayed at its price',
    'price, then time',
    (m) => ours(m).noteAhead('A'),
    [],
    ['A ahead 50'],
  ),
  card(
    'Q-002',
    'a better price stands before all others, with nothing ahead',
    'price comes before time',
    (m) => {
      m.quoted().buy(0, 'A', 30, { price: 100.01 });
      m.wait(20);
      m.noteAhead('A');
      m.execute(30, 'bid', 100, [1, 8]);
    },
    ['A 8@100.01 30 #6 maker'],
    ['A ahead 0'],
  ),
  card(
    'Q-003',
    'a sale that only takes from those ahead does not reach us',
    'they came first',
    (m) => {
      ours(m).execute(30, 'bid', 100, [1, 49]);
      m.noteAhead('A');
    },
    [],
    ['A ahead 1'],
  ),
  card(
    'Q-004',
    'the sale that takes the last of those ahead and trades on behind us is ours from there',
    'what traded behind us would have met us first',
    (m) => {
      ours(m).add(25, 5, 'bid', 100, 20);
      m.execute(30, 'bid', 100, [1, 50], [5, 12]);
    },
    ['A 12@100.00 30 #10 maker'],
  ),
  card(
    'Q-005',
    'a sale that trades at a worse price has come through ours',
    'a taker cannot pass a better bid',
    (m) => ours(m).execute(30, 'bid', 99.99, [2, 9]),
    ['A 9@100.00 30 #6 maker'],
  ),
  card(
    'Q-006',
    'it fills at its own price, not at the worse one that the feed shows',
    'the resting order’s price is the price',
    (m) => {
      ours(m, 5).execute(30, 'bid', 99.99, [2, 40]);
    },
    ['A 5@100.00 30 #6 maker'],
  ),
  card(
    'Q-007',
    'trades at better prices are not ours',
    'they stood before us',
    (m) => {
      ours(m).add(25, 5, 'bid', 100.01, 10);
      m.execute(30, 'bid', 100.01, [5, 10]);
      m.noteAhead('A');
    },
    [],
    ['A ahead 50'],
  ),
  card(
    'Q-008',
    'purchases from the asks are not ours, whatever their price',
    'a buyer does not trade with a bid',
    (m) => ours(m).execute(30, 'ask', 100.02, [3, 50]),
    [],
  ),
  card(
    'Q-009',
    'a cancel ahead moves us up, a cancel behind does not',
    'the queue closes up from behind',
    (m) => {
      ours(m).add(25, 5, 'bid', 100, 20);
      m.cancel(30, 1, 30);
      m.noteAhead('A');
      m.cancel(31, 5, 20);
      m.noteAhead('A');
    },
    [],
    ['A ahead 20', 'A ahead 20'],
  ),
  card(
    'Q-010',
    'when all ahead is cancelled the next sale is ours',
    'we are first then',
    (m) => {
      ours(m).cancel(30, 1, 50);
      m.add(31, 5, 'bid', 100, 20);
      m.execute(32, 'bid', 100, [5, 3]);
    },
    ['A 3@100.00 32 #8 maker'],
  ),
  card(
    'Q-011',
    'one ahead that gets smaller stays ahead with the rest',
    'a smaller size keeps its place',
    (m) => {
      ours(m).modify(30, 1, 'bid', 100, 20);
      m.noteAhead('A');
      m.execute(31, 'bid', 100, [1, 20]);
    },
    [],
    ['A ahead 20'],
  ),
  card(
    'Q-012',
    'one ahead that gets larger goes behind us, all of it',
    'a larger size is a new place',
    (m) => {
      ours(m).modify(30, 1, 'bid', 100, 51);
      m.noteAhead('A');
      m.execute(31, 'bid', 100, [1, 7]);
    },
    ['A 7@100.00 31 #7 maker'],
    ['A ahead 0'],
  ),
  card(
    'Q-013',
    'one ahead that changes its price and comes back is behind us',
    'it gave its place up',
    (m) => {
      ours(m).modify(30, 1, 'bid', 99.98, 50);
      m.modify(31, 1, 'bid', 100, 50);
      m.noteAhead('A');
    },
    [],
    ['A ahead 0'],
  ),
  card(
    'Q-014',
    'an order that comes to our price from a worse one is behind us, however old its id',
    'what counts is when it joined this queue',
    (m) => {
      ours(m).modify(30, 2, 'bid', 100, 40);
      m.noteAhead('A');
      m.execute(31, 'bid', 100, [1, 50], [2, 5]);
    },
    ['A 5@100.00 31 #10 maker'],
    ['A ahead 50'],
  ),
  card(
    'Q-015',
    'an id that left and came back is a new order',
    'ids are used again',
    (m) => {
      ours(m).cancel(30, 1, 50);
      m.add(31, 1, 'bid', 100, 50);
      m.noteAhead('A');
    },
    [],
    ['A ahead 0'],
  ),
  card(
    'Q-016',
    'an execution of an id that the book does not know is not ahead of us',
    'what is not displayed has no place',
    (m) => {
      ours(m).execute(30, 'bid', 100, [77, 6]);
    },
    ['A 6@100.00 30 #6 maker'],
  ),
  card(
    'Q-017',
    'an ask displayed at our bid trades with us for what it shows',
    'two orders at one price trade',
    (m) => ours(m).add(30, 5, 'ask', 100, 12),
    ['A 12@100.00 30 #5 maker'],
  ),
  card(
    'Q-018',
    'an ask displayed below our bid trades with us at our price',
    'the resting order’s price is the price',
    (m) => ours(m).add(30, 5, 'ask', 99.97, 12),
    ['A 12@100.00 30 #5 maker'],
  ),
  card(
    'Q-019',
    'an ask that is changed to our price counts as much as a new one',
    'it is displayed there now',
    (m) => ours(m).modify(30, 3, 'ask', 100, 50),
    ['A 30@100.00 30 #5 maker'],
  ),
  card(
    'Q-020',
    'an ask that filled us offers only its rest to the next of ours',
    'the same size is sold once',
    (m) => {
      ours(m).add(30, 5, 'ask', 100, 40);
      m.buy(31, 'B', 30, { price: 100 });
      m.wait(60);
    },
    ['A 30@100.00 30 #5 maker', 'B 10@100.00 51 #5 taker'],
  ),
  card(
    'Q-021',
    'each event makes its own fill, and what is left keeps its place',
    'a part fill moves nobody',
    (m) => {
      ours(m).add(25, 5, 'bid', 100, 20);
      m.execute(30, 'bid', 100, [1, 50], [5, 4]);
      m.execute(31, 'bid', 100, [5, 4]);
      m.noteAhead('A');
    },
    ['A 4@100.00 30 #10 maker', 'A 4@100.00 31 #13 maker'],
    ['A ahead 0'],
  ),
  card(
    'Q-022',
    'a print without a fill of a displayed order is nobody’s to share',
    'hidden size trades behind the displayed, or inside; the feed does not say',
    (m) => {
      ours(m).print(30, 100, 500);
      m.print(31, 99.9, 500);
    },
    [],
  ),
  card(
    'Q-023',
    'fills that follow a print without an aggressor are a cross, and not ours',
    'an auction has its own queue',
    (m) => {
      ours(m).print(30, 99.99, 40, 'none', { last: false });
      m.fill(30, 2, 'bid', 99.99, 40, { last: false });
      m.cancel(30, 2, 40);
    },
    [],
  ),
  card(
    'Q-024',
    'an execution whose side is not told fills nobody',
    'it may have been either',
    (m) => ours(m).fill(30, 2, 'none', 99.99, 40),
    [],
  ),
  card(
    'Q-025',
    'two of ours at one price share by arrival: the second begins where the first is full',
    'price, then time, among ours too',
    (m) => {
      ours(m, 10).buy(20, 'B', 10, { price: 100 });
      m.wait(40);
      m.execute(50, 'bid', 99.99, [2, 16]);
    },
    ['A 10@100.00 50 #6 maker', 'B 6@100.00 50 #6 maker'],
  ),
  card(
    'Q-026',
    'of two of ours the better price goes first, though it came later',
    'price comes before time',
    (m) => {
      ours(m, 10).buy(20, 'B', 10, { price: 100.01 });
      m.wait(40);
      m.execute(50, 'bid', 99.99, [2, 16]);
    },
    ['B 10@100.01 50 #6 maker', 'A 6@100.00 50 #6 maker'],
  ),
  card(
    'Q-027',
    'the size ahead of our second counts the others, not our first',
    'ours are not in the feed',
    (m) => {
      ours(m, 10).buy(20, 'B', 10, { price: 100 });
      m.wait(40);
      m.noteAhead('A');
      m.noteAhead('B');
    },
    [],
    ['A ahead 50', 'B ahead 50'],
  ),
  card(
    'Q-028',
    'one that stands between two of ours is behind the first and ahead of the second',
    'each has its own place',
    (m) => {
      ours(m, 10).add(25, 5, 'bid', 100, 8);
      m.buy(25, 'B', 10, { price: 100 });
      m.wait(45);
      m.execute(50, 'bid', 100, [1, 50], [5, 8]);
      m.noteAhead('B');
    },
    ['A 8@100.00 50 #10 maker'],
    ['B ahead 0'],
  ),
  card(
    'Q-029',
    'our bid and our ask at one price do not trade with each other',
    'an exchange’s self-trade prevention, and no volume out of nothing',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100.01 });
      m.sell(1, 'B', 10, { price: 100.01 });
      m.wait(50);
      m.execute(60, 'bid', 100, [1, 3]);
      m.execute(61, 'ask', 100.02, [3, 4]);
    },
    ['A 3@100.01 60 #6 maker', 'B 4@100.01 61 #9 maker'],
  ),
  card(
    'Q-030',
    'a sell queues behind the asks by the same rules',
    'the sides mirror each other',
    (m) => {
      m.quoted().sell(0, 'A', 30, { price: 100.02 });
      m.add(25, 5, 'ask', 100.02, 9);
      m.noteAhead('A');
      m.execute(30, 'ask', 100.02, [3, 50], [5, 9]);
      m.execute(31, 'ask', 100.03, [4, 2]);
    },
    ['A 9@100.02 30 #10 maker', 'A 2@100.02 31 #13 maker'],
    ['A ahead 50'],
  ),
  card(
    'Q-031',
    'an order refused by the book, at no whole tick, fills nobody',
    'it is not there',
    (m) => ours(m).add(30, 5, 'ask', 99.995, 12),
    [],
  ),
];
