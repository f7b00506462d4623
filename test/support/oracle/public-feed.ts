import {
  ACTION_ADD,
  ACTION_CANCEL,
  ACTION_FILL,
  ACTION_MODIFY,
  ACTION_TRADE,
  EVENT_WORDS,
  FLAG_LAST,
  packTags,
  SIDE_ASK,
  SIDE_BID,
  SIDE_NONE,
  WORD_ORDER_LOW,
  WORD_PRICE_HIGH,
  WORD_PRICE_LOW,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
} from '../../../src/domain/event.ts';
import type { Happening } from './matching-oracle.ts';

const WORD = 4_294_967_296;
/** 1e-9 units a tick. */
export const TICK_NANOS = 10_000_000;

/**
 * How a venue tells an event group, as Databento shows it (notes in ../shared/apis/07, counted on real files):
 * `cme`: one print for each price, all the fills, then what they did to the orders, a part fill as an M; a change is an M.
 * `itch`: print, fill and cancel for each execution, a part fill as a part cancel; a change is a C and an A of a new id.
 */
export type FeedStyle = 'cme' | 'itch';

/** Events of one action as the public sees them: `count` of 14 words each, every one with its own sequence. */
export class PublicFeed {
  words = new Int32Array(64 * EVENT_WORDS);
  count = 0;
  sequence = 0;
  readonly #style: FeedStyle;
  /** Names in the feed of orders that a change gave another name. */
  readonly #renamed = new Map<number, number>();
  #names = 0;

  constructor(style: FeedStyle) {
    this.#style = style;
  }

  /** Tells what an action did; it replaces what was told before. */
  tell(happened: readonly Happening[]): void {
    this.count = 0;
    if (this.#style === 'itch') this.#tellEach(happened);
    else this.#tellSummed(happened);
    if (this.count > 0) {
      const tags = (this.count - 1) * EVENT_WORDS + WORD_TAGS;
      this.words[tags] = (this.words[tags] ?? 0) | FLAG_LAST;
    }
  }

  #tellEach(happened: readonly Happening[]): void {
    for (const one of happened) {
      if (one.kind === 'executed') {
        this.#print(one);
        if (one.isHidden) continue;
        this.#push(ACTION_FILL, one.isBid, one.tick, one.size, one.slice);
        this.#push(ACTION_CANCEL, one.isBid, one.tick, one.size, one.slice);
      } else if (one.kind === 'added') {
        this.#push(ACTION_ADD, one.isBid, one.tick, one.size, one.slice);
      } else {
        this.#push(ACTION_CANCEL, one.isBid, one.tick, one.size, one.slice);
        // what comes back comes under another name
        if (one.kind === 'moved') this.#renamed.set(one.slice, this.#newName());
      }
    }
  }

  #tellSummed(happened: readonly Happening[]): void {
    let tick = Number.NaN;
    let moved: Extract<Happening, { kind: 'reduced' | 'moved' }> | undefined;
    for (const one of happened) {
      if (one.kind === 'moved') moved = one;
      if (one.kind !== 'executed') continue;
      if (one.isHidden || one.tick !== tick) this.#print(one, sizeAt(happened, one));
      tick = one.isHidden ? Number.NaN : one.tick;
      if (!one.isHidden) this.#push(ACTION_FILL, one.isBid, one.tick, one.size, one.slice);
    }
    for (const one of happened) {
      if (one.kind === 'executed') {
        if (one.isHidden) continue;
        if (one.left === 0) this.#push(ACTION_CANCEL, one.isBid, one.tick, one.size, one.slice);
        else this.#push(ACTION_MODIFY, one.isBid, one.tick, one.left, one.slice);
      } else if (one.kind === 'added') {
        const isChange = moved !== undefined && one.id === moved.id;
        const action = isChange ? ACTION_MODIFY : ACTION_ADD;
        this.#push(action, one.isBid, one.tick, one.size, one.slice);
        if (isChange) moved = undefined;
      } else if (one.kind === 'reduced') {
        if (one.left === 0) this.#push(ACTION_CANCEL, one.isBid, one.tick, one.size, one.slice);
        else this.#push(ACTION_MODIFY, one.isBid, one.tick, one.left, one.slice);
      }
    }
    // a change that was filled whole leaves nothing where it stood
    if (moved !== undefined)
      this.#push(ACTION_CANCEL, moved.isBid, moved.tick, moved.size, moved.slice);
  }

  #print(one: Extract<Happening, { kind: 'executed' }>, size = one.size): void {
    this.#push(ACTION_TRADE, one.isHidden ? undefined : !one.isBid, one.tick, size, 0);
  }

  #push(action: number, isBid: boolean | undefined, tick: number, size: number, slice: number) {
    const offset = this.count * EVENT_WORDS;
    if (offset + EVENT_WORDS > this.words.length) {
      const words = new Int32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    this.count++;
    const price = tick * TICK_NANOS;
    const high = Math.floor(price / WORD);
    const side = isBid === undefined ? SIDE_NONE : isBid ? SIDE_BID : SIDE_ASK;
    this.words.fill(0, offset, offset + EVENT_WORDS);
    this.words[offset + WORD_PRICE_HIGH] = high;
    this.words[offset + WORD_PRICE_LOW] = price - high * WORD;
    this.words[offset + WORD_SIZE] = size;
    this.words[offset + WORD_ORDER_LOW] = this.#renamed.get(slice) ?? slice;
    this.words[offset + WORD_TAGS] = packTags(action, side, 0);
    this.words[offset + WORD_SEQUENCE] = ++this.sequence;
  }

  #newName(): number {
    // above every id and slice that a flow has
    return 0x4000_0000 + ++this.#names;
  }
}

/** What one print at a price sums: the executions there that follow each other. */
function sizeAt(happened: readonly Happening[], first: Extract<Happening, { kind: 'executed' }>) {
  if (first.isHidden) return first.size;
  let sum = 0;
  for (let i = happened.indexOf(first); i < happened.length; i++) {
    const one = happened[i];
    if (one?.kind !== 'executed') continue;
    if (one.isHidden || one.tick !== first.tick) break;
    sum += one.size;
  }
  return sum;
}
