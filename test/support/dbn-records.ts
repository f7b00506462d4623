import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type DbnRecord,
  decodeRecord,
  encodeRecord,
} from '../../src/adapters/databento/records/dbn-record.ts';
import type { DefinitionRecord } from '../../src/adapters/databento/records/definition-layouts.ts';
import type { StatusRecord } from '../../src/adapters/databento/records/venue-layouts.ts';
import { DAY_START } from './dbn.builder.ts';

const ACTIONS = { 'pre-open': 1, cross: 4, trading: 7, halt: 8, 'short-sale': 14 } as const;

/** A status record of instrument 7 that says nothing. */
export function status(change: Partial<StatusRecord>): StatusRecord {
  return {
    type: 'status',
    version: 1,
    publisherId: 2,
    instrumentId: 7,
    tsEvent: DAY_START,
    tsRecv: DAY_START,
    action: 0,
    reason: 0,
    tradingEvent: 0,
    isTrading: '~',
    isQuoting: '~',
    isShortSellRestricted: '~',
    ...change,
  };
}

/** Its bytes, received 5 ns after it happened. */
export function statusRecord(
  ts: bigint,
  action: keyof typeof ACTIONS,
  change: Partial<StatusRecord> = {},
): Buffer {
  const record = status({ tsEvent: ts, tsRecv: ts + 5n, action: ACTIONS[action], ...change });
  return Buffer.from(encodeRecord(record));
}

/** A definition of instrument 7, ESZ5: a future with a tick of 0.25 and 50 dollars a point. */
export function definition(change: Partial<DefinitionRecord> = {}): DbnRecord {
  return {
    ...blankDefinition(),
    instrumentId: 7,
    tsEvent: DAY_START,
    tsRecv: DAY_START,
    rawSymbol: 'ESZ5',
    instrumentClass: 'F',
    securityUpdateAction: 'A',
    currency: 'USD',
    minPriceIncrement: 250_000_000n,
    unitOfMeasureQuantity: 50_000_000_000n,
    minPriceIncrementAmount: 12_500_000_000n,
    ...change,
  } as DbnRecord;
}

/** Its bytes. */
export function definitionRecord(change: Partial<DefinitionRecord> = {}): Buffer {
  return Buffer.from(encodeRecord(definition(change)));
}

/** One with nothing but marks in it, from the fixture. */
function blankDefinition(): DbnRecord {
  const path = new URL('../fixtures/databento-dbn/all-kinds.v3.dbn', import.meta.url);
  const bytes = readFileSync(fileURLToPath(path));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const place = { file: 'fixture', byteOffset: 0, hasTsOut: false };
  let last: DbnRecord | undefined;
  for (let at = 8 + view.getUint32(4, true); at < bytes.length; at += (bytes[at] ?? 0) * 4) {
    const record = decodeRecord(view, at, place);
    if (record?.type === 'definition') last = record;
  }
  if (last === undefined) throw new Error('the fixture has definitions');
  return last;
}
