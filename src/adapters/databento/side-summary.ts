import { multiplierOf } from './instrument-definition.ts';
import {
  instrumentClassName,
  statisticTypeName,
  statusActionName,
  statusReasonName,
} from './records/code-names.ts';
import { type DbnRecord, showRecord } from './records/dbn-record.ts';
import type { DefinitionRecord } from './records/definition-layouts.ts';
import type { ImbalanceRecord, StatisticRecord, StatusRecord } from './records/venue-layouts.ts';

/** What a file says beside orders and trades; a part that it says nothing of is left out. Values are for people and JSON. */
export interface SideSummary {
  readonly definitions?: {
    readonly count: number;
    readonly byClass: Readonly<Record<string, number>>;
    /** The last one of each instrument, of the first instruments. */
    readonly instruments: readonly Readonly<Record<string, unknown>>[];
    readonly notShown: number;
  };
  readonly statistics?: {
    readonly byType: Readonly<Record<string, number>>;
    /** The last value of each type and instrument, of the first of them. */
    readonly last: readonly Readonly<Record<string, unknown>>[];
    readonly notShown: number;
  };
  readonly status?: {
    readonly byAction: Readonly<Record<string, number>>;
    readonly changes: readonly Readonly<Record<string, unknown>>[];
    readonly notShown: number;
  };
  readonly imbalance?: {
    readonly count: number;
    /** By the venue's letter. */
    readonly byAuctionType: Readonly<Record<string, number>>;
    readonly bySide: Readonly<Record<string, number>>;
    readonly last: Readonly<Record<string, unknown>>;
  };
  /** What the live gateway said: how often each text. */
  readonly messages?: Readonly<Record<string, number>>;
}

/** Enough to see what it is; `data info --records` shows everything. */
const SHOWN = 20;
const UPDATE_DELETED = 2;

/** Gathers what stands in definitions, statistics, status, imbalance and gateway records. */
export class SideCollector {
  #definitions = 0;
  readonly #classes = new Map<string, number>();
  readonly #instruments = new FirstFew();
  readonly #statistics = new Map<string, number>();
  readonly #values = new FirstFew();
  readonly #actions = new Map<string, number>();
  readonly #changes = new FirstFew();
  #imbalances = 0;
  readonly #auctions = new Map<string, number>();
  readonly #sides = new Map<string, number>();
  #lastImbalance: ImbalanceRecord | undefined;
  readonly #messages = new Map<string, number>();

