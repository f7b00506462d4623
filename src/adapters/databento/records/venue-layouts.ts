/**
 * What a venue says beside its orders: trading status, auction imbalance, statistics.
 * databento/dbn 0.54.0, rust/dbn/src/record.rs and v1.rs, 2026-11. The numbers' names are in `code-names.ts`.
 */
import { i32, i64, letter, moment, optional, price, u8, u16, u32, upTo } from './field-type.ts';
import { field, type RecordOf, recordLayout } from './record-layout.ts';

const STATUS_FIELDS = {
  tsRecv: field(moment, 'ts_recv', 'when Databento’s machine received it'),
  action: field(u16, 'action', 'what the instrument does from now on'),
  reason: field(u16, 'reason', 'why it changed'),
  tradingEvent: field(u16, 'trading_event', 'what else goes with the change'),
  isTrading: field(letter, 'is_trading', 'whether it trades: Y, N or ~ for not known'),
  isQuoting: field(letter, 'is_quoting', 'whether quotes are taken: Y, N or ~'),
  isShortSellRestricted: field(
    letter,
    'is_short_sell_restricted',
    'whether short selling is restricted: Y, N or ~',
  ),
};

const STATUS = recordLayout({ status: 0x12 }, 1, 40, STATUS_FIELDS, {
  tsRecv: 16,
  action: 24,
  reason: 26,
  tradingEvent: 28,
  isTrading: 30,
  isQuoting: 31,
  isShortSellRestricted: 32,
});

const IMBALANCE_FIELDS = {
  tsRecv: field(moment, 'ts_recv', 'when Databento’s machine received it'),
  referencePrice: field(price, 'ref_price', 'price that the imbalance is counted at'),
  auctionTime: field(moment, 'auction_time', 'when the auction is expected'),
  continuousClearingPrice: field(
    price,
    'cont_book_clr_price',
    'where cross and continuous orders together would clear',
  ),
  auctionClearingPrice: field(
    price,
    'auct_interest_clr_price',
    'where the cross orders alone would clear',
  ),
  shortSaleFillingPrice: field(
    price,
    'ssr_filling_price',
    'where short sales would be filled under a restriction',
  ),
  indicativeMatchPrice: field(
    price,
    'ind_match_price',
    'where most would trade, within the auction’s collars',
  ),
  upperCollar: field(price, 'upper_collar', 'highest price of the auction'),
  lowerCollar: field(price, 'lower_collar', 'lowest price of the auction'),
  pairedQuantity: field(upTo(u32), 'paired_qty', 'what can be matched at the reference price'),
  totalImbalance: field(
    upTo(u32),
    'total_imbalance_qty',
    'what can’t be matched at the reference price',
  ),
  marketImbalance: field(upTo(u32), 'market_imbalance_qty', 'market orders’ part of it'),
  unpairedQuantity: field(
    upTo(u32),
    'unpaired_qty',
    'closing auction: what is unpaired at the reference price or better',
  ),
  auctionType: field(letter, 'auction_type', 'the venue’s letter for the auction; ~ for none'),
  side: field(letter, 'side', 'side of the imbalance: A, B or N'),
  auctionStatus: field(u8, 'auction_status', 'the venue’s number'),
  freezeStatus: field(u8, 'freeze_status', 'the venue’s number'),
  extensions: field(u8, 'num_extensions', 'how often the halt was extended'),
  unpairedSide: field(letter, 'unpaired_side', 'side of the unpaired quantity: A, B or N'),
  significantImbalance: field(
    letter,
    'significant_imbalance',
    'the venue’s letter; Nasdaq: how far the price varies',
  ),
};

const IMBALANCE = recordLayout({ imbalance: 0x14 }, 1, 112, IMBALANCE_FIELDS, {
  tsRecv: 16,
  referencePrice: 24,
  auctionTime: 32,
  continuousClearingPrice: 40,
  auctionClearingPrice: 48,
  shortSaleFillingPrice: 56,
  indicativeMatchPrice: 64,
  upperCollar: 72,
  lowerCollar: 80,
  pairedQuantity: 88,
  totalImbalance: 92,
  marketImbalance: 96,
  unpairedQuantity: 100,
  auctionType: 104,
  side: 105,
  auctionStatus: 106,
  freezeStatus: 107,
  extensions: 108,
  unpairedSide: 109,
  significantImbalance: 110,
});

const STATISTIC_FIELDS = {
  tsRecv: field(moment, 'ts_recv', 'when Databento’s machine received it'),
  tsRef: field(moment, 'ts_ref', 'the day or moment that the value is of'),
  price: field(price, 'price', 'value of a statistic that is a price'),
  sequence: field(u32, 'sequence', 'the venue’s message number'),
  tsInDelta: field(i32, 'ts_in_delta', 'nanoseconds from the venue’s sending to ts_recv'),
  statType: field(u16, 'stat_type', 'which statistic'),
  channelId: field(upTo(u16), 'channel_id', 'Databento’s number of the channel'),
  updateAction: field(u8, 'update_action', '1 new, 2 taken back'),
  statFlags: field(u8, 'stat_flags', 'bits that belong to some statistics'),
};

/** Versions 1 and 2. */
const STATISTIC_V1 = recordLayout(
  { statistics: 0x18 },
  1,
  64,
  {
    ...STATISTIC_FIELDS,
    quantity: field(upTo(i32), 'quantity', 'value of a statistic that is no price'),
  },
  {
    tsRecv: 16,
    tsRef: 24,
    price: 32,
    quantity: 40,
    sequence: 44,
    tsInDelta: 48,
    statType: 52,
    channelId: 54,
    updateAction: 56,
    statFlags: 57,
  },
);

const STATISTIC_V3 = recordLayout(
  { statistics: 0x18 },
  3,
  80,
  {
    ...STATISTIC_FIELDS,
    quantity: field(
      optional(i64, 0x7fff_ffff_ffff_ffffn),
      'quantity',
      'value of a statistic that is no price',
    ),
  },
  {
    tsRecv: 16,
    tsRef: 24,
    price: 32,
    quantity: 40,
    sequence: 48,
    tsInDelta: 52,
    statType: 56,
    channelId: 58,
    updateAction: 60,
    statFlags: 61,
  },
);

export type StatusRecord = RecordOf<typeof STATUS>;
export type ImbalanceRecord = RecordOf<typeof IMBALANCE>;
export type StatisticRecord = RecordOf<typeof STATISTIC_V1> | RecordOf<typeof STATISTIC_V3>;

export const VENUE_LAYOUTS = [STATUS, IMBALANCE, STATISTIC_V1, STATISTIC_V3] as const;
