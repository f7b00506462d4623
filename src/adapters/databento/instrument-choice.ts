import { type DayNumber, parseDay } from '../../domain/time.ts';
import { FeedError } from '../../feeds/port.ts';
import { STYPE_INSTRUMENT_ID } from './dbn-format.ts';
import type { DbnMetadata } from './dbn-metadata.ts';

/** Which instrument of a file is wanted; neither where the file has one only. */
export interface InstrumentAsked {
  readonly symbol?: string | undefined;
  readonly instrumentId?: number | undefined;
}

/** An id that a symbol has from a day on, to before another. Databento gives equities new ids every day. */
interface IdInterval {
  readonly id: number;
  readonly fromDay: DayNumber;
  readonly toDay: DayNumber;
}

const SHOWN_SYMBOLS = 20;

/** Symbols with their ids, as the metadata lists them. */
export function listedInstruments(metadata: DbnMetadata | undefined): Map<string, IdInterval[]> {
  const listed = new Map<string, IdInterval[]>();
  for (const { rawSymbol, intervals } of metadata?.mappings ?? []) {
    for (const { symbol, startDate, endDate } of intervals) {
      const isById = metadata?.stypeIn === STYPE_INSTRUMENT_ID;
      const [name, idText] = isById ? [symbol, rawSymbol] : [rawSymbol, symbol];
      // an empty symbol is one that was not resolved
      if (!/^\d+$/.test(idText) || name === '') continue;
      const interval = {
        id: Number(idText) | 0,
        fromDay: parseDay(String(startDate)) ?? Number.NEGATIVE_INFINITY,
        toDay: parseDay(String(endDate)) ?? Number.POSITIVE_INFINITY,
      };
      listed.set(name, [...(listed.get(name) ?? []), interval]);
    }
  }
  return listed;
}

/** Decides record by record whose they are, when a file may hold several instruments. Ids are signed 32-bit words. */
export class InstrumentChoice {
  /** The symbol that was chosen, or the id as text; `undefined` while the file hasn't told it. */
  symbol: string | undefined;
  /** An id that is surely wanted all over the file, for the fast path; `undefined` where each record must be asked about. */
  onlyId: number | undefined;

  readonly #file: string;
  readonly #asked: InstrumentAsked;
  #intervals: readonly IdInterval[] | undefined;
  /** Of files whose metadata lists nothing: names that mapping records told, by id. */
  readonly #names = new Map<number, readonly string[]>();

  /** @throws {FeedError} If the metadata lists several symbols and none was asked for, or not the one asked for. */
  constructor(file: string, asked: InstrumentAsked, metadata: DbnMetadata | undefined) {
    this.#file = file;
    this.#asked = asked;
    this.symbol = asked.symbol;
    const listed = listedInstruments(metadata);
    if (asked.instrumentId !== undefined) {
      this.onlyId = asked.instrumentId | 0;
      this.symbol ??= nameOf(listed, this.onlyId) ?? String(asked.instrumentId);
    } else if (listed.size > 0) {
      this.#choose(listed);
    }
  }

  /** True while only the records can tell which instrument it is. */
  get isOpen(): boolean {
    return this.onlyId === undefined && this.#intervals === undefined;
  }

  /** Notes what a mapping record says: `names` are what was asked for and what it resolved to. */
  onMapping(id: number, names: readonly string[]): void {
    this.#names.set(id, names);
  }

  /**
   * True when the record is the wanted instrument's.
   *
   * @param day UTC day of the record.
   * @throws {FeedError} If nothing was asked for, nothing is listed, and this is a second instrument.
   */
  accepts(id: number, day: DayNumber): boolean {
    if (this.isChosen(id, day)) return true;
    const { symbol, instrumentId } = this.#asked;
    if (this.#intervals !== undefined || symbol !== undefined || instrumentId !== undefined)
      return false;
    // nothing was asked for and nothing is listed: the first record decides
    if (this.onlyId !== undefined)
      throw this.#several([this.#nameOfRecord(this.onlyId), this.#nameOfRecord(id)]);
    this.onlyId = id;
    this.symbol = this.#nameOfRecord(id);
    return true;
  }

  /** As `accepts`, of records that choose nothing: false while no instrument is chosen. */
  isChosen(id: number, day: DayNumber): boolean {
    if (id === this.onlyId) return true;
    if (this.#intervals !== undefined) {
      return this.#intervals.some(
        (interval) => interval.id === id && day >= interval.fromDay && day < interval.toDay,
      );
    }
    const { symbol, instrumentId } = this.#asked;
    if (instrumentId !== undefined || symbol === undefined) return false;
    return (this.#names.get(id) ?? []).includes(symbol);
  }

  #choose(listed: ReadonlyMap<string, readonly IdInterval[]>): void {
    const names = [...listed.keys()];
    const wanted = this.#asked.symbol;
    const name =
      wanted === undefined
        ? names[0]
        : names.find((each) => each.toUpperCase() === wanted.toUpperCase());
    if (wanted === undefined && names.length > 1) throw this.#several(names);
    if (name === undefined) {
      throw new FeedError(
        this.#file,
        undefined,
        `holds ${shown(names)} and not ${wanted}; choose with --symbol`,
      );
    }
    const intervals = listed.get(name) ?? [];
    const ids = new Set(intervals.map((interval) => interval.id));
    const [first] = ids;
    this.symbol = name;
    // where no other symbol is in the file, dates need not be looked at
    if (ids.size === 1 && names.length === 1) this.onlyId = first;
    this.#intervals =
      names.length === 1
        ? intervals.map(({ id }) => ({
            id,
            fromDay: Number.NEGATIVE_INFINITY,
            toDay: Number.POSITIVE_INFINITY,
          }))
        : intervals;
  }

  #nameOfRecord(id: number): string {
    return this.#names.get(id)?.at(-1) ?? String(id >>> 0);
  }

  #several(names: readonly string[]): FeedError {
    return new FeedError(
      this.#file,
      undefined,
      `holds several instruments: ${shown(names)}; choose one with --symbol`,
    );
  }
}

function nameOf(
  listed: ReadonlyMap<string, readonly IdInterval[]>,
  id: number,
): string | undefined {
  for (const [name, intervals] of listed) {
    if (intervals.some((interval) => interval.id === id)) return name;
  }
  return undefined;
}

function shown(names: readonly string[]): string {
  const more = names.length > SHOWN_SYMBOLS ? ` and ${names.length - SHOWN_SYMBOLS} more` : '';
  return names.slice(0, SHOWN_SYMBOLS).join(', ') + more;
}
