import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { createAtomicFile } from '../platform/atomic-file.ts';
import { readJsonFile } from '../platform/json-file.ts';
import { sha256OfFile } from '../platform/sha256.ts';

/** Files whose digests are kept; the one read the longest ago is forgotten first. */
const MOST_FILES = 500;

const schema = z.record(
  z.string(),
  z.strictObject({
    bytes: z.number(),
    modifiedMs: z.number(),
    changedMs: z.number(),
    inode: z.number(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
);

/**
 * SHA-256 of a file's bytes, 64 hex digits: out of `cacheFolder` where the file was read before and has not changed since,
 * which is seen by its size, its inode, and the times that a write to it or to its inode leaves. To read a day's file takes
 * longer than to play it. A cache that cannot be read or written costs only that time.
 *
 * Rejects as reading the file does.
 */
export async function digestOfFile(path: string, cacheFolder: string): Promise<string> {
  const name = resolve(path);
  const { size: bytes, mtimeMs: modifiedMs, ctimeMs: changedMs, ino: inode } = await stat(name);
  const cachePath = join(cacheFolder, 'digests.json');
  const known = readKnown(cachePath)[name];
  if (
    known?.bytes === bytes &&
    known.modifiedMs === modifiedMs &&
    known.changedMs === changedMs &&
    known.inode === inode
  )
    return known.sha256;
  const sha256 = await sha256OfFile(name);
  // another run may have written meanwhile: what it found is kept
  const { [name]: _, ...others } = readKnown(cachePath);
  const kept = Object.entries(others).slice(-(MOST_FILES - 1));
  const entry = { bytes, modifiedMs, changedMs, inode, sha256 };
  await write(cachePath, Object.fromEntries([...kept, [name, entry]])).catch(() => undefined);
  return sha256;
}

function readKnown(cachePath: string): z.infer<typeof schema> {
  const read = readJsonFile(cachePath);
  const parsed = 'json' in read ? schema.safeParse(read.json) : undefined;
  return parsed?.data ?? {};
}

async function write(cachePath: string, known: z.infer<typeof schema>): Promise<void> {
  await mkdir(dirname(cachePath), { recursive: true });
  const file = await createAtomicFile(cachePath);
  try {
    await file.write(new TextEncoder().encode(`${JSON.stringify(known)}\n`));
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
