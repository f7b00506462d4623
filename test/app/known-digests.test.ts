import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOfFile } from '../../src/app/known-digests.ts';
import { sha256Of } from '../../src/platform/sha256.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Rig {
  readonly folder: string;
  readonly file: string;
  readonly cache: string;
}

function rig(): Rig {
  const folder = temporaryFolder({ 'day.dbn': 'one day' });
  return { folder, file: join(folder, 'day.dbn'), cache: join(folder, 'cache') };
}

/** What the cache knows, changed so that a reading of the file can be told from it. */
function plant({ file, cache }: Rig, sha256: string): void {
  const path = join(cache, 'digests.json');
  const known = JSON.parse(readFileSync(path, 'utf8')) as Record<string, { sha256: string }>;
  const entry = known[file];
  if (entry === undefined) throw new Error('nothing is known of the file');
  entry.sha256 = sha256;
  writeFileSync(path, JSON.stringify(known));
}

test('a file is read once as long as it stays the same', async () => {
  const made = rig();
  const { file, cache } = made;
  expect(await digestOfFile(file, cache)).toBe(sha256Of('one day'));
  const planted = 'a'.repeat(64);
  plant(made, planted);
  expect(await digestOfFile(file, cache)).toBe(planted);
});

test('a file written anew is read again, its size and time being the same too', async () => {
  const { file, cache } = rig();
  await digestOfFile(file, cache);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, 'two day');
  utimesSync(file, atime, mtime);
  expect(await digestOfFile(file, cache)).toBe(sha256Of('two day'));
});

test('digests of several files are kept beside each other', async () => {
  const made = rig();
  const { folder, file, cache } = made;
  const other = join(folder, 'other.dbn');
  writeFileSync(other, 'another');
  await digestOfFile(file, cache);
  await digestOfFile(other, cache);
  plant(made, 'b'.repeat(64));
  expect(await digestOfFile(file, cache)).toBe('b'.repeat(64));
});

test('a damaged cache and one that cannot be written cost only the time', async () => {
  const { file, cache } = rig();
  mkdirSync(cache);
  writeFileSync(join(cache, 'digests.json'), '{"half');
  expect(await digestOfFile(file, cache)).toBe(sha256Of('one day'));
  expect(await digestOfFile(file, join(file, 'no folder'))).toBe(sha256Of('one day'));
});

test('a file that is not there rejects as reading does', async () => {
  const { folder, cache } = rig();
  await expect(digestOfFile(join(folder, 'none'), cache)).rejects.toMatchObject({ code: 'ENOENT' });
});
