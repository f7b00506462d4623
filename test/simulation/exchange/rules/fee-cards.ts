import type { Instrument } from '../../../../src/domain/instrument.ts';
import { dayOf } from '../../../../src/domain/time.ts';
import type { ExchangeRigOptions } from '../../../support/exchange-rig.ts';
import { card, type RuleCard, type RuleMarket } from './rule-card.ts';

const MES: Instrument = {
  symbol: 'MESH7',
  kind: 'future',
  calendar: 'cme-globex',
  tickNanos: 10_000_000,
  multiplier: 5,
  commissionMicros: 610_000,
};

function paying(commission: 'ibkr-fixed' | 'ibkr-tiered' | 'none', day = dayOf(2026, 6, 1)) {
  return { execution: { commission }, day } satisfies ExchangeRigOptions;
}

/** Notes what each fill cost, in millionths of a dollar. */
function noteCosts(m: RuleMarket): void {
  m.wait(1000);
  for (const report of m.all())
    if (report.type === 'order-filled') m.note(`${report.orderId} ${report.commissionMicros}`);
}

/** Sells 1000 at 100.00 into a bid of that size. */
function sale(m: RuleMarket): void {
  m.add(0, 1, 'bid', 100, 1000);
  m.sell(0, 'A', 1000, { type: 'market' });
  noteCosts(m);
}

export const FEE_CARDS: readonly RuleCard[] = [
  card(
    'F-001',
    'fixed: a small order pays the least commission, a dollar',
    'an order’s least is an order’s, not a fill’s',
    (m) => {
      m.quoted().buy(0, 'A', 10, { type: 'market' });
      noteCosts(m);
    },
    ['A 10@100.02 20 #4 taker'],
    ['A 1000000'],
    paying('ibkr-fixed'),
  ),
  card(
    'F-002',
    'the least is paid once, by the first fill; the next ones pay what they add',
    'fills of one order are one order',
    (m) => {
      m.quoted().buy(0, 'A', 90, { type: 'market' });
      noteCosts(m);
    },
    ['A 50@100.02 20 #4 taker', 'A 40@100.03 20 #4 taker'],
    ['A 1000000', 'A 0'],
    paying('ibkr-fixed'),
  ),
  card(
    'F-003',
    'two orders pay the least twice',
    'it is by order',
    (m) => {
      m.quoted().buy(0, 'A', 10, { type: 'market' });
      m.buy(1, 'B', 10, { type: 'market' });
      noteCosts(m);
    },
    ['A 10@100.02 20 #4 taker', 'B 10@100.02 21 #4 taker'],
    ['A 1000000', 'B 1000000'],
    paying('ibkr-fixed'),
  ),
  card(
    'F-004',
    'tiered: 0.0035 a share above 0.35',
    'the lowest tier of its table',
    (m) => {
      m.add(0, 1, 'ask', 100, 1000);
      m.buy(0, 'A', 1000, { type: 'market' });
      noteCosts(m);
    },
    ['A 1000@100.00 20 #1 taker'],
    ['A 3500000'],
    paying('ibkr-tiered'),
  ),
  card(
    'F-005',
    'never more than one percent of the value, below the least too',
    'a cheap share is not eaten by its fee',
    (m) => {
      m.add(0, 1, 'ask', 0.5, 1000);
      m.buy(0, 'A', 20, { type: 'market' });
      noteCosts(m);
    },
    ['A 20@0.50 20 #1 taker'],
    ['A 100000'],
    paying('ibkr-fixed'),
  ),
  card(
    'F-006',
    'a sale pays SEC and TAF at the rates of its day, 2026: 5.00 + 100,000 × 20.60 / million + 1000 × 0.000195',
    'the fees on sells are the regulators’',
    sale,
    ['A 1000@100.00 20 #1 taker'],
    [`A ${5_000_000 + 2_060_000 + 195_000}`],
    paying('ibkr-fixed', dayOf(2026, 4, 4)),
  ),
  card(
    'F-007',
    'from 2027 on TAF is 0.000232 a share',
    'rates have dates',
    sale,
    ['A 1000@100.00 20 #1 taker'],
    [`A ${5_000_000 + 2_060_000 + 232_000}`],
    paying('ibkr-fixed', dayOf(2027, 1, 1)),
  ),
  card(
    'F-008',
    'a purchase pays neither SEC nor TAF',
    'they are on sells',
    (m) => {
      m.add(0, 1, 'ask', 100, 1000);
      m.buy(0, 'A', 1000, { type: 'market' });
      noteCosts(m);
    },
    ['A 1000@100.00 20 #1 taker'],
    ['A 5000000'],
    paying('ibkr-fixed'),
  ),
  card(
    'F-009',
    'a future pays by contract and side, whatever the plan',
    'the exchange’s and the broker’s fees are by contract',
    (m) => {
      m.quoted().buy(0, 'A', 3, { type: 'market' });
      m.sell(1, 'B', 3, { type: 'market' });
      noteCosts(m);
    },
    ['A 3@100.02 20 #4 taker', 'B 3@100.00 21 #4 taker'],
    ['A 1830000', 'B 1830000'],
    { ...paying('ibkr-tiered'), instrument: MES },
  ),
  card(
    'F-010',
    'without a plan nothing is paid',
    'gross is gross',
    (m) => sale(m),
    ['A 1000@100.00 20 #1 taker'],
    ['A 0'],
    paying('none'),
  ),
];
