import { SYMBOL_BYTES, SYMBOL_BYTES_V1 } from './dbn-format.ts';

const BYTES_V1 = 80;

/** The two symbols of a mapping record of any version, what was asked for first; its instrument is the header's. */
export function mappingSymbols(
  words: Int32Array,
  word: number,
  recordBytes: number,
  hasTsOut: boolean,
): readonly string[] {
  const bytes = new Uint8Array(words.buffer, words.byteOffset + word * 4, recordBytes);
  const isV1 = recordBytes - (hasTsOut ? 8 : 0) === BYTES_V1;
  const offsets = isV1 ? [16, 38] : [17, 89];
  const length = isV1 ? SYMBOL_BYTES_V1 : SYMBOL_BYTES;
  const symbols = offsets.map((offset) => {
    const field = bytes.subarray(offset, offset + length);
    const end = field.indexOf(0);
    return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
  });
  // one that was resolved to an id alone has its name in what was asked for
  return symbols.filter((symbol) => symbol !== '' && !/^\d+$/.test(symbol));
}
