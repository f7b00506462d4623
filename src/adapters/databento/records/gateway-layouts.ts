/**
 * What Databento's live gateway says: errors, heartbeats and other system messages, which id stands for which symbol.
 * databento/dbn 0.54.0, rust/dbn/src/record.rs and v1.rs, 2026-11.
 */
import { SYMBOL_BYTES, SYMBOL_BYTES_V1 } from '../dbn-format.ts';
import { moment, text, u8, upTo } from './field-type.ts';
import { field, type RecordOf, recordLayout } from './record-layout.ts';

const MESSAGE_BYTES_V1 = 64;

const FIELDS = {
  text: field(text(MESSAGE_BYTES_V1), 'err', 'what happened, in words'),
  code: field(upTo(u8), 'code', 'what kind of message'),
  isLast: field(upTo(u8), 'is_last', 'not 0 for the last of errors that are sent together'),
  stypeIn: field(upTo(u8), 'stype_in', 'symbol type of what was asked for'),
  stypeInSymbol: field(text(SYMBOL_BYTES), 'stype_in_symbol', 'what was asked for'),
  stypeOut: field(upTo(u8), 'stype_out', 'symbol type of what it stands for'),
  stypeOutSymbol: field(text(SYMBOL_BYTES), 'stype_out_symbol', 'what it stands for'),
  startTs: field(moment, 'start_ts', 'from when on'),
  endTs: field(moment, 'end_ts', 'until when, exclusive'),
};
const SYSTEM_FIELDS = { ...FIELDS, text: { ...FIELDS.text, vendorName: 'msg' } };

const ERROR_V1 = recordLayout({ error: 0x15 }, 1, 80, FIELDS, { text: 16 });

const ERROR_V2 = recordLayout({ error: 0x15 }, 2, 320, FIELDS, {
  text: [16, text(302)],
  code: 318,
  isLast: 319,
});

const SYSTEM_V1 = recordLayout({ system: 0x17 }, 1, 80, SYSTEM_FIELDS, { text: 16 });

const SYSTEM_V2 = recordLayout({ system: 0x17 }, 2, 320, SYSTEM_FIELDS, {
  text: [16, text(303)],
  code: 319,
});

const MAPPING_V1 = recordLayout({ 'symbol-mapping': 0x16 }, 1, 80, FIELDS, {
  stypeInSymbol: [16, text(SYMBOL_BYTES_V1)],
  stypeOutSymbol: [38, text(SYMBOL_BYTES_V1)],
  startTs: 64,
  endTs: 72,
});

const MAPPING_V2 = recordLayout({ 'symbol-mapping': 0x16 }, 2, 176, FIELDS, {
  stypeIn: 16,
  stypeInSymbol: 17,
  stypeOut: 88,
  stypeOutSymbol: 89,
  startTs: 160,
  endTs: 168,
});

export type GatewayRecord =
  | RecordOf<typeof ERROR_V1>
  | RecordOf<typeof ERROR_V2>
  | RecordOf<typeof SYSTEM_V1>
  | RecordOf<typeof SYSTEM_V2>
  | RecordOf<typeof MAPPING_V1>
  | RecordOf<typeof MAPPING_V2>;

export const GATEWAY_LAYOUTS = [
  ERROR_V1,
  ERROR_V2,
  SYSTEM_V1,
  SYSTEM_V2,
  MAPPING_V1,
  MAPPING_V2,
] as const;
