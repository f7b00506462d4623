/**
 * An event of a compiled day in four words, its order resolved to a slot: small whole numbers that stand for live orders,
 * used again when their order is gone.
 *
 *     0 nanoseconds since the event before, unsigned (0 of an event that shares its time)
 *     1 of an add tick * 2 + side (0 bid, 1 ask)   2 size, unsigned   3 slot << 8 | the bits below
 *
 * What does not fit is a whole event elsewhere: trades, modifies, snapshots, everything that is not plain.
 */
export const COMPACT_WORDS = 4;
export const COMPACT_ELAPSED = 0;
export const COMPACT_TICK = 1;
export const COMPACT_SIZE = 2;
export const COMPACT_TAGS = 3;

export const COMPACT_KIND = 3;
export const COMPACT_ADD = 0;
export const COMPACT_CANCEL = 1;
export const COMPACT_FILL = 2;
/** A whole event, the next of the block's. */
export const COMPACT_WHOLE = 3;
/** The sequence is another than that of the event before. */
export const COMPACT_NEW_SEQUENCE = 4;
/** The event was flagged LAST. */
export const COMPACT_LAST = 8;
/** Of a whole event: a plain trade, and its time is told as that of a short one is. */
export const COMPACT_TRADE = 16;
/** No order is known by this event's id, before or after it. */
export const COMPACT_NO_SLOT = 0xffffff;
/** Events of a block at most. */
export const COMPACT_BLOCK_EVENTS = 16_384;
