import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { JournalHasher } from '../../src/journal/journal-hasher.ts';
import { createSha256 } from '../../src/platform/sha256.ts';
import { journalEntries } from '../support/journal-entries.ts';

function hashOf(entries: readonly JournalEntry[], run: string): string {
  const hasher = new JournalHasher(createSha256(), run);
  for (const entry of entries) hasher.append(entry);
  return hasher.digest();
}

test('two runs of the same input have the same hash, whatever their ids, times and machines', () => {
  const one = journalEntries('b-20261121-093000', {
    startedAt: '2026-11-21T09:30:00Z',
    environment: { node: '24.1' },
  });
  const other = journalEntries('b-20261122-101500', {
    startedAt: '2026-11-22T10:15:00Z',
    environment: { node: '25.0' },
  });
  expect(hashOf(other, 'b-20261122-101500')).toBe(hashOf(one, 'b-20261121-093000'));
});

test('the order of an object’s keys does not count', () => {
  const [first, ...rest] = journalEntries('r-1', { a: 1, b: 2 });
  const [turned] = journalEntries('r-1', { b: 2, a: 1 });
  expect(hashOf([turned, ...rest] as JournalEntry[], 'r-1')).toBe(
    hashOf([first, ...rest] as JournalEntry[], 'r-1'),
  );
});

test.for([
  [
    'another seed',
    (entries: readonly JournalEntry[]) => [
      ...journalEntries('r-1', { seed: 8 }).slice(0, 1),
      ...entries.slice(1),
    ],
  ],
  [
    'a later entry',
    (entries: readonly JournalEntry[]) => entries.map((entry) => ({ ...entry, ts: entry.ts + 1 })),
  ],
  ['an entry less', (entries: readonly JournalEntry[]) => entries.slice(0, -1)],
  ['entries in another order', (entries: readonly JournalEntry[]) => entries.toReversed()],
] as const)('%s gives another hash', ([, change]) => {
  const entries = journalEntries('r-1');
  expect(hashOf(change(entries), 'r-1')).not.toBe(hashOf(entries, 'r-1'));
});

test('a long journal hashes as the text of its lines', () => {
  const passed: string[] = [];
  const hash = {
    update: (text: string) => void passed.push(text),
    copy: () => hash,
    digest: () => 'done',
  };
  const hasher = new JournalHasher(hash, 'r-1');
  const entries = Array.from({ length: 3000 }, (_, index): JournalEntry => {
    return { sequence: index + 1, ts: index, body: { type: 'run-ended', reason: 'r-1 ended' } };
  });
  for (const entry of entries) hasher.append(entry);
  expect(hasher.digest()).toBe('done');
  expect(passed.join('')).toBe(
    entries
      .map(({ sequence, ts }) => `${sequence} ${ts} {"reason":"<run> ended","type":"run-ended"}\n`)
      .join(''),
  );
});
