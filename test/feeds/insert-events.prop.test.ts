import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  ACTION_ADD,
  ACTION_STATUS,
  EVENT_WORDS,
  type EventBatch,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  packTags,
  SIDE_BID,
  SIDE_NONE,
  WORD_SEQUENCE,
  WORD_SIZE,
  WORD_TAGS,
  WORD_TS_EVENT_LOW,
  WORD_TS_RECV_LOW,
} from '../../src/domain/event.ts';
import { insertEvents } from '../../src/feeds/insert-events.ts';
import type { Feed, FeedDescription } from '../../src/feeds/port.ts';
import { drain } from '../support/event-lines.ts';

interface Step {
  readonly recv: number;
  readonly flags: number;
  readonly sequence: number;
}

function eventOf(action: number, recv: number, flags: number, sequence: number, size: number) {
  const words = new Int32Array(EVENT_WORDS);
  words[WORD_TS_EVENT_LOW] = recv - 1;
  words[WORD_TS_RECV_LOW] = recv;
  words[WORD_TAGS] = packTags(action, action === ACTION_ADD ? SIDE_BID : SIDE_NONE, flags);
  words[WORD_SEQUENCE] = sequence;
  words[WORD_SIZE] = size;
  return words;
}

function batchOf(events: readonly Int32Array[]): EventBatch {
  return { words: Int32Array.from(events.flatMap((event) => [...event])), count: events.length };
}

function feedOf(
  batches: readonly EventBatch[],
  groupEnds: FeedDescription['groupEnds'],
  depth: FeedDescription['depth'],
): Feed {
  const left = [...batches];
  return {
    description: {
      format: 'dbn',
      source: [],
      symbol: 'X',
      dataset: '',
      day: 0,
      groupEnds,
      depth,
      totalBytes: 0,
    },
    counts: { records: 0, bytesRead: 0, skipped: {} },
    next: async () => left.shift(),
    close: async () => {},
  };
}

async function play(
  steps: readonly Step[],
  changes: readonly number[],
  groupEnds: FeedDescription['groupEnds'],
  batchSize: number,
  untilNs?: bigint,
  depth: FeedDescription['depth'] = 'orders',
) {
  const events = steps.map(({ recv, flags, sequence }, index) =>
    eventOf(ACTION_ADD, recv, flags, sequence, index),
  );
  const batches: EventBatch[] = [];
  for (let from = 0; from < events.length; from += batchSize)
    batches.push(batchOf(events.slice(from, from + batchSize)));
  const inserted = batchOf(
    changes.map((recv, index) => eventOf(ACTION_STATUS, recv, FLAG_LAST, 0, index)),
  );
  const { words, count } = await drain(
    insertEvents(feedOf(batches, groupEnds, depth), inserted, untilNs),
  );
  return Array.from({ length: count }, (_, index) => {
    const at = index * EVENT_WORDS;
    const isStatus = (((words[at + WORD_TAGS] ?? 0) >> 16) & 0xff) === ACTION_STATUS;
    return {
      what: isStatus ? 'status' : 'order',
      index: words[at + WORD_SIZE] ?? 0,
      recv: words[at + WORD_TS_RECV_LOW] ?? 0,
      event: words[at + WORD_TS_EVENT_LOW] ?? 0,
      sequence: words[at + WORD_SEQUENCE] ?? 0,
      flags: (words[at + WORD_TAGS] ?? 0) & 0xff,
    };
  });
}

const steps = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 6 }),
      flags: fc.constantFrom(0, 0, FLAG_LAST, FLAG_SNAPSHOT, FLAG_SNAPSHOT | FLAG_LAST),
      isNewSequence: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((parts) => {
    let recv = 100;
    let sequence = 1;
    return parts.map(({ gap, flags, isNewSequence }): Step => {
      recv += gap;
      if (isNewSequence) sequence++;
      return { recv, flags, sequence };
    });
  });
const changes = fc
  .array(fc.integer({ min: 80, max: 260 }), { maxLength: 8 })
  .map((all) => all.sort((a, b) => a - b));
