import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GrowingFile } from '../../src/platform/follow-lines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('lines come once, when they are whole, even cut inside a character', async () => {
  const path = join(temporaryFolder(), 'x');
  const file = new GrowingFile(path);
  const bytes = Buffer.from('one\nzwölf\n');
  const reads = [await file.readLines()];
  for (const [from, to] of [
    [0, 7],
    [7, 10],
    [10, 11],
  ] as const) {
    appendFileSync(path, bytes.subarray(from, to));
    reads.push(await file.readLines());
  }
  expect([...reads, await file.readLines()]).toEqual([[], ['one'], [], ['zwölf'], []]);
});

test('a file that was replaced is read from its beginning', async () => {
  const folder = temporaryFolder({ x: 'old\n', new: 'longer than it was\n' });
  const file = new GrowingFile(join(folder, 'x'));
  await file.readLines();
  renameSync(join(folder, 'new'), join(folder, 'x'));
  expect(await file.readLines()).toEqual(['longer than it was']);
});

test('a file that was cut short is read from its beginning', async () => {
  const path = join(temporaryFolder({ x: 'one\ntwo\n' }), 'x');
  const file = new GrowingFile(path);
  await file.readLines();
  truncateSync(path, 0);
  writeFileSync(path, 'a\n');
  expect(await file.readLines()).toEqual(['a']);
});

test('a file that goes and comes back is read again', async () => {
  const path = join(temporaryFolder({ x: 'one\n' }), 'x');
  const file = new GrowingFile(path);
  await file.readLines();
  rmSync(path);
  const gone = await file.readLines();
  writeFileSync(path, 'two and more\n');
  expect([gone, await file.readLines()]).toEqual([[], ['two and more']]);
});
