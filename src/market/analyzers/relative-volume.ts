import { roundRatio } from '../../domain/price.ts';
import type { AnalyzerSettings } from '../../domain/settings.ts';
import { NS_PER_MINUTE } from '../../domain/time.ts';

/** What is known of other days' volume. */
export interface VolumeHistory {
  /** Of each past session, oldest first: its volume up to the end of each minute after the open. */
  readonly sessions: readonly (readonly number[])[];
  /** The standard share of a day's volume up to the end of each minute after the open; `null` where none fits. */
  readonly intradayCurve: readonly number[] | null;
}

/** RVOL_DAY: today's volume against what is usual by this time of the session. */
export class RelativeVolume {
  readonly #sessions: VolumeHistory['sessions'];
  readonly #curve: VolumeHistory['intradayCurve'];
  readonly #settings: AnalyzerSettings['metrics'];

  constructor(history: VolumeHistory, settings: AnalyzerSettings['metrics']) {
    this.#sessions = history.sessions.slice(-settings.rvolSessions);
    this.#curve = history.intradayCurve;
    this.#settings = settings;
  }

  /** @param elapsed Nanoseconds since the open; at the very open nothing is usual yet, and the answer `null`. */
  at(elapsed: number, volume: number): number | null {
    const usual = this.#usualAt(elapsed);
    return usual > 0 ? roundRatio(volume / usual) : null;
  }

  #usualAt(elapsed: number): number {
    const { rvolMinSessions, averageDailyVolume } = this.#settings;
    if (elapsed < 0) return 0;
    if (this.#sessions.length >= Math.max(1, rvolMinSessions)) {
      let sum = 0;
      for (const session of this.#sessions) sum += reachedAt(session, elapsed);
      return sum / this.#sessions.length;
    }
    if (averageDailyVolume === null || this.#curve === null) return 0;
    return averageDailyVolume * reachedAt(this.#curve, elapsed);
  }
}

/** A cumulative curve at a moment; the minute in progress counts in proportion. */
function reachedAt(curve: readonly number[], elapsed: number): number {
  const minute = Math.floor(elapsed / NS_PER_MINUTE);
  const end = curve[minute];
  if (end === undefined) return curve.at(-1) ?? 0;
  const start = curve[minute - 1] ?? 0;
  return start + ((end - start) * (elapsed - minute * NS_PER_MINUTE)) / NS_PER_MINUTE;
}