const groupEnds = fc.constantFrom('sequence' as const, 'last-flag' as const);

describe('events put into a feed', () => {
  test.prop({ steps, changes, groupEnds, batchSize: fc.integer({ min: 1, max: 9 }) })(
    'leave it as it was, stand at the earliest border after their time, and cut no group',
    async ({ steps, changes, groupEnds, batchSize }) => {
      const result = await play(steps, changes, groupEnds, batchSize, 10_000n);
      const orders = result.filter(({ what }) => what === 'order');
      expect(orders.map(({ index }) => index)).toEqual(steps.map((_, index) => index));

      const first = steps[0]?.recv ?? 0;
      const early = changes.filter((recv) => recv < first).length;
      const kept = changes.map((_, index) => index).slice(Math.max(0, early - 1));
      const statuses = result.filter(({ what }) => what === 'status');
      expect(statuses.map(({ index }) => index)).toEqual(kept);
      if (early > 0) expect(result[0]).toMatchObject({ what: 'status', recv: first });

      result.forEach((each, at) => {
        if (each.what !== 'status') return;
        const before = result.slice(0, at).findLast(({ what }) => what === 'order');
        const after = result.slice(at).find(({ what }) => what === 'order');
        // the slow rule: all orders up to its time, then up to the group's end
        if (before !== undefined && after !== undefined) {
          const isSnapshot = (before.flags & FLAG_SNAPSHOT) !== 0;
          const isBorder = isSnapshot
            ? (after.flags & FLAG_SNAPSHOT) === 0
            : groupEnds === 'sequence'
              ? before.sequence !== after.sequence
              : (before.flags & FLAG_LAST) !== 0;
          expect(isBorder).toBe(true);
        }
        if (after !== undefined) expect(after.recv).toBeGreaterThan(each.recv - (before ? 0 : 1));
        if (before !== undefined) expect(each.sequence).toBe(before.sequence);
      });
    },
  );

  test.prop({ steps, changes, groupEnds })(
    'stand where they stand however the feed is cut into batches',
    async ({ steps, changes, groupEnds }) => {
      const whole = await play(steps, changes, groupEnds, 1000, 10_000n);
      expect(await play(steps, changes, groupEnds, 1, 10_000n)).toEqual(whole);
      expect(await play(steps, changes, groupEnds, 7, 10_000n)).toEqual(whole);
    },
  );

  test.prop({ steps, changes })(
    'are in no group’s way: each waits for the first border behind its time',
    async ({ steps, changes }) => {
      // every order is a group of its own: nothing has to wait
      const single = steps.map((step) => ({ ...step, flags: FLAG_LAST }));
      const result = await play(single, changes, 'last-flag', 5, 10_000n);
      const times = result.map(({ recv }) => recv);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    },
  );

  test.prop({ steps, changes, batchSize: fc.integer({ min: 1, max: 9 }) })(
    'wait for the flag where levels are told, which are flagged as snapshot inside a group too',
    async ({ steps, changes, batchSize }) => {
      const result = await play(steps, changes, 'last-flag', batchSize, 10_000n, 'levels');
      result.forEach((each, at) => {
        const before = result.slice(0, at).findLast(({ what }) => what === 'order');
        const isLast = result.slice(at).every(({ what }) => what === 'status');
        if (each.what === 'status' && before !== undefined && !isLast)
          expect(before.flags & FLAG_LAST).toBe(FLAG_LAST);
      });
    },
  );

  test.prop({ steps, changes })(
    'are left out behind the feed’s end',
    async ({ steps, changes }) => {
      const last = Math.max(...steps.map(({ recv }) => recv));
      const result = await play(steps, changes, 'sequence', 4, BigInt(last + 10));
      const statuses = result.filter(({ what }) => what === 'status');
      expect(statuses.every(({ recv }) => recv < last + 10)).toBe(true);
      const untold = await play(steps, changes, 'sequence', 4);
      expect(untold.at(-1)?.what).toBe('order');
    },
  );
});
