import type { PlantedEvent, PlantKind } from '../../../src/simulation/generated/plant.ts';

const SECOND = 1_000_000_000;

/** Something an analyzer reported: its first moment, and what it said. */
export interface Alarm {
  readonly ts: number;
  readonly side: 'BUY' | 'SELL' | null;
  /** 1e-9 units; `null` where the analyzer names none. */
  readonly price: number | null;
  /** Shares; `null` where the analyzer names none. */
  readonly size: number | null;
  /** The independent reading of the rule says the same at that moment. */
  readonly isByRule: boolean;
}

/** How well an analyzer's alarms are the planted events. */
export interface Score {
  readonly analyzer: string;
  readonly planted: number;
  readonly found: number;
  readonly recall: number | null;
  readonly alarms: number;
  /** Alarms that are planted events of these kinds. */
  readonly right: number;
  readonly precision: number | null;
  /** Alarms of which the specification's rule, read independently, says the same. */
  readonly precisionByRule: number | null;
  /** Moments at which the rule held, and the share of them at which the analyzer said so. */
  readonly ruleMoments: number;
  readonly recallByRule: number | null;
  /** Alarms on a day on which nothing was planted. */
  readonly alarmsOnQuietDay: number;
}

/** What is counted while days go by. */
export class Tally {
  planted = 0;
  found = 0;
  alarms = 0;
  right = 0;
  byRule = 0;
  ruleMoments = 0;
  ruleFound = 0;
  quietAlarms = 0;
  readonly #analyzer: string;
  readonly #kinds: readonly PlantKind[];
  readonly #isSame: (alarm: Alarm, event: PlantedEvent) => boolean;

  constructor(
    analyzer: string,
    kinds: readonly PlantKind[],
    isSame: (alarm: Alarm, event: PlantedEvent) => boolean,
  ) {
    this.#analyzer = analyzer;
    this.#kinds = kinds;
    this.#isSame = isSame;
  }

  /** Takes a day's alarms and planted events into account. */
  countDay(alarms: readonly Alarm[], planted: readonly PlantedEvent[]): void {
    const wanted = planted.filter(({ kind }) => this.#kinds.includes(kind));
    this.planted += wanted.length;
    this.found += wanted.filter((event) =>
      alarms.some((alarm) => this.#isSame(alarm, event)),
    ).length;
    this.alarms += alarms.length;
    this.right += alarms.filter((alarm) =>
      wanted.some((event) => this.#isSame(alarm, event)),
    ).length;
    this.byRule += alarms.filter(({ isByRule }) => isByRule).length;
    if (planted.length === 0) this.quietAlarms += alarms.length;
  }

  /** At a moment the rule held: did the analyzer say so? */
  countRule(isFound: boolean): void {
    this.ruleMoments += 1;
    if (isFound) this.ruleFound += 1;
  }

  score(): Score {
    return {
      analyzer: this.#analyzer,
      planted: this.planted,
      found: this.found,
      recall: shareOf(this.found, this.planted),
      alarms: this.alarms,
      right: this.right,
      precision: shareOf(this.right, this.alarms),
      precisionByRule: shareOf(this.byRule, this.alarms),
      ruleMoments: this.ruleMoments,
      recallByRule: shareOf(this.ruleFound, this.ruleMoments),
      alarmsOnQuietDay: this.quietAlarms,
    };
  }
}

/** True when the alarm came while the event lasted, or within `seconds` after. */
export function isDuring({ ts }: Alarm, { start, end }: PlantedEvent, seconds: number): boolean {
  return ts >= start && ts <= end + seconds * SECOND;
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