  onRecord(record: DbnRecord): void {
    if (record.type === 'definition') this.#onDefinition(record);
    else if (record.type === 'statistics') this.#onStatistic(record);
    else if (record.type === 'status') this.#onStatus(record);
    else if (record.type === 'imbalance') this.#onImbalance(record);
    else if (record.type === 'system') bump(this.#messages, record.text);
    else if (record.type === 'error') bump(this.#messages, `error: ${record.text}`);
  }

  summary(): SideSummary {
    return {
      ...(this.#definitions === 0
        ? {}
        : {
            definitions: {
              count: this.#definitions,
              byClass: Object.fromEntries(this.#classes),
              instruments: this.#instruments.shown,
              notShown: this.#instruments.notShown,
            },
          }),
      ...(this.#statistics.size === 0
        ? {}
        : {
            statistics: {
              byType: Object.fromEntries(this.#statistics),
              last: this.#values.shown,
              notShown: this.#values.notShown,
            },
          }),
      ...(this.#actions.size === 0
        ? {}
        : {
            status: {
              byAction: Object.fromEntries(this.#actions),
              changes: this.#changes.shown,
              notShown: this.#changes.notShown,
            },
          }),
      ...(this.#lastImbalance === undefined
        ? {}
        : {
            imbalance: {
              count: this.#imbalances,
              byAuctionType: Object.fromEntries(this.#auctions),
              bySide: Object.fromEntries(this.#sides),
              last: told(this.#lastImbalance, [
                'tsEvent',
                'instrumentId',
                'referencePrice',
                'indicativeMatchPrice',
                'pairedQuantity',
                'totalImbalance',
                'side',
              ]),
            },
          }),
      ...(this.#messages.size === 0 ? {} : { messages: Object.fromEntries(this.#messages) }),
    };
  }

  #onDefinition(record: DefinitionRecord): void {
    this.#definitions++;
    const name = instrumentClassName(record.instrumentClass);
    bump(this.#classes, name);
    this.#instruments.put(`${record.rawSymbol} ${legOf(record)}`, () => {
      const {
        rawSymbol: symbol,
        minPriceIncrement: tick,
        unitOfMeasureQuantity: contractSize,
        ...shown
      } = told(record, [
        'rawSymbol',
        'instrumentId',
        'minPriceIncrement',
        'unitOfMeasureQuantity',
        'unitOfMeasure',
        'minPriceIncrementAmount',
        'displayFactor',
        'currency',
        'expiration',
        'activation',
        'strikePrice',
        'underlying',
        'exchange',
        'asset',
        'securityType',
        ...(legOf(record) === '' ? [] : LEG_FIELDS),
      ]);
      const multiplier = multiplierOf(record);
      return { symbol, class: name, tick, contractSize, multiplier, ...shown };
    });
  }

  #onStatistic(record: StatisticRecord): void {
    const name = statisticTypeName(record.statType);
    bump(this.#statistics, name);
    this.#values.put(`${record.instrumentId} ${name}`, () => ({
      statistic: name,
      ...told(record, ['instrumentId', 'price', 'quantity', 'tsRef', 'tsEvent']),
      ...(record.updateAction === UPDATE_DELETED ? { takenBack: true } : {}),
    }));
  }

  #onImbalance(record: ImbalanceRecord): void {
    this.#imbalances++;
    this.#lastImbalance = record;
    bump(this.#auctions, record.auctionType ?? 'none');
    bump(this.#sides, record.side ?? 'none');
  }

  #onStatus(record: StatusRecord): void {
    const action = statusActionName(record.action);
    bump(this.#actions, action);
    this.#changes.put(String(this.#changes.size), () => ({
      ...told(record, ['tsEvent', 'instrumentId']),
      action,
      reason: statusReasonName(record.reason),
      ...told(record, ['isTrading', 'isQuoting', 'isShortSellRestricted']),
    }));
  }
}

const LEG_FIELDS = [
  'legCount',
  'legIndex',
  'legRawSymbol',
  'legSide',
  'legRatioQuantityNumerator',
  'legRatioQuantityDenominator',
];

/** A strategy's leg, which has a record of its own from version 3 on. */
function legOf(record: DefinitionRecord): string {
  return record.version === 3 && record.legCount > 0 ? String(record.legIndex) : '';
}

/** The named fields of a record as JSON has them; those that say nothing are left out. */
function told(record: DbnRecord, names: readonly string[]): Record<string, unknown> {
  // an id is a name: its digits are not grouped
  const shown: Record<string, unknown> = {
    ...showRecord(record),
    instrumentId: String(record.instrumentId),
  };
  return Object.fromEntries(
    names.flatMap((name) =>
      shown[name] === null || shown[name] === '' || shown[name] === undefined
        ? []
        : [[name, shown[name]]],
    ),
  );
}

/** Keeps the last entry of each of the first keys, and counts the others. */
class FirstFew {
  readonly #entries = new Map<string, Record<string, unknown>>();
  readonly #others = new Set<string>();

  get size(): number {
    return this.#entries.size + this.#others.size;
  }

  get shown(): Record<string, unknown>[] {
    return [...this.#entries.values()];
  }

  get notShown(): number {
    return this.#others.size;
  }

  put(key: string, entry: () => Record<string, unknown>): void {
    if (this.#entries.has(key) || this.#entries.size < SHOWN) this.#entries.set(key, entry());
    else this.#others.add(key);
  }
}

function bump(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
