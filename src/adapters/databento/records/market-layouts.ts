/**
 * Orders, trades, quotes and bars: the records of the schemas mbo, mbp-1, mbp-10, tbbo, trades, bbo-*, cmbp-1, cbbo-*,
 * tcbbo and ohlcv-*. They are the same in all versions.
 * databento/dbn 0.54.0, rust/dbn/src/record.rs, 2026-11.
 */
import { i32, letter, moment, price, u8, u16, u32, u64, upTo } from './field-type.ts';
import { field, type RecordOf, recordLayout, repeated } from './record-layout.ts';

const FIELDS = {
  orderId: field(u64, 'order_id', 'the venue’s number of the order'),
  price: field(
    price,
    'price',
    'price of the order or trade; of an interval record that of the last trade',
  ),
  size: field(
    upTo(u32),
    'size',
    'quantity: of a cancel what was taken away, of an interval record that of the last trade',
  ),
  flags: field(
    u8,
    'flags',
    'bits: 128 last of its event, 64 top of book, 32 snapshot, 16 by price, 8 bad ts_recv, 4 book may be bad',
  ),
  channelId: field(upTo(u8), 'channel_id', 'Databento’s number of the channel'),
  action: field(letter, 'action', 'A add, C cancel, M modify, R clear, T trade, F fill, N none'),
  side: field(
    letter,
    'side',
    'A ask or seller, B bid or buyer, N not told; of a trade its aggressor’s',
  ),
  depth: field(u8, 'depth', 'level of the book that changed'),
  tsRecv: field(
    moment,
    'ts_recv',
    'when Databento’s machine received it; of an interval record the interval’s end',
  ),
  tsInDelta: field(i32, 'ts_in_delta', 'nanoseconds from the venue’s sending to ts_recv'),
  sequence: field(u32, 'sequence', 'the venue’s message number'),
  open: field(price, 'open', 'first trade’s price'),
  high: field(price, 'high', 'highest price'),
  low: field(price, 'low', 'lowest price'),
  close: field(price, 'close', 'last trade’s price'),
  volume: field(u64, 'volume', 'quantity traded'),
};

const LEVEL_FIELDS = {
  bidPrice: field(price, 'bid_px', 'the bid’s price'),
  askPrice: field(price, 'ask_px', 'the ask’s price'),
  bidSize: field(u32, 'bid_sz', 'quantity bid'),
  askSize: field(u32, 'ask_sz', 'quantity asked'),
  bidCount: field(u32, 'bid_ct', 'orders of the bid'),
  askCount: field(u32, 'ask_ct', 'orders of the ask'),
  bidPublisher: field(u16, 'bid_pb', 'publisher of the venue with the best bid'),
  askPublisher: field(u16, 'ask_pb', 'publisher of the venue with the best ask'),
};

const LEVEL_BYTES = 32;
const PRICES_AND_SIZES = { bidPrice: 0, askPrice: 8, bidSize: 16, askSize: 20 } as const;
const ONE_VENUE = { ...PRICES_AND_SIZES, bidCount: 24, askCount: 28 } as const;
const ALL_VENUES = { ...PRICES_AND_SIZES, bidPublisher: 24, askPublisher: 28 } as const;

/** How many levels stand behind a record, and whether of one venue or over all. */
const WITH_LEVEL = {
  ...FIELDS,
  levels: field(repeated(1, LEVEL_BYTES, LEVEL_FIELDS, ONE_VENUE), 'levels', 'best bid and ask'),
};
const WITH_TEN_LEVELS = {
  ...FIELDS,
  levels: field(
    repeated(10, LEVEL_BYTES, LEVEL_FIELDS, ONE_VENUE),
    'levels',
    'the best ten bids and asks',
  ),
};
const WITH_VENUES = {
  ...FIELDS,
  levels: field(
    repeated(1, LEVEL_BYTES, LEVEL_FIELDS, ALL_VENUES),
    'levels',
    'best bid and ask over all venues',
  ),
};

const TRADE_PLACES = {
  price: 16,
  size: 24,
  action: 28,
  side: 29,
  flags: 30,
  depth: 31,
  tsRecv: 32,
  tsInDelta: 40,
  sequence: 44,
} as const;

const MBO = recordLayout({ mbo: 0xa0 }, 1, 56, FIELDS, {
  orderId: 16,
  price: 24,
  size: 32,
  flags: 36,
  channelId: 37,
  action: 38,
  side: 39,
  tsRecv: 40,
  tsInDelta: 48,
  sequence: 52,
});

const TRADE = recordLayout({ trades: 0x00 }, 1, 48, FIELDS, TRADE_PLACES);

/** Also of schema tbbo. */
const MBP_1 = recordLayout({ 'mbp-1': 0x01 }, 1, 80, WITH_LEVEL, { ...TRADE_PLACES, levels: 48 });

const MBP_10 = recordLayout({ 'mbp-10': 0x0a }, 1, 368, WITH_TEN_LEVELS, {
  ...TRADE_PLACES,
  levels: 48,
});

const BBO = recordLayout({ 'bbo-1s': 0xc3, 'bbo-1m': 0xc4 }, 1, 80, WITH_LEVEL, {
  price: 16,
  size: 24,
  side: 29,
  flags: 30,
  tsRecv: 32,
  sequence: 44,
  levels: 48,
});

const CMBP_1 = recordLayout({ 'cmbp-1': 0xb1, tcbbo: 0xc2 }, 1, 80, WITH_VENUES, {
  price: 16,
  size: 24,
  action: 28,
  side: 29,
  flags: 30,
  tsRecv: 32,
  tsInDelta: 40,
  levels: 48,
});

const CBBO = recordLayout({ 'cbbo-1s': 0xc0, 'cbbo-1m': 0xc1 }, 1, 80, WITH_VENUES, {
  price: 16,
  size: 24,
  side: 29,
  flags: 30,
  tsRecv: 32,
  levels: 48,
});

/** A bar's ts_event is the beginning of its interval. */
const OHLCV = recordLayout(
  {
    'ohlcv-deprecated': 0x11,
    'ohlcv-1s': 0x20,
    'ohlcv-1m': 0x21,
    'ohlcv-1h': 0x22,
    'ohlcv-1d': 0x23,
    'ohlcv-eod': 0x24,
  },
  1,
  56,
  FIELDS,
  { open: 16, high: 24, low: 32, close: 40, volume: 48 },
);

export type MarketRecord =
  | RecordOf<typeof MBO>
  | RecordOf<typeof TRADE>
  | RecordOf<typeof MBP_1>
  | RecordOf<typeof MBP_10>
  | RecordOf<typeof BBO>
  | RecordOf<typeof CMBP_1>
  | RecordOf<typeof CBBO>
  | RecordOf<typeof OHLCV>;

export const MARKET_LAYOUTS = [MBO, TRADE, MBP_1, MBP_10, BBO, CMBP_1, CBBO, OHLCV] as const;
