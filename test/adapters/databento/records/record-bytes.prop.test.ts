import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  decodeRecord,
  encodeRecord,
  RECORD_LAYOUTS,
  showRecord,
} from '../../../../src/adapters/databento/records/dbn-record.ts';

const KINDS = RECORD_LAYOUTS.flatMap((layout) =>
  [...layout.typeNames].map(([rtype, name]) => ({ layout, rtype, name })),
);
const PLACE = { file: 'any', byteOffset: 0, hasTsOut: undefined };

/** Bytes that are often a mark, a letter or nothing, so that texts end and marks are met. */
const byte = fc.oneof(
  fc.constant(0),
  fc.constant(0xff),
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0, max: 255 }),
);
const chunk = fc.oneof(
  fc.array(byte, { minLength: 8, maxLength: 8 }),
  fc.constant([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
  fc.constant([0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff]),
);

describe('of every kind and version', () => {
  test.prop(
    { chunks: fc.array(chunk, { minLength: 66, maxLength: 66 }), hasTsOut: fc.boolean() },
    { numRuns: 150 },
  )('any bytes are read and written back as they were', ({ chunks, hasTsOut }) => {
    for (const { layout, rtype, name } of KINDS) {
      const bytes = Uint8Array.from(chunks.flat().slice(0, layout.bytes + (hasTsOut ? 8 : 0)));
      bytes[0] = bytes.length / 4;
      bytes[1] = rtype;
      const record = decodeRecord(new DataView(bytes.buffer), 0, PLACE);
      if (record === undefined) throw new Error(`${name} is not known`);
      expect([record.type, record.version, record.tsOut !== undefined]).toEqual([
        name,
        layout.version,
        hasTsOut,
      ]);
      expect(encodeRecord(record)).toEqual(bytes);
      // whatever it holds, it can be shown
      expect(() => JSON.stringify(showRecord(record))).not.toThrow();
    }
  });
});
