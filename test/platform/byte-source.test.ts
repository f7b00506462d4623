import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openByteSource } from '../../src/platform/byte-source.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'byte-source-'));
});
afterAll(() => rm(folder, { recursive: true }));

const text = (word: string, times: number) => Buffer.from(word.repeat(times));

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function frame(bytes: Buffer, withSize = true, withChecksum = true): Buffer {
  return zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_contentSizeFlag]: withSize ? 1 : 0,
      [constants.ZSTD_c_checksumFlag]: withChecksum ? 1 : 0,
    },
  });
}

function skippable(content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a53, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

async function readAll(bytes: Buffer, step = 1000) {
  const path = join(folder, 'input');
  await writeFile(path, bytes);
  const source = await openByteSource(path);
  const parts: Buffer[] = [];
  try {
    for (;;) {
      const part = Buffer.alloc(step);
      const filled = await source.read(part);
      parts.push(part.subarray(0, filled));
      if (filled < step) break;
    }
  } finally {
    await source.close();
  }
  return {
    content: sha256(Buffer.concat(parts)),
    compression: source.compression,
    frames: source.frames,
    unread: source.fileBytes - source.fileBytesRead,
  };
}

test('reads an uncompressed file as it is', async () => {
  const content = text('plain ', 5000);
  expect(await readAll(content)).toEqual({
    content: sha256(content),
    compression: 'none',
    frames: 0,
    unread: 0,
  });
});

test('reads every frame of a file, with and without content sizes and checksums, and passes over skippable ones', async () => {
  const parts = [
    text('one ', 40_000),
    text('', 0),
    text('a', 3_000_000),
    text('four', 1),
    text('five ', 9999),
  ];
  const frames = [
    skippable(text('first', 3)),
    frame(parts[0] as Buffer, false),
    frame(parts[1] as Buffer),
    skippable(text('', 0)),
    frame(parts[2] as Buffer, true, false),
    frame(parts[3] as Buffer, false, false),
    frame(parts[4] as Buffer),
    skippable(text('last', 700)),
  ];
  expect(await readAll(Buffer.concat(frames), 65_536)).toEqual({
    content: sha256(Buffer.concat(parts)),
    compression: 'zstd',
    frames: 5,
    unread: 0,
  });
});

test('reads a frame that ends where a read of the file ends', async () => {
  const first = frame(text('x', 10));
  const filler = skippable(Buffer.alloc((1 << 20) - first.length - 8));
  const bytes = Buffer.concat([first, filler, frame(text('y', 10))]);
  expect(await readAll(bytes)).toEqual({
    content: sha256(text('xxxxxxxxxxyyyyyyyyyy', 1)),
    compression: 'zstd',
    frames: 2,
    unread: 0,
  });
});

const incompressible = Buffer.alloc(300_000);
for (let at = 0, state = 1; at < incompressible.length; at++) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  incompressible[at] = state >>> 24;
}

test.for([
  {
    name: 'a cut frame',
    damage: (bytes: Buffer) => bytes.subarray(0, bytes.length - 5),
    says: 'ends inside a zstd frame',
  },
  {
    name: 'a cut header',
    damage: (bytes: Buffer) => bytes.subarray(0, 5),
    says: 'ends inside a zstd frame',
  },
  {
    name: 'a flipped bit',
    damage: (bytes: Buffer) => {
      const copy = Buffer.from(bytes);
      copy[150_000] = (copy[150_000] ?? 0) ^ 1;
      return copy;
    },
    says: /checksum|corrupt/i,
  },
  {
    name: 'rubbish after a frame',
    damage: (bytes: Buffer) => Buffer.concat([bytes, text('rubbish', 1)]),
    says: '0x62627572 is not the beginning of a zstd frame',
  },
])('rejects $name, never hangs and never ends quietly', async ({ damage, says }) => {
  await expect(readAll(damage(frame(incompressible)))).rejects.toThrow(says);
});

test('closes in the middle of a file', async () => {
  const path = join(folder, 'large');
  await writeFile(path, frame(Buffer.alloc(40_000_000)));
  const source = await openByteSource(path);
  await source.read(Buffer.alloc(10));
  await expect(source.close()).resolves.toBeUndefined();
});
