import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBookmarks, writeBookmarks } from '../../src/app/bookmark-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BOOKMARKS = [
  { name: 'open', ts: 48_600e9, events: 12_345 },
  { name: 'breakout', ts: 50_000e9 + 250e6, events: 99_999 },
];

test('bookmarks are there again, and a folder is made for them', async () => {
  const path = join(temporaryFolder(), 'bookmarks', 'TSLA-2025-10-15.json');
  expect(await readBookmarks(path)).toEqual([]);
  await writeBookmarks(path, BOOKMARKS);
  expect(await readBookmarks(path)).toEqual(BOOKMARKS);
});

test('a file that holds something else is set aside, not written over', async () => {
  const path = join(temporaryFolder(), 'TSLA-2025-10-15.json');
  writeFileSync(path, '[{"name": "open"}]');
  expect(await readBookmarks(path)).toEqual([]);
  await writeBookmarks(path, BOOKMARKS);
  expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('[{"name": "open"}]');
});
