import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { JournalHasher } from '../../src/journal/journal-hasher.ts';
import { RewindableJournal, standingEntries } from '../../src/journal/rewindable-journal.ts';
import { createSha256 } from '../../src/platform/sha256.ts';

function hashOf(entries: readonly JournalEntry[]): string {
  const hasher = new JournalHasher(createSha256(), 'r');
  for (const entry of entries) hasher.append(entry);
  return hasher.digest();
}

function entryOf(sequence: number, reason: string): JournalEntry {
  return { sequence, ts: sequence * 10, body: { type: 'halt-reset', reason } };
}

function journalOf() {
  const stored: JournalEntry[] = [];
  const hasher = new JournalHasher(createSha256(), 'r');
  const journal = new RewindableJournal({ append: (entry) => stored.push(entry) }, hasher);
  return { stored, hasher, journal };
}

/** Some entries of one of two ways, and then back to one of the places that were marked. */
const legs = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 12 }),
    way: fc.constantFrom('a', 'a', 'a', 'b'),
    back: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 8 },
);

property.prop([legs])(
  'whatever ways a run went, what stands of its store is the run as it was in the end, and so is its hash',
  (steps) => {
    const { stored, hasher, journal } = journalOf();
    let now: JournalEntry[] = [];
    let written: JournalEntry[] = [];
    let marks: number[] = [];
    let departures = 0;
    journal.mark();
    marks.push(0);
    for (const { count, way, back } of steps) {
      const place = marks[Math.floor(back * (marks.length - 1))] ?? 0;
      journal.goTo(place);
      now = written.slice(0, place);
      for (let k = 0; k < count; k++) {
        const entry = entryOf(now.length + 1, way);
        const old = written[now.length];
        journal.append(entry, true);
        now.push(entry);
        const isSame = old !== undefined && JSON.stringify(old) === JSON.stringify(entry);
        expect(journal.isRepeating).toBe(isSame);
        if (isSame) continue;
        if (old !== undefined) departures++;
        written = now.slice();
        marks = marks.filter((mark) => mark < now.length);
        if (now.length % 3 === 0) {
          journal.mark();
          marks.push(now.length);
        }
      }
    }
    expect(stored.map(({ sequence }) => sequence)).toEqual(stored.map((_, index) => index + 1));
    expect(stored.filter(({ body }) => body.type === 'rewound')).toHaveLength(departures);
    // a run that went back and did not come to where it was leaves what it had written
    expect(standingEntries(stored)).toEqual(written);
    expect(hasher.digest()).toBe(hashOf(now));
  },
);

test('a run that only repeats itself writes nothing twice', () => {
  const { stored, hasher, journal } = journalOf();
  const entries = [1, 2, 3, 4, 5].map((sequence) => entryOf(sequence, 'a'));
  for (const entry of entries.slice(0, 2)) journal.append(entry, false);
  journal.mark();
  for (const entry of entries.slice(2, 4)) journal.append(entry, false);
  journal.goTo(2);
  for (const entry of entries.slice(2)) journal.append(entry, false);
  expect(stored).toEqual(entries);
  expect(hasher.digest()).toBe(hashOf(entries));
});

test('what takes another way is told once, durable where its entry is', () => {
  const calls: [string, number, boolean][] = [];
  const journal = new RewindableJournal(
    { append: ({ body, sequence }, durable) => calls.push([body.type, sequence, durable]) },
    new JournalHasher(createSha256(), 'r'),
  );
  journal.mark();
  journal.append(entryOf(1, 'a'), false);
  journal.append(entryOf(2, 'a'), false);
  journal.goTo(0);
  journal.append(entryOf(1, 'a'), false);
  journal.append(entryOf(2, 'b'), true);
  expect(calls).toEqual([
    ['halt-reset', 1, false],
    ['halt-reset', 2, false],
    ['rewound', 3, true],
    ['halt-reset', 4, true],
  ]);
});

test('only marked places of the way that stands are gone to, and nothing is left out', () => {
  const { journal } = journalOf();
  journal.mark();
  journal.append(entryOf(1, 'a'), false);
  journal.mark();
  expect(() => journal.append(entryOf(3, 'a'), false)).toThrow('journal entry 3 does not follow 1');
  journal.goTo(0);
  journal.append(entryOf(1, 'b'), false);
  journal.append(entryOf(2, 'b'), false);
  expect(() => journal.goTo(1)).toThrow('place 1 of the journal was not marked');
});
