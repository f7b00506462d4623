import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { createAtomicFile } from '../platform/atomic-file.ts';
import { readJsonFile } from '../platform/json-file.ts';
import type { Bookmark } from '../tui/store/state.ts';

const Bookmarks = z.array(
  z.strictObject({ name: z.string().min(1), ts: z.number(), events: z.int().nonnegative() }),
);

/** The bookmarks that were kept of a market; none where there are none. A file that is none of ours is set aside, not lost. */
export async function readBookmarks(path: string): Promise<readonly Bookmark[]> {
  const file = readJsonFile(path);
  if ('problem' in file && file.problem === 'no such file') return [];
  const parsed = Bookmarks.safeParse('json' in file ? file.json : undefined);
  if (parsed.success) return parsed.data;
  // where that cannot be done the next bookmark says that it is not kept
  await rename(path, `${path}.damaged`).catch(() => undefined);
  return [];
}

/** Keeps the bookmarks of a market, in the place of those kept before. */
export async function writeBookmarks(path: string, bookmarks: readonly Bookmark[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await createAtomicFile(path);
  await file.write(new TextEncoder().encode(`${JSON.stringify(bookmarks, null, 2)}\n`));
  await file.commit();
}
