/**
 * Where everything of a book lies in its memory: the one description that the book's classes and its core share. Numbers
 * are word (4-byte) offsets or counts of words; those that begin with D are offsets in doubles (8 bytes).
 *
 * The memory begins with the control words, then the staged events; the rest is given out as it is needed.
 */

/** Time of the last event, nanoseconds of the session. */
export const D_NOW = 0;
/** Later than this, something else is due before an event: the core hands over. */
export const D_DUE = 1;
/** When a best price, or the size at it, last changed. */
export const D_TOUCH_TS = 2;
/** Midnight of the session's day, UNIX nanoseconds, 64 bits. */
export const D_DAY = 3;
/** The time stamp that the noted fills are of. */
export const D_FILLS_TS = 4;
/** How far back the level changes must reach, nanoseconds. */
export const D_WINDOW = 5;
export const D_TICK_NANOS = 6;
/** Sold and bought in all, at least, while trades may be passed by; and what a level's share of either must reach. */
export const D_FLOW = 36;
export const D_LEVEL_VOLUME = 38;
export const D_LEVEL_SHARE = 39;

/** Best occupied tick and occupied levels of the bids; the asks' stand one further. */
export const W_BEST = 16;
export const W_LEVELS = 18;
/** Best ticks as the book stood before the time stamp of the last event. */
export const W_BEFORE = 20;
/** Whether an event group is open, and the sequence of the last event. */
export const W_GROUP_OPEN = 22;
export const W_SEQUENCE = 23;
/** Whether groups end where the sequence changes. */
export const W_BY_SEQUENCE = 24;
/** What the end of a time stamp waits for: one of the SETTLE values. */
export const W_SETTLE = 25;
/** Best ticks at the last measured end of a time stamp. */
export const W_SETTLED = 26;
/** Whether executions matter to an order of ours, and from which tick on an ask or a bid that is displayed does. */
export const W_WATCH = 28;
export const W_WATCH_ASK = 29;
export const W_WATCH_BID = 30;
/** Live orders. */
export const W_COUNT = 31;
/** The id table: its offset, and its entries less one. */
export const W_TABLE = 32;
export const W_TABLE_MASK = 33;
/** Records: offset, how many there is room for, the next never used, the last freed (-1: none). */
export const W_RECORDS = 34;
export const W_RECORD_ROOM = 35;
export const W_RECORDS_USED = 36;
export const W_RECORD_FREE = 37;
/** Joinings of a queue so far. */
export const W_ARRIVALS = 38;
/** Level changes: offset, room less one, pushed so far. */
export const W_CHANGES = 39;
export const W_CHANGES_MASK = 40;
export const W_CHANGES_PUSHED = 41;
/** Noted fills: offset and count. */
export const W_FILLS = 42;
export const W_FILLS_COUNT = 43;
/** Shift and inverse that make ticks of prices; see TickGrid. */
export const W_TICK_SHIFT = 44;
export const W_TICK_INVERSE = 45;
/** Whether nothing has happened since the last measured end. */
export const W_IS_SETTLED = 47;
/** Whether the core handed over at the end of a time stamp, and not for an event that it does not take. */
export const W_AT_END = 46;
/** The sides' maps of their levels: bids here, asks MAP_WORDS further. */
export const W_MAPS = 48;
export const MAP_WORDS = 8;
/** Of a map: the offset of its blocks' list, the number of the first block, and how many it lists. */
export const MAP_BLOCKS = 0;
export const MAP_BASE = 1;
export const MAP_COUNT = 2;

/** Of a compiled day: the record of slot 0 (0: events are not resolved), how many slots, and what comes next of its block. */
export const W_SLOT_BASE = 64;
export const W_SLOTS = 65;
export const W_NEXT_ID = 66;
export const W_NEXT_WHOLE = 67;
/** Trades that the last run passed by, and whether an order of ours waits for one. */
export const W_TRADES = 68;
export const W_WATCH_TRADES = 69;
/** How many of them are of time stamps whose end needed no measuring, and passed. */
export const W_PASSED = 70;
/** Whether the end of a time stamp that traded may pass where nothing can come of it; see TradeWatch. */
export const W_MAY_PASS = 71;
/** A trade or a best bid at this tick or below, a trade or a best ask at that tick or above, has to be measured. */
export const W_FROM_LOW = 80;
export const W_FROM_HIGH = 81;

