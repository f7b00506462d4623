import { formatPrice } from '../domain/price.ts';
import { type DayNumber, formatTimestamp } from '../domain/time.ts';
import type { PlantedEvent } from '../simulation/generated/plant.ts';
import type { LedgerFigures } from '../simulation/generated/trade-ledger.ts';

/** A planted event as its file tells it: times ISO 8601 with nanoseconds, prices decimal strings. */
export interface PlantedTruth {
  readonly kind: PlantedEvent['kind'];
  readonly side: PlantedEvent['side'];
  readonly price: string;
  readonly start: string;
  readonly end: string;
  readonly sizes: readonly number[];
  readonly prices: readonly string[];
  readonly volume: number;
  readonly signedVolume: number;
  readonly before: TruthFigures;
  readonly after: TruthFigures;
}

/** The session's trades up to a moment. */
interface TruthFigures {
  readonly ts: string;
  readonly volume: number;
  readonly signedVolume: number;
  /** Sum of price (1e-9) times shares, as a whole number. */
  readonly notional: string;
  readonly high: string | null;
  readonly low: string | null;
  /** Prices at which most was traded. */
  readonly busiest: readonly string[];
  /** Of the clock minute in progress. */
  readonly minuteVolume: number;
  readonly minuteDelta: number;
}

export function toPlantedTruth(
  event: PlantedEvent,
  day: DayNumber,
  tickNanos: number,
): PlantedTruth {
  const figures = (at: LedgerFigures): TruthFigures => ({
    ts: formatTimestamp(day, at.ts),
    volume: at.volume,
    signedVolume: at.signedVolume,
    notional: String(at.notional),
    high: at.high === null ? null : formatPrice(at.high),
    low: at.low === null ? null : formatPrice(at.low),
    busiest: at.busiestTicks.map((tick) => formatPrice(tick * tickNanos)),
    minuteVolume: at.minuteVolume,
    minuteDelta: at.minuteDelta,
  });
  return {
    kind: event.kind,
    side: event.side,
    price: formatPrice(event.price),
    start: formatTimestamp(day, event.start),
    end: formatTimestamp(day, event.end),
    sizes: event.sizes,
    prices: event.ticks.map((tick) => formatPrice(tick * tickNanos)),
    volume: event.volume,
    signedVolume: event.signedVolume,
    before: figures(event.before),
    after: figures(event.after),
  };
}
