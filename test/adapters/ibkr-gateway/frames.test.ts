import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader } from '../../../src/adapters/ibkr-gateway/frames.ts';

const GREETING = Buffer.from([...Buffer.from('API\0'), 0, 0, 0, 9, ...Buffer.from('v100..193')]);

function read(chunks: readonly Buffer[]): { versions: string[]; messages: (readonly string[])[] } {
  const versions: string[] = [];
  const messages: (readonly string[])[] = [];
  const reader = new FrameReader(
    (text) => versions.push(text),
    (fields) => messages.push(fields),
  );
  for (const chunk of chunks) reader.push(chunk);
  return { versions, messages };
}

describe('frames of the wire protocol', () => {
  property.prop([
    fc.array(
      fc.array(
        fc.string({ unit: 'grapheme' }).map((it) => it.replaceAll('\0', '')),
        { minLength: 1 },
      ),
    ),
    fc.array(fc.nat(40)),
  ])('are read as they were written, however the bytes arrive', (messages, cuts) => {
    const bytes = Buffer.concat([GREETING, ...messages.map(encodeFrame)]);
    const chunks: Buffer[] = [];
    let at = 0;
    for (const cut of cuts) {
      chunks.push(bytes.subarray(at, at + cut));
      at = Math.min(bytes.length, at + cut);
    }
    chunks.push(bytes.subarray(at));
    expect(read(chunks)).toEqual({ versions: ['v100..193'], messages });
  });

  test('a boolean is 1 or 0, and what is not set an empty field', () => {
    expect(encodeFrame([3, true, false, undefined, 'x']).toString()).toBe(
      '\0\0\0\x093\x001\x000\x00\0x\0',
    );
  });

  test('what is no client is refused by its first byte, and by a length that no message has', () => {
    expect(() => read([Buffer.from('GET / HTTP/1.1')])).toThrow('no client');
    expect(() => read([GREETING, Buffer.from([0x7f, 0, 0, 0])])).toThrow('bytes');
  });
});
