import { EVENT_WORDS, type EventBatch } from '../../src/domain/event.ts';
import { CompactWriter } from '../../src/market/book/compact-writer.ts';

/** Events as the blocks of a compiled day, of at most `most` events each. */
export function compactBlocks(
  { words, count }: EventBatch,
  tickNanos: number,
  day: readonly [low: number, high: number],
  most: number,
): EventBatch[] {
  const writer = new CompactWriter(tickNanos, day);
  const blocks: EventBatch[] = [];
  const take = (): void => {
    const taken = writer.count;
    const { events, ids, sequences, wholes } = writer.take();
    const compact = {
      events: events.slice(),
      ids: ids.slice(),
      sequences: sequences.slice(),
      wholes: wholes.slice(),
      slots: 0,
    };
    blocks.push({ words: new Int32Array(0), count: taken, compact });
  };
  for (let i = 0; i < count; i++) {
    if (writer.count >= most || writer.isFull) take();
    writer.push(words, i * EVENT_WORDS);
  }
  if (writer.count > 0) take();
  return blocks.map((block) => ({
    ...block,
    ...(block.compact === undefined ? {} : { compact: { ...block.compact, slots: writer.slots } }),
  }));
}