export const CONTROL_WORDS = 84;
/** Events that can be staged at once, of EVENT_WORDS each. */
export const STAGE_EVENTS = 16_384;
const STAGE_EVENT_WORDS = STAGE_EVENTS * 14;
/**
 * Where the passed trades lie: of each its time as a double, its number, the best ticks before its time stamp, its size,
 * and what it was added to of the volumes: a tick's cells times 4, plus 1 for sold, plus 2 for bought.
 */
export const STAGE_TRADES = CONTROL_WORDS + STAGE_EVENT_WORDS;
export const TRADE_WORDS = 8;
/** The number of its event, or of its whole event of a compiled day. */
export const TRADE_NUMBER = 2;
export const TRADE_SIZE = 3;
export const TRADE_BEFORE = 4;
export const TRADE_VOLUMES = 6;
/** Where the ids of a staged block of a compiled day lie, and then its whole events, as many as there is room for. */
export const STAGE_IDS = CONTROL_WORDS + STAGE_EVENTS * 4;
export const STAGE_WHOLES = CONTROL_WORDS + STAGE_EVENTS * 6;
export const STAGE_WHOLES_WORDS = STAGE_EVENTS * 8;
/** Volumes, a double each: what was sold and bought at a tick and at all that share its last bits. */
export const STAGE_VOLUMES = STAGE_TRADES + STAGE_EVENTS * TRADE_WORDS;
export const VOLUME_MASK = 1023;
export const VOLUME_CELLS = 2048;
export const STAGE_WORDS = STAGE_EVENT_WORDS + STAGE_EVENTS * TRADE_WORDS + VOLUME_CELLS * 2;

export const SETTLE_NEVER = 0;
/** When a best price is another than at the last measured end. */
export const SETTLE_ON_TOUCH = 1;
export const SETTLE_ALWAYS = 2;
/** When a best price is at one of the bounds of the trades, or gone. */
export const SETTLE_BEYOND = 3;

/**
 * A record is 32 bytes, an order or a price level, so that an update touches few cache lines, and a queue is a ring
 * through its level: no end of it needs a case of its own.
 *
 * An order: 64-bit id, remaining displayed size (unsigned), its level, its neighbors in the queue, its arrival, its id's
 * hash. A level: displayed size as a double, exact however many orders of 2^32 share it; its number of orders; its
 * newest change; first and last of its queue; its tick; its side (0 bid, 1 ask).
 */
export const RECORD_WORDS = 8;
export const RECORD_DOUBLES = 4;
export const ORDER_ID_LOW = 0;
export const ORDER_ID_HIGH = 1;
export const ORDER_SIZE = 2;
export const ORDER_LEVEL = 3;
export const ORDER_ARRIVAL = 6;
export const ORDER_HASH = 7;
export const LEVEL_COUNT = 2;
export const LEVEL_CHANGE = 3;
export const LEVEL_TICK = 6;
export const LEVEL_SIDE = 7;
/** Of an order the one behind it, of a level the first; a level's own number where there is none. */
export const NEXT = 4;
/** Of an order the one ahead of it, of a level the last; a level's own number where there is none. */
export const PREVIOUS = 5;

/**
 * A change is 24 bytes: its time as a double; its size without sign; its level's record times 8, plus its kind, plus
 * CHANGE_LOST where size was lost; the number of the level's change before it. Changes count from 1; 0 is none.
 */
export const CHANGE_WORDS = 6;
export const CHANGE_DOUBLES = 3;
export const CHANGE_SIZE = 2;
export const CHANGE_TAG = 3;
export const CHANGE_BEFORE = 4;
export const CHANGE_LOST = 4;

/** Why a level's displayed size changed. */
export const CHANGE_ADDED = 0;
export const CHANGE_PULLED = 1;
export const CHANGE_TRADED = 2;
/** Came into or left the feed's view without anybody doing anything: a snapshot, a window's edge. */
export const CHANGE_UNSEEN = 3;

/** Words of a noted fill: the order's id and its size; and how many there is room for. */
export const FILL_WORDS = 3;
export const FILL_ROOM = 4096;

/** Ticks of a page of levels: 2 KB of records. Pages of a block, which has 65,536 ticks. */
export const PAGE_BITS = 6;
export const PAGE_LEVELS = 64;
export const PAGE_MASK = 63;
export const BLOCK_BITS = 16;
export const BLOCK_PAGES = 1024;
export const BLOCK_MASK = 1023;
/**
 * A block: the first record of each of its pages, or -1; two words of occupied ticks a page; a bit for each page that is
 * not empty; a bit for each word of those that is not 0.
 */
export const BLOCK_TICKS = 1024;
export const BLOCK_PLACES = 3072;
export const BLOCK_SUMMARY = 3104;
export const BLOCK_WORDS = 3106;
