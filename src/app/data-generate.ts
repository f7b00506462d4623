import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDbnWriter } from '../adapters/databento/dbn-writer.ts';
import { statusFileOf, withStatusFile } from '../adapters/databento/status-writer.ts';
import type { TradingCalendar } from '../domain/calendar.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { Random } from '../domain/random.ts';
import { type DayNumber, formatDay, NS_PER_HOUR } from '../domain/time.ts';
import { fromZoneClock } from '../domain/zone.ts';
import { createAtomicFile } from '../platform/atomic-file.ts';
import { sha256Of } from '../platform/sha256.ts';
import { DEMO_SESSION } from '../simulation/generated/demo-session.ts';
import {
  GENERATED_DATASET,
  GENERATED_INSTRUMENT_ID,
  GENERATOR_VERSION,
  GeneratedMarket,
  type GeneratedMarketOptions,
} from '../simulation/generated/generated-market.ts';
import { profileOf, TYPICAL_PROFILE } from '../simulation/generated/market-profile.ts';
import { layPlants, type PlantKind } from '../simulation/generated/plant.ts';
import { digestOfFile } from './known-digests.ts';
import { toPlantedTruth } from './planted-truth.ts';

/** What `data generate` was asked for. */
export interface GenerateDataOptions {
  /** Path of the DBN file; compressed where it ends in `.zst`. */
  readonly out: string;
  /** Records in all; the profile's own by default. */
  readonly events?: number;
  /** The trading day. */
  readonly session: DayNumber;
  readonly symbol?: string;
  readonly seed?: number;
  /** What kind of stock; the TSLA-like one by default. */
  readonly profile?: string;
  /** Events to plant, by kind, and the file for what became of them. */
  readonly plant?: readonly (readonly [PlantKind, number])[];
  readonly truth?: string;
  /** That of US stocks: it knows the day's open and close. */
  readonly calendar: TradingCalendar;
  readonly onProgress?: (progress: { readonly written: number; readonly events: number }) => void;
}

const BATCH_RECORDS = 1 << 15;

/**
 * Writes a whole made-up trading day from 04:00 New York time to the close. Same options, same events; the compressed
 * bytes are the same with the same Node version.
 *
 * @throws {RangeError} If there is no session that day, no such profile, no room for the events to plant, or `events` is
 * not a whole number above 0.
 */
export async function generateData(options: GenerateDataOptions): Promise<void> {
  const day = generatedDay(options);
  const market = await writeMarket(options.out, day, options.onProgress);
  if (options.truth === undefined) return;
  const truth = market.planted.map((event) => toPlantedTruth(event, day.day, day.tickNanos));
  const file = await createAtomicFile(options.truth);
  await file.write(new TextEncoder().encode(`${JSON.stringify(truth, null, 2)}\n`));
  await file.commit();
}

/** The options of a whole made-up trading day, from 04:00 New York time to the close. */
export function generatedDay(
  options: Omit<GenerateDataOptions, 'out' | 'onProgress' | 'events' | 'profile' | 'truth'> & {
    readonly events?: number | undefined;
    readonly profile?: string | undefined;
  },
): GeneratedMarketOptions {
  const { session, calendar, symbol = 'TSLA', seed = 7 } = options;
  const profile = profileOf(options.profile ?? TYPICAL_PROFILE.name);
  const { events = profile.events } = options;
  if (!Number.isSafeInteger(events) || events < 1) {
    throw new RangeError(`events is ${events}; a whole number above 0 is needed`);
  }
  const hours = calendar.dayOn(session, session).session;
  if (hours === null) throw new RangeError(`${formatDay(session)} has no session`);
  const { plant } = options;
  return {
    ...(plant === undefined
      ? {}
      : { plants: layPlants(plant, hours.open, hours.close, new Random(seed)) }),
    symbol,
    day: session,
    begin: fromZoneClock(calendar.zone, session, 4 * NS_PER_HOUR, session),
    sessionOpen: hours.open,
    sessionClose: hours.close,
    startPriceNanos: profile.startPriceNanos,
    tickNanos: profile.tickNanos,
    profile,
    seed,
    events,
  };
}

/**
 * The path of the demo session in `cacheDir`: made on first use, and again where the file is not what was written.
 */
export async function ensureDemoSession(cacheDir: string): Promise<string> {
  const parameters = sha256Of(canonicalJson(DEMO_SESSION)).slice(0, 12);
  const path = join(cacheDir, `demo-v${GENERATOR_VERSION}-${parameters}.dbn.zst`);
  const digestPath = `${path}.sha256`;
  const [found, expected] = await Promise.all([
    ifThere(digestOfFile(path, cacheDir)),
    ifThere(readFile(digestPath, 'utf8')),
  ]);
  if (found !== undefined && found === expected) return path;
  await mkdir(cacheDir, { recursive: true });
  await writeMarket(path, DEMO_SESSION);
  const digest = await digestOfFile(path, cacheDir);
  const file = await createAtomicFile(digestPath);
  await file.write(new TextEncoder().encode(digest));
  await file.commit();
  return path;
}

async function writeMarket(
  path: string,
  options: GeneratedMarketOptions,
  onProgress?: GenerateDataOptions['onProgress'],
): Promise<GeneratedMarket> {
  const market = new GeneratedMarket(options);
  const header = {
    dataset: GENERATED_DATASET,
    symbol: options.symbol,
    instrumentId: GENERATED_INSTRUMENT_ID,
    day: options.day,
  };
  const hasHalts = options.plants?.some(({ kind }) => kind === 'halt') ?? false;
  const statusPath = hasHalts ? statusFileOf(path) : undefined;
  if (hasHalts && statusPath === undefined)
    throw new RangeError(
      'a planted halt goes into a status file beside the events: name them NAME.mbo.dbn',
    );
  const events = await openDbnWriter(path, header);
  const writer =
    statusPath === undefined ? events : await withStatusFile(events, statusPath, header);
  try {
    let written = 0;
    for (let batch = market.next(BATCH_RECORDS); batch; batch = market.next(BATCH_RECORDS)) {
      await writer.write(batch);
      written += batch.count;
      onProgress?.({ written, events: options.events });
    }
  } catch (error) {
    await writer.abort();
    throw error;
  }
  await writer.close();
  return market;
}

/** What `read` gives, or `undefined` where there is no such file. */
async function ifThere(read: Promise<string>): Promise<string | undefined> {
  try {
    return await read;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
