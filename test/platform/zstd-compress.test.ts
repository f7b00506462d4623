import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ByteSink } from '../../src/platform/atomic-file.ts';
import { compressTo } from '../../src/platform/zstd-compress.ts';

const MEGABYTE = 1 << 20;

/** Keeps what it gets, until it has room for no more. */
function memory(room: number): ByteSink & { readonly parts: Buffer[]; ended: string } {
  const sink = {
    parts: [] as Buffer[],
    ended: '',
    async write(bytes: Uint8Array) {
      if (sink.parts.length >= room) throw new Error('no space left on device');
      sink.parts.push(Buffer.from(bytes));
    },
    async commit() {
      sink.ended = 'committed';
    },
    async discard() {
      sink.ended = 'discarded';
    },
  };
  return sink;
}

function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

test('commits the target when all is compressed', async () => {
  const target = memory(1000);
  const sink = compressTo(target);
  await sink.write(noise(3 * MEGABYTE));
  await sink.write(noise(10));
  await sink.commit();
  const expected = Buffer.concat([noise(3 * MEGABYTE), noise(10)]);
  expect([target.ended, zstdDecompressSync(Buffer.concat(target.parts)).equals(expected)]).toEqual([
    'committed',
    true,
  ]);
});

test("tells the target's own failure, and can be discarded after it", async () => {
  const target = memory(1);
  const sink = compressTo(target);
  const writing = async () => {
    for (let round = 0; round < 20; round++) await sink.write(noise(MEGABYTE));
    await sink.commit();
  };
  await expect(writing()).rejects.toThrow('no space left on device');
  await sink.discard();
  expect(target.ended).toBe('discarded');
});
