import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { createBookCore } from '../../../src/app/book-core.ts';
import {
  COMPACT_KIND,
  COMPACT_TAGS,
  COMPACT_WHOLE,
  COMPACT_WORDS,
} from '../../../src/domain/compact-layout.ts';
import {
  eventTimeOf,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  WORD_SEQUENCE,
  WORD_TAGS,
} from '../../../src/domain/event.ts';
import { SETTLE_NEVER } from '../../../src/market/book/layout.ts';
import { OrderBook } from '../../../src/market/book/order-book.ts';
import { batchOf, bookStep, CENT, FOREVER, factsOf, takeOne } from '../../support/book-streams.ts';
import { compactBlocks } from '../../support/compact-blocks.ts';

/** Plays a compiled day's blocks as the engine does, as far as the book goes. Returns how many the core took. */
function playCompact(
  book: OrderBook,
  blocks: ReturnType<typeof compactBlocks>,
  bySequence: boolean,
): number {
  const { stream, compact: reader } = book;
  let taken = 0;
  for (const block of blocks) {
    const { compact } = block;
    if (compact === undefined) throw new Error('not a block of a compiled day');
    reader.open(compact, 0);
    for (let i = 0; i < block.count; i++) {
      const next = stream.run(block, i, FOREVER, FOREVER);
      taken += next - i;
      i = next;
      if (i >= block.count) break;
      const words = reader.expand(compact, i);
      const elapsed = reader.elapsed(compact, i);
      const ts = elapsed === undefined ? eventTimeOf(words, 0, 0, 0) : stream.now + elapsed;
      const sequence = words[WORD_SEQUENCE] ?? 0;
      const flags = (words[WORD_TAGS] ?? 0) & 0xff;
      if (bySequence && sequence !== stream.sequence) stream.isGroupOpen = false;
      if (ts > stream.now) stream.reach(ts);
      book.apply(words, 0, stream.now);
      if ((flags & FLAG_SNAPSHOT) === 0)
        stream.isGroupOpen = bySequence || (flags & FLAG_LAST) === 0;
      else if ((flags & FLAG_LAST) !== 0) stream.isGroupOpen = false;
      stream.sequence = sequence;
      reader.pass(compact, i);
    }
  }
  return taken;
}

property.prop(
  [
    fc.array(bookStep, { minLength: 1, maxLength: 260 }),
    fc.boolean(),
    fc.boolean(),
    fc.integer({ min: 1, max: 60 }),
  ],
  { numRuns: 200 },
)('a compiled day makes the same book as its events do', (steps, bySequence, hasCore, most) => {
  const batch = batchOf(steps);
  const plain = new OrderBook(CENT);
  plain.stream.begin(bySequence, 0, 0);
  for (let i = 0; i < batch.count; i++) takeOne(plain, batch, i, bySequence);

  const blocks = compactBlocks(batch, CENT, [0, 0], most);
  const compiled = new OrderBook(CENT, 10, hasCore ? createBookCore() : undefined);
  compiled.stream.begin(bySequence, 0, 0);
  compiled.stream.settleOn(SETTLE_NEVER, true);
  playCompact(compiled, blocks, bySequence);
  expect(factsOf(compiled)).toEqual(factsOf(plain));
});

property.prop([fc.array(bookStep, { minLength: 50, maxLength: 200 })], { numRuns: 50 })(
  'plain adds and cancels are short',
  (steps) => {
    const plain = steps.map((step) => ({ ...step, flags: FLAG_LAST }));
    const blocks = compactBlocks(batchOf(plain), CENT, [0, 0], 16_384);
    const { events } = blocks[0]?.compact ?? { events: new Int32Array(0) };
    let short = 0;
    for (let at = 0; at < events.length; at += COMPACT_WORDS)
      if (((events[at + COMPACT_TAGS] ?? 0) & COMPACT_KIND) !== COMPACT_WHOLE) short++;
    expect(short).toBeGreaterThan(0);
  },
);
