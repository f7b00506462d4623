import { STATUS_HALTED, STATUS_QUOTING, STATUS_TRADING } from '../../../../src/domain/event.ts';
import { card, type RuleCard, type RuleMarket } from './rule-card.ts';

/** The usual book, halted by event 5 at 10. */
function halted(m: RuleMarket, status: number = STATUS_HALTED): RuleMarket {
  m.quoted().status(10, status);
  return m;
}

export const PHASE_CARDS: readonly RuleCard[] = [
  card(
    'H-001',
    'a limit order that arrives in a halt waits, even one that would be marketable, and fills nothing there',
    'orders are taken, nothing is matched',
    (m) => {
      halted(m).buy(11, 'A', 10, { price: 100.02 });
      m.wait(50);
      m.add(60, 6, 'ask', 100, 5);
    },
    [],
  ),
  card(
    'H-002',
    'a market order that arrives in a halt is cancelled',
    'there is no market',
    (m) => {
      halted(m).buy(11, 'A', 10, { type: 'market' });
      m.wait(50);
    },
    ['A canceled 31: no trading'],
  ),
  card(
    'H-003',
    'IOC in a halt is cancelled',
    'at once, or not',
    (m) => {
      halted(m).buy(11, 'A', 10, { price: 100.02, tif: 'ioc' });
      m.wait(50);
    },
    ['A canceled 31: no trading'],
  ),
  card(
    'H-004',
    'FOK in a halt is cancelled',
    'all at once, or not',
    (m) => {
      halted(m).buy(11, 'A', 10, { price: 100.02, tif: 'fok' });
      m.wait(50);
    },
    ['A canceled 31: no trading'],
  ),
  card(
    'H-005',
    'a post-only order rests in a halt though it crosses: it cannot take there',
    'nothing is matched',
    (m) => {
      halted(m).buy(11, 'A', 10, { price: 100.02, postOnly: true });
      m.wait(50);
      m.status(60, STATUS_TRADING);
      m.add(70, 6, 'ask', 100.02, 4);
    },
    ['A 4@100.02 70 #7 maker'],
  ),
  card(
    'H-006',
    'an auction is no trading either: what executes in it is not ours',
    'its matching is another',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100 });
      m.status(25, STATUS_QUOTING);
      m.execute(30, 'bid', 99.99, [2, 40]);
    },
    [],
  ),
  card(
    'H-007',
    'a resting order keeps its place over a halt',
    'the queue stands still',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100 });
      m.status(25, STATUS_HALTED);
      m.add(30, 6, 'bid', 100, 20);
      m.status(40, STATUS_TRADING);
      m.noteAhead('A');
      m.execute(50, 'bid', 100, [1, 50], [6, 3]);
    },
    ['A 3@100.00 50 #12 maker'],
    ['A ahead 50'],
  ),
  card(
    'H-008',
    'a cancel works in a halt',
    'orders are taken back as they are taken',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100 });
      m.status(25, STATUS_HALTED);
      m.withdraw(30, 'A');
      m.wait(60);
    },
    ['A canceled 50: canceled by us'],
  ),
  card(
    'H-009',
    'a change in a halt to a price across the market waits there',
    'it arrives anew, and nothing is matched',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100 });
      m.status(25, STATUS_HALTED);
      m.change(30, 'A', { price: 100.02 });
      m.wait(60);
      m.status(70, STATUS_TRADING);
      m.add(80, 6, 'ask', 100.02, 4);
    },
    ['A modified 50 to 10@100.02', 'A 4@100.02 80 #7 maker'],
  ),
  card(
    'H-010',
    'a stop that was triggered before a halt waits for its end, and trades first then',
    'it still protects',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.print(30, 99.95, 1);
      m.status(40, STATUS_HALTED);
      m.wait(80);
      m.status(90, STATUS_TRADING);
      m.wait(100);
    },
    ['S triggered 30', 'S 10@100.00 90 #7 taker'],
  ),
  card(
    'H-011',
    'the price of a cross triggers a stop, which trades when trading begins',
    'it moves LAST',
    (m) => {
      m.quoted().sell(0, 'S', 10, { type: 'stop', stopPrice: 99.95 });
      m.status(25, STATUS_QUOTING);
      m.print(30, 99.9, 100);
      m.wait(60);
      m.status(70, STATUS_TRADING);
      m.wait(80);
    },
    ['S triggered 30', 'S 10@100.00 70 #7 taker'],
  ),
  card(
    'H-012',
    'a trailing stop follows the price of a cross',
    'it moves LAST',
    (m) => {
      m.quoted().print(1, 100, 1);
      m.sell(1, 'S', 10, { type: 'trailing-stop', trailAmount: 0.05 });
      m.status(25, STATUS_QUOTING);
      m.print(30, 100.2, 100);
      m.status(40, STATUS_TRADING);
      m.print(50, 100.15, 1);
      m.wait(80);
    },
    ['S triggered 50', 'S 10@100.00 70 #9 taker'],
  ),
  card(
    'H-013',
    'an order at market if touched that is touched by a cross waits for trading, too',
    'its time has come, its market has not',
    (m) => {
      m.quoted().buy(0, 'M', 10, { type: 'market-if-touched', stopPrice: 99.95 });
      m.status(25, STATUS_QUOTING);
      m.print(30, 99.9, 100);
      m.wait(60);
      m.status(70, STATUS_TRADING);
      m.wait(80);
    },
    ['M triggered 30', 'M 10@100.02 70 #7 taker'],
  ),
  card(
    'H-014',
    'a stop-limit that waited for the end of a halt is its limit order then',
    'the halt changes when, not what',
    (m) => {
      m.quoted().sell(0, 'S', 60, { type: 'stop-limit', stopPrice: 99.95, price: 100 });
      m.print(30, 99.95, 1);
      m.status(40, STATUS_HALTED);
      m.wait(80);
      m.status(90, STATUS_TRADING);
      m.add(100, 6, 'bid', 100, 4);
    },
    ['S triggered 30', 'S 50@100.00 90 #7 taker', 'S 4@100.00 100 #8 maker'],
  ),
  card(
    'H-015',
    'a crossed book sells nothing better than our own limit',
    'its prices are an auction’s, or the feed’s mistake',
    (m) => {
      m.add(0, 1, 'bid', 100.05, 10);
      m.add(0, 2, 'ask', 100, 4);
      m.add(0, 3, 'ask', 100.02, 5);
      m.buy(0, 'A', 30, { price: 100.02, tif: 'ioc' });
      m.buy(1, 'B', 30, { type: 'market' });
      m.wait(40);
    },
    [
      'A 5@100.02 20 #3 taker',
      'A canceled 20: no more size displayed',
      'B canceled 21: no more size displayed',
    ],
  ),
  card(
    'H-016',
    'a locked book sells at the locked price only to a limit of that price',
    'locked is crossed by nothing',
    (m) => {
      m.add(0, 1, 'bid', 100, 10);
      m.add(0, 2, 'ask', 100, 4);
      m.buy(0, 'A', 2, { price: 100.01, tif: 'ioc' });
      m.buy(1, 'B', 2, { price: 100, tif: 'ioc' });
      m.wait(40);
    },
    ['A canceled 20: no more size displayed', 'B 2@100.00 21 #2 taker'],
  ),
  card(
    'H-017',
    'a resting order in a crossed book still fills at its own price',
    'that is not better than its limit',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100 });
      m.add(25, 5, 'bid', 100.05, 10);
      m.add(30, 6, 'ask', 100, 4);
    },
    ['A 4@100.00 30 #6 maker'],
  ),
  card(
    'H-018',
    'outside a futures session nothing fills, and the next session goes on with what waits',
    'the book of the night is no market',
    (m) => {
      m.quoted().buy(0, 'A', 10, { price: 100.01 });
      m.wait(20);
      m.exchange.setOpen(false, 21e6);
      m.add(30, 5, 'ask', 100.01, 3);
      m.exchange.setOpen(true, 40e6);
      m.add(50, 6, 'ask', 100.01, 4);
    },
    ['A 4@100.01 50 #6 maker'],
  ),
];
