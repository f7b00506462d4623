import { card, type RuleCard, type RuleMarket } from './rule-card.ts';

const told = (queueModel: 'risk-averse' | 'pro-rata', levels = 2) => ({
  levels,
  execution: { queueModel },
});
const averse = told('risk-averse');
const proRata = told('pro-rata');

/** Ours, 10 at 100.00, behind the 50 that the level shows. */
function ours(m: RuleMarket): RuleMarket {
  m.quoted().buy(0, 'A', 10, { price: 100 });
  m.wait(20);
  return m;
}

function noteEstimate(m: RuleMarket, ms: number): void {
  m.wait(ms);
  m.note(`A about ${m.exchange.estimatedAhead('A')}`);
}

export const LEVEL_CARDS: readonly RuleCard[] = [
  card(
    'L-001',
    'where levels are told the place is an estimate, and is called one',
    'nobody can know it',
    (m) => {
      ours(m).noteAhead('A');
      noteEstimate(m, 21);
    },
    [],
    ['A ahead null', 'A about 50'],
    averse,
  ),
  card(
    'L-002',
    'risk-averse: a trade at our price moves us up by its size',
    'trades take from the front',
    (m) => {
      ours(m).execute(30, 'bid', 100, [1, 20]);
      noteEstimate(m, 31);
    },
    [],
    ['A about 30'],
    averse,
  ),
  card(
    'L-003',
    'risk-averse: what is pulled stood behind us',
    'a fill is never told too early',
    (m) => {
      ours(m).add(25, 5, 'bid', 100, 30);
      m.cancel(30, 1, 20);
      noteEstimate(m, 31);
    },
    [],
    ['A about 50'],
    averse,
  ),
  card(
    'L-004',
    'no more is ahead than the level shows',
    'what is not there cannot be ahead',
    (m) => {
      ours(m).cancel(30, 1, 35);
      noteEstimate(m, 31);
    },
    [],
    ['A about 15'],
    averse,
  ),
  card(
    'L-005',
    'what a trade takes beyond the size ahead is ours',
    'the front has passed us',
    (m) => {
      ours(m).add(25, 5, 'bid', 100, 30);
      m.execute(30, 'bid', 100, [1, 50], [5, 6]);
      m.wait(31);
    },
    ['A 6@100.00 30 #9 maker'],
    [],
    averse,
  ),
  card(
    'L-006',
    'a trade through our price fills us, whatever was thought ahead',
    'a taker cannot pass a better bid',
    (m) => {
      ours(m).execute(30, 'bid', 99.99, [2, 4]);
      m.wait(31);
    },
    ['A 4@100.00 30 #5 maker'],
    [],
    averse,
  ),
  card(
    'L-007',
    'pro-rata: what is pulled was ahead of us in proportion',
    'on average that is nearer the truth, and sometimes too early',
    (m) => {
      ours(m).add(25, 5, 'bid', 100, 50);
      m.cancel(30, 5, 20);
      noteEstimate(m, 31);
    },
    [],
    ['A about 40'],
    proRata,
  ),
  card(
    'L-008',
    'beyond the levels told nothing is known of the queue, until the level comes into view: then all of it is ahead',
    'the worst that can be',
    (m) => {
      m.quoted().add(1, 5, 'bid', 99.98, 70);
      m.buy(1, 'A', 10, { price: 99.98 });
      noteEstimate(m, 30);
      m.cancel(40, 2, 40);
      noteEstimate(m, 41);
    },
    [],
    ['A about null', 'A about 70'],
    averse,
  ),
  card(
    'L-009',
    'a level that we took from offers its size less what we took',
    'the same size is never sold to us twice',
    (m) => {
      m.quoted().buy(0, 'A', 30, { price: 100.02, tif: 'ioc' });
      m.buy(1, 'B', 30, { price: 100.02, tif: 'ioc' });
      m.wait(40);
    },
    ['A 30@100.02 20 #4 taker', 'B 20@100.02 21 #4 taker', 'B canceled 21: no more size displayed'],
    [],
    averse,
  ),
  card(
    'L-010',
    'post-only looks at the levels, less what we took',
    'the same rule on what is known',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100.02, postOnly: true });
      m.buy(1, 'B', 10, { price: 100.01, postOnly: true });
      m.wait(40);
      m.add(50, 5, 'ask', 100.01, 4);
      m.wait(51);
    },
    ['A rejected 20: post-only: it would take', 'B 4@100.01 50 #5 maker'],
    [],
    averse,
  ),
  card(
    'L-011',
    'where only trades are told nothing fills, resting or taking',
    'no size is displayed',
    (m) => {
      m.buy(0, 'A', 10, { price: 100 });
      m.buy(1, 'B', 10, { type: 'market' });
      m.print(30, 99, 500, 'ask');
      m.wait(40);
    },
    ['B canceled 21: no more size displayed'],
    [],
    { tradesOnly: true },
  ),
];
