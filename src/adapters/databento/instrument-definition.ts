import { basename } from 'node:path';
import type { InstrumentDefinition } from '../../domain/instrument.ts';
import type { DayNumber } from '../../domain/time.ts';
import type { DefinitionRecord } from './records/definition-layouts.ts';
import { readRecords } from './records/read-records.ts';
import type { IsOurs } from './status-events.ts';

const BILLION = 1_000_000_000n;
const NS_PER_UTC_DAY = 86_400n * BILLION;
const FUTURE = 'F';
const DELETED = 'D';

export interface DefinitionWanted {
  /** The venue's symbol, or what the data were asked for by. */
  readonly symbol: string;
  /** By id, where the symbol may be none of the venue's. */
  readonly isOurs: IsOurs;
  /** Definitions that came after this day are of use only where there is no other. */
  readonly day: DayNumber;
}

/**
 * The definition of an instrument from files of schema definition, or from a file that mixes schemas: the last one that was
 * known on the day, else the first. Of a mixed file the first one counts, so that it need not be read to its end.
 *
 * @throws {FeedError} If a file is damaged before it is found.
 */
export async function findDefinition(
  definitionFiles: readonly string[],
  mixedFiles: readonly string[],
  wanted: DefinitionWanted,
): Promise<InstrumentDefinition | undefined> {
  let first: InstrumentDefinition | undefined;
  let known: InstrumentDefinition | undefined;
  const dayEnd = BigInt(wanted.day + 1) * NS_PER_UTC_DAY;
  for (const path of definitionFiles) {
    for await (const record of definitionsIn(path, wanted)) {
      first ??= toDefinition(record, path);
      if ((record.tsRecv ?? 0n) < dayEnd) known = toDefinition(record, path);
    }
  }
  if (first !== undefined) return known ?? first;
  for (const path of mixedFiles) {
    for await (const record of definitionsIn(path, wanted)) return toDefinition(record, path);
  }
  return undefined;
}

async function* definitionsIn(
  path: string,
  { symbol, isOurs }: DefinitionWanted,
): AsyncGenerator<DefinitionRecord> {
  for await (const record of readRecords(path)) {
    if (record.type !== 'definition' || record.securityUpdateAction === DELETED) continue;
    const day = Number((record.tsRecv ?? 0n) / NS_PER_UTC_DAY);
    if (record.rawSymbol === symbol || isOurs(record.instrumentId | 0, day)) yield record;
  }
}

function toDefinition(record: DefinitionRecord, path: string): InstrumentDefinition {
  const tick = record.minPriceIncrement;
  return {
    origin: basename(path),
    tickNanos: tick !== undefined && tick > 0n ? safeNumber(tick) : undefined,
    multiplier: multiplierOf(record),
  };
}

/**
 * Money per point of a future: the contract's size, `unit_of_measure_qty`. Where the value of a tick is told too, the two
 * have to agree (Databento gives it as the venue does, or times the display factor): prices in cents of a contract counted
 * in bushels would else be off by a hundred. `contract_multiplier` is another thing, see its meaning.
 */
export function multiplierOf(record: DefinitionRecord): number | undefined {
  const { minPriceIncrement: tick, minPriceIncrementAmount: tickValue, displayFactor } = record;
  const size = record.unitOfMeasureQuantity;
  if (record.instrumentClass !== FUTURE || size === undefined || size <= 0n) return undefined;
  if (tickValue !== undefined && tickValue > 0n && tick !== undefined) {
    const byTick = tickValue * BILLION === size * tick;
    const byFactor =
      displayFactor !== undefined && tickValue * BILLION * BILLION === size * tick * displayFactor;
    if (!byTick && !byFactor) return undefined;
  }
  const units = safeNumber(size);
  return units === undefined ? undefined : units / Number(BILLION);
}

function safeNumber(value: bigint): number | undefined {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
