import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addToHistory,
  historyPath,
  knownHistory,
  readHistory,
  type StoredSession,
} from '../../../src/app/history/history-store.ts';
import { dayOf } from '../../../src/domain/time.ts';
import { FeedError } from '../../../src/feeds/port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY = dayOf(2025, 10, 15);

function session(date: number, volume = 100, dataset = 'XNAS.ITCH'): StoredSession {
  return {
    date,
    dataset,
    cumulative: [volume, 2 * volume],
    from: 'events',
    files: [{ name: 'a.dbn', sha256: 'f'.repeat(64) }],
  };
}

test('what was added is read back by date, and a date’s later reading replaces the earlier', async () => {
  const folder = temporaryFolder();
  expect(readHistory(folder, 'BRK.A')).toEqual([]);
  await addToHistory(folder, 'BRK.A', [session(DAY), session(DAY - 2)]);
  await addToHistory(folder, 'BRK.A', [session(DAY, 7), session(DAY, 8, 'LOBSTER')]);
  expect(readHistory(folder, 'BRK.A')).toEqual([
    session(DAY - 2),
    session(DAY, 8, 'LOBSTER'),
    session(DAY, 7),
  ]);
  expect(readHistory(folder, 'BRK.B')).toEqual([]);
});

test.for([
  ['a changed volume', (text: string) => text.replace('[100,200]', '[100,201]')],
  ['another format', (text: string) => text.replace('history 1', 'history 2')],
  ['half a file', (text: string) => text.slice(0, 90)],
  ['no object', () => '[]'],
] as const)('%s is refused with what to do', async ([, damage]) => {
  const folder = temporaryFolder();
  await addToHistory(folder, 'TSLA', [session(DAY)]);
  const path = historyPath(folder, 'TSLA');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, damage(text));
  expect(() => readHistory(folder, 'TSLA')).toThrow(FeedError);
  expect(() => readHistory(folder, 'TSLA')).toThrow(/data history FILE/);
});

test('a run knows the latest sessions of its own dataset before its own day, and names them by their hash', () => {
  const stored = [
    session(DAY - 3, 1),
    session(DAY - 2, 2),
    session(DAY - 1, 3),
    session(DAY - 1, 4, 'LOBSTER'),
    session(DAY, 5),
    session(DAY + 1, 6),
  ];
  const known = knownHistory(stored, 'XNAS.ITCH', DAY, 2);
  expect(known.sessions.map(({ cumulative }) => cumulative[0])).toEqual([2, 3]);
  expect(known.header).toEqual({
    sessions: 2,
    first: '2025-10-13',
    last: '2025-10-14',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(knownHistory(stored, 'GLBX.MDP3', DAY, 2)).toEqual({ sessions: [], header: null });
});

test('no session of the run’s day or later ever changes what it knows', () => {
  const sessions = fc.array(
    fc.record({
      offset: fc.integer({ min: -40, max: 40 }),
      volume: fc.integer({ min: 1, max: 1000 }),
      dataset: fc.constantFrom('XNAS.ITCH', 'LOBSTER'),
    }),
  );
  fc.assert(
    fc.property(sessions, fc.integer({ min: 1, max: 30 }), (made, most) => {
      const all = made.map(({ offset, volume, dataset }) => session(DAY + offset, volume, dataset));
      const past = all.filter(({ date }) => date < DAY);
      expect(knownHistory(all, 'XNAS.ITCH', DAY, most)).toEqual(
        knownHistory(past, 'XNAS.ITCH', DAY, most),
      );
    }),
  );
});
